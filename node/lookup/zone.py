"""In which time zone the people of the group live, as far as it is known here.

What a person said counts, then what the clock of the machine shows; a machine on UTC shows that of
nobody. What is only assumed serves to show days, and never to fix when people meet.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from node.store.core import Core

ZONE = "zone"
"""The setting: where the people of the group live."""


class KnownZone(NamedTuple):
    """The name of a zone, and who says so: `said`, `machine`, or `assumed`."""

    name: str
    source: str


def zone_of(core: Core, environ: Mapping[str, str] = os.environ) -> KnownZone:
    """The zone that a reader at this node has; `environ`: of the process where they are."""
    from node.base.zones import DEFAULT_ZONE, machine_zone

    kept: str | None = core.settings.get(ZONE)
    if kept:
        return KnownZone(kept, "said")
    shown = machine_zone(environ)
    return KnownZone(shown, "machine") if shown else KnownZone(DEFAULT_ZONE, "assumed")

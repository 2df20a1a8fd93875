"""What went wrong in the background and a person should do something about: it stands in `status`.

Rules: one entry for each thing that is tried again and again, the latest; it goes when that
succeeds. The log has the same under the same name, each time. Where nothing can be written, on a
full disk or a read-only one, that itself is said (`Reserve.state`).
"""

import contextlib
from typing import NamedTuple

from node.base.errors import Problem
from node.store.core import Core

_KEY = "trouble/"


class Trouble(NamedTuple):
    """What does not succeed (`status.cli.trouble_…`), why, and when it was last tried."""

    what: str
    why: str
    at: int


def note(core: Core, what: str, error: BaseException) -> None:
    """Keep that something failed: by what the system said, or the code of a problem."""
    why = getattr(error, "strerror", None) or type(error).__name__
    if isinstance(error, Problem):
        why = str(error.values.get("why") or error.code)
    with contextlib.suppress(Problem), core.transaction():
        core.settings.set(_KEY + what, {"why": why, "at": core.clock()})


def over(core: Core, what: str) -> None:
    """It succeeded."""
    if core.settings.get(_KEY + what) is not None:
        with contextlib.suppress(Problem), core.transaction():
            core.settings.set(_KEY + what, None)


def troubles(core: Core) -> list[Trouble]:
    """All that there are."""
    kept = core.settings.starting_with(_KEY)
    return [Trouble(key.removeprefix(_KEY), one["why"], one["at"]) for key, one in kept]

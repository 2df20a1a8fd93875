"""Bundles for the pages: each with a store connection of its own.

What is written there is noticed like what a command writes (`node.upkeep.upkeep`), so that a large
bundle keeps neither pages nor peers waiting.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from node.base.errors import Problem
from node.features.bundles.actions import write_to
from node.features.bundles.reading import read_from
from node.features.bundles.types import BundleView
from node.lookup.names import name_of
from node.lookup.types import Name
from node.store.core import Core
from protocol.ids import from_text, to_text


class BundleJobs:
    """Writes and reads beside the running node."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.lock = asyncio.Lock()
        """One at a time."""

    def write(self, recipient: str, out: BinaryIO) -> None:
        """A bundle for the identity with this id; for `everybody`, the introduction."""
        with self._beside() as core:
            write_to(core, None if recipient == "everybody" else _known(core, recipient), out)

    def read(self, source: BinaryIO) -> BundleView:
        """Take in what is in it."""
        with self._beside() as core:
            report = read_from(core, source)
            writer = report.head.writer
            return BundleView(
                writer=Name(to_text(writer), name_of(core, writer)),
                new=report.new,
                known=report.known,
                refused=dict(sorted(report.refused.items())),
                missing_parts=len(report.lost),
                missing_records=report.missing,
                back=report.back,
            )

    @contextmanager
    def _beside(self) -> Iterator[Core]:
        core = self._core.open_second_connection()
        try:
            yield core
        finally:
            core.close()


def _known(core: Core, text: str) -> bytes:
    """The identity with this id. Names are for people: a page knows ids."""
    try:
        found = from_text(text)
    except ValueError:
        found = b""
    if found not in core.ties.identities:
        raise Problem("nobody-found", text=text)
    return found

"""Bundles for the pages: in a thread that has its turn (`node.base.turns`).

A large one is gone through piece by piece, so it keeps neither pages nor peers waiting.
"""

import asyncio
from typing import BinaryIO

from node.base.errors import Problem
from node.features.bundles.actions import write_to
from node.features.bundles.reading import read_from
from node.features.bundles.strangers import keep
from node.features.bundles.tables import Strange
from node.features.bundles.types import BundleView
from node.lookup.names import name_of
from node.lookup.types import Name
from node.store.core import Core
from protocol.ids import from_text, to_text


class BundleJobs:
    """Writes and reads while the node goes on."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = asyncio.Lock()
        """One at a time."""

    async def write(self, recipient: str, out: BinaryIO) -> None:
        """A bundle for the identity with this id; for `everybody`, the introduction."""
        async with self._lock:
            await self._core.turns.work(_write, self._core, recipient, out)

    async def read(self, source: BinaryIO) -> BundleView:
        """Take in what is in it."""
        async with self._lock:
            return await self._core.turns.work(_read, self._core, source)

    async def keep(self, source: BinaryIO, by: str | None) -> Strange:
        """A file of a group with whom there is no tie yet, for somebody to decide on."""
        async with self._lock:
            return await self._core.turns.work(keep, self._core, source, by)


def _write(core: Core, recipient: str, out: BinaryIO) -> None:
    write_to(core, None if recipient == "everybody" else _known(core, recipient), out)


def _read(core: Core, source: BinaryIO) -> BundleView:
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


def _known(core: Core, text: str) -> bytes:
    """The identity with this id. Names are for people: a page knows ids."""
    try:
        found = from_text(text)
    except ValueError:
        found = b""
    if found not in core.ties.identities:
        raise Problem("nobody-found", text=text)
    return found

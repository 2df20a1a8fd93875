"""Bundles read: the same intake as in a session, from a file (docs/protocol.md §10.4).

Rules:

1. Nothing is taken in before the writer is proven, and related to this node as for a session (§8.2)
   or accepted by a person with this very bundle.
2. Part by part, each in one transaction: whatever breaks off, what was reported is stored, and
   reading again goes on. Reading twice changes nothing.
3. What has to wait for something that stands behind it is tried again in the same reading, as long
   as that brings anything; it is found in the file again, so that memory stays small.
4. Damaged parts cost themselves; a writer that packed rubbish is not read to the end.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from node.base import events
from node.base.errors import Problem
from node.base.files import File, opened
from node.base.turns import away, breathing
from node.features.bundles.types import PIECE
from node.features.peers.actions import accept_peer
from node.features.peers.contacts import heard_by_file
from node.links.session_store import NodeShelf, shelves_of
from node.records.intake import Batch
from node.records.transaction import Codes, take
from node.store.core import Core
from node.upkeep.wiping import settle
from protocol.control_state import Relation, related
from protocol.errors import ProtocolError
from protocol.kind import LIFETIME, Seq
from protocol.kinds import LISTED
from protocol.record import Record, reread, verify_all
from protocol.sealed import CLOSED
from sync.bundle import BundleError, Event, Head, Lost, Part, Reader, Surplus, proven_by
from sync.bundle_selection import concerning, for_peer, hosted_by
from sync.errors import SessionError
from sync.refusals import TIES, Refusals

TRIES = 8
"""Readings of one file for what waits: as deep as records depend on each other."""

REMEMBERED = 200_000
"""Ids of the records in a bundle, to say what could go back: 20 MB. Of a larger one it is not
said."""


@dataclass
class Look:
    """What is in a file, as far as that can be told without taking anything in."""

    head: Head
    proven: bool
    said: dict[str, Any] | None = None
    """What the writer says of itself, if its entry is in it."""
    kinds: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    whole: int = 0
    """Records in whole parts."""
    surplus: bool = False

    @property
    def name(self) -> str | None:
        """Of the writer."""
        return None if self.said is None else str(self.said["name"])

    @property
    def missing(self) -> int:
        """Records that are in damaged parts, or cut off."""
        return max(self.head.records - self.whole, 0)


@dataclass
class Report:
    """What became of the records of a bundle."""

    head: Head
    accepted: bool
    new: int = 0
    known: int = 0
    """Already here, or something newer is."""
    refused: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    missing: int = 0
    surplus: bool = False
    back: int | None = None
    """Records that a bundle for the writer would hold and this one did not; None: not counted."""


class _Waiting(NamedTuple):
    """A record that may be acceptable later: its part, its place there, why it was not."""

    part: int
    at: int


def look(core: Core, file: File) -> Look:
    """What is in `file`; `Problem` if it is no bundle, or not for this node."""
    with _opened(file) as source:
        return look_in(core, source)


def look_in(core: Core, source: BinaryIO) -> Look:
    """The same of an open file."""
    found: Look | None = None
    for event in breathing(_events(core, source)):
        if isinstance(event, Head):
            found = Look(event, _is_proven(core, event))
        elif found is not None:
            _notice(found, event)
    assert found is not None  # noqa: S101 - without a head there was a `Problem`
    return found


def _notice(found: Look, event: Event) -> None:
    match event:
        case Lost(number):
            found.lost.append(number)
        case Part(_number, envelopes):
            found.whole += len(envelopes)
            for one in verify_all(envelopes):
                _look_at(found, one)
        case Surplus():
            found.surplus = True


def _look_at(found: Look, one: Record | ProtocolError) -> None:
    if isinstance(one, ProtocolError):
        found.kinds["?"] += 1
        return
    found.kinds[one.kind] += 1
    if one.kind in LISTED and one.author == found.head.writer and one.content:
        found.said = dict(one.content)


def _is_proven(core: Core, head: Head) -> bool:
    try:
        return bool(proven_by(head, core.ties))
    except SessionError:
        return False


class Acceptance(NamedTuple):
    """A person's word: this own identity accepts this writer."""

    own: bytes
    writer: bytes


def read_bundle(core: Core, file: File, accept: Acceptance | None = None) -> Report:
    """Take in what is in `file`; before that, what a person says with `accept`.

    `Problem` if nothing can be taken in, or not all: then the text says what was kept.
    """
    with _opened(file) as source:
        return read_from(core, source, accept)


def read_from(core: Core, source: BinaryIO, accept: Acceptance | None = None) -> Report:
    """The same from an open file, which is read from its beginning as often as needed."""
    reading = _Reading(core, accept)
    while True:
        source.seek(0)
        for event in breathing(_events(core, source)):
            reading.hear(event)
        if not reading.tries_again():
            return reading.done()


class _Reading:
    """One bundle on its way in."""

    def __init__(self, core: Core, accept: Acceptance | None) -> None:
        self._core, self._accept = core, accept
        self._report: Report | None = None
        self._proven: frozenset[bytes] = frozenset()
        self._writer: bytes | None = None
        self._waiting: dict[_Waiting, str] = {}
        self._due: dict[int, list[int]] | None = None
        self._refusals = Refusals()
        self._ids: set[bytes] | None = set()
        self._tries = 0
        self._moved = False
        self._closed: set[tuple[bytes, Seq]] = set()

    @property
    def report(self) -> Report:
        """What was found so far; there is none before the head."""
        assert self._report is not None  # noqa: S101 - without a head there was a `Problem`
        return self._report

    def hear(self, event: Event) -> None:
        """What the file says next."""
        first = self._due is None
        match event:
            case Head():
                if first:
                    self._report = Report(event, self._welcome(event))
                elif event.statement != self.report.head.statement:
                    self._due = {}  # another file by now: it was proven by nobody
            case Part(number, envelopes):
                self._take(number, envelopes)
            case Lost(number) if first:
                self.report.lost.append(number)
            case Surplus() if first:
                self.report.surplus = True

    def tries_again(self) -> bool:
        """Whether to read once more, for what waits."""
        self._tries += 1
        again = bool(self._waiting) and self._moved and self._tries < TRIES
        self._moved = False
        due: dict[int, list[int]] = {}
        for one in self._waiting:
            due.setdefault(one.part, []).append(one.at)
        self._due = due
        return again

    def done(self) -> Report:
        """What became of it; and what follows from it is done."""
        report, core = self.report, self._core
        report.refused.update(self._waiting.values())
        report.missing = max(report.head.records - report.new - report.known, 0)
        report.missing = max(report.missing - report.refused.total(), 0)
        while core.tell(
            events.Event.COMMITTED
        ):  # a certificate may have come: one step may make the next possible
            continue
        if self._closed:
            core.tell(events.Event.UNWRAPPED, [report.head.writer], self._closed)
        heard_by_file(core, report.head.writer)
        settle(core)  # what was erased goes, and the receipt is there to be taken back
        report.back = self._to_give_back()
        return report

    def _welcome(self, head: Head) -> bool:
        """Know the writer, or refuse it; whether it was accepted just now."""
        core, now = self._core, self._core.clock()
        if head.writer in core.own:
            raise Problem("bundle-by-us")
        if head.recipient is not None and head.recipient not in core.own:
            raise Problem("bundle-others")
        if head.made + LIFETIME <= now:
            raise Problem("bundle-old", days=LIFETIME // 86_400)
        try:
            proven = frozenset(proven_by(head, core.ties))
        except SessionError as error:
            raise Problem("bundle-forged") from error
        accept = self._accept
        if accept is not None and accept.writer != head.writer:  # the file was exchanged meanwhile
            raise Problem("bundle-stranger")
        if related(core.ties, core.own, proven, now) is Relation.NONE and accept is None:
            raise Problem("bundle-stranger")
        shown = verify_all(head.envelopes)
        chains = [one for one in shown if isinstance(one, Record) and one.kind == "identity"]
        self._writer = head.writer
        take(core, chains, proven, head.writer)
        accepts = accept is not None and not core.ties.accepts(accept.own, head.writer, now)
        if accept is not None and accepts:
            accept_peer(core, accept.own, head.writer)
        if related(core.ties, core.own, proven, now) is Relation.TIED:
            self._proven = proven
        return accepts

    def _take(self, number: int, envelopes: Sequence[bytes]) -> None:
        due = range(len(envelopes)) if self._due is None else self._due.get(number, ())
        places = [at for at in due if at < len(envelopes)]
        if not places:
            return
        with away():
            records = verify_all(envelopes[at] for at in places)
        fresh = [isinstance(one, Record) and self._core.records.is_newer(one) for one in records]
        codes = take(self._core, records, self._proven, self._writer)
        if self._due is None:
            self._count(records, codes)
            self._closed.update(
                (one.author, one.seq)
                for one in records
                if isinstance(one, Record) and one.kind == CLOSED.name
            )
        for at, one, code in zip(places, fresh, codes, strict=True):
            self._note(_Waiting(number, at), one, code)

    def _note(self, place: _Waiting, fresh: bool, code: str | None) -> None:
        waited = self._waiting.pop(place, None)
        if code in TIES:
            self._waiting[place] = str(code)
        elif code is not None:
            self.report.refused[code] += 1
        elif fresh:
            self.report.new += 1
        else:
            self.report.known += 1
        self._moved |= code is None and (fresh or waited is not None)

    def _count(self, records: Batch, codes: Codes) -> None:
        if self._ids is not None:
            self._ids.update(one.id for one in records if isinstance(one, Record))
            if len(self._ids) > REMEMBERED:
                self._ids = None
        try:
            self._refusals.count(code for code in codes if code)
        except SessionError as error:
            raise Problem("bundle-rubbish") from error

    def _to_give_back(self) -> int | None:
        core, now, ids = self._core, self._core.clock(), self._ids
        if ids is None:
            return None
        shelf = NodeShelf(core, shelves_of(core))
        shown = {reread(raw).id for raw in self.report.head.envelopes}
        node = hosted_by(shelf, self.report.head.writer, now)
        if related(core.ties, core.own, node, now) is Relation.NONE:
            return 0
        own = concerning(core.ties, core.own, core.home_id, node, now)
        back = 0
        for raw in breathing(for_peer(shelf, own, node, now)):
            one = reread(raw).id
            back += one not in ids and one not in shown
        return back


@contextmanager
def _opened(file: File) -> Iterator[BinaryIO]:
    try:
        source = opened(file)
    except OSError as error:
        raise Problem("file-unreadable", file=file, why=error.strerror) from error
    with source:
        yield source


def _events(core: Core, source: BinaryIO) -> Iterator[Event]:
    """What is in a file; `Problem` if it can't be read."""
    reader = Reader(core.ring.sealing_keys(core.ring.ids))
    try:
        while piece := source.read(PIECE):
            yield from reader.feed(piece)
        yield from reader.end()
    except OSError as error:  # a folder, a stick that was pulled out
        raise Problem("file-unreadable", file=source.name, why=error.strerror) from error
    except BundleError as error:
        raise Problem("bundle-" + error.code) from error

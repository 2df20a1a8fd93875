"""Rounds of a session, stage by stage: both sides' part in them (docs/protocol.md §8.4).

Rules:

1. The dialling side begins and leads. Control records come first; only when these are equal the
   rest is looked at, because they say what the rest is. Where they are equal from the start, which
   is the usual case, one frame each way does for everything.
2. What arrives at the wrong time is sorted out by `sync.states` before it comes here; what names
   another round or stage ends the session.
3. A key of their own is tried `FRESH` times in a session: it costs both sides a look at all that
   is in a set.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from crypto.hashing import keyed
from sync.errors import SessionError
from sync.frames import (
    SHORTS_IN_FRAME,
    Answer,
    Compare,
    Frame,
    Ids,
    Lack,
    More,
    Refresh,
    Sent,
    Settled,
    Symbols,
    Want,
)
from sync.index import View
from sync.reconcile import Answering, Asking
from sync.sets import digests, of_stage, read_digests
from sync.sketch import SHORT_BYTES
from sync.states import State
from sync.transfer import Outbox

FRESH = 3
"""Decoding fails by chance once in some million stages."""

Pairs = tuple[tuple[bytes, bytes], ...]


class Rounds:
    """State of one session's rounds. `done` rises with each round that is over."""

    def __init__(
        self,
        tag_key: bytes,
        outbox: Outbox,
        send: Callable[[Frame], None],
        sets: Callable[[], Mapping[bytes, View]],
    ) -> None:
        self._tag_key, self._outbox, self._send, self._sets = tag_key, outbox, send, sets
        self.state = State.OPENING
        self.number, self.stage, self.done = 0, 1, 0
        self._awaited: int | None = None
        self.awaits_sent = False
        self.views: Mapping[bytes, View] = {}
        """The sets of the stage under way, by name."""
        self._asking: Asking | None = None
        self._answering = Answering({}, b"")
        self._fresh_stages: set[tuple[int, int]] = set()

    # The dialling side

    def compare(self, stage: int) -> None:
        """Begin a stage."""
        self.stage, self._asking, self.views = stage, None, self._sets()
        self._send(Compare(self.number, stage, *digests(self.views, self._tag_key)))
        self.state = State.COMPARING

    def on_symbols(self, frame: Symbols) -> None:
        """Go on with an answer about the sets of a stage."""
        if self._asking is None:
            if frame.round != self.number or frame.stage < max(self.stage, not frame.sets):
                raise SessionError("protocol")
            self.stage = frame.stage
            if not frame.sets:
                self._rest()
                return
            own = of_stage(self.views, self.stage, self._tag_key)
            self._asking = Asking(own, self.fresh_key() if self._may_freshen() else b"")
        self._check(frame.round, frame.stage)
        asks = self._asking.hear(frame.sets)
        if asks:
            self._count_fresh(any(ask.fresh for ask in asks))
            self._send(More(self.number, self.stage, tuple(asks)))
        else:
            self._ask_for_records(self._asking)

    def _ask_for_records(self, asking: Asking) -> None:
        for name, shorts, last in asking.lists():
            self._send(Ids(self.number, self.stage, name, shorts, last))
        parts = list(framed(asking.wants())) or [()]
        for number, part in enumerate(parts, 1):
            self._send(Want(self.number, self.stage, part, number == len(parts)))
        for view, positions in asking.giving:
            self._outbox.add(view.refs(positions))
        self._awaited, self.awaits_sent, self.state = asking.awaited, True, State.TRANSFER

    def on_lack(self, frame: Lack) -> None:
        """Queue records that the other side lacks of the lists that this side sent."""
        self._check(frame.round, frame.stage)
        assert self._asking is not None  # noqa: S101 - this side is in transfer
        for name, shorts in frame.sets:
            view, positions = self._asking.lacked(name, shorts)
            self._outbox.add(view.refs(positions))

    def on_sent(self, frame: Sent) -> None:
        """The other side has sent what it had."""
        self._check(frame.round, frame.stage)
        if not self.awaits_sent:
            raise SessionError("protocol")
        self.awaits_sent = False

    def next_stage(self) -> None:
        """All of a stage is here and there."""
        if self.stage == 0:
            self.compare(1)
        else:
            self._send(Settled(self.number))
            self._rest()

    # The answering side

    def on_compare(self, frame: Compare) -> None:
        """The other side begins a stage."""
        self.views, theirs = self._sets(), read_digests(frame.open, frame.networks, self._tag_key)
        if theirs is None:
            raise SessionError("protocol")
        for stage in range(frame.stage, 2):
            own = of_stage(self.views, stage, self._tag_key)
            self._answering = Answering(own, self.fresh_key())
            answers = self._answering.first(theirs.items())
            if answers:
                break
        self.stage = stage
        self._answer(answers)
        if answers:
            self.state = State.WANTED
        else:
            self._rest()

    def on_more(self, frame: More) -> None:
        """Further symbols are wanted."""
        self._check(frame.round, frame.stage)
        self._count_fresh(any(ask.fresh for ask in frame.sets))
        self._answer(self._answering.more(frame.sets))

    def on_ids(self, frame: Ids) -> None:
        """A part of the other side's list of a set."""
        self._check(frame.round, frame.stage)
        self._answering.hear_list(frame.tag, frame.shorts, frame.last)

    def on_want(self, frame: Want) -> None:
        """Queue records that the other side wants; the last part begins the transfer."""
        self._check(frame.round, frame.stage)
        self._answering.want(frame.sets)
        if not frame.last:
            return
        giving, lacking = self._answering.finish()
        for part in framed(lacking):
            self._send(Lack(self.number, self.stage, part))
        self._awaited = sum(len(shorts) for _name, shorts in lacking) // SHORT_BYTES
        refs = [ref for view, positions in giving for ref in view.refs(positions)]
        self._outbox.add(refs, Sent(self.number, self.stage))
        self._answering = Answering({}, b"")
        self.state = State.TRANSFER

    def on_settled(self, frame: Settled) -> None:
        """The round is over."""
        self._check(frame.round, 1)
        self._rest()

    def _answer(self, answers: Iterable[Answer]) -> None:
        self._send(Symbols(self.number, self.stage, tuple(answers)))

    # Both

    def expected(self) -> int | None:
        """How many records the other side is about to send, once, when that is known."""
        awaited, self._awaited = self._awaited, None
        return awaited or None

    def on_refresh(self, frame: Refresh) -> bool:
        """Whether to begin a round: one that began since looks at what changed by itself."""
        return frame.round == self.number

    def _rest(self) -> None:
        self.state, self.views = State.RESTING, {}
        self._asking, self._answering = None, Answering({}, b"")
        self.done += 1

    def _check(self, number: int, stage: int) -> None:
        if (number, stage) != (self.number, self.stage):
            raise SessionError("protocol")

    def fresh_key(self) -> bytes:
        """The key under which a set is compared once more in this round (§8.5)."""
        return keyed(self._tag_key, b"fresh" + self.number.to_bytes(4, "big"))

    def _may_freshen(self) -> bool:
        return len(self._fresh_stages | {(self.number, self.stage)}) <= FRESH

    def _count_fresh(self, fresh: bool) -> None:
        if fresh:
            self._fresh_stages.add((self.number, self.stage))
            if len(self._fresh_stages) > FRESH:
                raise SessionError("bounds")


def framed(pairs: Iterable[tuple[bytes, bytes]]) -> Iterator[Pairs]:
    """Short ids by tag, as many as a frame may name."""
    part: list[tuple[bytes, bytes]] = []
    room = most = SHORTS_IN_FRAME * SHORT_BYTES
    for name, shorts in pairs:
        while shorts:
            part.append((name, shorts[:room]))
            shorts, room = shorts[room:], room - len(part[-1][1])
            if not room:
                yield tuple(part)
                part, room = [], most
    if part:
        yield tuple(part)

"""A session between two nodes after the handshake (docs/protocol.md §8.3–§8.5).

Rules:

1. The dialling side leads: it begins rounds and goes through their stages; the answering side may
   ask for a round. Records and their acknowledgements flow in both directions at any time.
2. Everything that leaves passes the gate twice (`sync.transfer`, rule 3).
3. Nothing that arrives raises. What breaks the order or a bound ends the session; a record that is
   refused never does, only very many of them do.
4. What the other side refused is left out of the sets: for good if it can't become acceptable,
   else until the next round. A round begins only when control records changed, so a refused record
   is not repeated for ever.
5. A round that would find nothing new is not begun (`Scope.mark`), rounds don't overlap, and there
   are at most `ROUNDS_AT_ONCE` in a short time.

Bytes and calls in, events and bytes out: after every call the shell sends what `outgoing()` gives
and acts on the events. `sync.states` has the states as a table.
"""

from collections.abc import Iterable

from protocol.record import Record
from protocol.ties import Relation
from sync.circle import Scope, scope, set_of
from sync.errors import SessionError
from sync.events import Ended, Event, Expected, Received, Refused, RoundDone
from sync.frames import (
    LISTED,
    SHORT_BYTES,
    SHORTS_IN_FRAME,
    Ack,
    Compare,
    End,
    Frame,
    Ids,
    Listed,
    Records,
    Refresh,
    Sent,
    Settled,
    Want,
    decode_frame,
    encode_frame,
    pack_shorts,
    unpack_shorts,
)
from sync.gate import Subject
from sync.pace import Pace
from sync.reconcile import Asking, Index, answer, differing, short, tag
from sync.refusals import Refusals
from sync.secure import Secure
from sync.sets import gather
from sync.shelf import Header, Shelf
from sync.states import TABLE, State
from sync.transfer import Inbox, Outbox, Seen


class Session:
    """One session, from the end of the handshake to the end of the link."""

    def __init__(self, secure: Secure, shelf: Shelf) -> None:
        self._secure, self._shelf = secure, shelf
        self.side = "dialler" if secure.dialled else "answerer"
        self.peer = frozenset(secure.peer)
        self.state = State.OPENING
        self._out: list[bytes] = []
        self._events: list[Event] = []
        self._now = 0
        self._outbox = Outbox(shelf, self._short, self._permits)
        self._inbox = Inbox(self._short)
        self._seen = Seen()
        self._refusals = Refusals()
        self._pace = Pace()
        self._scope: Scope | None = None
        self._mark: int | None = None
        self._listed: Listed | None = None
        self._peer_tags: frozenset[bytes] = frozenset()
        self._round, self._stage = 0, 1
        self._again = self._due = False
        self._asked = False
        self._awaits_sent = False
        self._asking = Asking({})
        self._offered: dict[int, int] = {}

    # For the shell

    def start(self, now: int) -> list[Event]:
        """Begin. To be called once, when the handshake is done."""
        self._now = now
        self._list_peers()
        return self._result()

    def receive(self, data: bytes, now: int) -> list[Event]:
        """What the next message means."""
        if self.state is State.ENDED:
            return []
        self._now = now
        try:
            self._take(decode_frame(self._secure.decrypt(data)))
        except SessionError as error:
            self._end(error.code)
        return self._result()

    def outgoing(self) -> list[bytes]:
        """Messages to send now, in order; each is given once."""
        out, self._out = self._out, []
        return out

    @property
    def is_quiet(self) -> bool:
        """Whether a round is over and neither another is due nor anything under way."""
        due = self._again or self._due or self._asked
        waits = due or not (self._outbox.idle and self._inbox.idle)
        return self.state is State.RESTING and self._round > 0 and not waits

    def offer(self, records: Iterable[Header], now: int) -> list[Event]:
        """Records that were just stored: those that the peer may have are sent at once."""
        if self.state in (State.ENDED, State.OPENING):
            return []
        self._now = now
        for header in records:
            one = self._short(header.id)
            if one in self._seen or self._inbox.has(one) or self._outbox.has(one):
                continue
            if one in self._refusals or self._set_of(header) is None:
                continue
            if not self._outbox.push(one, header.ref):
                self._again = True  # too many at once: the next round finds them
                break
        self._move_on()
        return self._result()

    def stored(self, outcomes: Iterable[tuple[bytes, str | None]], now: int) -> list[Event]:
        """What became of received envelopes, after COMMIT: None, or a code of §4.1."""
        if self.state is State.ENDED:
            return []
        self._now = now
        kept, refused = [], []
        for envelope, code in outcomes:
            one = self._inbox.done(envelope)
            if code is None:
                kept.append(one)
                self._seen.add(one)
            else:
                refused.append((pack_shorts([one]), code))
        if kept or refused:
            self._send(Ack(pack_shorts(kept), tuple(refused)))
        try:
            self._refusals.count(code for _one, code in refused)
            self._move_on()
        except SessionError as error:
            self._end(error.code)
        return self._result()

    def control_changed(self, now: int, begin: bool = True) -> list[Event]:
        """Control records were stored, or their time ran out: look at everything anew.

        Unless `begin`, a round that is due waits for `tick`: where much changes at once, one round
        does for all of it, and what is new was pushed meanwhile.
        """
        if self.state is State.ENDED:
            return []
        self._now = now
        common = self._look()
        if common.relation is Relation.NONE:
            self._end("revoked")
            return self._result()
        self._list_peers()
        if common.mark != self._mark or self._refusals.waiting:
            self._due = True
            if begin:
                self._begin_due()
        return self._result()

    def _begin_due(self) -> None:
        if self._due:
            self._due, self._again = False, True
            self._move_on()

    def tick(self, now: int) -> list[Event]:
        """To be called every few seconds: rounds that had to wait, a peer that stalls."""
        if self.state is State.ENDED:
            return []
        self._now = now
        owes = self.state is not State.RESTING or self._outbox.flying > 0
        if self._pace.stalled(owes and self._inbox.idle, now):
            self._end("time")
        else:
            self._begin_due()
            self._move_on()
        return self._result()

    def end(self, code: str) -> list[Event]:
        """End the session."""
        if self.state is not State.ENDED:
            self._end(code)
        return self._result()

    # Frames

    def _take(self, frame: Frame) -> None:
        if isinstance(frame, End):
            self.state = State.ENDED
            self._events.append(Ended(frame.code, by_peer=True))
            return
        if type(frame) not in TABLE[self.side, self.state]:
            raise SessionError("protocol")
        self._pace.heard(self._now)
        match frame:
            case Listed(tags):
                self._on_listed(tags)
            case Refresh(round_):
                # A round that began since then looks at what changed over there by itself.
                self._again |= round_ == self._round
            case Compare():
                self._on_compare(frame)
            case Ids():
                self._on_ids(frame)
            case Want():
                self._on_want(frame)
            case Sent(round_, stage):
                self._check_stage(round_, stage)
                self._awaits_sent = False
            case Records(envelopes):
                self._inbox.put(envelopes)
                self._events.append(Received(envelopes))
            case Ack():
                self._on_ack(frame)
            case Settled(round_):
                self._check_stage(round_, 1)
                self._rest()
        self._move_on()

    def _on_listed(self, tags: bytes) -> None:
        self._peer_tags = frozenset(
            tags[start : start + SHORT_BYTES] for start in range(0, len(tags), SHORT_BYTES)
        )
        self._scope = None
        if self.state is State.OPENING:
            self.state = State.RESTING
            self._again = self.side == "dialler"

    def _on_compare(self, frame: Compare) -> None:
        if frame.stage == 0:
            self._pace.check(self._now)
            expected = (State.RESTING, self._round + 1, 0)
        else:
            expected = (State.BETWEEN, self._round, self._stage + 1)
        if (self.state, frame.round, frame.stage) != expected:
            raise SessionError("protocol")
        if frame.stage == 0:
            self._new_round()
        self._stage = frame.stage
        sets = self._gather()
        different = differing(sets, frame.sets)
        self._offered = {s: r for index in different.values() for s, r in index.refs.items()}
        parts = list(answer(sets, frame.sets)) or [()]
        for number, part in enumerate(parts, 1):
            packed = tuple((name, pack_shorts(shorts)) for name, shorts in part)
            self._send(Ids(self._round, self._stage, packed, number == len(parts)))
        self.state = State.WANTED if different else State.BETWEEN

    def _on_ids(self, frame: Ids) -> None:
        self._check_stage(frame.round, frame.stage)
        self._asking.hear((name, unpack_shorts(shorts)) for name, shorts in frame.sets)
        if not frame.last:
            return
        self.state = State.TRANSFER
        self._awaits_sent = not self._asking.equal
        if self._awaits_sent:
            self._send_wants(list(self._asking.lacking))
            self._events.append(Expected(len(self._asking.lacking)))
            self._outbox.add(self._asking.giving().items())
        self._asking = Asking({})

    def _send_wants(self, lacking: list[int]) -> None:
        for start in range(0, max(len(lacking), 1), SHORTS_IN_FRAME):
            part = lacking[start : start + SHORTS_IN_FRAME]
            last = start + SHORTS_IN_FRAME >= len(lacking)
            self._send(Want(self._round, self._stage, pack_shorts(part), last))

    def _on_want(self, frame: Want) -> None:
        self._check_stage(frame.round, frame.stage)
        wanted = []
        for one in unpack_shorts(frame.shorts):
            ref = self._offered.pop(one, None)
            if ref is None:  # not offered, or wanted twice
                raise SessionError("protocol")
            wanted.append((one, ref))
        self._outbox.add(wanted, Sent(self._round, self._stage) if frame.last else None)
        if frame.last:
            self._offered = {}
            self.state = State.TRANSFER

    def _on_ack(self, frame: Ack) -> None:
        for one in unpack_shorts(frame.stored):
            self._outbox.answered(one)
            self._seen.add(one)
        for packed, code in frame.refused:
            (one,) = unpack_shorts(packed)
            self._outbox.answered(one)
            self._refusals.add(one, code)
        if frame.refused:
            self._events.append(Refused(tuple(code for _one, code in frame.refused)))

    def _check_stage(self, round_: int, stage: int) -> None:
        if (round_, stage) != (self._round, self._stage):
            raise SessionError("protocol")

    # Rounds

    def _move_on(self) -> None:
        """Whatever can happen next without the other side."""
        if self.state is State.ENDED:
            return
        self._pump()
        if self.side == "answerer":
            if self.state is State.RESTING and self._again and not self._asked:
                self._again, self._asked = False, True
                self._send(Refresh(self._round))
            return
        idle = self._outbox.idle and self._inbox.idle
        if self.state is State.TRANSFER and idle and not self._awaits_sent:
            self._next_stage()
        if self.state is State.RESTING and self._again and self._pace.allows(self._now):
            self._new_round()
            self._compare(0)

    def _new_round(self) -> None:
        self._round += 1
        self._again = self._asked = False
        self._refusals.new_round()
        self._mark = self._look().mark

    def _compare(self, stage: int) -> None:
        self._stage = stage
        self._asking = Asking(self._gather())
        self._send(Compare(self._round, stage, tuple(self._asking.compare())))
        self.state = State.COMPARING

    def _next_stage(self) -> None:
        if self._stage == 0:
            self._compare(1)
        else:
            self._send(Settled(self._round))
            self._rest()

    def _rest(self) -> None:
        self._events.append(RoundDone(self._round))
        self.state = State.RESTING

    def _gather(self) -> dict[bytes, Index]:
        key, now = self._secure.tag_key, self._now
        return gather(self._shelf, self._look(), self._stage, key, self._refusals, now)

    # Small things

    def _look(self) -> Scope:
        """What both sides have in common now."""
        shelf, tags = self._shelf, self._peer_tags
        own = shelf.own
        candidates = own | {other for one in own for other in shelf.ties.accepted(one, self._now)}
        listed = {one for one in candidates if tag(self._secure.tag_key, one) in tags}
        self._scope = scope(shelf.ties, own, self.peer, listed, self._now)
        return self._scope

    def _list_peers(self) -> None:
        ties, key = self._shelf.ties, self._secure.tag_key
        peers = {other for one in self._shelf.own for other in ties.accepted(one, self._now)}
        listed = Listed(b"".join(sorted(tag(key, one) for one in peers)[:LISTED]))
        if listed != self._listed:
            self._listed = listed
            self._send(listed)

    def _short(self, record_id: bytes) -> int:
        return short(self._secure.tag_key, record_id)

    def _set_of(self, record: Subject) -> bytes | None:
        return set_of(record, self._scope or self._look(), self._shelf.ties, self._now)

    def _permits(self, record: Record) -> bool:
        return self._set_of(record) is not None

    def _pump(self) -> None:
        for frame in self._outbox.fill():
            self._send(frame)
            if isinstance(frame, Sent):
                self.state = State.BETWEEN

    def _send(self, frame: Frame) -> None:
        self._out.append(self._secure.encrypt(encode_frame(frame)))

    def _end(self, code: str) -> None:
        self._send(End(code))
        self.state = State.ENDED
        self._events.append(Ended(code, by_peer=False))

    def _result(self) -> list[Event]:
        events, self._events = self._events, []
        return events

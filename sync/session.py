"""A session between two nodes after the handshake (docs/protocol.md §8.3–§8.6).

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
6. A record of this node's own is sent to everybody at once; one that came from elsewhere is only
   announced, and sent to whoever asks: most have it from another side by then.
7. It speaks for the identities that both sides proved, and for no other that is held here.

Bytes and calls in, events and bytes out: after every call the shell sends what `outgoing()` gives
and acts on the events. `sync.states` has the states as a table.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from protocol.control_state import Relation
from protocol.record import Record
from sync.channel import Secure
from sync.common_view import Acquaintance
from sync.compared import Compared
from sync.errors import SessionError
from sync.events import Announced, Ended, Event, Expected, Received, Refused, RoundDone
from sync.frames import (
    IDS_IN_FRAME,
    Ack,
    Compare,
    End,
    Frame,
    Get,
    Have,
    Ids,
    Lack,
    Listed,
    More,
    Records,
    Refresh,
    Sent,
    Settled,
    Symbols,
    Want,
    cut_ids,
    decode_frame,
    encode_frame,
    pack_tags,
    unpack_tags,
)
from sync.refusals import Refusals
from sync.round_limits import Pace
from sync.rounds import Rounds
from sync.shelf import Header, Shelf
from sync.states import TABLE, State
from sync.tags import tag
from sync.transfer import Announcements, Inbox, Outbox, Seen

RecordIds = Mapping[bytes, bytes]
NO_IDS: RecordIds = MappingProxyType({})


class Session:
    """One session, from the end of the handshake to the end of the link; its parts are its own."""

    def __init__(self, secure: Secure, shelf: Shelf) -> None:
        self.secure, self._shelf = secure, shelf
        self.side = "dialler" if secure.dialled else "answerer"
        self.peer, self.own = frozenset(secure.peer), frozenset(secure.own)
        self._out: list[bytes] = []
        self._events: list[Event] = []
        self._now = 0
        self.outbox = Outbox(shelf, self.tag_of, self.permits)
        self._inbox = Inbox(self.tag_of)
        self._seen = Seen()
        self._announced = Announcements()
        self._refusals = Refusals()
        self._pace = Pace()
        self.rounds = Rounds(
            secure.tag_key, self.outbox, self._send, lambda: self.compared.sets(self._now)
        )
        kept, replaced = shelf.kept(secure.peer[0]), frozenset(secure.replaced)
        self.known = Acquaintance(shelf, secure.tag_key, self.own, self.peer, kept.salt, replaced)
        self.compared = Compared(shelf, kept, self.known, self._refusals)
        self._mark: int | None = None
        self._again = self._due = self._asked = False
        self.was_asked = False
        """Whether the last message was neither records nor their acknowledgement."""

    # For the shell

    def start(self, now: int) -> list[Event]:
        """Begin. To be called once, when the handshake is done."""
        self._now = now
        self._pace.heard(now)  # its time begins now
        self._list_peers()
        return self._result()

    def receive(self, data: bytes, now: int) -> list[Event]:
        """Take the next message; gives its events."""
        if self.state is State.ENDED:
            return []
        self._now = now
        try:
            self._take(decode_frame(self.secure.decrypt(data)))
        except SessionError as error:
            self._end(error.code)
        return self._result()

    def outgoing(self) -> list[bytes]:
        """Messages to send now, in order; each is given once. There are more until it is empty."""
        if not self._out and self.state is not State.ENDED:
            self._pump()
        out, self._out = self._out, []
        return out

    @property
    def state(self) -> State:
        """State of the session."""
        return self.rounds.state

    @property
    def is_quiet(self) -> bool:
        """Whether a round is over and neither another is due nor anything under way."""
        due = self._again or self._due or self._asked
        waits = due or not (self.outbox.idle and self._inbox.idle)
        return self.state is State.RESTING and self.rounds.number > 0 and not waits

    def offer(self, records: Iterable[Header], now: int, eager: bool = False) -> list[Event]:
        """Records that were just stored, for the peer if it may have them.

        Own ones, and all if `eager`, are sent at once, others announced.
        """
        if self.state in (State.ENDED, State.OPENING):
            return []
        self._now = now
        announced = []
        for header in records:
            one = self.tag_of(header.id)
            if one in self._seen or self._inbox.has(one) or self.outbox.has(one):
                continue
            if one in self._refusals or self.known.set_of(header, now) is None:
                continue
            if not (eager or header.author in self.own):
                announced.append(header.id)
                self._announced.put(header.id, header.ref)
            elif not self.outbox.push(one, header.ref):
                self._again = True  # too many at once: the next round finds them
                break
        for start in range(0, len(announced), IDS_IN_FRAME):
            self._send(Have(b"".join(announced[start : start + IDS_IN_FRAME])))
        self._move_on()
        return self._result()

    def get(self, ids: Iterable[bytes], now: int) -> list[Event]:
        """Ask for records that the other side announced."""
        wanted = list(ids)
        if self.state is not State.ENDED:
            self._now = now
            for start in range(0, len(wanted), IDS_IN_FRAME):
                self._send(Get(b"".join(wanted[start : start + IDS_IN_FRAME])))
        return self._result()

    def stored(
        self, outcomes: Iterable[tuple[bytes, str | None]], now: int, ids: RecordIds = NO_IDS
    ) -> list[Event]:
        """Tell outcomes of received envelopes, after COMMIT: None, or a code of §4.1. `ids` has
        those of records that were verified meanwhile, by envelope."""
        if self.state is State.ENDED:
            return []
        self._now = now
        kept, refused = [], []
        for envelope, code in outcomes:
            one = self._inbox.done(envelope, ids.get(envelope))
            if code is None:
                kept.append(one)
                self._seen.add(one)
            else:
                refused.append((pack_tags([one]), code))
        if kept or refused:
            self._send(Ack(pack_tags(kept), tuple(refused)))
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
        common = self.known.look(now)
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
        owes = self.state is not State.RESTING or self.outbox.flying > 0
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
            self._over(Ended(frame.code, by_peer=True))
            return
        if type(frame) not in TABLE[self.side, self.state]:
            raise SessionError("protocol")
        self._pace.heard(self._now)
        self.was_asked = not isinstance(frame, Records | Ack)
        match frame:
            case Listed():
                self._on_listed(frame)
            case Records(envelopes):
                self._inbox.put(envelopes)
                self._events.append(Received(envelopes))
            case Have(ids):
                self._on_have(ids)
            case Get(ids):
                self._on_get(ids)
            case Ack():
                self._on_ack(frame)
            case Refresh():
                self._again |= self.rounds.on_refresh(frame)
            case _:
                self._take_round(frame)
        self._move_on()

    def _take_round(self, frame: Frame) -> None:
        rounds, done = self.rounds, self.rounds.done
        match frame:
            case Compare():
                self._on_compare(frame)
            case Symbols():
                rounds.on_symbols(frame)
            case More():
                rounds.on_more(frame)
            case Ids():
                rounds.on_ids(frame)
            case Want():
                rounds.on_want(frame)
            case Lack():
                rounds.on_lack(frame)
            case Sent():
                rounds.on_sent(frame)
            case Settled():
                rounds.on_settled(frame)
        self._tell(done)

    def _tell(self, done: int) -> None:
        if (awaited := self.rounds.expected()) is not None:
            self._events.append(Expected(awaited))
        if self.rounds.done > done:
            self._events.append(RoundDone(self.rounds.number))

    def _on_listed(self, frame: Listed) -> None:
        self.known.hear(frame)
        if self.state is State.OPENING:
            self.rounds.state = State.RESTING
            self._again = self.side == "dialler"

    def _on_compare(self, frame: Compare) -> None:
        rounds = self.rounds
        if frame.stage == 0:
            self._pace.check(self._now)
            expected = (State.RESTING, rounds.number + 1, 0)
        else:
            expected = (State.BETWEEN, rounds.number, rounds.stage + 1)
        if (self.state, frame.round, frame.stage) != expected:
            raise SessionError("protocol")
        if frame.stage == 0:
            self._new_round()
        rounds.on_compare(frame)

    def _on_have(self, ids: bytes) -> None:
        named = cut_ids(ids)
        for one in named:
            self._seen.add(self.tag_of(one))
        self._events.append(Announced(named))

    def _on_get(self, ids: bytes) -> None:
        for id_ in cut_ids(ids):
            ref, one = self._announced.take(id_), self.tag_of(id_)
            if ref is None:
                self._again |= self._announced.forgot
            elif not self.outbox.has(one):
                self._again |= not self.outbox.push(one, ref)

    def _on_ack(self, frame: Ack) -> None:
        for one in unpack_tags(frame.stored):
            self.outbox.answered(one)
            self._seen.add(one)
        for packed, code in frame.refused:
            (one,) = unpack_tags(packed)
            self._refusals.add(one, code, self.outbox.answered(one))
        if frame.refused:
            self._events.append(Refused(tuple(code for _one, code in frame.refused)))

    # Rounds

    def _move_on(self) -> None:
        """Whatever can happen next without the other side."""
        if self.state is State.ENDED:
            return
        self._pump()
        rounds, done = self.rounds, self.rounds.done
        if self.side == "answerer":
            if self.state is State.RESTING and self._again and not self._asked:
                self._again, self._asked = False, True
                self._send(Refresh(rounds.number))
            return
        ready, idle = self.compared.is_ready, self.outbox.idle and self._inbox.idle
        over = self.state is State.TRANSFER and idle and not rounds.awaits_sent
        if over and ready(self._now):
            rounds.next_stage()
            self._tell(done)
        due = self.state is State.RESTING and self._again and self._pace.allows(self._now)
        if due and ready(self._now):
            self._new_round()
            rounds.compare(0)

    def _new_round(self) -> None:
        self.rounds.number += 1
        self._again = self._asked = False
        self._refusals.new_round()
        self._mark = self.known.look(self._now).mark

    # Small things

    def _list_peers(self) -> None:
        if (listed := self.known.listed(self._now)) is not None:
            self._send(listed)

    def tag_of(self, record_id: bytes) -> int:
        return int.from_bytes(tag(self.secure.tag_key, record_id), "big")

    def takes(self, record: Record, now: int) -> bool:
        """Whether a record that came may be taken in from here: of public ones those by authors
        that both sides have in common, and the chains by which identities introduce themselves."""
        if record.audience.scope != "public" or record.kind == "identity":
            return True
        return self.known.is_common(record.author, now)

    def permits(self, record: Record) -> bool:
        """Whether the peer may have a record, just before it is sent."""
        return self.known.set_of(record, self._now) is not None

    def _pump(self) -> None:
        for frame in self.outbox.fill():
            self._send(frame)
            if isinstance(frame, Sent):
                self.rounds.state = State.BETWEEN

    def _send(self, frame: Frame) -> None:
        self._out.append(self.secure.encrypt(encode_frame(frame), self._now))

    def _end(self, code: str) -> None:
        self._send(End(code))
        self._over(Ended(code, by_peer=False))

    def _over(self, ended: Ended) -> None:
        self.rounds.state = State.ENDED
        self._events.append(ended)

    def _result(self) -> list[Event]:
        events, self._events = self._events, []
        return events

"""A world in memory: nodes that are dictionaries, links that are loops.

The intake of `Node` is the real chain (verify → check → gate) with a toy store behind it.
"""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, NamedTuple

from crypto.hashing import digest
from protocol.audience import PUBLIC, Audience
from protocol.check import check, check_opened
from protocol.control_state import Ties
from protocol.errors import ProtocolError, Refused
from protocol.ids import to_name
from protocol.kind import Place
from protocol.kinds import CONTROL
from protocol.record import Record, open_sealed
from protocol.sealed import OUTSIDE
from sync import events
from sync.catalogue import Catalogue
from sync.channel import Secure
from sync.gate import Verdict, about, gate, takes_in
from sync.handshake import Answerer, Dialler
from sync.index import Kept
from sync.proof import Holding
from sync.session import Session
from sync.shelf import Header
from sync.states import State
from tests.sync.people import NOW, Someone, entropy, verify

_number = count(1)


class Node:
    """A node: identities, ties, records. It is the `Shelf` of its sessions."""

    def __init__(self, *held: Someone) -> None:
        self.held = held
        self.ties = Ties(frozenset(one.id for one in held))
        self.records: dict[Place, Record] = {}
        self.by_ref: dict[int, Record] = {}
        self.refs: dict[bytes, int] = {}
        self.refused: list[str] = []
        self.now = NOW
        self._listed = Catalogue()
        self.kept_for: dict[bytes, Kept] = {}
        self.take(one.introduction() for one in held)

    # Shelf

    @property
    def own(self) -> frozenset[bytes]:
        return self.ties.own

    def header(self, one: Record) -> Header:
        return Header(
            one.author, one.audience, one.kind, one.name, one.epoch, one.expires, one.id,
            self.refs[one.id],
        )  # fmt: skip

    def catalogue(self, now: int) -> Catalogue:
        self._listed.expire(now)
        self._listed.tidy()
        return self._listed

    def kept(self, peer: bytes) -> Kept:
        return self.kept_for.setdefault(peer, Kept(entropy(self.held[0].name, peer, size=16)))

    def envelopes(self, refs: Sequence[int]) -> list[bytes | None]:
        return [self.by_ref[ref].raw if ref in self.by_ref else None for ref in refs]

    # Intake

    def take(self, envelopes: Iterable[bytes]) -> list[Header]:
        """Take in what must be acceptable."""
        outcomes, fresh, _control = self.intake(list(envelopes))
        assert [code for _envelope, code in outcomes if code] == []
        return fresh

    def intake(
        self, envelopes: Iterable[bytes], proven: frozenset[bytes] = frozenset()
    ) -> tuple[list[tuple[bytes, str | None]], list[Header], bool]:
        """Outcomes, what is new, and whether control records are among it."""
        outcomes: list[tuple[bytes, str | None]] = []
        fresh: list[Header] = []
        control = False
        for envelope in envelopes:
            code = None
            try:
                new, changed = self._one(envelope, proven)
                control |= changed
                if new is not None:
                    fresh.append(self.header(new))
            except ProtocolError as error:
                code = error.code
                self.refused.append(code)
            outcomes.append((envelope, code))
        if control:
            self.sweep()
        return outcomes, [one for one in fresh if one.ref in self.by_ref], control

    def _one(self, envelope: bytes, proven: frozenset[bytes]) -> tuple[Record | None, bool]:
        record = verify(envelope)
        held = self.records.get(record.place)
        if held is not None and held.id == record.id:
            return None, False
        chain = check(record, self.ties, self.now)
        if gate(self.own, record, self.ties, self.now) is Verdict.NO:
            raise Refused("gate", "not-for-you")
        if not (record.author in proven or takes_in(record, self.ties, self.now)):
            raise Refused("not listed", "not-for-you")
        control = self._open(record)
        if held is not None and held.seq >= record.seq:
            return None, False
        self.put(record)
        if record.kind in CONTROL:
            self.ties.apply(record, chain)
            control = True
        return record, control

    def put(self, record: Record) -> None:
        """Let it stand at its place."""
        held = self.records.get(record.place)
        if held is not None:
            self.drop(held)
        self.records[record.place] = record
        self.refs[record.id] = next(_number)
        self.by_ref[self.refs[record.id]] = record
        self._listed.put(self.header(record))

    def drop(self, record: Record) -> None:
        """Have it no more."""
        ref = self.refs.pop(record.id)
        del self.records[record.place], self.by_ref[ref]
        self._listed.drop(ref)

    def _open(self, record: Record) -> bool:
        """Look into what is sealed to this node or by it; whether it was a control record."""
        if record.kind not in OUTSIDE or not self.own & {record.author, *record.audience.ids}:
            return False
        inner = open_sealed(record, [one.sealing for one in self.held])
        check_opened(inner, self.ties, self.now)
        self.ties.apply(inner)
        return inner.kind in CONTROL

    def sweep(self) -> None:
        """Delete what this node may no longer hold (§6.4)."""
        for record in list(self.records.values()):
            mine = record.author in self.own
            gone = gate(self.own, record, self.ties, self.now) is Verdict.NO
            if gone and not mine:
                self.drop(record)

    def holdings(self) -> list[Holding]:
        return [Holding(one.id, one.key, self.records[_introduction(one)].raw) for one in self.held]

    def ids(self, *kinds: str) -> set[bytes]:
        """Ids of the records that this node holds."""
        return {one.id for one in self.records.values() if not kinds or one.kind in kinds}


def _introduction(one: Someone) -> Place:
    return Place(one.id, PUBLIC, "identity", to_name(digest(one.links[-1][0])))


class Crossing(NamedTuple):
    """An envelope that went over a link."""

    sender: Node
    receiver: Node
    record: Record


class Link:
    """Two nodes, their sessions, and what crosses. Every envelope is checked against the gate."""

    def __init__(self, dialler: Node, answerer: Node, lag: int = 0) -> None:
        self.nodes = (dialler, answerer)
        self.now = NOW
        self.crossed: list[Crossing] = []
        self.events: tuple[list[events.Event], list[events.Event]] = ([], [])
        self.messages = 0
        secures = shake(dialler, answerer)
        self.sessions = tuple(
            Session(secure, node) for secure, node in zip(secures, self.nodes, strict=True)
        )
        for here, there in ((dialler, secures[0]), (answerer, secures[1])):
            here.intake(there.envelopes)
        for number, session in enumerate(self.sessions):
            self.handle(number, session.start(self.now))

    def handle(self, number: int, happened: Iterable[events.Event]) -> None:
        """What the shell of one side does on events."""
        node, session = self.nodes[number], self.sessions[number]
        for event in happened:
            self.events[number].append(event)
            if isinstance(event, events.Announced):
                self.handle(number, session.get(event.ids, self.now))
            if isinstance(event, events.Received):
                self._check(number, event.envelopes)
                outcomes, fresh, control = node.intake(event.envelopes, session.peer)
                self.handle(number, session.stored(outcomes, self.now))
                self.handle(number, session.offer(fresh, self.now))
                if control:
                    self.handle(number, session.control_changed(self.now))

    def _check(self, number: int, envelopes: Iterable[bytes]) -> None:
        sender, receiver = self.nodes[1 - number], self.nodes[number]
        for envelope in envelopes:
            record = verify(envelope)
            assert gate(receiver.own, record, sender.ties, self.now) is not Verdict.NO
            self.crossed.append(Crossing(sender, receiver, record))

    def step(self) -> bool:
        """Carry what is on the way in both directions; False if nothing was."""
        for number, session in enumerate(self.sessions):
            while session.compared.waits:
                while session.compared.prepare(self.now):
                    continue
                self.handle(number, session.offer((), self.now))
        carried = [session.outgoing() for session in self.sessions]
        for number, messages in enumerate(reversed(carried)):
            for message in messages:
                self.messages += 1
                self.handle(number, self.sessions[number].receive(message, self.now))
        return any(carried)

    def run(self, steps: int = 1_000) -> None:
        """Until nothing is on the way."""
        for _ in range(steps):
            if not self.step():
                return
        raise AssertionError("the sessions never come to rest")

    def put(self, number: int, *envelopes: bytes) -> None:
        """One side stores records of its own."""
        node, session = self.nodes[number], self.sessions[number]
        outcomes, fresh, control = node.intake(envelopes)
        assert [code for _envelope, code in outcomes if code] == []
        self.handle(number, session.offer(fresh, self.now))
        if control:
            self.handle(number, session.control_changed(self.now))

    def seen(self, number: int, kind: type[Any]) -> list[Any]:
        """Events of one kind on one side."""
        return [one for one in self.events[number] if isinstance(one, kind)]


HOST = "answerer.example:443"


def shake(dialler: Node, answerer: Node, code: bytes | None = None) -> tuple[Secure, Secure]:
    """A handshake that succeeds."""
    here = Dialler(
        dialler.holdings(), dialler.ties, answerer.held[0].id, HOST, code,
        entropy(next(_number)), entropy(next(_number)),
    )  # fmt: skip
    there = Answerer(
        answerer.holdings(), answerer.ties, {HOST}, entropy(next(_number)), entropy("n")
    )
    done: dict[str, Secure] = {}
    for _ in range(4):
        for side, other in ((here, there), (there, here)):
            for message in side.outgoing():
                for event in other.receive(message):
                    if isinstance(event, events.Introduced):
                        other.accept()
                    if isinstance(event, Secure):
                        done[other.side] = event
    return done["dialler"], done["answerer"]


def know(node: Node, *others: Someone) -> None:
    """Take in the chains of others."""
    node.take(one.introduction() for one in others)


def befriend(one: Node, other: Node) -> None:
    """Both homes accept each other, as after an invitation (§9.3): each knows its own side only."""
    know(one, *other.held)
    know(other, *one.held)
    one.take([one.held[0].accepts(other.held[0])])
    other.take([other.held[0].accepts(one.held[0])])


class Net(NamedTuple):
    """A network and what makes each group a member of it."""

    network: Someone
    host: Someone
    control: list[bytes]
    epochs: dict[bytes, bytes]

    @classmethod
    def of(cls, name: str, host: Someone, *members: Someone) -> "Net":
        network = Someone(name, founders=[host.id])
        net = cls(network, host, [network.introduction(), network.charter(host)], {})
        for one in (host, *members):
            net.add(one)
        return net

    def add(self, one: Someone, turn: int = 1) -> None:
        epoch = self.epochs[one.id] = entropy(self.network.name, one.name, turn, size=16)
        self.control.append(one.introduction())
        self.control.append(one.joins(self.network, epoch))
        self.control.append(self.network.admits(one, epoch))

    def audience(self) -> Audience:
        return Audience.network(self.network.id)

    def teach(self, *nodes: Node) -> None:
        """Let nodes know all of it: their own ties first, because the rest is for members."""
        for node in nodes:
            records = [verify(one) for one in self.control]
            own = [one for one in records if about(one) in node.own]
            chains = [one for one in records if one.kind == "identity"]
            node.take(one.raw for one in (*chains, *own, *records))


ANNA, BERT, CARL, DORA, EMIL = (Someone(n) for n in ("anna", "bert", "carl", "dora", "emil"))
DIALLER, ANSWERER = 0, 1


def friends() -> tuple[Node, Node]:
    """Anna's and Bert's node, who accept each other."""
    anna, bert = Node(ANNA), Node(BERT)
    befriend(anna, bert)
    return anna, bert


def rested(link: Link) -> bool:
    """Both sides have nothing to do, and went through the same rounds."""
    rounds = [link.seen(side, events.RoundDone) for side in (DIALLER, ANSWERER)]
    return rounds[0] == rounds[1] and {one.state for one in link.sessions} == {State.RESTING}

"""Made-up histories of a store's control records, and the ties as they are read one by one."""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from node.store.core import Core
from node.store.database import Database
from node.store.kept_control import SPAN, KeptControl
from node.store.records import Records
from protocol.audience import Audience
from protocol.control_state import Ties
from protocol.encoding import encode
from protocol.ids import to_text
from protocol.kind import Statement
from protocol.kinds import CONTROL, KINDS
from protocol.record import Record, fill_content, reread, verify
from tests.protocol.making.cast import ISSUED, Actor, Cast, made, sealed_content
from tests.protocol.making.examples import examples

TABLES = ("records", "opened", "identities", "audiences", "kept_control", "settings", "outside")


@dataclass(frozen=True)
class Said:
    """A record, and what this node opened of it."""

    record: Record
    inner: Statement | None = None


@cache
def pool() -> tuple[Said, ...]:
    """Control records of each kind and what contradicts, replaces and erases them."""
    cast, found = Cast(), list[bytes]()
    groups = [Actor(f"group {n}") for n in range(6)]
    league = Actor("league", groups[:3])
    networks, everybody = (cast.alliance, league), (*cast.known, cast.stranger, league, *groups)
    found += [one.introduction(ISSUED - n) for n in (0, 10) for one in everybody]
    for example in examples(cast).values():
        if example.kind.control and not example.sealed and example.place.kind != "identity":
            found.append(example.record())
            found.append(example.record(content=None))
    for network in networks:
        for member in (*groups, cast.west, cast.north):
            for epoch in ("one", "two"):
                found += [member.joins(network, epoch), member.joins(network, epoch, content=None)]
                for decision in ("admitted", "declined", "expelled", None):
                    found.append(network.answers(member, epoch, decision))
    for one in groups:
        for n in range(2):
            content = {"url": f"https://g{n}.example", "tls": None}
            found.append(one.record("endpoint", content, name=f"home-{n}"))
            found.append(one.record("endpoint", None, name=f"home-{n}"))
    found += _chains(groups, league)
    return tuple(map(Said, map(verify, found))) + tuple(_sealed(cast))


def _chains(groups: list[Actor], league: Actor) -> list[bytes]:
    """Rotations, contradictions and majorities."""
    found = []
    for one in (groups[0], groups[1], league):
        for changes in ({}, {"compromised": True}):
            branch = Actor(one.label, groups[:3] if one is league else ())
            branch.rotate(**changes)
            found.append(branch.introduction())
            branch.rotate()
            found.append(branch.introduction())
    for roster in (groups[:3], groups[1:5]):
        branch = Actor(league.label, groups[:3])
        branch.elements.append(branch.voted(groups[:2], roster))
        found.append(branch.introduction())
    return found


def _sealed(cast: Cast) -> list[Said]:
    found = []
    for example in examples(cast).values():
        if not (example.kind.control and example.sealed):
            continue
        for n, body in enumerate((example.body, None, example.body)):
            readers = [one for one in cast.known if one.id in example.place.audience.ids]
            name = to_text(made(f"{example.place.kind} {n}", 16))
            outer = {"kind": example.place.kind, "name": example.place.name, "body": body}
            content = sealed_content(example.author, readers, name, encode(outer))
            audience = Audience.direct(one.id for one in readers)
            record = verify(example.author.record("sealed", content, audience, name))
            inner = Statement()
            inner.author, inner.audience = record.author, record.audience
            inner.kind, inner.name, inner.body = example.place.kind, example.place.name, body
            fill_content(inner, KINDS[inner.kind])
            found.append(Said(record, inner))
    return found


class Store:
    """A store to which anything may happen, by the dice of a seed."""

    def __init__(self) -> None:
        self.db = Database(":memory:")
        self.records, self.kept = Records(self.db), KeptControl(self.db)

    def begin(self, seed: int) -> Random:
        """Empty it."""
        with self.db.writing():
            for table in TABLES:
                self.db.run(f"delete from {table}")
        self.records.forget()
        self.kept = KeptControl(self.db)
        return Random(seed)

    def happen(self, dice: Random) -> None:
        """One thing."""
        what = dice.choices(("come", "go", "pass", "pack", "break"), (5, 1, 3, 3, 1))[0]
        with self.db.writing():
            getattr(self, f"_{what}")(dice)

    def _come(self, dice: Random) -> None:
        for said in dice.sample(pool(), dice.randrange(1, 12)):
            (no,) = self.records.put([said.record])
            if no is not None and said.inner is not None and dice.random() < 0.9:
                self.records.put_opened(no, said.inner)

    def _go(self, dice: Random) -> None:
        numbers = [no for (no,) in self.db.all("select no from records order by no")]
        self.records.delete(dice.sample(numbers, min(len(numbers), dice.randrange(6))))

    def _pass(self, dice: Random) -> None:
        """Other records came meanwhile, and are gone: a part is full sooner."""
        last = str(self.records.last() + dice.randrange(SPAN, 2 * SPAN))
        self.db.run("insert or replace into settings values ('last_record', ?)", (last,))

    def _pack(self, dice: Random) -> None:
        for part in self.kept.missing(self.records.last()):
            if dice.random() < 0.9:
                self.kept.keep(part)

    def _break(self, dice: Random) -> None:
        """A part is not as it was written."""
        for part, body in self.db.all("select part, body from kept_control"):
            if dice.random() < 0.2:
                at = dice.randrange(len(body))
                broken = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
                self.db.run("update kept_control set body = ? where part = ?", (broken, part))

    def quick(self) -> Ties:
        """The ties as a start takes them in."""
        ties = Ties()
        KeptControl(self.db).take_in(ties, self.records.last())
        take_in_opened(ties, self.records)
        return ties

    def slow(self) -> Ties:
        """The ties with every record read by itself."""
        return read_singly(self.records)


def read_singly(records: Records) -> Ties:
    """Each control record by itself, in the order of their numbers; then what was opened."""
    ties = Ties()
    for (envelope,) in records.db.all("select envelope from records order by no"):
        record = reread(envelope)
        if record.kind in CONTROL and ties.is_newer(record, record.id):
            ties.note(record, record.id)
            ties.apply(record)
    take_in_opened(ties, records)
    return ties


def take_in_opened(ties: Ties, records: Records) -> None:
    for kind in sorted(CONTROL):
        for inner in records.opened(kind, 0):
            if ties.is_newer(inner, b""):
                ties.note(inner, b"")
                ties.apply(inner)


def contents(ties: Ties) -> dict[str, Any]:
    """All that ties know, to be compared."""
    found = {**vars(ties), **{f"certificates.{k}": v for k, v in vars(ties.certificates).items()}}
    for name in ("aside", "certificates", "version"):
        del found[name]
    return {
        name: _in_any_order(value) if name.endswith("networks_of") else value
        for name, value in found.items()
        if not callable(value) and not name.endswith("readers")
    }


def _in_any_order(found: dict[bytes, tuple[bytes, ...]]) -> dict[bytes, list[bytes]]:
    return {who: sorted(some) for who, some in found.items()}


def assert_opens_as_read(core: Core) -> None:
    """What a start of this node takes in is what its records say."""
    ties = Ties()
    KeptControl(core.db).take_in(ties, core.records.last())
    take_in_opened(ties, core.records)
    assert contents(ties) == contents(read_singly(core.records))

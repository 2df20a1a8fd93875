"""The gate: may this reader read a record, carry it, or not have it? (docs/protocol.md §6.5)

The only place that answers this. A reader is the set of identities of one node. Asked before a
record is sent (with the peer's identities) and before it is stored (with one's own). The rows of
the table in §6.5 are the branches below, in the same order; `tests/sync/test_gate.py` is the
policy.
"""

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Protocol

from protocol.audience import Audience
from protocol.control_state import Relation, Ties
from protocol.decisions import ATTESTATION
from protocol.ids import from_name
from protocol.kind import Statement
from protocol.kinds import CONTROL, DECISIONS, HALVES
from protocol.sealed import CLOSED, OUTSIDE


class Subject(Protocol):
    """Fields that the gate looks at, of a record or of the header of a stored one."""

    @property
    def author(self) -> bytes:
        """Its author."""

    @property
    def audience(self) -> Audience:
        """Its audience."""

    @property
    def kind(self) -> str:
        """Of the outside: `sealed`, whatever is inside."""

    @property
    def name(self) -> str:
        """Of the place."""

    @property
    def epoch(self) -> bytes | None:
        """Of the membership that it rests on."""

    @property
    def expires(self) -> int:
        """When it ends."""


class Verdict(Enum):
    """A reader's right to a record."""

    NO = "no"
    CARRY = "carry"
    READ = "read"


def gate(reader: AbstractSet[bytes], record: Subject, ties: Ties, now: int) -> Verdict:
    """Whether `reader` may have `record`, by the control records in `ties` at the time `now`."""
    if _is_over(record, now):
        return Verdict.NO
    if record.author in reader:
        return Verdict.READ
    scope = record.audience.scope
    if scope == "public":
        return Verdict.READ
    if scope == "network":
        return _to_network(reader, record, ties, now)
    if record.kind in OUTSIDE:
        return _sealed(reader, record, ties, now)
    return Verdict.NO


def _is_over(record: Subject, now: int) -> bool:
    return record.expires <= now


def _to_network(reader: AbstractSet[bytes], record: Subject, ties: Ties, now: int) -> Verdict:
    network = record.audience.ids[0]
    control = record.kind in CONTROL
    if not control and not _valid_there(record, network, ties, now):
        return Verdict.NO
    if _is_part(ties, network, reader, now):
        return Verdict.READ
    if record.kind in DECISIONS:  # whatever the network's node says: it may be what is decided on
        some = any(ties.may_vote(network, one, now) for one in reader)
        return Verdict.READ if some or _attests(reader, record, ties, now) else Verdict.NO
    if control and about(record) in reader:
        return Verdict.READ
    if _ends(record, network, ties) and _was_part(ties, network, reader, now):
        return Verdict.READ
    return Verdict.NO


def _attests(reader: AbstractSet[bytes], record: Subject, ties: Ties, now: int) -> bool:
    """What decides which chain counts, to who joined by another one: no more than chains name."""
    network = record.audience.ids[0]
    if record.kind != ATTESTATION.name or record.author not in ties.named(network):
        return False
    return any(ties.has_joined(network, one, now) for one in reader)


def _ends(record: Subject, network: bytes, ties: Ties) -> bool:
    """Whether it says that a membership ended: a record by its body, a header by what stands."""
    if isinstance(record, Statement):
        content, erased = record.content, record.body is None
    else:
        bond = ties.bond(network, about(record)) if record.kind in HALVES else None
        half = (bond.joined if record.kind == "membership" else bond.answered) if bond else None
        if half is None:
            return False
        content, erased = half.content, half.content is None
    if record.kind == "membership":
        return erased
    return record.kind == "admission" and (erased or (content or {})["decision"] == "expelled")


def _valid_there(record: Subject, network: bytes, ties: Ties, now: int) -> bool:
    """By the network, or by a member of it that quotes the epoch of its membership (§6.3)."""
    if record.author == network:
        return True
    bond = ties.bond(network, record.author)
    if bond is None or bond.membership is None or bond.membership.epoch != record.epoch:
        return False
    return bond.is_member(now)


def about(record: Subject) -> bytes:
    """The identity that a control record is about: an admission's member, else the author."""
    if record.kind != "admission":
        return record.author
    try:
        return from_name(record.name)
    except ValueError:  # a tombstone of an admission of nobody
        return record.author


def _sealed(reader: AbstractSet[bytes], record: Subject, ties: Ties, now: int) -> Verdict:
    author, recipients = record.author, record.audience.ids
    for one in recipients:
        if one in reader and ties.relation(author, one, now) is not Relation.NONE:
            return Verdict.READ
    if record.kind == CLOSED.name:
        return Verdict.NO
    for network in ties.connected(author, now):
        if not _is_part(ties, network, reader, now):
            continue
        if ties.is_part(network, author, now):
            if _was_part(ties, network, recipients, now):
                return Verdict.CARRY
        elif _was_part(ties, network, [author], now) and _is_part(ties, network, recipients, now):
            return Verdict.CARRY
    return Verdict.NO


def _is_part(ties: Ties, network: bytes, some: Collection[bytes], now: int) -> bool:
    for one in some:  # noqa: SIM110 - this is the hot path of the intake
        if one == network or ties.is_member(network, one, now):
            return True
    return False


def _was_part(ties: Ties, network: bytes, some: Iterable[bytes], now: int) -> bool:
    """Whether one of `some` is part of the network or a former member of it (§6.4)."""
    return any(one == network or ties.is_or_was_member(network, one, now) for one in some)


def takes_in(record: Subject, ties: Ties, now: int) -> bool:
    """Whether a node takes in a public record by this author (§6.5, last paragraph).

    Identities introduce themselves before anything else can be said about them, so they are
    taken from every peer; the store forgets those that nothing refers to.
    """
    if record.audience.scope != "public" or record.kind == "identity":
        return True
    return ties.accepts_public_from(record.author, now)

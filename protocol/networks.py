"""Networks, membership and admission (docs/protocol.md §6.2–§6.4, §7.5, §7.6).

An agreement is two facts that match: a `membership` by the group and an `admission` by the network
that quotes the same epoch. Either side ends it alone.
"""

from typing import Any

from crypto.hashing import digest
from protocol.errors import Malformed, Missing, Refused
from protocol.fields import (
    array,
    boolean,
    fields,
    identifier,
    integer,
    lang,
    line,
    one_of,
    optional,
    text,
    url,
    usually,
)
from protocol.ids import ID_BYTES, to_name
from protocol.kind import LIFETIME, Epoch, Facts, Kind, State, Statement, named_by_bytes, unnamed
from protocol.measures import share, term


def must_be_network(identity: bytes, facts: Facts, what: str) -> None:
    """Raise `Missing` if an identity is not known, `Refused` if it is no network."""
    found = facts.type_of(identity)
    if found is None:
        raise Missing(f"{what}: this network is not known here", "unknown-key")
    if found != "network":
        raise Refused(f"{what}: not a network")


def _as_confirmed(statement: Statement, facts: Facts) -> None:
    must_be_network(statement.author, facts, "network")
    if not fits_charter(statement, facts):  # §7.5
        raise Refused("network: not the charter that its founders or a majority confirmed")


def fits_charter(statement: Statement, facts: Facts) -> bool:
    """Whether a `network` record is the charter that was confirmed last, if any was (§7.5)."""
    confirmed = facts.confirmed_charter(statement.author)
    if confirmed is None:
        return True
    return statement.body is not None and digest(statement.body) == confirmed


NETWORK = Kind(
    name="network",
    audiences=frozenset({"public"}),
    fields=fields(
        name=line(120),
        purpose=optional(text(2000)),
        motto=optional(line(200)),
        orientation=optional(line(500)),
        consensus=array(line(500), 32),
        topics=array(line(80), 32),
        region=optional(line(120)),
        languages=array(lang, 16),
        admission=usually(one_of("open", "decision"), "decision"),
        majority=usually(share, "2/3"),
        counted=usually(one_of("roster", "cast"), "roster"),
        term=usually(term, "P1Y"),
        host=identifier,
        mandate=integer(0, 253_402_300_799),
        links=array(url, 16),
    ),
    limit=1,
    named=unnamed,
    state=State.CHARTERS,
    order=1,
    renewed=LIFETIME,
    listed=True,
    inner=False,
    rule=_as_confirmed,
)


def _membership_shape(statement: Statement, content: dict[str, Any]) -> None:
    if content["network"] != statement.audience.ids[0]:
        raise Malformed("membership: network is not the audience")


def _of_another_network(statement: Statement, facts: Facts) -> None:
    network = statement.audience.ids[0]
    if statement.author == network:
        raise Refused("membership: a network is no member of itself")
    # An applicant is related to whom it applies to (§6.5): a group must not be made a network of.
    must_be_network(network, facts, "membership")


MEMBERSHIP = Kind(
    name="membership",
    audiences=frozenset({"network"}),
    fields=fields(
        network=identifier, charter=identifier, message=optional(text(1000)), shown=boolean
    ),
    limit=1,
    named=unnamed,
    state=State.MEMBERSHIPS,
    order=2,
    whom="network",
    renewed=LIFETIME,
    inner=False,
    epoch=Epoch.ALWAYS,
    shape=_membership_shape,
    rule=_of_another_network,
)


def _admission_shape(statement: Statement, content: dict[str, Any]) -> None:
    if statement.name != to_name(content["member"]):
        raise Malformed("admission: the name is not the member")


def _by_that_network(statement: Statement, facts: Facts) -> None:
    if statement.author != statement.audience.ids[0]:
        raise Refused("admission: only the network itself admits")
    must_be_network(statement.author, facts, "admission")


ADMISSION = Kind(
    name="admission",
    audiences=frozenset({"network"}),
    fields=fields(
        member=identifier,
        decision=one_of("admitted", "declined", "expelled"),
        reason=optional(line(500)),
    ),
    limit=20_000,
    named=named_by_bytes(ID_BYTES),
    state=State.ADMISSIONS,
    order=3,
    whom="member",
    renewed=LIFETIME,
    inner=False,
    epoch=Epoch.ALWAYS,
    shape=_admission_shape,
    rule=_by_that_network,
)

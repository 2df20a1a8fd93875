"""The records of a pact: proposed, signed, certified (docs/protocol.md §6.6, §7.13–§7.15).

They stand inside `closed` records only: nobody but those who were asked learns that there is a
pact. What their contents mean together is `protocol.certificates`'s.
"""

from typing import Any

from crypto.hashing import digest
from protocol.audience import DIRECT_IDS
from protocol.errors import Malformed
from protocol.fields import (
    Check,
    fields,
    id_list,
    identifier,
    integer,
    octets,
    optional,
    raw_bytes,
    text,
)
from protocol.ids import EPOCH_BYTES, ID_BYTES, to_name
from protocol.kind import Kind, Shape, State, Statement, named_by_bytes

ASKED = DIRECT_IDS + 1
"""The recipients of one record, and its author."""

PACT_BYTES = 24_576
"""A certificate, with all signatures, must fit into a sealed record (§7.11)."""

LONGEST_SECONDS = 365 * 86_400
"""From the proposal to its date: so that a pact never outlives the charter inside."""

_TIME = integer(0, 253_402_300_799)


def _signatures(value: Any) -> bool:
    if type(value) is not list or not 1 <= len(value) <= ASKED:
        return False
    checks = (identifier, octets(EPOCH_BYTES), octets(32), octets(64))
    for one in value:
        if type(one) is not list or len(one) != 4:
            return False
        if not all(check(part) for check, part in zip(checks, one, strict=True)):
            return False
    signers = [one[0] for one in value]
    return signers == sorted(set(signers))


def _pact_shape(statement: Statement, content: dict[str, Any]) -> None:
    if statement.body is None or len(statement.body) > PACT_BYTES:
        raise Malformed("pact: too long")
    if statement.name != to_name(digest(statement.body)):
        raise Malformed("pact: the name is not its digest")
    if statement.author != content["proposer"]:
        raise Malformed("pact: by somebody else than its proposer")
    asked, carriers = set(content["asked"]), set(content["carriers"])
    if {statement.author, *statement.audience.ids} != asked | carriers:
        raise Malformed("pact: the audience is not who was asked")


def _signature_shape(statement: Statement, content: dict[str, Any]) -> None:
    if statement.name != to_name(content["pact"]):
        raise Malformed("signature: the name is not the pact")


def _certificate_shape(statement: Statement, content: dict[str, Any]) -> None:
    if statement.name != to_name(digest(content["pact"])):
        raise Malformed("certificate: the name is not the pact")


def _kind(name: str, shape: Shape, **checks: Check) -> Kind:
    """All three are named by the pact's digest and stand inside `closed` records only."""
    return Kind(
        name=name,
        audiences=frozenset({"direct"}),
        fields=fields(**checks),
        limit=50,
        named=named_by_bytes(ID_BYTES),
        state=State.PACTS,
        former=True,
        inner=False,
        closed=True,
        shape=shape,
    )


PACT = _kind(
    "pact",
    _pact_shape,
    identity=raw_bytes,
    charter=raw_bytes,
    proposer=identifier,
    asked=id_list(2, ASKED),
    quorum=integer(2, ASKED),
    proposed=_TIME,
    until=_TIME,
    leaves=optional(identifier),
    carriers=id_list(0, DIRECT_IDS - 1),
    note=optional(text(1000)),
)

SIGNATURE = _kind(
    "signature",
    _signature_shape,
    pact=identifier,
    epoch=octets(EPOCH_BYTES),
    key=octets(32),
    signature=octets(64),
)

CERTIFICATE = _kind("certificate", _certificate_shape, pact=raw_bytes, signatures=_signatures)

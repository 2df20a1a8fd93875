"""Receipts: what ended with you was deleted here (docs/protocol.md §6.4, §7.10)."""

from typing import Any

from protocol.errors import Malformed
from protocol.fields import fields, identifier, integer, octets, one_of
from protocol.ids import EPOCH_BYTES, to_name
from protocol.kind import Kind, Statement, named_by_bytes


def _named_by_epoch(statement: Statement, content: dict[str, Any]) -> None:
    if statement.name != to_name(content["epoch"]):
        raise Malformed("receipt: the name is not the epoch")


RECEIPT = Kind(
    name="receipt",
    audiences=frozenset({"direct"}),
    fields=fields(
        network=identifier,
        epoch=octets(EPOCH_BYTES),
        what=one_of("left", "expelled"),
        dropped=integer(0, 2**53),
    ),
    limit=500,
    named=named_by_bytes(EPOCH_BYTES),
    one_recipient=True,
    shape=_named_by_epoch,
)

"""Receipts: what ended with you, or what you erased, is deleted here.

docs/protocol.md §6.4 and §7.10; §6.8 and §7.18.
"""

from typing import Any

from protocol.errors import Malformed
from protocol.fields import array, fields, identifier, integer, octets, one_of, pair
from protocol.ids import EPOCH_BYTES, to_name
from protocol.kind import Kind, Statement, freely_named, named_by_bytes


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
    former=True,
    receipt=True,
    one_recipient=True,
    shape=_named_by_epoch,
)


ERASED_IN_PAGE = 100
"""Tombstones that one receipt confirms: with their times they fill 4 KiB of a sealed record."""

ERASED_PAGES = 100
"""Receipts of one author to another: ten thousand tombstones, until the first is written anew."""

LATEST = 253_402_300_799
"""The end of the year 9999."""

ERASED = Kind(
    name="erased",
    audiences=frozenset({"direct"}),
    fields=fields(erased=array(pair(identifier, integer(0, LATEST)), ERASED_IN_PAGE)),
    limit=ERASED_PAGES,
    named=freely_named,
    former=True,
    receipt=True,
    one_recipient=True,
)

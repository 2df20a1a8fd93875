"""Offers, wants and takes: what groups give and look for (docs/protocol.md §7.19–§7.21).

Rules:

1. an `offer` and a `want` say the same of a thing: what it is, how much, where. Until when is the
   record's `expires`, for whom to see its audience: nothing is said twice;
2. each stands for 90 days at most and runs out: what nobody says again is gone;
3. a `take` answers one of them, sealed to its author, and quotes the digest of what it answers:
   with another digest it stands for an earlier version. Who takes a want gives what is looked for;
4. nobody checks whether there is enough for all who take: the author sees who does, and they talk.

>>> (OFFER.renewed, TAKE.one_recipient, WANT.moves)
(None, True, True)
"""

from typing import Any

from protocol.errors import Malformed, Refused
from protocol.fields import fields, identifier, integer, line, one_of, optional, text
from protocol.kind import Facts, Kind, Statement, freely_named

STANDING_DAYS = 90
"""A quarter of a year: what was not taken by then is offered anew, or is gone."""

STANDING_SECONDS = STANDING_DAYS * 86_400

MOST = 1_000_000
"""Of a unit: what is more has a larger unit."""


def _soon_over(statement: Statement, _facts: Facts) -> None:
    if statement.content is None:
        return
    if statement.expires > statement.issued + STANDING_SECONDS:
        raise Refused(f"{statement.kind}: stands for too long")


def _unit_of_something(statement: Statement, content: dict[str, Any]) -> None:
    if content["unit"] is not None and content["amount"] is None:
        raise Malformed(f"{statement.kind}: a unit goes with an amount")


def _thing(name: str) -> Kind:
    return Kind(
        name=name,
        audiences=frozenset({"public", "network", "direct"}),
        fields=fields(
            title=line(160),
            text=optional(text(4000)),
            amount=optional(integer(1, MOST)),
            unit=optional(line(40)),
            place=optional(line(300)),
        ),
        limit=200,
        named=freely_named,
        moves=True,
        shape=_unit_of_something,
        rule=_soon_over,
    )


OFFER = _thing("offer")
WANT = _thing("want")


def _take_shape(statement: Statement, content: dict[str, Any]) -> None:
    if content["name"] != statement.name:
        raise Malformed("take: name is not that of the record")


TAKE = Kind(
    name="take",
    audiences=frozenset({"direct"}),
    fields=fields(
        what=one_of(OFFER.name, WANT.name),
        name=line(64),
        digest=identifier,
        amount=optional(integer(1, MOST)),
        note=optional(text(1000)),
    ),
    limit=200,
    named=freely_named,
    one_recipient=True,
    shape=_take_shape,
    rule=_soon_over,
)

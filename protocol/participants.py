"""Participants: what a person lets others know of them (docs/protocol.md §7.23).

Rules:

1. the person's group writes it, for a person who said so; what is nil or empty was not released.
   The audience is whom that person chose; nobody is named to everybody, and no network may be told
   by another network's list: a joint exit moves none of these;
2. it ends after 90 days unless its author says it again, so that nobody's data outlives a group
   that fell silent;
3. the name is random and tells nobody who it is. What a person takes back is erased under that
   name, which is confirmed (§6.8), and what remains is written under another one.

>>> (PARTICIPANT.renewed == LASTS_SECONDS, PARTICIPANT.moves, PARTICIPANT.confirmed)
(True, False, True)
"""

from protocol.errors import Refused
from protocol.fields import array, fields, lang, line, optional, text
from protocol.kind import Facts, Kind, Statement, freely_named

LASTS_DAYS = 90
"""A quarter of a year of a group's silence, and nothing of its people is left with others."""

LASTS_SECONDS = LASTS_DAYS * 86_400

MOST = 1_000
"""Participants of one group for one audience, those erased in the last 400 days counted."""


def _soon_over(statement: Statement, _facts: Facts) -> None:
    if statement.content is None:
        return
    if statement.expires > statement.issued + LASTS_SECONDS:
        raise Refused("participant: stands for too long")


PARTICIPANT = Kind(
    name="participant",
    audiences=frozenset({"network", "direct"}),
    fields=fields(
        name=line(120),
        role=optional(line(120)),
        mail=optional(line(254)),
        phone=optional(line(60)),
        place=optional(line(120)),
        languages=array(lang, 16),
        topics=array(line(80), 16),
        about=optional(text(1000)),
    ),
    limit=MOST,
    named=freely_named,
    renewed=LASTS_SECONDS,
    rule=_soon_over,
)

"""The list of members, a person, the printed list."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from node.base.lookalikes import marked
from node.feature import Right
from node.features.members.changes.tables import settle
from node.features.members.days import day_words
from node.features.members.list_query import read_list
from node.features.members.listing.tables import FILTERED, find, values_of
from node.features.members.releasing import for_members
from node.features.members.rights import may_edit, sees_all
from node.features.members.sheet import label
from node.features.members.tables import members, merged_into, merges_of, released
from node.features.members.twins import twins
from node.features.members.types import Field, Member
from node.people.persons import Standing
from node.web.page import Asked, MissingError, Page, Panel, Todo

SECTION = "members"
SHOWN = ("mail", "phone", "town")
"""Columns of the list, besides the name; on paper all that fit."""
PRINTED = ("street", "postcode", "town", "phone", "mail")
ON_PAPER = 500
"""People in one part of the printed list: about fifteen sheets."""


def who(asked: Asked) -> str:
    """The id of who acts; empty for who came by the machine's link."""
    return asked.person.id if asked.person else ""


def sees(asked: Asked) -> bool:
    """Whether the viewer sees everything of everybody."""
    return sees_all(asked.person, asked.visit.keeper)


def edits(asked: Asked, id: str) -> bool:
    """Whether the viewer may change a person."""
    return may_edit(asked.person, asked.visit.keeper, id)


def found_member(asked: Asked, id: str) -> Member:
    """The person with an id, for who may see the list; `MissingError` if there is none.

    Members don't see newcomers and former members.
    """
    settle(asked.core)
    found = members(asked.core).get(id)
    if found is None or not (edits(asked, id) or found.standing is Standing.MEMBER):
        raise MissingError
    return found


def list_(asked: Asked) -> Page:
    """The list: looked through, narrowed, sorted, a page of it."""
    settle(asked.core)
    every = sees(asked)
    fields = members(asked.core).fields()
    listed = read_list(asked.visit.parameters, fields, every)
    found = find(asked.core, listed.query)
    people = _seen(asked, members(asked.core).some(found.ids), fields)
    filters = [one for one in fields if every and one.kind in FILTERED]
    values = {
        "listed": listed,
        "query": listed.query,
        "found": found,
        "people": [_shown(one) for one in people],
        "columns": [(one.key, label(one, asked.texts)) for one in fields if one.key in SHOWN],
        "every": every,
        "standings": [Standing.MEMBER, Standing.NEWCOMER, Standing.FORMER, None],
        "filters": [
            (one, label(one, asked.texts), sorted(values_of(asked.core, listed.query, one).items()))
            for one in filters
        ],
        "twins": len(twins(asked.core)) if every else 0,
        "panels": asked.panels_of("members", ""),
    }
    return Page("members.html", asked.texts("members.web.title"), SECTION, values)


def _seen(asked: Asked, some: list[Member], fields: Sequence[Field]) -> list[Member]:
    if sees(asked):
        return some
    others = for_members(asked.core, some, fields)
    return [
        one if asked.person and one.id == asked.person.id else other
        for one, other in zip(some, others, strict=True)
    ]


def _shown(one: Member) -> Member:
    """With its name as it can be shown beside others."""
    return replace(one, name=marked(one.name, one.id))


def person(asked: Asked) -> Page | Any:
    """One person: what the viewer sees of them."""
    id = asked.match["id"]
    kept = merged_into(asked.core, id) if is_person(id) else None
    if kept is not None and asked.has(Right.MEMBER):
        return asked.go(f"/members/{kept}")
    found = found_member(asked, id)
    fields = members(asked.core).fields()
    whole = edits(asked, id)
    shown = found if whole else for_members(asked.core, [found], fields)[0]
    mine = asked.person is not None and asked.person.id == id
    values = {
        "member": _shown(shown),
        "facts": [
            (label(one, asked.texts), one, shown.values[one.key])
            for one in fields
            if one.key in shown.values
        ],
        "whole": whole,
        "mine": mine,
        "key": sees(asked),
        "released": released(asked.core, id) if whole else {},
        "merges": merges_of(asked.core, id) if sees(asked) else [],
        "panels": asked.panels_of("person", id),
    }
    return Page("member.html", found.name, SECTION, values)


def is_person(text: str) -> bool:
    """Whether a text has the form of a person's id."""
    return len(text) == 32 and text.isascii() and text.isalnum()


def printed(asked: Asked) -> Page:
    """The list for paper, 500 people a part."""
    settle(asked.core)
    fields = members(asked.core).fields()
    listed = read_list(asked.visit.parameters, fields, sees(asked), "/members/print")
    found = find(asked.core, listed.query, ON_PAPER)
    people = _seen(asked, members(asked.core).some(found.ids), fields)
    columns = [(one.key, label(one, asked.texts)) for one in fields if one.key in PRINTED]
    used = [one for one in columns if any(one[0] in person.values for person in people)]
    values = {
        "listed": listed,
        "found": found,
        "people": [_shown(one) for one in people],
        "columns": used,
        "today": day_words(asked.today().isoformat(), asked.texts),
    }
    return Page("members_print.html", asked.texts("members.web.title"), SECTION, values)


def waiting(asked: Asked) -> list[Todo]:
    """What waits for key persons: who may be on the list twice."""
    if not sees(asked):
        return []
    settle(asked.core)
    count = len(twins(asked.core))
    if not count:
        return []
    return [Todo("members.todo.twins", {}, "/members/twins", count)]


def me_panel(asked: Asked, _id: str) -> Panel | None:
    """What a person finds on their own page: their entry, who sees what, leaving."""
    if asked.person is None:
        return None
    settle(asked.core)
    mine = members(asked.core).get(asked.person.id)
    if mine is None:
        return None
    belongs = mine.standing is Standing.MEMBER
    since = day_words(mine.since, asked.texts)
    until = day_words(mine.until, asked.texts)
    return Panel(
        "members_me.html", {"mine": mine, "belongs": belongs, "since": since, "until": until}
    )

"""Who may be on the list twice.

Rules: of two who share a mail address, a phone number or a street, one name must be the other's,
or a part of it (Ada, A. Moor, Ada Moor): a family shares those, too. Of two who have the same name
and nothing else in common, one must have nothing that would tell them apart: namesakes exist. What
somebody said is two people is not asked again.
"""

from typing import NamedTuple
from weakref import WeakKeyDictionary

from node.base.naming import fold, folds, same
from node.features.members.marks import marks_of
from node.features.members.tables import are_different, members, shared_marks, state
from node.features.members.types import Member
from node.store.core import Core

CROWD = 12
"""People who share a mark: of more it is an office's number, and says nothing."""

MOST = 500
"""Pairs that are shown at once: of more something else went wrong, such as an import done twice."""


class Twins(NamedTuple):
    """Two ids, and what both have: `mail`, `phone`, `street` or `name`."""

    one: str
    other: str
    why: str


_known: "WeakKeyDictionary[Core, tuple[tuple[int, int], list[Twins]]]" = WeakKeyDictionary()


def twins(core: Core) -> list[Twins]:
    """Pairs that may be one person; looked for anew only after something changed."""
    now = state(core)
    kept = _known.get(core)
    if kept is None or kept[0] != now:
        kept = (now, _twins(core))
        _known[core] = kept
    return kept[1]


def _twins(core: Core) -> list[Twins]:
    sharing: dict[str, list[str]] = {}
    for mark, person in shared_marks(core):
        sharing.setdefault(mark, []).append(person)
    pairs = {
        (one, other)
        for some in sharing.values()
        if len(some) <= CROWD
        for at, one in enumerate(some)
        for other in some[at + 1 :]
    }
    pairs -= are_different(core)
    people = {
        one.id: one for one in members(core).some(sorted({id for pair in pairs for id in pair}))
    }
    found = []
    for one, other in sorted(pairs):
        why = alike(people[one], people[other])
        if why:
            found.append(Twins(one, other, why))
    return found[:MOST]


def alike(one: Member, other: Member) -> str:
    """Why two may be one: what they share; nothing if they may well be two."""
    shared = marks_of(one) & marks_of(other)
    namesakes = any(mark.startswith("n:") for mark in shared)
    if namesakes or _is_part(one.name, other.name) or _is_part(other.name, one.name):
        for start, why in (("m:", "mail"), ("p:", "phone")):
            if any(mark.startswith(start) for mark in shared):
                return why
    if namesakes and one.first("street") and same(one.first("street"), other.first("street")):
        return "street"
    if namesakes and not (_told_apart(one) and _told_apart(other)):
        return "name"
    return ""


def _told_apart(one: Member) -> bool:
    return any(one.values.get(key) for key in ("mail", "phone", "street"))


def _is_part(short: str, long: str) -> bool:
    """Whether each word of a name is a word of another, or its first letter."""
    words = {form for one in long.split() for form in folds(one)}
    parts = [fold(one).rstrip(".") for one in short.split()]
    initials = {one[:1] for one in words}
    return bool(parts) and all(one in words or (len(one) == 1 and one in initials) for one in parts)

"""One group that is in the directory twice: on one's own list, and with a machine of its own.

Rules: what a group says of itself counts; it is shown once, with a note that it is on the list,
too. It is the same group if a person said so, or if name and place are the same, folded, and nobody
else known here has both. If only the names are the same it is offered: a person says whether it is.
Nothing is taken over from the list, and the list stays as it is; so both can be said again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from node.base.errors import Problem
from node.base.naming import folds
from node.features.groups.tables import keep_undo, own_list, undo_of
from node.features.groups.types import GroupView
from node.features.groups.views import LIST_ID
from node.lookup.sight import Sight
from node.store.core import Core
from protocol.ids import from_text, to_text

_KEY = "listed_as/"


class Twice(NamedTuple):
    """By the number of a row of one's own list: who it is, or whom it may be."""

    same: Mapping[int, bytes]
    perhaps: Mapping[int, tuple[bytes, ...]]


def listed_twice(sight: Sight) -> Twice:
    """All rows whose group is known here, or may be. From outside nobody sees the list."""
    if not sight.inside:
        return Twice({}, {})
    named: dict[int, dict[bytes, bool]] = {}
    for one in sight.core.directory.named_alike(sight.now):
        if sight.sees(one.identity) and _meet(one.name, one.their_name):
            found = named.setdefault(-one.no, {})
            placed = _meet(one.region, one.their_region)
            found[one.identity] = found.get(one.identity, False) or placed
    said = _said(sight.core)
    same: dict[int, bytes] = {}
    perhaps: dict[int, tuple[bytes, ...]] = {}
    for no in named.keys() | said.keys():
        known, others = said.get(no, (None, frozenset()))
        candidates = {one: placed for one, placed in named.get(no, {}).items() if one not in others}
        there = [one for one, placed in candidates.items() if placed]
        if known is not None and sight.sees(known) and sight.records_of(known):
            same[no] = known
        elif len(there) == 1:
            same[no] = there[0]
        elif candidates:
            perhaps[no] = tuple(sorted(candidates))
    return Twice(same, perhaps)


def _meet(one: str | None, other: str | None) -> bool:
    return bool(one and other) and not set(folds(one or "")).isdisjoint(folds(other or ""))


def noted(views: Iterable[GroupView], twice: Twice) -> tuple[GroupView, ...]:
    """The same views, each with what it is on the list, or may be."""
    rows: dict[str, str] = {to_text(one): f"{LIST_ID}{no}" for no, one in twice.same.items()}
    maybe: dict[str, list[str]] = {}
    for no, some in twice.perhaps.items():
        maybe[f"{LIST_ID}{no}"] = [to_text(one) for one in some]
        for one in some:
            maybe.setdefault(to_text(one), []).append(f"{LIST_ID}{no}")
    return tuple(
        replace(one, listed=rows.get(one.id), perhaps=tuple(maybe.get(one.id, ()))) for one in views
    )


def say(core: Core, row: int, identity: bytes, *, same: bool) -> None:
    """A person says that a row of the list is this group, or that it is another one."""
    content = own_list(core).entry(row)
    if content is None:
        raise Problem("no-such-entry", name=f"{LIST_ID}{row}")
    with core.transaction():
        known, others = _said(core).get(row, (None, frozenset()))
        if same:
            known, others = identity, others - {identity}
        else:
            known, others = (None if known == identity else known), others | {identity}
        kept = {
            "name": content["name"],
            "is": known and to_text(known),
            "not": sorted(map(to_text, others)),
        }
        core.settings.set(f"{_KEY}{row}", kept)
        keep_undo(core, undo_of(core))  # pages that keep what they counted notice


def _said(core: Core) -> dict[int, tuple[bytes | None, frozenset[bytes]]]:
    """By row, who it is and who not; what was said of a row that is another one by now is over."""
    found = {}
    names = dict(own_list(core).numbered()) if core.settings.starting_with(_KEY) else {}
    for key, kept in core.settings.starting_with(_KEY):
        no = int(key.removeprefix(_KEY))
        if names.get(no) == kept["name"]:
            known = from_text(kept["is"]) if kept["is"] else None
            found[no] = (known, frozenset(map(from_text, kept["not"])))
    return found

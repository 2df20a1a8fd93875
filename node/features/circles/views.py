"""Circles and their boards as pages show them, to one person. What that person may not read is not
in any of this."""

from collections.abc import Callable
from dataclasses import dataclass

from node.features.circles.actions import is_member_of_group
from node.features.circles.limits import PEOPLE_PER_PAGE, PER_PAGE
from node.features.circles.rights import Act, may
from node.features.circles.tables import Circle, File, Member, Post, board, circles, files
from node.people.persons import persons
from node.store.core import Core

Called = Callable[[str | None], str]
"""From a person's id to their name; also of who is gone."""


@dataclass(frozen=True, slots=True)
class CircleView:
    """A circle in the list. `last` only for who may read it; `may` names what this person may."""

    id: str
    name: str
    purpose: str | None
    open: bool
    joins: bool
    holders: tuple[str, ...]
    count: int
    last: int | None
    mine: bool
    invited_by: str | None
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file at a post."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class PostView:
    """Something on a board. `author` and `text` are empty where it was taken away."""

    id: str
    author: str
    text: str
    at: int
    changed: int | None
    files: tuple[FileView, ...]
    replies: int
    mine: bool
    may_erase: bool


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody in a circle, or invited."""

    id: str
    name: str
    writes: bool
    invites: bool
    holds: bool
    invited_by: str | None
    accepted: bool
    me: bool
    may_remove: bool


def calling(core: Core, gone: str) -> Called:
    """Names of persons; `gone` for who is no more."""
    names: dict[str, str] = {}

    def called(id: str | None) -> str:
        if id is None:
            return gone
        if id not in names:
            found = persons(core).get(id)
            names[id] = found.name if found else gone
        return names[id]

    return called


def circle_views(core: Core, me: str | None, called: Called) -> tuple[CircleView, ...]:
    """All circles: one's own first, then by name."""
    there: dict[str, list[Member]] = {}
    for m in circles(core).everybody():
        there.setdefault(m.circle, []).append(m)
    last, is_member = board(core).lasts(), me is not None and is_member_of_group(core, me)
    found = [
        _view(one, there.get(one.id, []), me if is_member else None, called, last.get(one.id))
        for one in circles(core).all()
    ]
    return tuple(sorted(found, key=lambda one: (not one.mine, one.name.casefold(), one.id)))


def circle_view(core: Core, one: Circle, me: str | None, called: Called) -> CircleView:
    """One of them."""
    is_member = me is not None and is_member_of_group(core, me)
    people = circles(core).people(one.id)
    return _view(one, people, me if is_member else None, called, board(core).last(one.id))


def _view(
    one: Circle, people: list[Member], me: str | None, called: Called, last: int | None
) -> CircleView:
    mine = next((m for m in people if m.person == me), None)
    acts = Act if me is not None else [Act.READ] if one.open else []
    can = frozenset(act.name.lower() for act in acts if may(mine, one.open, one.joins, act))
    invited = mine.invited_by if mine and mine.accepted is None else None
    return CircleView(
        one.id,
        one.name,
        one.purpose,
        one.open,
        one.joins,
        tuple(called(m.person) for m in people if m.holds and m.accepted is not None),
        sum(1 for m in people if m.accepted is not None),
        last if "read" in can else None,
        mine is not None and mine.accepted is not None,
        called(invited) if invited else None,
        can,
    )


def page_of(
    core: Core, one: CircleView, me: str | None, called: Called, page: int
) -> tuple[PostView, ...]:
    """A page of the board."""
    found = board(core).page(one.id, PER_PAGE, (page - 1) * PER_PAGE)
    return tuple(post_view(core, post, one, me, called) for post in found)


def replies_to(
    core: Core, post: Post, one: CircleView, me: str | None, called: Called
) -> tuple[PostView, ...]:
    """What was answered."""
    return tuple(post_view(core, o, one, me, called) for o in board(core).replies(post.id))


def post_view(core: Core, post: Post, one: CircleView, me: str | None, called: Called) -> PostView:
    """One post."""
    gone = post.text is None
    mine = not gone and post.author == me
    return PostView(
        post.id,
        "" if gone else called(post.author),
        post.text or "",
        post.at,
        post.changed,
        tuple(map(_file, files(core).at(post.id))),
        len(board(core).replies(post.id)),
        mine,
        not gone and (mine or "hold" in one.may),
    )


def member_views(
    core: Core, one: CircleView, me: str | None, called: Called, page: int
) -> tuple[MemberView, ...]:
    """A page of who is in a circle, or invited."""
    last, people = len(one.holders) == 1, circles(core).people(one.id)
    some = people[(page - 1) * PEOPLE_PER_PAGE : page * PEOPLE_PER_PAGE]
    return tuple(_member(m, one, me, called, last) for m in some)


def _member(m: Member, one: CircleView, me: str | None, called: Called, last: bool) -> MemberView:
    own = m.accepted is None and m.invited_by == me
    return MemberView(
        m.person,
        called(m.person),
        m.writes,
        m.invites,
        m.holds,
        called(m.invited_by) if m.invited_by else None,
        m.accepted is not None,
        m.person == me,
        (own or "hold" in one.may) and m.person != me and not (m.holds and last),
    )


def _file(one: File) -> FileView:
    return FileView(one.id, one.name, one.size)

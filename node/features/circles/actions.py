"""What people do with circles. Each function asks `rights` first, and gives a `Problem` otherwise.

Rules:

1. A circle always has somebody who holds it: the last one names a successor, or closes it. Where a
   person is gone from the group, whoever is in the circle longest holds it; an empty one is closed.
2. Closing a circle erases its board and its files; nobody can undo it.
3. What somebody wrote they can change and take away; who holds the circle can take it away. Where
   there are replies only the place stays. Nothing that was taken away comes back with a backup.
"""

from collections.abc import Iterable

from node.base.errors import Problem
from node.features.circles.limits import (
    CIRCLES,
    NAME_CHARACTERS,
    POSTS,
    PURPOSE_CHARACTERS,
    TEXT_CHARACTERS,
)
from node.features.circles.rights import Act, may
from node.features.circles.tables import Circle, Member, Post, board, circles, files
from node.lookup.content import readable, tidy
from node.people.persons import Standing, persons
from node.records.publish import new_name
from node.store.core import Core
from node.store.disk_reserve import essential
from node.store.erased_rows import row_key
from node.upkeep.wiping import settle


def found(core: Core, id: str) -> Circle:
    """The circle; `Problem` if there is none."""
    circle = circles(core).get(id)
    if circle is None:
        raise Problem("no-such-circle")
    return circle


def allowed(core: Core, person: str | None, circle: Circle, act: Act) -> bool:
    """Whether a person may; nobody may who is no member of the group. Without a person: who came by
    the machine's link, and reads what all members read."""
    if person is None:
        return act is Act.READ and circle.open
    if not is_member_of_group(core, person):
        return False
    member = circles(core).member(circle.id, person)
    return may(member, circle.open, circle.joins, act)


def require(core: Core, person: str | None, id: str, act: Act) -> Circle:
    """The circle in which a person may do that; who may not read hears the same as if there were
    nothing to be read."""
    circle = found(core, id)
    if not allowed(core, person, circle, act):
        raise Problem("circle-not-yours")
    return circle


# The circle


def make(
    core: Core, person: str, name: str, purpose: str | None, *, is_open: bool, joins: bool
) -> str:
    """A new circle, held by whoever makes it; gives its id."""
    if not is_member_of_group(core, person):
        raise Problem("circle-not-yours")
    called, what_for = _line("name", name, NAME_CHARACTERS), _text("purpose", purpose)
    with core.transaction():
        there = circles(core).all()
        if len(there) >= CIRCLES:
            raise Problem("too-many-circles", most=CIRCLES)
        _require_free(there, called)
        now, id_ = core.clock(), new_name(core)
        circles(core).add(Circle(id_, called, what_for, is_open, joins, now))
        circles(core).enter(Member(id_, person, True, True, True, now, None, now))
    return id_


def change(
    core: Core, person: str, id: str, name: str, purpose: str | None, *, is_open: bool, joins: bool
) -> None:
    """Another name or purpose, open or closed."""
    require(core, person, id, Act.HOLD)
    called, what_for = _line("name", name, NAME_CHARACTERS), _text("purpose", purpose)
    with core.transaction():
        _require_free([one for one in circles(core).all() if one.id != id], called)
        circles(core).change(id, called, what_for, is_open, joins)


def close(core: Core, person: str, id: str) -> None:
    """Erase a circle with its board and files."""
    require(core, person, id, Act.HOLD)
    _close(core, id)
    settle(core)


@essential
def _close(core: Core, id: str) -> None:
    with core.transaction():
        _remove(core, id)


def _remove(core: Core, id: str) -> None:
    circles(core).remove(id)
    for table in ("circle_posts", "circle_files", "circle_people"):
        _never_again(core, table, "circle", id)
    _never_again(core, "circles", "id", id)


# Who is in it


def come_in(core: Core, person: str, id: str) -> None:
    """Come in where everybody may, or accept an invitation."""
    require(core, person, id, Act.COME_IN)
    with core.transaction():
        invited, now = circles(core).member(id, person), core.clock()
        if invited is None:
            circles(core).enter(Member(id, person, True, False, False, now, None, now))
        else:
            circles(core).enter(invited._replace(accepted=now, since=now))


def invite(core: Core, person: str, id: str, guest: str) -> None:
    """Invite a member of the group; they accept it themselves."""
    require(core, person, id, Act.INVITE)
    if not is_member_of_group(core, guest):
        raise Problem("circle-no-such-member")
    with core.transaction():
        if circles(core).member(id, guest) is not None:
            raise Problem("already-in-circle")
        now = core.clock()
        circles(core).enter(Member(id, guest, True, False, False, now, person, None))


def decline(core: Core, person: str, id: str) -> None:
    """Say no to an invitation."""
    with core.transaction():
        member = circles(core).member(id, person)
        if member is None or member.accepted is not None:
            raise Problem("not-invited")
        circles(core).leave(id, person)


def give_rights(
    core: Core, person: str, id: str, other: str, *, writes: bool, invites: bool, holds: bool
) -> None:
    """Give out who writes, invites and holds; `Problem` if nobody would hold it."""
    require(core, person, id, Act.HOLD)
    with core.transaction():
        member = circles(core).member(id, other)
        if member is None or member.accepted is None:
            raise Problem("not-in-circle")
        if not holds and holders(core, id) == [other]:
            raise Problem("last-holder")
        circles(core).enter(member._replace(writes=writes, invites=invites, holds=holds))


def remove(core: Core, person: str, id: str, other: str) -> None:
    """Take somebody out, or take an invitation back: by who holds the circle, or who invited."""
    member = circles(core).member(id, other)
    if member is None:
        raise Problem("not-in-circle")
    if not (member.accepted is None and member.invited_by == person):
        require(core, person, id, Act.HOLD)
    if holders(core, id) == [other]:
        raise Problem("last-holder")
    with core.transaction():
        circles(core).leave(id, other)


def leave(core: Core, person: str, id: str, successor: str | None = None) -> None:
    """Leave; the last one who holds it names a successor among those who are in it."""
    require(core, person, id, Act.LEAVE)
    with core.transaction():
        if holders(core, id) == [person]:
            if successor is None or successor == person:
                raise Problem("last-holder")
            next_ = circles(core).member(id, successor)
            if next_ is None or next_.accepted is None:
                raise Problem("not-in-circle")
            circles(core).enter(next_._replace(holds=True))
        circles(core).leave(id, person)


def holders(core: Core, id: str) -> list[str]:
    """Who holds a circle."""
    return [one.person for one in circles(core).people(id) if one.holds and one.accepted]


def would_close(core: Core, person: str) -> list[Circle]:
    """The circles that are closed if a person is gone from the group: nobody else is in them."""
    found_ = []
    for one in circles(core).of(person):
        others = [o for o in circles(core).people(one.circle) if o.person != person and o.accepted]
        if one.accepted is not None and not others:
            found_.append(found(core, one.circle))
    return found_


def let_go(core: Core, person: str) -> None:
    """A person is gone from the group: out of all circles, each of which somebody holds. In a
    transaction."""
    for one in circles(core).of(person):
        circles(core).leave(one.circle, person)
        _never_again(core, "circle_people", "person", person)
        left = [other for other in circles(core).people(one.circle) if other.accepted]
        if not left and one.accepted is not None:
            _remove(core, one.circle)
        elif left and not any(other.holds for other in left):
            circles(core).enter(left[0]._replace(holds=True))


def let_go_former(core: Core) -> None:
    """Whoever is no member of the group any more is in no circle. Now and then, for an end that was
    said for later comes by itself."""
    there = {one.person for one in circles(core).everybody()}
    gone = {one for one in there if not is_member_of_group(core, one)}
    if gone:
        with core.transaction():
            for person in sorted(gone):
                let_go(core, person)


# The board


def write(core: Core, person: str, id: str, text: str, replies_to: str | None = None) -> str:
    """Put something on the board, or answer; gives its id."""
    require(core, person, id, Act.WRITE)
    said = _text("text", text, TEXT_CHARACTERS)
    if said is None:
        raise Problem("nothing-written")
    with core.transaction():
        if replies_to is not None:
            above = board(core).get(id, replies_to)
            if above is None or above.replies_to is not None:
                raise Problem("no-such-post")
        elif board(core).count(id) >= POSTS:
            raise Problem("board-full", most=POSTS)
        post = Post(new_name(core), id, person, replies_to, said, core.clock(), None)
        board(core).add(post)
    return post.id


def rewrite(core: Core, person: str, id: str, post: str, text: str) -> None:
    """Change what one wrote oneself."""
    require(core, person, id, Act.WRITE)
    said = _text("text", text, TEXT_CHARACTERS)
    if said is None:
        raise Problem("nothing-written")
    with core.transaction():
        there = board(core).get(id, post)
        if there is None or there.author != person:
            raise Problem("no-such-post")
        board(core).rewrite(post, said, core.clock())


def take_away(core: Core, person: str, id: str, post: str) -> None:
    """Erase what one wrote oneself, or, who holds the circle, what anybody wrote."""
    circle = found(core, id)
    there = board(core).get(id, post)
    if there is None or not allowed(core, person, circle, Act.READ):
        raise Problem("no-such-post")
    if there.author != person:
        require(core, person, id, Act.HOLD)
    _take_away(core, there)
    settle(core)


@essential
def _take_away(core: Core, post: Post) -> None:
    with core.transaction():
        erase_post(core, post)


def erase_post(core: Core, post: Post) -> None:
    """With its files; where there are replies its place stays. In a transaction."""
    for one in files(core).at(post.id):
        files(core).remove(one.id)
        _never_again(core, "circle_pieces", "file", one.id)
        _never_again(core, "circle_files", "id", one.id)
    _never_again(core, "circle_posts", "id", post.id)
    if board(core).replies(post.id):
        board(core).empty(post.id)
        return
    board(core).remove(post.id)
    above = board(core).get(post.circle, post.replies_to) if post.replies_to else None
    if above is not None and above.author is None and not board(core).replies(above.id):
        board(core).remove(above.id)


# What is checked


def is_member_of_group(core: Core, person: str) -> bool:
    """Whether a person is a member now."""
    who = persons(core).get(person)
    return who is not None and who.standing is Standing.MEMBER


def _require_free(there: Iterable[Circle], name: str) -> None:
    if any(one.name.casefold() == name.casefold() for one in there):
        raise Problem("circle-name-taken", name=name)


def _line(field: str, text: str, most: int) -> str:
    said = _text(field, " ".join((text or "").split()), most)
    if said is None:
        raise Problem("circle-needs-name")
    return said


def _text(field: str, text: str | None, most: int = PURPOSE_CHARACTERS) -> str | None:
    said = tidy(text)
    if said is not None and len(said) > most:
        raise Problem("text-too-long", field=field, most=most, value=readable(said))
    return said


def _never_again(core: Core, table: str, column: str, value: str) -> None:
    core.erasures.add_here(row_key(table, column, value), core.clock())

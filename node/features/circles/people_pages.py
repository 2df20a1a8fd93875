"""Who is in a circle: coming in, inviting, giving out rights, leaving, closing."""

from aiohttp import web

from node.base.errors import Problem
from node.features.circles.actions import (
    close,
    come_in,
    decline,
    give_rights,
    holders,
    invite,
    leave,
    remove,
    would_close,
)
from node.features.circles.pages import circle_of, me, names, seen, told, who
from node.features.circles.rights import Act
from node.features.circles.tables import circles
from node.features.circles.views import CircleView, circle_view, member_views
from node.people.persons import Standing, persons
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page, Panel, Todo

INVITE = Form("invite", Field("person", Kind.CHOICE, "circles.label.invite"))
LEAVE = Form("leave", Field("successor", Kind.CHOICE, "circles.label.successor"))


def people(asked: Asked) -> Page:
    """Who is in it; for who may invite, a form."""
    return _people(asked, seen(asked), None)


def _people(asked: Asked, one: CircleView, form: Filled | None) -> Page:
    known = persons(asked.core).all(Standing.MEMBER)
    there = {m.person for m in circles(asked.core).people(one.id)}
    choices = [Choice(p.id, shown=p.name) for p in known if p.id not in there]
    shown = form or asked.show(INVITE.with_choices(person=choices))
    values = {
        "circle": one,
        "people": member_views(asked.core, one, who(asked), names(asked)),
        "can_invite": "invite" in one.may and bool(choices),
    }
    title = asked.texts("circles.web.people", name=one.name)
    return asked.form_page("circle_people.html", title, shown, "circles", **values)


async def invite_(asked: Asked) -> Page | web.Response:
    """Invite a member of the group."""
    one = seen(asked, Act.INVITE)
    known = persons(asked.core).all(Standing.MEMBER)
    choices = [Choice(p.id, shown=p.name) for p in known]
    form = await asked.read(INVITE.with_choices(person=choices))
    if not form.ok:
        return _people(asked, one, form)
    try:
        invite(asked.core, me(asked), one.id, form["person"])
    except Problem as problem:
        return told(asked, f"/circles/{one.id}/people", problem)
    return asked.go(f"/circles/{one.id}/people", "circles.web.invited")


def rights_(asked: Asked) -> web.Response:
    """Give out rights, or take somebody out."""
    circle, path = circle_of(asked), f"/circles/{asked.match['circle']}/people"
    said, other = asked.posted, asked.match["person"]
    try:
        if said.get("do") == "remove":
            remove(asked.core, me(asked), circle.id, other)
            return asked.go(path, "circles.web.removed")
        give_rights(
            asked.core,
            me(asked),
            circle.id,
            other,
            writes="writes" in said,
            invites="invites" in said,
            holds="holds" in said,
        )
    except Problem as problem:
        if problem.code in ("circle-not-yours", "not-in-circle"):
            raise MissingError from problem
        return told(asked, path, problem)
    return asked.go(path, "circles.web.given")


def come_in_(asked: Asked) -> web.Response:
    """Come in, accept an invitation, or say no to it."""
    circle = circle_of(asked)
    path = f"/circles/{circle.id}"
    try:
        if asked.posted.get("do") == "decline":
            decline(asked.core, me(asked), circle.id)
            return asked.go("/circles", "circles.web.declined")
        come_in(asked.core, me(asked), circle.id)
    except Problem as problem:
        return told(asked, path, problem)
    return asked.go(path, "circles.web.came_in", name=circle.name)


def leave_form(asked: Asked) -> Page:
    """What leaving means; the last who holds it names somebody."""
    one = seen(asked, Act.LEAVE)
    return _leave(asked, one, asked.show(_successors(asked, one)))


def _successors(asked: Asked, one: CircleView) -> Form:
    called = names(asked)
    there = [m.person for m in circles(asked.core).people(one.id) if m.accepted is not None]
    return LEAVE.with_choices(
        successor=[Choice(id_, shown=called(id_)) for id_ in there if id_ != who(asked)]
    )


def _leave(asked: Asked, one: CircleView, form: Filled) -> Page:
    title = asked.texts("circles.web.leave", name=one.name)
    values = {
        "circle": one,
        "last": holders(asked.core, one.id) == [who(asked)],
        "others": bool(form.form["successor"].choices),
    }
    return asked.form_page("circle_leave.html", title, form, "circles", **values)


async def leave_(asked: Asked) -> Page | web.Response:
    """Leave."""
    one = seen(asked, Act.LEAVE)
    successor = None
    if holders(asked.core, one.id) == [who(asked)]:
        form = await asked.read(_successors(asked, one))
        if not form.ok:
            return _leave(asked, one, form)
        successor = form["successor"]
    try:
        leave(asked.core, me(asked), one.id, successor)
    except Problem as problem:
        return told(asked, f"/circles/{one.id}/leave", problem)
    return asked.go("/circles", "circles.web.left", name=one.name)


def close_form(asked: Asked) -> Page:
    """What closing does."""
    one = seen(asked, Act.HOLD)
    title = asked.texts("circles.web.close", name=one.name)
    return Page("circle_close.html", title, "circles", {"circle": one})


def close_(asked: Asked) -> web.Response:
    """Close it for good."""
    one = seen(asked, Act.HOLD)
    close(asked.core, me(asked), one.id)
    return asked.go("/circles", "circles.web.closed_now", name=one.name)


def closing(asked: Asked, person: str) -> Panel | None:
    """Where somebody has all of theirs erased: which circles are closed with it."""
    found = would_close(asked.core, person)
    return Panel("circles_closing.html", {"circles": found}) if found else None


def todo(asked: Asked) -> list[Todo]:
    """Invitations that wait for an answer."""
    if asked.person is None:
        return []
    core, found = asked.core, []
    for m in circles(core).of(asked.person.id):
        circle = circles(core).get(m.circle) if m.accepted is None else None
        if circle is not None:
            one = circle_view(core, circle, asked.person.id, names(asked))
            values = {"name": one.name, "who": one.invited_by or ""}
            found.append(Todo("circles.web.todo", values, f"/circles/{one.id}"))
    return found

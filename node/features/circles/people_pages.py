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
from node.features.circles.limits import PEOPLE_PER_PAGE
from node.features.circles.pages import (
    circle_of,
    me,
    names,
    page_number,
    refused,
    seen,
    told,
    who,
)
from node.features.circles.rights import Act
from node.features.circles.tables import circles
from node.features.circles.views import CircleView, circle_view, member_views
from node.features.members.finding import find_member
from node.web.forms import Field, Filled, Form, Kind, Wrong
from node.web.page import Asked, MissingError, Page, Panel, Todo

INVITE = Form("invite", Field("person", Kind.TEXT, "circles.label.invite", "circles.hint.person"))
LEAVE = Form(
    "leave", Field("successor", Kind.TEXT, "circles.label.successor", "circles.hint.person")
)


def _find(asked: Asked, form: Filled, field: str) -> str:
    """The id of the member who was typed; if nobody or several are meant, the form says so."""
    try:
        return find_member(asked.core, form[field]).id
    except Problem as problem:
        several = problem.code == "several-found"
        values = {"text": form[field], "found": problem.values.get("found", "")}
        text = "circles.web.several_called" if several else "circles.web.nobody_called"
        form.errors[field] = Wrong(text, values)
        return ""


def people(asked: Asked) -> Page:
    """Who is in it; for who may invite, a form."""
    return _people(asked, seen(asked), asked.show(INVITE))


def _people(asked: Asked, one: CircleView, form: Filled) -> Page:
    number, pages = page_number(asked, circles(asked.core).count(one.id), PEOPLE_PER_PAGE)
    values = {
        "circle": one,
        "people": member_views(asked.core, one, who(asked), names(asked), number),
        "number": number,
        "pages": pages,
    }
    title = asked.texts("circles.web.people", name=one.name)
    return asked.form_page("circle_people.html", title, form, "circles", **values)


async def invite_(asked: Asked) -> Page | web.Response:
    """Invite a member of the group."""
    one = seen(asked, Act.INVITE)
    form = await asked.read(INVITE)
    guest = _find(asked, form, "person") if form.ok else ""
    if guest:
        try:
            invite(asked.core, me(asked), one.id, guest)
            return asked.go(f"/circles/{one.id}/people", "circles.web.invited")
        except Problem as problem:
            refused(asked, form, problem, "person")
    return _people(asked, one, form)


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
    return _leave(asked, seen(asked, Act.LEAVE), asked.show(LEAVE))


def _leave(asked: Asked, one: CircleView, form: Filled) -> Page:
    title = asked.texts("circles.web.leave", name=one.name)
    values = {
        "circle": one,
        "last": holders(asked.core, one.id) == [who(asked)],
        "others": one.count > 1,
    }
    return asked.form_page("circle_leave.html", title, form, "circles", **values)


async def leave_(asked: Asked) -> Page | web.Response:
    """Leave."""
    one, successor = seen(asked, Act.LEAVE), None
    form = asked.show(LEAVE)
    if holders(asked.core, one.id) == [who(asked)]:
        form = await asked.read(LEAVE)
        successor = _find(asked, form, "successor") if form.ok else ""
        if not successor:
            return _leave(asked, one, form)
    try:
        leave(asked.core, me(asked), one.id, successor)
    except Problem as problem:
        return _leave(asked, one, refused(asked, form, problem, "successor"))
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

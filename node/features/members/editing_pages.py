"""Adding and changing a person by a form; who sees what; undoing.

Rules: whoever changes a person whom somebody else changed meanwhile is told what (the platform's
forms); a person may change what is theirs, but for columns that only key persons see.
"""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.members.changes.tables import Kept, batch_of
from node.features.members.editing import add, edit
from node.features.members.pages import SECTION, found_member, who
from node.features.members.person_form import PersonForm, person_form
from node.features.members.releasing import release
from node.features.members.sheet import label, label_of_part
from node.features.members.tables import members, released
from node.features.members.types import Field, Member, Seen
from node.features.members.undoing import undo_any
from node.people.persons import persons
from node.web import forms
from node.web.forms import Filled, Form, Kind
from node.web.messages import Undo
from node.web.page import Asked, MissingError, Page

FIRST = ("given", "family", "mail", "phone")
"""What is asked of somebody new; the rest can follow."""

SINCE = forms.Field("since", Kind.DATE, "members.field.since", optional=True)
TOLD = 5
"""Of what stays after undoing; the rest is counted."""


def undo_of(batch: int, mine: bool = False) -> Undo:
    """The button that takes a change back. `mine`: of what somebody did with their own entry."""
    return Undo(f"/{'me' if mine else 'members'}/undo/{batch}", "members.web.undo")


# Somebody new


def _new_form(asked: Asked) -> tuple[PersonForm, Form]:
    fields = [one for one in members(asked.core).fields() if one.key in FIRST]
    made = person_form(fields, None, mine=False, named=False)
    return made, Form("person", *made.form.fields, SINCE)


def new(asked: Asked) -> Page:
    """The form for somebody new."""
    _made, form = _new_form(asked)
    return _new_page(asked, asked.show(form, since=asked.today()))


def _new_page(asked: Asked, filled: Filled) -> Page:
    title = asked.texts("members.web.new_title")
    return asked.form_page("member_new.html", title, filled, SECTION)


async def create(asked: Asked) -> Page | web.Response:
    """Add somebody."""
    made, form = _new_form(asked)
    filled = await asked.read(form)
    if not filled.errors and not (filled["given"] or filled["family"]):
        filled.refuse("given", "members.form.no_name")
    if not filled.ok:
        return _new_page(asked, filled)
    since = filled["since"].isoformat() if filled["since"] else ""
    id = add(asked.core, made.values(filled.values), since=since, who=who(asked))
    found = members(asked.core).get(id)
    return asked.go(f"/members/{id}", "members.done.added", name=found.name if found else "")


# Changing


def _editable(asked: Asked, mine: bool) -> list[Field]:
    """Of one's own entry all but what only key persons see; they change that by the list."""
    fields = members(asked.core).fields()
    return [one for one in fields if one.seen is not Seen.KEY] if mine else fields


def _edited(asked: Asked, id: str, mine: bool) -> tuple[Member, PersonForm]:
    found = found_member(asked, id)
    return found, person_form(_editable(asked, mine), found, mine=mine)


def change(asked: Asked) -> Page:
    """The form of a person, for key persons."""
    return _change(asked, asked.match["id"], mine=False)


def change_mine(asked: Asked) -> Page:
    """The form of who is signed in."""
    return _change(asked, asked.me.id, mine=True)


def _change(asked: Asked, id: str, *, mine: bool) -> Page:
    found, made = _edited(asked, id, mine)
    return _edit_page(asked, found, asked.show(made.form, **made.stands(found)), mine)


def _edit_page(asked: Asked, found: Member, filled: Filled, mine: bool) -> Page:
    title = asked.texts("members.web.edit_title", name=found.name)
    back = _back(asked, found.id, mine)
    path = "/me/entry" if mine else f"/members/{found.id}/edit"
    values = {"member": found, "back": back, "path": path}
    return asked.form_page("member_edit.html", title, filled, SECTION, **values)


def _back(asked: Asked, id: str, mine: bool) -> str:
    """Where one came from: newcomers and former members don't see the list."""
    return "/me" if mine and not asked.has(Right.MEMBER) else f"/members/{id}"


async def save(asked: Asked) -> Page | web.Response:
    """Change a person, as a key person."""
    return await _save(asked, asked.match["id"], mine=False)


async def save_mine(asked: Asked) -> Page | web.Response:
    """Change one's own entry."""
    return await _save(asked, asked.me.id, mine=True)


async def _save(asked: Asked, id: str, *, mine: bool) -> Page | web.Response:
    found, made = _edited(asked, id, mine)
    filled = await asked.read(made.form, **made.stands(found))
    if not filled.ok:
        return _edit_page(asked, found, filled, mine)
    name = filled["name"] if filled["name"] != found.name else None
    batch, changed = edit(asked.core, found.id, made.values(filled.values), name, who=who(asked))
    path = _back(asked, found.id, mine)
    if not changed:
        return asked.go(path, "members.done.same")
    return asked.go(path, "members.done.saved", undo=undo_of(batch, mine))


# Who sees what


def _shown_form(asked: Asked) -> tuple[Member, Form, dict[str, Any]]:
    mine = members(asked.core).get(asked.me.id)
    if mine is None:
        raise MissingError
    fields = [one for one in members(asked.core).fields() if one.seen is Seen.RELEASED]
    choices = tuple(forms.Choice(one.key, shown=label(one, asked.texts)) for one in fields)
    question = forms.Field(
        "fields", Kind.CHOICES, "members.shown.question", "members.shown.hint",
        optional=True, choices=choices,
    )  # fmt: skip
    stands = tuple(one.key for one in fields if one.key in released(asked.core, mine.id))
    return mine, Form("shown", question, edits=True), {"fields": stands}


def shown(asked: Asked) -> Page:
    """What of a person all members see."""
    found_member(asked, asked.me.id)
    _mine_page, form, stands = _shown_form(asked)
    return _shown_page(asked, asked.show(form, **stands))


def _shown_page(asked: Asked, filled: Filled) -> Page:
    always = [
        label(one, asked.texts) for one in members(asked.core).fields() if one.seen is Seen.MEMBERS
    ]
    title = asked.texts("members.shown.title")
    return asked.form_page("members_shown.html", title, filled, SECTION, always=always)


async def show(asked: Asked) -> Page | web.Response:
    """Show these to all members, and no others."""
    found_member(asked, asked.me.id)
    mine, form, stands = _shown_form(asked)
    filled = await asked.read(form, **stands)
    if not filled.ok:
        return _shown_page(asked, filled)
    wording = asked.texts("members.shown.question")
    batch = release(asked.core, mine.id, filled["fields"], wording)
    path = _back(asked, mine.id, mine=True)
    return asked.go(path, "members.done.shown", undo=undo_of(batch, mine=True))


# Undoing

LONGEST_NUMBER = 16
"""Digits: what SQLite counts to has some more."""


def undo(asked: Asked) -> web.Response:
    """Undo whatever was done to members, as a key person."""
    kept = _batch(asked)
    if kept is None:
        raise MissingError
    return _undone(asked, kept, "/members")


def undo_mine(asked: Asked) -> web.Response:
    """Undo what one did oneself with one's own entry."""
    kept = _batch(asked)
    if kept is None or kept.who != asked.me.id or kept.what not in OWN:
        raise MissingError
    return _undone(asked, kept, _back(asked, asked.me.id, mine=True))


def _batch(asked: Asked) -> Kept | None:
    number = asked.match["batch"]
    is_number = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
    return batch_of(asked.core, int(number)) if is_number else None


def _undone(asked: Asked, kept: Kept, back: str) -> web.Response:
    try:
        done = undo_any(asked.core, kept.no, who(asked))
    except Problem as problem:
        return asked.go(back, f"members.error.{problem.code}", **problem.values)
    if len(done.back) == 1 and back == "/members":
        back = f"/members/{done.back[0]}"
    if not done.stays:
        return asked.go(back, "members.done.undone")
    names = {one.id: one.name for one in persons(asked.core).all()}
    fields = members(asked.core).fields()
    some = [
        f"{names.get(id, '?')}: {label_of_part(part, fields, asked.texts)}"
        for id, part in done.stays[:TOLD]
    ]
    more = len(done.stays) - len(some)
    if more:
        some.append(asked.texts("members.done.more", n=more))
    return asked.go(back, "members.done.undone_but", what="; ".join(some))


OWN = ("edit", "release")
"""What somebody who is no key person takes back: not leaving, which others know of by now."""

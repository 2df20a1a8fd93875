"""Adding and changing a person by a form; who sees what; undoing.

Rules: whoever changes a person whom somebody else changed meanwhile is told what (the platform's
forms); a person may change what is theirs, but for columns that only key persons see.
"""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.features.members.changes.tables import batch_of
from node.features.members.editing import add, edit
from node.features.members.pages import SECTION, edits, found_member, sees, who
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
from node.web.page import Asked, MissingError, OutsideError, Page

FIRST = ("given", "family", "mail", "phone")
"""What is asked of somebody new; the rest can follow."""

SINCE = forms.Field("since", Kind.DATE, "members.field.since", optional=True)
TOLD = 5
"""Of what stays after undoing; the rest is counted."""


def undo_of(batch: int) -> Undo:
    """The button that takes a change back."""
    return Undo(f"/members/undo/{batch}", "members.web.undo")


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


def _mine(asked: Asked, id: str) -> bool:
    return asked.person is not None and asked.person.id == id


def _editable(asked: Asked) -> list[Field]:
    if sees(asked):
        return members(asked.core).fields()
    return [one for one in members(asked.core).fields() if one.seen is not Seen.KEY]


def _edited(asked: Asked) -> tuple[Member, PersonForm]:
    id = asked.match["id"]
    if not edits(asked, id):
        raise OutsideError
    found = found_member(asked, id)
    return found, person_form(_editable(asked), found, mine=_mine(asked, id))


def change(asked: Asked) -> Page:
    """The form of a person."""
    found, made = _edited(asked)
    return _edit_page(asked, found, asked.show(made.form, **made.stands(found)))


def _edit_page(asked: Asked, found: Member, filled: Filled) -> Page:
    title = asked.texts("members.web.edit_title", name=found.name)
    return asked.form_page("member_edit.html", title, filled, SECTION, member=found)


async def save(asked: Asked) -> Page | web.Response:
    """Change a person."""
    found, made = _edited(asked)
    filled = await asked.read(made.form, **made.stands(found))
    if not filled.ok:
        return _edit_page(asked, found, filled)
    name = filled["name"] if filled["name"] != found.name else None
    batch, changed = edit(asked.core, found.id, made.values(filled.values), name, who=who(asked))
    path = f"/members/{found.id}"
    if not changed:
        return asked.go(path, "members.done.same")
    return asked.go(path, "members.done.saved", undo=undo_of(batch))


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
    return asked.go(f"/members/{mine.id}", "members.done.shown", undo=undo_of(batch))


# Undoing

LONGEST_NUMBER = 16
"""Digits: what SQLite counts to has some more."""


def undo(asked: Asked) -> web.Response:
    """Undo a batch: what one did oneself, or as a key person whatever was done."""
    number = asked.match["batch"]
    is_number = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
    kept = batch_of(asked.core, int(number)) if is_number else None
    if kept is None:
        raise MissingError
    own = asked.person is not None and kept.who == asked.person.id and kept.what in OWN
    if not (sees(asked) or own):
        raise OutsideError
    back = "/members" if sees(asked) else f"/members/{asked.me.id}"
    try:
        done = undo_any(asked.core, kept.no, who(asked))
    except Problem as problem:
        return asked.go(back, f"members.error.{problem.code}", **problem.values)
    if len(done.back) == 1:
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

"""Correcting a membership: days that were written down wrongly, a reason, one that never was.

Rules: a day may be known to the month or the year only; the last is not before the first; whether
somebody is a member follows from the newest membership, so ending one is done elsewhere
(`ending_pages`) – here a last day can be corrected where there is one.
"""

import re

from aiohttp import web

from node.base.dates import MONTHS, read_day
from node.base.errors import UnclearDate
from node.features.members.changes.tables import begin
from node.features.members.days import day_words
from node.features.members.editing_pages import undo_of
from node.features.members.pages import SECTION, found_member, who
from node.features.members.types import Member, Membership
from node.web import forms
from node.web.forms import Filled, Form, Kind
from node.web.page import Asked, MissingError, Page

_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH = re.compile(r"(?P<name>[^\W\d]+)\.? (?P<year>(?:19|20)\d\d)")
_ISO_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])")


def _form(ended: bool) -> Form:
    days = ["since", *(("notice", "until") if ended else ())]
    return Form(
        "membership",
        *(
            forms.Field(
                one, Kind.TEXT, f"members.field.{one}", "members.membership.day_hint", optional=True
            )
            for one in days
        ),
        *(
            [forms.Field("reason", Kind.TEXT, "members.field.reason", "members.seen.key",
                         optional=True)] if ended else []
        ),
        edits=True,
    )  # fmt: skip


def _there(asked: Asked) -> tuple[Member, Membership]:
    found = found_member(asked, asked.match["id"])
    for one in found.memberships:
        if str(one.no) == asked.match["no"]:
            return found, one
    raise MissingError


def _stands(asked: Asked, one: Membership) -> dict[str, str]:
    days = {key: day_words(getattr(one, key), asked.texts) for key in ("since", "notice", "until")}
    return {**days, "reason": one.reason}


def page(asked: Asked) -> Page:
    """The form."""
    found, one = _there(asked)
    form = _form(bool(one.until))
    stands = _stands(asked, one)
    shown = {field.name: stands[field.name] for field in form.fields}
    return _page(asked, found, one, asked.show(form, **shown))


def _page(asked: Asked, found: Member, one: Membership, filled: Filled) -> Page:
    title = asked.texts("members.membership.title", name=found.name)
    values = {"member": found, "membership": one}
    return asked.form_page("member_membership.html", title, filled, SECTION, **values)


async def save(asked: Asked) -> Page | web.Response:
    """Correct it."""
    found, one = _there(asked)
    form = _form(bool(one.until))
    stands = _stands(asked, one)
    filled = await asked.read(form, **{field.name: stands[field.name] for field in form.fields})
    days: dict[str, str] = {}
    for key in ("since", "notice", "until"):
        if key in filled.values:
            day = read_partly(filled[key], asked)
            if day is None:
                filled.refuse(key, "web.form.date_unknown")
            days[key] = day or ""
    if filled.ok and one.until and not days["until"]:
        filled.refuse("until", "web.form.missing")
    since, until = days.get("since", ""), days.get("until", "")
    if filled.ok and until and until < since[: len(until)]:
        text = "members.error.member-ends-before"
        filled.refuse("until", text, since=day_words(since, asked.texts))
    if not filled.ok:
        return _page(asked, found, one, filled)
    reason = filled.values.get("reason", one.reason)
    wanted = Membership(one.no, since, days.get("notice", ""), until, reason)
    with asked.core.transaction():
        batch = begin(asked.core, "membership", who(asked))
        batch.belong(found.id, wanted)
    path = f"/members/{found.id}"
    return asked.go(path, "members.done.saved", undo=undo_of(batch.no))


def read_partly(text: str, asked: Asked) -> str | None:
    """A day, a month or a year as people write it; None if it is none of them."""
    text = text.strip()
    if not text or _YEAR.fullmatch(text) or _ISO_MONTH.fullmatch(text):
        return text
    found = _MONTH.fullmatch(text)
    if found and found["name"].lower() in MONTHS:
        return f"{found['year']}-{MONTHS[found['name'].lower()]:02}"
    try:
        return read_day(text, asked.today()).isoformat()
    except UnclearDate:
        return None

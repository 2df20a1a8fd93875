"""Announcing a meeting and changing it: a form, “check your answers”, done.

A form that is sent twice announces one meeting: it brings the name that the meeting gets. What two
key persons change at once comes together (`node.web.forms`, rule 3). What is checked carries the
moment as it was understood, so that a page may stay open for a week.
"""

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.base.zones import now_in
from node.features.meetings.actions import (
    OPEN_TO,
    Meeting,
    edit_meeting,
    instant,
    invitations,
    meeting_content,
    new_meeting,
)
from node.features.meetings.links import link_label, meeting_path_of
from node.features.meetings.pages import acted_meeting
from node.features.meetings.tables import kept_meetings
from node.features.meetings.typed import (
    EDIT,
    MANY_SEATS,
    MORE,
    content_of,
    is_zone_known,
    names_of,
    network_of,
    new_form,
    stands,
    zone_here,
)
from node.features.meetings.undoing import keep_for_undo
from node.features.meetings.views import one_meeting
from node.features.meetings.wording import refuse
from node.lookup.zone import ZONE
from node.records.publish import new_name
from node.texts import Texts
from node.web.forms import Filled
from node.web.page import Asked, Page
from protocol.audience import PUBLIC, Audience
from protocol.ids import to_text
from protocol.kind import Place

_NAME = re.compile(r"[a-z2-7]{12,64}")
"""How `new_name` looks; anything else is no name that we gave out."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of what is checked: the key of its label, what it is to be, and what it was."""

    label: str
    now: str
    was: str | None = None


# Announcing


def new(asked: Asked) -> Page:
    """The form; with `?like=` what another meeting of ours said, to announce it anew."""
    form = asked.show(
        new_form(asked), **{"to": "public", "once": new_name(asked.core)} | _like(asked)
    )
    return _new_page(asked, form)


def _like(asked: Asked) -> dict[str, Any]:
    host, _, name = asked.visit.parameters.get("like", "").partition("/")
    found = one_meeting(asked.sight, host, name) if host and len(name) <= 64 else None
    if found is None or found.host not in asked.core.own:
        return {}
    said = stands(found.content)
    del said["starts"], said["zone"]
    return said | {"to": _audience_of(found)}


def _audience_of(meeting: Meeting) -> str:
    if meeting.audience is None or meeting.audience.scope == "direct":
        return "private"
    ids = meeting.audience.ids
    return to_text(ids[0]) if meeting.audience.scope == "network" and ids else "public"


def _new_page(asked: Asked, form: Filled) -> Page:
    title = asked.texts("meetings.web.new")
    values = {
        "action": "/meetings/new",
        "more": MORE if is_zone_known(asked) else MORE[:-1],
        "zone": zone_here(asked),
        "zone_known": is_zone_known(asked),
        "meeting": None,
        "guests": (),
        "who": _who(asked, form, None),
    }
    return asked.form_page("meeting_form.html", title, form, "meetings", **values)


async def create(asked: Asked) -> Page | web.Response:
    """Check it, and announce it."""
    form = await asked.read(new_form(asked))
    content = content_of(asked, form, zone_here(asked))
    if not form.ok or asked.step == "change":
        return _new_page(asked, form)
    content["open_to"] = content["open_to"] or OPEN_TO.get(form["to"], "members")
    if asked.step == "save":
        return _announce(asked, form, content)
    return _check(asked, form, content, None)


def _announce(asked: Asked, form: Filled, content: dict[str, Any]) -> Page | web.Response:
    core, own = asked.core, asked.core.home_id
    name = form["once"] if _NAME.fullmatch(form["once"]) else new_name(core)
    if _is_there(asked, name):
        return asked.go(meeting_path_of(own, name), "meetings.web.done.already")
    to = network_of(form["to"])
    if _was_there(asked, to, name):
        name = new_name(core)
    try:
        name = new_meeting(core, own, to, content, name)
    except Problem as problem:
        return _new_page(asked, refuse(asked, form, problem))
    if form["zone"] and not is_zone_known(asked):
        with core.transaction():
            core.settings.set(ZONE, content["zone"])
    path = meeting_path_of(own, name)
    return asked.go(path, f"meetings.web.done.new_{'private' if to == 'private' else 'shown'}")


def _is_there(asked: Asked, name: str) -> bool:
    return one_meeting(asked.sight, to_text(asked.core.home_id), name) is not None


def _was_there(asked: Asked, to: str | bytes, name: str) -> bool:
    """Whether it was erased since the form was shown: another one is another meeting."""
    core, own = asked.core, asked.core.home_id
    if to == "private":
        return kept_meetings(core).has(own, name)
    audience = Audience.network(to) if isinstance(to, bytes) else PUBLIC
    return core.records.at(Place(own, audience, "meeting", name)) is not None


# Changing


def edit(asked: Asked) -> Page:
    """What it says, to be changed."""
    meeting = acted_meeting(asked)
    return _edit_page(asked, asked.show(EDIT, **stands(meeting.content)), meeting)


def _edit_page(asked: Asked, form: Filled, meeting: Meeting) -> Page:
    title = asked.texts("meetings.web.edit")
    values = {
        "action": meeting_path_of(meeting.host, meeting.name) + "/edit",
        "more": MORE,
        "zone": meeting.content["zone"],
        "zone_known": True,
        "meeting": meeting_path_of(meeting.host, meeting.name),
        "guests": _guests(asked, meeting),
        "who": who_sees(asked, meeting),
    }
    return asked.form_page("meeting_form.html", title, form, "meetings", **values)


def _guests(asked: Asked, meeting: Meeting) -> tuple[str, ...]:
    return names_of(asked.sight, (one.audience.ids[0] for one in invitations(asked.core, meeting)))


async def save(asked: Asked) -> Page | web.Response:
    """Check what is different, and change it."""
    meeting = acted_meeting(asked)
    path = meeting_path_of(meeting.host, meeting.name)
    form = await asked.read(EDIT, **stands(meeting.content))
    said = content_of(asked, form, meeting.content["zone"])
    if not form.ok or asked.step == "change":
        return _edit_page(asked, form, meeting)
    changes = {**said, "open_to": said["open_to"] or meeting.content["open_to"]}
    try:
        content = meeting_content({**meeting.content, **changes})
        if content == meeting.content:
            raise Problem("meeting-unchanged")
        if asked.step != "save":
            return _check(asked, form, content, meeting)
        edit_meeting(asked.core, meeting.host, meeting, changes, form["note"] or None)
    except Problem as problem:
        if problem.code == "meeting-unchanged" and asked.step == "save":  # it came twice
            return asked.go(path, "meetings.web.done.changed_before")
        return _edit_page(asked, refuse(asked, form, problem), meeting)
    count = len(_guests(asked, meeting))
    undo = keep_for_undo(asked, meeting)
    return asked.go(path, "meetings.web.done.changed", undo=undo, n=count)


# Checking


def _check(asked: Asked, form: Filled, content: dict[str, Any], meeting: Meeting | None) -> Page:
    """What was understood; of a change what is different."""
    before = meeting.content if meeting else None
    rows = [one for one in rows_of(asked, content, before) if one.was is not None or not before]
    title = asked.texts("meetings.web.check_edit" if meeting else "meetings.web.check_new")
    path = meeting_path_of(meeting.host, meeting.name) + "/edit" if meeting else "/meetings/new"
    seats = content["capacity"] or 0
    many = seats >= MANY_SEATS and (before is None or seats != before["capacity"])
    values = {
        "action": path,
        "rows": rows,
        "who": _who(asked, form, meeting),
        "guests": _guests(asked, meeting) if meeting else (),
        "many_seats": formats.number(seats, asked.texts) if many else "",
        "go": asked.texts("meetings.web.go_edit" if meeting else "meetings.web.go_new"),
        "typed": _typed(form, asked),
    }
    return asked.check_page("meeting_check.html", title, form, "meetings", **values)


def _typed(form: Filled, asked: Asked) -> str:
    """The moment as somebody typed it, if that says less than what was understood."""
    typed = form.text("starts")
    return "" if typed == formats.when(form["starts"], None, None, asked.texts) else typed


def _who(asked: Asked, form: Filled, meeting: Meeting | None) -> str:
    if meeting is not None:
        return who_sees(asked, meeting)
    words = {one.value: asked.texts(one.text) if one.text else one.shown
             for one in form.form["to"].choices}  # fmt: skip
    return words.get(form.text("to"), "–")


def who_sees(asked: Asked, meeting: Meeting) -> str:
    """Who may see a meeting of ours."""
    if meeting.audience is None or meeting.audience.scope == "direct":
        return asked.texts("meetings.web.to_private")
    if meeting.audience.scope == "public":
        return asked.texts("meetings.web.to_public")
    (name,) = names_of(asked.sight, meeting.audience.ids[:1])
    return asked.texts("meetings.web.to_network", name=name)


def rows_of(
    asked: Asked, content: dict[str, Any], before: dict[str, Any] | None = None
) -> list[Row]:
    """What a meeting says, line by line; `was` where it is something else than `before`."""
    shown = _words(asked, content)
    was = _words(asked, before) if before else {}
    rows = []
    for label, said in shown.items():
        old = was.get(label, "")
        changed = before is not None and old != said
        if said or changed:
            rows.append(Row(label, said or "–", (old or "–") if changed else None))
    return rows


SHORT = frozenset(
    f"meetings.{one}" for one in ("label.title", "label.when", "web.form.until", "label.place",
                                  "web.form.link")
)  # fmt: skip
"""What stands beside an answer: which meeting it is."""


def short_rows(asked: Asked, meeting: Meeting) -> list[Row]:
    """What, when and where."""
    return [one for one in rows_of(asked, meeting.content) if one.label in SHORT]


def _words(asked: Asked, content: dict[str, Any]) -> dict[str, str]:
    """By the keys of labels; a field that is not in `content` is left out."""
    zone, texts = content["zone"], asked.texts
    zoned = None if zone == zone_here(asked) and is_zone_known(asked) else zone
    link = content["link"]
    return {
        "meetings.label.title": content.get("title") or "",
        "meetings.label.when": formats.when(content["starts"], zoned, None, texts),
        "meetings.web.form.until": _until(content, texts),
        "meetings.label.place": content["place"] or "",
        "meetings.web.form.link": f"{link_label(link)}: {link}" if link else "",
        "meetings.label.topic": content.get("topic") or "",
        "meetings.web.form.text": content.get("text") or "",
        "meetings.label.open_to": texts(f"meetings.open_to.{content['open_to']}")
        if content.get("open_to")
        else "",
        "meetings.label.capacity": formats.number(content["capacity"], texts)
        if content.get("capacity")
        else "",
    }


def _until(content: dict[str, Any], texts: Texts) -> str:
    """When it ends, and how long that is."""
    starts = instant(content["starts"], content["zone"])
    length = formats.duration(content["minutes"], texts)
    if starts is None:
        return length
    ends = now_in(content["zone"], starts + content["minutes"] * 60)
    return texts(
        "meetings.web.until",
        end=formats.when(f"{ends:%Y-%m-%dT%H:%M}", None, None, texts),
        length=length,
    )

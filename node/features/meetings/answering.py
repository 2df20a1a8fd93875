"""Answering for the group: yes, no, or something else; and calling one's own meeting off.

Who answers means the meeting as the page showed it: if it was changed meanwhile it is said, and
they look again.
"""

from typing import Any

from aiohttp import web

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.meetings.actions import (
    Meeting,
    cancel,
    counter_of,
    edit_meeting,
    is_over,
    replies,
    reply,
)
from node.features.meetings.announcing import rows_of, short_rows, who_sees
from node.features.meetings.guests import invited_to
from node.features.meetings.links import meeting_path_of
from node.features.meetings.pages import acted_meeting, kept_meeting
from node.features.meetings.typed import COUNTER, content_of, names_of, stands
from node.features.meetings.undoing import keep_for_undo
from node.features.meetings.wording import refuse, why
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page
from protocol.ids import from_text

MOST_PEOPLE = 1_000
"""Who come from one group (docs/protocol.md §7.9)."""

_NOTE = Field("note", Kind.LONG, "meetings.web.form.note", optional=True, longest=1_000)
_MEANS = Field("means", Kind.HIDDEN, optional=True)

ACCEPT = Form(
    "accept",
    Field(
        "people", Kind.NUMBER, "meetings.web.form.people", "meetings.web.form.people_hint", True,
        most=MOST_PEOPLE,
    ),
    _NOTE,
    _MEANS,
)  # fmt: skip
DECLINE = Form("decline", _NOTE, _MEANS)
FORMS = {"accept": ACCEPT, "decline": DECLINE, "counter": COUNTER}
CANCEL = Form(
    "cancel",
    Field("reason", Kind.TEXT, "meetings.web.form.reason", "meetings.web.form.reason_hint",
          longest=500),
)  # fmt: skip
ADOPT = Form(
    "adopt",
    Field("note", Kind.TEXT, "meetings.web.form.edit_note", optional=True, longest=1_000),
    _MEANS,
)


# Answers


def _to_answer(asked: Asked) -> tuple[Meeting, str, Form]:
    answer, meeting = asked.match["answer"], kept_meeting(asked)
    if answer not in FORMS or meeting.host in asked.core.own:
        raise MissingError
    return meeting, answer, FORMS[answer]


def answer(asked: Asked) -> Page:
    """The form, with what we answered before."""
    meeting, kind, form = _to_answer(asked)
    said: dict[str, Any] = {"means": _means(meeting)}
    if kind == "counter":
        found = stands(meeting.content)
        said |= {one: found[one] for one in ("starts", "ends", "place", "link")}
    before = _ours(asked, meeting) or {}
    names = {one.name for one in form.fields}
    said |= {one: before[one] for one in names & before.keys() & {"people", "note"}}
    return _answer_page(asked, asked.show(form, **said), meeting, kind)


def _ours(asked: Asked, meeting: Meeting) -> dict[str, Any] | None:
    """What we answered, if anything."""
    for one in asked.core.records.statements(
        "reply", asked.core.clock(), author=asked.core.home_id, names={meeting.name}
    ):
        if one.audience.ids == (meeting.host,) and one.content:
            return one.content
    return None


def _means(meeting: Meeting) -> str:
    return digest(meeting.body).hex()


def _answer_page(asked: Asked, form: Filled, meeting: Meeting, kind: str) -> Page:
    path = meeting_path_of(meeting.host, meeting.name)
    (host,) = names_of(asked.sight, [meeting.host])
    values = {
        "action": f"{path}/answer/{kind}",
        "back": path,
        "kind": kind,
        "host": host,
        "rows": short_rows(asked, meeting),
        "go": asked.texts(f"meetings.web.go_{kind}"),
    }
    title = asked.texts(f"meetings.web.answer_{kind}")
    return asked.form_page("meeting_answer.html", title, form, "meetings", **values)


async def give(asked: Asked) -> Page | web.Response:
    """Answer; something else is checked first."""
    meeting, kind, shape = _to_answer(asked)
    form = await asked.read(shape)
    _assert_same(form, meeting)
    fields = {one: form.values.get(one) or None for one in ("people", "note")}
    if kind == "accept":
        _assert_people(form, meeting)
    if kind == "counter":
        counter = _counter(asked, form, meeting)
        if form.ok and asked.step == "":
            return _check_counter(asked, form, meeting, counter)
        if asked.step == "change":
            return _answer_page(asked, form, meeting, kind)
        fields |= counter
    if form.ok:
        try:
            reply(asked.core, asked.core.home_id, meeting, kind, fields)
            path = meeting_path_of(meeting.host, meeting.name)
            (host,) = names_of(asked.sight, [meeting.host])
            return asked.go(path, f"meetings.web.done.{kind}", host=host)
        except Problem as problem:
            refuse(asked, form, problem)
    return _answer_page(asked, form, meeting, kind)


def _assert_same(form: Filled, meeting: Meeting) -> None:
    """Said once: the page that says it shows the meeting as it is now."""
    means = _means(meeting)
    if form.text("means") != means:
        form.refuse("", "meetings.web.wrong.changed")
    form.typed["means"] = (means,)


def _assert_people(form: Filled, meeting: Meeting) -> None:
    people, seats = form.values.get("people"), meeting.content["capacity"]
    if people is not None and people < 1:
        form.refuse("people", "meetings.web.wrong.no_people")
    elif people and seats and people > seats:
        form.refuse("people", "meetings.web.wrong.seats", seats=seats)


def _counter(asked: Asked, form: Filled, meeting: Meeting) -> dict[str, Any]:
    found = content_of(asked, form, meeting.content["zone"])
    if form.ok and not any(found[one] != meeting.content[one] for one in found):
        form.refuse("starts", "meetings.web.wrong.same")
    return found


def _check_counter(asked: Asked, form: Filled, meeting: Meeting, counter: dict[str, Any]) -> Page:
    rows = rows_of(asked, {**meeting.content, **counter}, meeting.content)
    (host,) = names_of(asked.sight, [meeting.host])
    values = {
        "action": meeting_path_of(meeting.host, meeting.name) + "/answer/counter",
        "rows": [one for one in rows if one.was is not None],
        "who": asked.texts("meetings.web.only_host", host=host),
        "guests": (),
        "many_seats": "",
        "typed": "",
        "go": asked.texts("meetings.web.go_counter"),
    }
    title = asked.texts("meetings.web.check_counter")
    return asked.check_page("meeting_check.html", title, form, "meetings", **values)


# Taking over what a guest proposes


def _proposed(asked: Asked) -> tuple[Meeting, bytes]:
    meeting = acted_meeting(asked)
    try:
        guest = from_text(asked.match["guest"])
    except ValueError:
        raise MissingError from None
    return meeting, guest


def _means_both(meeting: Meeting, counter: dict[str, Any]) -> str:
    return digest(meeting.body + repr(sorted(counter.items())).encode()).hex()


def adopt(asked: Asked) -> Page | web.Response:
    """What would change, and who is asked anew."""
    meeting, guest = _proposed(asked)
    try:
        counter = counter_of(asked.core, meeting, guest)
    except Problem as problem:
        path = meeting_path_of(meeting.host, meeting.name)
        return asked.go(path, "web.form.refused", why=why(asked, problem))
    form = asked.show(ADOPT, means=_means_both(meeting, counter))
    return _adopt_page(asked, form, meeting, guest, counter)


def _adopt_page(
    asked: Asked, form: Filled, meeting: Meeting, guest: bytes, counter: dict[str, Any]
) -> Page:
    path = meeting_path_of(meeting.host, meeting.name)
    rows = rows_of(asked, {**meeting.content, **counter}, meeting.content)
    (who,) = names_of(asked.sight, [guest])
    values = {
        "action": f"{path}/adopt/{asked.match['guest']}",
        "back": path,
        "who": who,
        "rows": [one for one in rows if one.was is not None],
        "guests": names_of(asked.sight, invited_to(asked.sight, meeting)),
        "sees": who_sees(asked, meeting),
    }
    title = asked.texts("meetings.web.adopt_title", who=who)
    return asked.form_page("meeting_adopt.html", title, form, "meetings", **values)


async def take_over(asked: Asked) -> Page | web.Response:
    """Change the meeting to what was proposed."""
    meeting, guest = _proposed(asked)
    form = await asked.read(ADOPT)
    path = meeting_path_of(meeting.host, meeting.name)
    try:
        counter = counter_of(asked.core, meeting, guest)
    except Problem as problem:
        return asked.go(path, "web.form.refused", why=why(asked, problem))
    if all(meeting.content[one] == said for one, said in counter.items()):  # it came twice
        return asked.go(path, "meetings.web.done.changed_before")
    means = _means_both(meeting, counter)
    if form.text("means") != means:
        form.refuse("", "meetings.web.wrong.changed")
        form.typed["means"] = (means,)
    if form.ok:
        try:
            count = edit_meeting(asked.core, meeting.host, meeting, counter, form["note"] or None)
            undo = keep_for_undo(asked, meeting)
            return asked.go(path, "meetings.web.done.changed", undo=undo, n=count)
        except Problem as problem:
            refuse(asked, form, problem)
    return _adopt_page(asked, form, meeting, guest, counter)


# Calling off


def cancel_form(asked: Asked) -> Page | web.Response:
    """Who is told, and that it can't be undone."""
    meeting = acted_meeting(asked)
    if meeting.content["cancelled"] is not None:
        path = meeting_path_of(meeting.host, meeting.name)
        return asked.go(path, "meetings.web.done.cancelled_before")
    return _cancel_page(asked, asked.show(CANCEL), meeting)


def _cancel_page(asked: Asked, form: Filled, meeting: Meeting) -> Page:
    path = meeting_path_of(meeting.host, meeting.name)
    values = {
        "action": f"{path}/cancel",
        "back": path,
        "rows": short_rows(asked, meeting),
        "guests": names_of(asked.sight, invited_to(asked.sight, meeting)),
        "coming": names_of(asked.sight, _coming(asked, meeting)),
        "sees": who_sees(asked, meeting),
        "over": is_over(asked.core, meeting),
    }
    title = asked.texts("meetings.web.cancel")
    return asked.form_page("meeting_cancel.html", title, form, "meetings", **values)


def _coming(asked: Asked, meeting: Meeting) -> list[bytes]:
    return [
        one.author
        for one in replies(asked.core, meeting)
        if one.content and one.content["answer"] == "accept"
    ]


async def call_off(asked: Asked) -> Page | web.Response:
    """Call it off."""
    meeting = acted_meeting(asked)
    path = meeting_path_of(meeting.host, meeting.name)
    if meeting.content["cancelled"] is not None:
        return asked.go(path, "meetings.web.done.cancelled_before")
    form = await asked.read(CANCEL)
    if form.ok:
        try:
            count = cancel(asked.core, meeting.host, meeting, form["reason"])
            return asked.go(path, "meetings.web.done.cancelled", n=count)
        except Problem as problem:
            refuse(asked, form, problem, "reason")
    return _cancel_page(asked, form, meeting)

"""The form of a meeting, and from what somebody typed to what a meeting says.

What can't be is said beside its field before anything is written: no place, the past, too far away,
a time that no clock shows, a link that is none.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from node.base.errors import Problem
from node.base.lengths import read_minutes
from node.base.zones import is_zone, now_in, read_zone, readings_of
from node.cli.problems import explain
from node.features.meetings.actions import LONGEST_AHEAD, instant
from node.lookup.sight import Sight
from node.lookup.zone import zone_of
from node.web.forms import Choice, Field, Filled, Form, Kind, Wrong
from node.web.page import Asked
from protocol.control_state import Standing
from protocol.fields import call_url
from protocol.ids import from_text, to_text
from protocol.meetings import LONGEST_MINUTES

TITLE, PLACE, LINK, TOPIC, TEXT = 160, 300, 500, 160, 4_000
"""Characters (docs/protocol.md §7.7)."""

MOST_SEATS = 100_000
MANY_SEATS = 1_000
"""Seats of which somebody is asked whether the number is right."""

USUAL_MINUTES = 120

_WHEN = (
    Field("starts", Kind.MOMENT, "meetings.web.form.starts", "meetings.web.form.starts_hint"),
    Field(
        "ends", Kind.END, "meetings.web.form.ends", "meetings.web.form.ends_hint", True,
        after="starts", most=LONGEST_MINUTES,
    ),
)  # fmt: skip
_PLACE = Field(
    "place", Kind.TEXT, "meetings.web.form.place", "meetings.web.form.place_hint", True, PLACE
)
_LINK = Field(
    "link", Kind.TEXT, "meetings.web.form.link", "meetings.web.form.link_hint", True, LINK,
    autocomplete="off", inputmode="url",
)  # fmt: skip
_ZONE = Field("zone", Kind.TEXT, "meetings.web.form.zone", "meetings.web.form.zone_hint", True, 64)

_WHO_COMES = tuple(
    Choice(one, f"meetings.open_to.{one}") for one in ("everybody", "members", "invited")
)

_SAID = (
    Field("title", Kind.TEXT, "meetings.web.form.title", longest=TITLE),
    _WHEN[0],
    _PLACE,
    _WHEN[1],
    _LINK,
    Field("topic", Kind.TEXT, "meetings.label.topic", optional=True, longest=TOPIC),
    Field("text", Kind.LONG, "meetings.web.form.text", optional=True, longest=TEXT),
)
_SEATS = Field(
    "capacity", Kind.NUMBER, "meetings.label.capacity", "meetings.web.form.capacity_hint", True,
    most=MOST_SEATS,
)  # fmt: skip
_OPEN_TO = Field(
    "open_to", Kind.CHOICE, "meetings.web.form.open_to", optional=True, choices=_WHO_COMES
)

NEW = Form(
    "meeting",
    *_SAID,
    Field("to", Kind.CHOICE, "meetings.web.form.to"),
    _OPEN_TO,
    _SEATS,
    _ZONE,
    Field("once", Kind.HIDDEN, optional=True, longest=64),
)
"""To announce one. `once` is the name that it gets: a form that is sent twice means one meeting."""

EDIT = Form(
    "meeting",
    *_SAID,
    _OPEN_TO,
    _SEATS,
    _ZONE,
    Field("note", Kind.TEXT, "meetings.web.form.edit_note", optional=True, longest=1_000),
    edits=True,
)

MORE = ("ends", "link", "topic", "text", "to", "open_to", "capacity", "zone")
"""What stands behind “more”."""

COUNTER = Form(
    "counter",
    *_WHEN,
    _PLACE,
    _LINK,
    Field("note", Kind.LONG, "meetings.web.form.note", optional=True, longest=1_000),
    Field("means", Kind.HIDDEN, optional=True),
)
"""To propose something else; `means` is the version of the meeting that was shown."""

SCHEMES = ("http://", "https://", "mumble://")
"""How the address of a call may begin (docs/protocol.md §7)."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")


def audiences(sight: Sight) -> list[tuple[str, str]]:
    """Who may see a meeting of ours: the networks of which we are members, by id and name."""
    ties, own = sight.core.ties, sight.core.home_id
    mine = [
        one for one in ties.memberships(own, sight.now)
        if ties.standing(one, own, sight.now) is Standing.MEMBER
    ]  # fmt: skip
    return [(one.id, one.name or one.id[:8]) for one in sight.named(mine)]


def new_form(asked: Asked) -> Form:
    """The form to announce one, with the networks that there are."""
    networks = [
        Choice(id_, shown=asked.texts("meetings.web.to_network", name=name))
        for id_, name in audiences(asked.sight)
    ]
    choices = (
        Choice("public", "meetings.web.to_public"),
        *networks,
        Choice("private", "meetings.web.to_private"),
    )
    form = NEW.with_choices(to=choices)
    if is_zone_known(asked):
        return form
    asked_once = replace(_ZONE, hint="meetings.web.form.zone_once", optional=False)
    fields = (asked_once if one.name == "zone" else one for one in form.fields)
    return Form(form.name, *fields)


def stands(content: dict[str, Any]) -> dict[str, Any]:
    """A meeting as its form shows it."""
    said = {name: content[name] for name in ("starts", "zone")}
    said |= {name: content[name] or "" for name in ("title", "place", "link", "topic", "text")}
    return said | {
        "ends": content["minutes"],
        "open_to": content["open_to"],
        "capacity": content["capacity"],
    }


def content_of(asked: Asked, form: Filled, zone: str) -> dict[str, Any]:
    """What a meeting is to say, from a form that was read; what can't be is refused in it.

    `zone`: where it is, if nothing is typed.
    """
    said = {one.name: form.values.get(one.name) for one in form.form.fields}
    where = _zone(asked, form, said.get("zone"), zone)
    link = _link(form, said["link"] or "")
    if not form.errors and not said["place"] and not link:
        form.refuse("place", "meetings.web.wrong.nowhere")
    seats = said.get("capacity")
    if seats is not None and seats < 1:
        form.refuse("capacity", "meetings.web.wrong.no_seats")
    minutes = _minutes(form, said["starts"], where)
    if said["starts"] and where:
        _assert_when(asked, form, said["starts"], where, minutes)
    found = {"starts": said["starts"], "zone": where, "minutes": minutes}
    found |= {"place": said["place"] or None, "link": link or None}
    if "title" in said:
        found |= {name: said[name] or None for name in ("title", "topic", "text", "open_to")}
        found["capacity"] = said["capacity"]
    return found


def _minutes(form: Filled, starts: str | None, zone: str) -> int:
    """How long it lasts: an end by the clock is one hour nearer or farther in the nights in which
    clocks are changed."""
    said: int | None = form.values.get("ends")
    if said is None:
        return USUAL_MINUTES
    if starts and zone and read_minutes(form.text("ends")) is None:
        end = datetime.fromisoformat(starts) + timedelta(minutes=said)
        first, last = instant(starts, zone), instant(end.isoformat(timespec="minutes"), zone)
        if first is not None and last is not None:
            said = form.values["ends"] = max(1, (last - first) // 60)
    return said


def _zone(asked: Asked, form: Filled, typed: str | None, usual: str) -> str:
    if not typed:
        return usual
    try:
        return read_zone(typed)
    except Problem as problem:
        form.errors.setdefault(
            "zone", Wrong("web.form.problem", {"why": explain(problem, asked.texts)})
        )
        return ""


def _link(form: Filled, typed: str) -> str:
    """The address that was typed; without `https://` if people left that out."""
    if not typed:
        return ""
    if _SCHEME.match(typed):
        scheme, _, rest = typed.partition(":")
        typed = f"{scheme.lower()}:{rest}"
    else:
        typed = "https://" + typed.lstrip("/")
    if not typed.startswith(SCHEMES):
        form.refuse("link", "meetings.web.wrong.scheme", scheme=typed.partition(":")[0][:20])
        return ""
    if not call_url.check(typed) or "." not in typed:
        form.refuse("link", "meetings.web.wrong.link")
        return ""
    return typed


def _assert_when(asked: Asked, form: Filled, starts: str, zone: str, minutes: int) -> None:
    now = asked.core.clock()
    found = readings_of(starts, zone) if is_zone(zone) else None
    if found and found.what == "skipped":
        form.refuse("starts", "meetings.web.wrong.skipped", (found.first, found.second))
    elif found:
        form.refuse("starts", "meetings.web.wrong.twice")
    begins = instant(starts, zone)
    if begins is None:
        return
    if begins + minutes * 60 <= now:
        nearer = _within(starts, zone, now)
        form.refuse("starts", f"meetings.web.wrong.past{'_meant' if nearer else ''}", nearer)
    elif begins > now + LONGEST_AHEAD:
        year, latest = starts[:4], now_in(zone, now + LONGEST_AHEAD).date()
        nearer = _within(starts, zone, now)
        form.refuse("starts", "meetings.web.wrong.far", nearer, year=year, readings=(latest,))


def _within(starts: str, zone: str, now: int) -> tuple[str, ...]:
    """The same day of another year, where a meeting can be: perhaps the year was a slip."""
    when, here = datetime.fromisoformat(starts), now_in(zone, now)
    found = []
    for year in (here.year, here.year + 1):
        try:
            one = when.replace(year=year)
        except ValueError:  # 29 February
            continue
        begins = instant(one.isoformat(timespec="minutes"), zone)
        if begins is not None and now < begins <= now + LONGEST_AHEAD:
            found.append(one.isoformat(timespec="minutes"))
    return tuple(found)


def zone_here(asked: Asked) -> str:
    """Where the group lives."""
    return zone_of(asked.core).name


def is_zone_known(asked: Asked) -> bool:
    """Whether anybody said it, or the machine shows it."""
    return zone_of(asked.core).source != "assumed"


def network_of(to: str) -> str | bytes:
    """To whom a meeting is announced, as `new_meeting` wants it."""
    return to if to in ("public", "private") else from_text(to)


def names_of(sight: Sight, some: Iterable[bytes]) -> tuple[str, ...]:
    """Groups by name, for texts."""
    return tuple(one.name or to_text(who)[:8] for who, one in ((w, sight.name(w)) for w in some))

"""Offering something and looking for something, and changing what was said: for key persons."""

from datetime import UTC, date, datetime
from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.base.zones import now_in
from node.features.exchange.actions import ThingView, change, last_moment, publish, thing_of
from node.features.exchange.feature import USUAL_DAYS
from node.features.exchange.pages import shown_thing, thing_path
from node.features.networks.views import network_views
from node.features.peers.views import peer_views
from node.lookup.zone import zone_of
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page
from protocol.audience import PUBLIC, Audience
from protocol.exchange import MOST, OFFER, STANDING_DAYS, WANT
from protocol.ids import from_text

LENGTHS = {name: OFFER.fields.types[name].most for name in ("title", "text", "unit", "place")}

PUBLICLY = Choice("public", "exchange.web.to_public")


def _form(*first: Field, edits: bool = False) -> Form:
    return Form(
        "thing",
        Field("title", Kind.TEXT, "exchange.label.title", "exchange.web.title_hint",
              longest=LENGTHS["title"]),
        *first,
        Field("text", Kind.LONG, "exchange.web.text", optional=True, longest=LENGTHS["text"]),
        Field("amount", Kind.NUMBER, "exchange.label.amount", optional=True, least=1, most=MOST),
        Field("unit", Kind.TEXT, "exchange.web.unit", "exchange.web.unit_hint", optional=True,
              longest=LENGTHS["unit"]),
        Field("place", Kind.TEXT, "exchange.label.place", optional=True, longest=LENGTHS["place"]),
        Field("until", Kind.DATE, "exchange.label.until", "exchange.web.until_hint", optional=True,
              said={"days": USUAL_DAYS, "most": STANDING_DAYS}),
        edits=edits,
    )  # fmt: skip


NEW = _form(Field("to", Kind.CHOICE, "exchange.web.seen_by", "exchange.web.to_hint"))
EDITED = _form(edits=True)

WRONG = {"unit-alone": "amount", "exchange-over": "until", "exchange-too-long": "until"}
"""Which field a refusal is about."""


def offer(asked: Asked) -> Page:
    """What one can offer."""
    return _new_page(asked, OFFER.name, asked.show(_with_audiences(asked), to=PUBLICLY.value))


def want(asked: Asked) -> Page:
    """What one can look for."""
    return _new_page(asked, WANT.name, asked.show(_with_audiences(asked), to=PUBLICLY.value))


async def send_offer(asked: Asked) -> Page | web.Response:
    """Say it."""
    return await _send(asked, OFFER.name)


async def send_want(asked: Asked) -> Page | web.Response:
    """Say it."""
    return await _send(asked, WANT.name)


def _with_audiences(asked: Asked) -> Form:
    """Everybody, the networks of which the group is a member, and its partners."""
    members = [one for one in network_views(asked.sight, whole=False) if one.standing == "member"]
    partners = [one for one in peer_views(asked.sight) if one.state == "active"]
    t = asked.texts
    networks = [Choice(one.id, "", t("exchange.web.to_network", name=one.name)) for one in members]
    groups = [
        Choice(one.who.id, "", t("exchange.web.to_group", name=one.who.name or one.who.id[:8]))
        for one in partners
    ]
    return NEW.with_choices(to=(PUBLICLY, *networks, *groups))


def _new_page(asked: Asked, kind: str, form: Filled) -> Page:
    title = asked.texts(f"exchange.web.new_{kind}")
    return asked.form_page("exchange_write.html", title, form, "exchange", thing=None, kind=kind)


async def _send(asked: Asked, kind: str) -> Page | web.Response:
    form = await asked.read(_with_audiences(asked))
    if form.ok:
        until = _until(asked, form)
        try:
            audience = _audience(asked, form["to"])
            id_ = publish(asked.core, asked.core.home_id, kind, audience, _said(form), until)
        except Problem as problem:
            _refuse(asked, form, problem)
        else:
            return asked.go(f"/exchange/{id_}", "exchange.web.published")
    return _new_page(asked, kind, form)


def _audience(asked: Asked, to: str) -> Audience:
    if to == PUBLICLY.value:
        return PUBLIC
    chosen = from_text(to)
    if chosen in {from_text(one.id) for one in network_views(asked.sight, whole=False)}:
        return Audience.network(chosen)
    return Audience.direct([chosen])


def _said(form: Filled) -> dict[str, Any]:
    """What was typed; what was left empty is nothing."""
    return {name: form.values.get(name) or None for name in OFFER.fields.names}


def _until(asked: Asked, form: Filled) -> int:
    day: date | None = form.values.get("until")
    return last_moment(asked.core.clock(), day, zone_of(asked.core).name)


def _refuse(asked: Asked, form: Filled, problem: Problem) -> None:
    if problem.code in WRONG:
        said = {**problem.values}
        if "until" in said:
            said["until"] = asked.moment(said["until"])
        form.refuse(WRONG[problem.code], f"exchange.web.wrong.{problem.code}", **said)
    else:
        named = problem.code in ("field-invalid", "field-missing")
        field = str(problem.values.get("field", "")) if named else ""
        asked.refuse(form, problem, field)


# What one's own says


def edit(asked: Asked) -> Page:
    """What it says now."""
    thing = own_thing(asked)
    return _edit_page(asked, thing, asked.show(EDITED, **_stands(asked, thing)))


async def save(asked: Asked) -> Page | web.Response:
    """Say something else."""
    thing = own_thing(asked)
    form = await asked.read(EDITED, **_stands(asked, thing))
    if form.ok:
        stands = thing_of(asked.core, thing.id)
        if stands is None:
            raise MissingError
        until = _until(asked, form) if form.values.get("until") else stands.expires
        try:
            change(asked.core, asked.core.home_id, stands, _said(form), until)
        except Problem as problem:
            _refuse(asked, form, problem)
        else:
            return asked.go(thing_path(thing), "exchange.web.changed")
    return _edit_page(asked, thing, form)


def own_thing(asked: Asked) -> ThingView:
    """The one in the address, if it is the group's own."""
    thing = shown_thing(asked)
    if not thing.own:
        raise MissingError
    return thing


def _stands(asked: Asked, thing: ThingView) -> dict[str, Any]:
    found = {name: getattr(thing, name) for name in OFFER.fields.names}
    stands = {name: "" if value is None else value for name, value in found.items()}
    return stands | {"until": _day(asked, thing.until)}


def _day(asked: Asked, ts: int) -> date:
    try:
        return now_in(zone_of(asked.core).name, ts).date()
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0, UTC).date()


def _edit_page(asked: Asked, thing: ThingView, form: Filled) -> Page:
    title = asked.texts("exchange.web.change_title")
    return asked.form_page(
        "exchange_write.html", title, form, "exchange", thing=thing, kind=thing.kind
    )

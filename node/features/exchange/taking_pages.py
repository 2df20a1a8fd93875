"""“We take it”, and what ends: one's own, or what one said to that of others."""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.features.exchange.actions import ThingView, thing_of
from node.features.exchange.actions import end as end_it
from node.features.exchange.actions import take as say_so
from node.features.exchange.pages import shown_thing, thing_path
from node.upkeep.backups import KEPT_DAYS
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page
from protocol.exchange import MOST, TAKE
from protocol.kind import Statement

FORM = Form(
    "take",
    Field("amount", Kind.NUMBER, "exchange.label.amount", "exchange.web.amount_hint",
          optional=True, least=1, most=MOST),
    Field("note", Kind.LONG, "exchange.web.note", "exchange.web.note_hint", optional=True,
          longest=TAKE.fields.types["note"].most),
)  # fmt: skip


def _statement(asked: Asked, thing: ThingView) -> Statement:
    found = thing_of(asked.core, thing.id)
    if found is None:
        raise MissingError
    return found


def take(asked: Asked) -> Page | web.Response:
    """What one says, and who reads it."""
    thing = shown_thing(asked)
    if thing.own:
        return asked.go(thing_path(thing))
    stands: dict[str, Any] = {}
    if thing.taken:
        stands = {"amount": thing.taken.amount or "", "note": thing.taken.note or ""}
    return _page(asked, thing, asked.show(FORM, **stands))


async def send(asked: Asked) -> Page | web.Response:
    """Tell the group that wrote it."""
    thing = shown_thing(asked)
    form = await asked.read(FORM)
    if form.ok:
        core, amount, note = asked.core, form.values.get("amount"), form.values.get("note")
        try:
            say_so(core, core.home_id, _statement(asked, thing), amount or None, note or None)
        except Problem as problem:
            asked.refuse(form, problem)
        else:
            who = thing.author.name or thing.author.id[:8]
            return asked.go(thing_path(thing), f"exchange.web.taken_{thing.kind}", who=who)
    return _page(asked, thing, form)


def _page(asked: Asked, thing: ThingView, form: Filled) -> Page:
    title = asked.texts(f"exchange.web.take_{thing.kind}")
    return asked.form_page("exchange_take.html", title, form, "exchange", thing=thing)


def ending(asked: Asked) -> Page | web.Response:
    """What ends, and what that means."""
    thing = shown_thing(asked)
    if not (thing.own or thing.taken):
        return asked.go(thing_path(thing))
    title = asked.texts(f"exchange.web.{'end' if thing.own else 'back_title'}")
    values = {"thing": thing, "days": KEPT_DAYS}
    return Page("exchange_end.html", title, "exchange", values)


def end(asked: Asked) -> web.Response:
    """End it."""
    thing = shown_thing(asked)
    path = thing_path(thing)
    try:
        end_it(asked.core, asked.core.home_id, _statement(asked, thing))
    except Problem as problem:
        return asked.refused(path, problem)
    if thing.own:
        return asked.go("/exchange?mine=yes", "exchange.web.ended", title=thing.title)
    return asked.go(path, "exchange.web.taken_back")

"""The calendar of one person, and the page where it is made, renewed and ended."""

from dataclasses import replace

from aiohttp import web

from node.base.errors import Problem
from node.features.answers import feeds, tables
from node.features.answers.links import feed_path, is_here_only, root_of
from node.features.meetings.feed import calendar_answer
from node.texts import Texts
from node.web.page import Asked, MissingError, Page, Panel
from node.web.qr import qr

HTTPS = "https://"


async def calendar(asked: Asked) -> web.Response:
    """What that person may see, for whoever has the address."""
    try:
        viewer, language = feeds.shown_by(asked.core, asked.match["token"])
    except Problem:
        raise MissingError from None
    made = await asked.state.feeds[viewer].get(Texts(language))
    # Whoever left while it was made gets nothing any more.
    try:
        feeds.shown_by(asked.core, asked.match["token"])
    except Problem:
        raise MissingError from None
    response = calendar_answer(asked.request, made.body, "meetings.ics", made.tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def page(asked: Asked) -> Page:
    """My calendar: whether there is one, its address as long as it can be shown."""
    made = tables.feeds_of(asked.core, asked.me.id)
    token = asked.state.calendars.token(asked.me.id) if made else ""
    address = root_of(asked) + feed_path(token) if token else ""
    values = {
        "made": made[0].made if made else 0,
        "address": address,
        "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
        "qr": qr(address) if address else None,
        "plain": not root_of(asked).startswith(HTTPS),
        "here_only": is_here_only(asked),
        "sees_all": asked.visit.inside,
    }
    found = Page("answers_calendar.html", asked.texts("answers.web.calendar"), "me", values)
    return replace(found, secret=True)


def make(asked: Asked) -> web.StreamResponse:
    """A calendar, or another address for it."""
    token = feeds.make(asked.core, asked.me.id, asked.texts.language)
    asked.state.calendars.keep(asked.me.id, token)
    return asked.go("/me/calendar", "answers.web.calendar_made")


def end(asked: Asked) -> web.StreamResponse:
    """None any more."""
    was = feeds.end(asked.core, asked.me.id)
    return asked.go("/me/calendar", "answers.web.calendar_ended" if was else "")


def on_my_page(asked: Asked, _id: str) -> Panel | None:
    """On one's own page: the way there."""
    if asked.visit.actor is not None:
        return None
    return Panel("answers_on_me.html", {"has": bool(tables.feeds_of(asked.core, asked.me.id))})

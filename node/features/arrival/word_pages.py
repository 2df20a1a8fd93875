"""The pages of the recovery words: shown, printed, asked back; and other words instead.

Rules: the words stand in one answer only, to a form that a key person sent; nothing keeps it
(`no-store`), no address and no log has any of it, and the page leaves itself after `OPEN_SECONDS`.
"""

from typing import Any

from aiohttp import web

from node.feature import Right
from node.features.arrival import confirming
from node.features.recovery import new_words
from node.store.core import Core
from node.web.banner import Banner
from node.web.forms import Field, Form, Kind
from node.web.page import Asked, Page
from node.web.visit import Visit

WORDS, CHECK, NEW = "/machine/words", "/machine/words/check", "/machine/words/new"

OPEN_SECONDS = 900
"""Enough to write 24 words down twice; a page that is left open does not show them for ever."""

LONGEST_WORD = 30
"""Characters; the longest of the list has eight."""


def banner(core: Core, visit: Visit) -> Banner | None:
    """On every page inside, until the words are on paper."""
    if not visit.inside or not confirming.are_kept(core):
        return None
    if visit.has(Right.KEY) and visit.actor is None:
        return Banner("arrival.banner.words", WORDS, "arrival.banner.go")
    return Banner("arrival.banner.words_members")


def words(asked: Asked) -> Page:
    """What the words are, and what comes next."""
    core, t = asked.core, asked.texts
    values = {
        "kept": confirming.are_kept(core),
        "may_begin_anew": new_words.may_begin_anew(core),
    }
    return Page("words.html", t("arrival.web.words.title"), "machine", values)


def show(asked: Asked) -> Page | web.Response:
    """The 24 words, to be written down or printed."""
    if not confirming.are_kept(asked.core):
        return _confirmed_before(asked)
    confirming.asked_back(asked.core)
    values = {"list": confirming.kept_words(asked.core), "seconds": OPEN_SECONDS}
    return Page("words_shown.html", asked.texts("arrival.web.words.shown"), "machine", values)


def check(asked: Asked) -> Page | web.Response:
    """Two of them are asked back."""
    if not confirming.are_kept(asked.core):
        return _confirmed_before(asked)
    form = _form(asked.core)
    return asked.form_page("words_check.html", _check_title(asked), form.blank({}, {}), "machine")


async def confirm(asked: Asked) -> Page | web.Response:
    """Compare them; if they are right the words are on paper alone."""
    if not confirming.are_kept(asked.core):
        return _confirmed_before(asked)
    filled = await asked.read(_form(asked.core))
    if filled.ok:
        places = confirming.asked_back(asked.core)
        given = {at: filled[_name(at)] for at in places}
        for at in confirming.confirm(asked.core, given):
            filled.refuse(_name(at), "arrival.web.words.other", n=at + 1)
    if filled.ok:
        return asked.go(WORDS, "arrival.web.words.confirmed")
    return asked.form_page("words_check.html", _check_title(asked), filled, "machine")


def preview(asked: Asked) -> Page | web.Response:
    """What other words would mean."""
    if not new_words.may_begin_anew(asked.core):
        return asked.go(WORDS, "arrival.web.words.known")
    values = {"kept": confirming.are_kept(asked.core)}
    return Page("words_new.html", asked.texts("arrival.web.words.new_title"), "machine", values)


def begin_anew(asked: Asked) -> web.Response:
    """Take other words."""
    if not new_words.may_begin_anew(asked.core):
        return asked.go(WORDS, "arrival.web.words.known")
    new_words.begin_anew(asked.core)
    return asked.go(WORDS, "arrival.web.words.new_done")


def _confirmed_before(asked: Asked) -> web.Response:
    """Somebody else was quicker, or it is an old page."""
    return asked.go(WORDS, "arrival.web.words.confirmed_before")


def _check_title(asked: Asked) -> str:
    return asked.texts("arrival.web.words.check_title")


def _name(at: int) -> str:
    """Of a field; what has `secret` in its name is not shown again by a page that came too late."""
    return f"secret_{at + 1}"


def _form(core: Core) -> Form:
    fields = [_field(at) for at in confirming.asked_back(core)]
    return Form("words", *fields)


def _field(at: int) -> Field:
    said: dict[str, Any] = {"n": at + 1}
    return Field(
        _name(at),
        Kind.TEXT,
        "arrival.web.words.number",
        longest=LONGEST_WORD,
        autocomplete="off",
        said=said,
    )

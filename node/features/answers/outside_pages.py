"""Who has no account answers a meeting, and has one private link to see and change that.

Rules:

1. Looking changes nothing. What answers is the form of a page that this browser was given.
2. The private link is the whole key: no cookie has it, the page keeps no copy (`no-store`), names
   no other place, and its preview in a chat is the group's name.
3. Who is signed in has an answer of their own, and may still fill the form in for somebody who
   called or signed the sheet.
4. A link that is none of ours, or empty, or too long, finds nothing, and says the same for all.
"""

import secrets
from dataclasses import replace

from aiohttp import web

from node.base.errors import Problem
from node.features.answers import tables
from node.features.answers.answering import answer_by_link, find, take_back_by_link, token_of
from node.features.answers.forms import CHANGE, MORE, NEW, PAGE_BYTES, said_in, shown, stands
from node.features.answers.links import (
    answer_path,
    is_here_only,
    link_path,
    private_path,
    root_of,
)
from node.features.answers.occasions import occasion, state_of
from node.features.answers.organising import meeting_of_link
from node.features.answers.pages import occasion_of, refuse
from node.features.answers.types import KEPT_DAYS, Answer, Occasion
from node.features.answers.views import may_answer, summary
from node.web.forms import Filled
from node.web.page import Asked, MissingError, Page
from node.web.qr import qr

MISSING, GONE = 404, 410


# The first time


def new(asked: Asked) -> Page:
    """On the page of a meeting that everybody may come to."""
    one = _open(asked)
    return _new(asked, one, answer_path(one), _blank(asked))


def new_by_link(asked: Asked) -> Page:
    """By the link that the organisers gave out."""
    token = asked.match["token"]
    try:
        one = meeting_of_link(asked.core, token)
    except Problem as problem:
        return _closed(asked, problem)
    return _new(asked, one, link_path(token), _blank(asked))


async def send(asked: Asked) -> Page | web.StreamResponse:
    """Answer on the page of a meeting."""
    one = _open(asked)
    return await _send(asked, one, answer_path(one))


async def send_by_link(asked: Asked) -> Page | web.StreamResponse:
    """Answer by the link that the organisers gave out."""
    token = asked.match["token"]
    try:
        one = meeting_of_link(asked.core, token)
    except Problem as problem:
        return _closed(asked, problem)
    return await _send(asked, one, link_path(token))


def _open(asked: Asked) -> Occasion:
    one = occasion_of(asked)
    if not (one.is_open or (one.own and asked.visit.inside)):
        raise MissingError
    return one


def _blank(asked: Asked) -> Filled:
    return asked.show(NEW, people=1, shown="number", page=secrets.token_urlsafe(PAGE_BYTES))


def _new(asked: Asked, one: Occasion, path: str, form: Filled) -> Page:
    """Its title says that it is answered, and not what: so does what a chat shows of it."""
    rules = tables.rules_of(asked.core, one.id)
    state = state_of(one, asked.core.clock(), closed=rules.closed)
    seats = summary(asked.core, one)
    values = {
        "one": one,
        "path": path,
        "state": state,
        "more_open": any(name in form.errors for name in MORE),
        "full": seats.left == 0,
        "left": seats.left,
        "kept_days": KEPT_DAYS,
        "by_link": not one.is_open,
        "mine": may_answer(asked.person, one, inside=asked.visit.inside),
    }
    title = asked.texts("answers.web.answer_title") if one.is_open else ""
    page = asked.form_page("answers_new.html", title, form, "meetings", **values)
    return replace(page, secret=not one.is_open)


async def _send(asked: Asked, one: Occasion, path: str) -> Page | web.StreamResponse:
    form = await asked.read(NEW)
    if not form.ok:
        return _new(asked, one, path, form)
    token = token_of(asked.visit.browser.secret(), form["page"], form["name"])
    try:
        answer_by_link(asked.core, one.id, token, said_in(form))
    except Problem as problem:
        refuse(asked, form, problem)
        return _new(asked, one, path, form)
    return asked.go(private_path(token), "answers.web.answered")


# By the private link


def private(asked: Asked) -> Page:
    """What I answered."""
    try:
        found = find(asked.core, asked.match["token"])
    except Problem as problem:
        return _closed(asked, problem)
    said = found.said if isinstance(found, Answer) else None
    return _private(asked, found.meeting, shown(asked, CHANGE, said))


def _private(asked: Asked, id: str, form: Filled) -> Page:
    core, path = asked.core, private_path(asked.match["token"])
    one = occasion(core, id)
    if one is None:
        return _closed(asked, Problem("answering-gone"))
    found = find(core, asked.match["token"])
    answer = found if isinstance(found, Answer) else None
    address = root_of(asked) + path
    again = answer_path(one) if one.is_open else ""
    values = {
        "one": one,
        "path": path,
        "state": state_of(one, core.clock()),
        "answer": answer.answer if answer else "",
        "people": answer.people if answer else 0,
        "struck": answer is not None and answer.struck is not None,
        "moved": answer is not None and answer.means != one.means,
        "address": address,
        "qr": qr(address),
        "here_only": is_here_only(asked),
        "again": again,
        "kept_days": KEPT_DAYS,
        "more_open": any(name in form.errors for name in MORE),
    }
    page = asked.form_page("answers_private.html", "", form, "", **values)
    return replace(page, secret=True)


async def change(asked: Asked) -> Page | web.StreamResponse:
    """Change what I answered, or answer again after I took it back."""
    token = asked.match["token"]
    try:
        found = find(asked.core, token)
    except Problem as problem:
        return _closed(asked, problem)
    said = found.said if isinstance(found, Answer) else None
    form = await asked.read(CHANGE, **(stands(CHANGE, said) if said else {}))
    if form.ok:
        try:
            answer_by_link(asked.core, found.meeting, token, said_in(form))
        except Problem as problem:
            refuse(asked, form, problem)
        else:
            return asked.go(private_path(token), "answers.web.changed")
    return _private(asked, found.meeting, form)


def withdraw(asked: Asked) -> Page | web.StreamResponse:
    """Take it back: what I typed is erased."""
    token = asked.match["token"]
    try:
        was = take_back_by_link(asked.core, token)
    except Problem as problem:
        return _closed(asked, problem)
    return asked.go(private_path(token), "answers.web.taken_back" if was else "")


def _closed(asked: Asked, problem: Problem) -> Page:
    """Why nothing is here: the same for each link that is none."""
    why = asked.texts(f"answers.error.{problem.code}", **problem.values)
    status = GONE if problem.code == "answering-gone" else MISSING
    return Page("answers_closed.html", "", values={"why": why}, status=status, secret=True)

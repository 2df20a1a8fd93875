"""A person answers a meeting: one tap on its page, or a form with how many and a note.

What is added to a meeting's page says who comes, to each viewer what that one may see.
"""

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.answers import tables
from node.features.answers.answering import answer_as_person, take_back_as_person
from node.features.answers.forms import MINE, said_in, shown, stands
from node.features.answers.occasions import occasion, state_of
from node.features.answers.types import KEPT_DAYS, SAYS, Answer, Occasion, Said
from node.features.answers.views import coming, may_answer, summary
from node.features.meetings.pages import find_meeting
from node.web.forms import Filled, Wrong
from node.web.page import Asked, MissingError, OutsideError, Page, Panel, Todo

BACK = "back"
"""The tap that takes an answer back."""

MOST_TODOS = 20
"""Answers that are looked at for whether their meeting moved: of more nobody reads the last."""


def occasion_of(asked: Asked) -> Occasion:
    """The meeting that an address means, if this viewer may see it."""
    found = occasion(asked.core, find_meeting(asked).id)
    if found is None:
        raise MissingError
    return found


def on_meeting(asked: Asked, id: str) -> Panel | None:
    """On the page of a meeting."""
    core, one = asked.core, occasion(asked.core, id)
    if one is None or not (one.own or asked.visit.inside):
        return None
    rules = tables.rules_of(core, id)
    mine = tables.of_person(core, id, asked.person.id) if asked.person else None
    inside = asked.visit.inside
    values = {
        "one": one,
        "state": state_of(one, asked.core.clock()),
        "closed": rules.closed,
        "mine": mine.said if mine else None,
        "moved": mine is not None and mine.means != one.means,
        "may": may_answer(asked.person, one, inside=inside),
        "coming": coming(core, id) if inside else (),
        "sums": summary(core, one),
        "organises": one.own and asked.has(Right.KEY),
        "says": SAYS,
        "kept_days": KEPT_DAYS,
    }
    return Panel("answers_on_meeting.html", values)


def _answering(asked: Asked) -> Occasion:
    one = occasion_of(asked)
    if not may_answer(asked.me, one, inside=asked.visit.inside):
        raise OutsideError
    return one


def tap(asked: Asked) -> web.StreamResponse:
    """Yes, maybe, no, or none of it any more; how many and the note stay."""
    one, person, answer = _answering(asked), asked.me, asked.posted.get("answer", "")
    if answer == BACK:
        was = take_back_as_person(asked.core, one.id, person.id)
        return asked.go(one.path, "answers.web.taken_back" if was else "")
    before = tables.of_person(asked.core, one.id, person.id)
    if answer not in SAYS:
        return asked.go(f"{one.path}/mine")
    said = before.said._replace(answer=answer) if before else Said(str(answer))
    try:
        answer_as_person(asked.core, one.id, person.id, said)
    except Problem as problem:
        return asked.refused(one.path, problem)
    return asked.go(one.path, f"answers.web.tapped_{answer}")


def mine(asked: Asked) -> Page:
    """My answer, with how many, a note, and how I am shown."""
    one = _answering(asked)
    before = tables.of_person(asked.core, one.id, asked.me.id)
    return _mine(asked, one, before, shown(asked, MINE, before.said if before else None))


def _mine(asked: Asked, one: Occasion, before: Answer | None, form: Filled) -> Page:
    values = {
        "one": one,
        "answered": before is not None,
        "state": state_of(one, asked.core.clock()),
        "moved": before is not None and before.means != one.means,
    }
    title = asked.texts("answers.web.mine")
    return asked.form_page("answers_mine.html", title, form, "meetings", **values)


async def save(asked: Asked) -> Page | web.StreamResponse:
    """Keep it."""
    one = _answering(asked)
    before = tables.of_person(asked.core, one.id, asked.me.id)
    form = await asked.read(MINE, **(stands(MINE, before.said) if before else {}))
    if not form.ok:
        return _mine(asked, one, before, form)
    try:
        answer_as_person(asked.core, one.id, asked.me.id, said_in(form))
    except Problem as problem:
        refuse(asked, form, problem)
        return _mine(asked, one, before, form)
    return asked.go(one.path, f"answers.web.tapped_{form['answer']}")


def refuse(asked: Asked, form: Filled, problem: Problem) -> None:
    """Beside the field that it is about; else above all."""
    about = {"answers-few-left": "people", "answers-full": "answer"}.get(problem.code, "")
    if about:
        text = f"answers.error.{problem.code}"
        form.errors.setdefault(about, Wrong(text, problem.values))
        return
    asked.refuse(form, problem)


def waiting(asked: Asked) -> list[Todo]:
    """Answers to meetings that moved since; and for organisers what is new."""
    return [*_moved(asked), *_news(asked)]


def _moved(asked: Asked) -> list[Todo]:
    if asked.person is None:
        return []
    found = []
    for one in tables.all_of_person(asked.core, asked.person.id)[:MOST_TODOS]:
        known = occasion(asked.core, one.meeting)
        if known is None or one.means == known.means or one.answer == "no":
            continue
        if state_of(known, asked.core.clock()) == "open":
            found.append(Todo("answers.todo.moved", {"title": known.title}, known.path))
    return found


def _news(asked: Asked) -> list[Todo]:
    if not asked.has(Right.KEY):
        return []
    who = asked.person.id if asked.person else ""
    found = []
    for id_, count in tables.news_for(asked.core, who)[:MOST_TODOS]:
        known = occasion(asked.core, id_)
        if known is not None and known.own and known.ends_at > asked.core.clock():
            path = f"{known.path}/answers"
            found.append(Todo("answers.todo.news", {"title": known.title}, path, count))
    return found

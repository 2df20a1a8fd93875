"""How many key persons each act needs, what waits for another one, and what was done."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Problem
from node.cli.problems import explain
from node.feature import Right
from node.features.rules.actions import (
    MOST_NEEDED,
    SHOWN,
    missing,
    needed,
    refuse,
    second,
    set_needed,
    waiting,
)
from node.features.rules.feature import ACTS
from node.features.rules.tables import Request, rules
from node.features.rules.wording import act_words, told
from node.people.persons import persons
from node.store.core import Core
from node.web.forms import Choice, Field, Form, Kind, Wrong
from node.web.page import Asked, MissingError, Page, Todo

FORM = Form(
    "acts",
    *(
        Field(
            act,
            Kind.CHOICE,
            f"rules.act.{act}",
            choices=(Choice("1", "rules.web.one"), Choice("2", "rules.web.two")),
        )
        for act in ACTS
    ),
    edits=True,
)


@dataclass(frozen=True, slots=True)
class RequestView:
    """An act as the page shows it: what it is (`said`), what more there is to know (`told`)."""

    id: str
    said: str
    told: tuple[str, ...]
    by: str | None
    yes: tuple[str, ...]
    at: int
    until: int
    state: str
    ended: int | None
    why: str | None
    missing: int
    mine: bool
    """Whether this viewer began it, or has agreed already."""


def settings(asked: Asked) -> Page:
    """The table, and the acts."""
    return _page(asked, asked.show(FORM, **_stands(asked.core)))


def _stands(core: Core) -> dict[str, str]:
    return {act: str(needed(core, act)) for act in ACTS}


def _page(asked: Asked, form: object, status: int = 200) -> Page:
    core = asked.core
    values = {
        "form": form,
        "may": asked.has(Right.KEY),
        "acts": [(act, needed(core, act)) for act in ACTS],
        "waiting": [_view(asked, one) for one in waiting(core)],
        "ended": [
            _view(asked, one)
            for one in rules(core).latest(SHOWN)
            if one.state not in ("waiting", "doing")
        ],
        "keys": persons(core).key_persons(),
        "panels": asked.panels_of("settings", ""),
    }
    return Page("settings.html", asked.texts("rules.web.title"), "settings", values, status)


def _view(asked: Asked, one: Request) -> RequestView:
    yes = rules(asked.core).agreed(one.id)
    me = asked.person.id if asked.person else None
    return RequestView(
        one.id,
        act_words(one, asked.texts),
        told(one, asked.texts),
        _called(asked, one.begun_by),
        tuple(_called(asked, who) or "" for who in yes),
        one.at,
        one.until,
        one.state,
        one.ended,
        one.why,
        missing(asked.core, one) if one.state == "waiting" else 0,
        me in yes or (me is not None and one.begun_by == me),
    )


def _called(asked: Asked, person: str | None) -> str | None:
    if person is None:
        return None
    found = persons(asked.core).get(person)
    return found.name if found else asked.texts("rules.web.gone")


async def change(asked: Asked) -> Page | web.Response:
    """Each act that is to need other people than before."""
    form = await asked.read(FORM, **_stands(asked.core))
    if not form.ok:
        return _page(asked, form, 422)
    by = asked.person.id if asked.person else None
    waits = False
    try:
        for act in ACTS:
            outcome = set_needed(asked.core, by, act, min(int(form[act]), MOST_NEEDED))
            waits |= outcome is not None and not outcome.done
    except Problem as problem:
        form.errors.setdefault(act, Wrong(f"rules.error.{problem.code}", problem.values))
        return _page(asked, form, 422)
    return asked.go("/settings", "rules.web.waits" if waits else "rules.web.changed")


async def answer(asked: Asked) -> web.Response:
    """Yes or no to what another key person began; or taking back what one began oneself."""
    core, id_, said = asked.core, asked.match["id"], asked.posted.get("say")
    if asked.person is None:
        return asked.go("/settings", "rules.web.keeper")
    if rules(core).get(id_) is None:
        raise MissingError
    try:
        if said == "no":
            refuse(core, asked.person.id, id_)
            return asked.go("/settings", "rules.web.said_no")
        done = second(core, asked.person.id, id_).done
    except Problem as problem:
        code = f"rules.error.{problem.code}"
        known = asked.texts.has(code)
        if known:
            return asked.go("/settings", code, **problem.values)
        why = explain(problem, asked.texts, page=True)
        return asked.go("/settings", "rules.web.failed_now", why=why)
    return asked.go("/settings", "rules.web.done" if done else "rules.web.agreed")


def todo(asked: Asked) -> list[Todo]:
    """Acts to which this key person has said nothing yet."""
    if asked.person is None or not asked.has(Right.KEY):
        return []
    core, me = asked.core, asked.person.id
    mine = [one for one in waiting(core) if me not in rules(core).agreed(one.id)]
    count = len(mine)
    return [Todo("rules.web.todo", {}, "/settings", count)] if count else []

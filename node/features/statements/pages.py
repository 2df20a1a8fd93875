"""A network's list with our answers, one statement, and answering it."""

from itertools import groupby

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.statements.actions import (
    answer,
    id_of,
    statement_at,
    take_back,
)
from node.features.statements.links import list_path, statement_path
from node.features.statements.paging import part_of
from node.features.statements.types import StatementView
from node.features.statements.views import statement_view, statement_views, unanswered
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page
from protocol.ids import from_text
from protocol.kind import Statement
from protocol.statements import ANSWERS, STANCE

LONGEST_NAME = 64
"""Characters of a statement's name (docs/protocol.md §7)."""

ANSWER = Form(
    "answer",
    Field(
        "answer",
        Kind.CHOICE,
        "statements.label.agree",
        choices=tuple(Choice(one, f"statements.answer.{one}") for one in ANSWERS),
    ),
    Field(
        "sentence",
        Kind.LONG,
        "statements.label.sentence",
        "statements.hint.sentence",
        optional=True,
        longest=STANCE.fields.types["sentence"].most,
    ),
    Field("read", Kind.HIDDEN),
    edits=True,
)


# What all these pages begin with


def network_of(asked: Asked) -> bytes:
    """The network of the address, if our group belongs to it or looks after it."""
    text = asked.match["network"]
    if not is_id(text):
        raise MissingError
    try:
        network = from_text(text)
    except ValueError as error:  # no id in its one form
        raise MissingError from error
    ties, me = asked.core.ties, asked.core.home_id
    inside = ties.is_member(network, me, asked.sight.now) or network in asked.core.own
    if not inside or network not in ties.charters:
        raise MissingError
    return network


def called(asked: Asked, identity: bytes) -> str:
    """A group's or a network's name for a sentence."""
    name = asked.sight.name(identity)
    return name.name or asked.texts("web.nameless", id=name.id[:8])


def one_line(text: str | None) -> str:
    """A sentence that somebody typed over several lines."""
    return " ".join((text or "").split())


def named(asked: Asked) -> str:
    """The name of a statement in the address."""
    name = asked.match["name"]
    if not 0 < len(name) <= LONGEST_NAME:
        raise MissingError
    return name


def statement_of(asked: Asked, network: bytes) -> Statement:
    """The statement of the address."""
    found = statement_at(asked.core, network, named(asked))
    if found is None:
        raise MissingError
    return found


def answers_here(asked: Asked, network: bytes) -> bool:
    """Whether the viewer may answer for our group in this network."""
    ties, now = asked.core.ties, asked.sight.now
    return asked.has(Right.KEY) and ties.is_member(network, asked.core.home_id, now)


# The list


def list_(asked: Asked) -> Page:
    """What the network asks, topic by topic, with our answers."""
    network = network_of(asked)
    views = statement_views(asked.sight, network, asked.state, whole=False)
    open_ = [one for one in views if one.mine is None or one.mine.outdated]
    only_open = asked.visit.parameters.get("show") == "open"
    path = list_path(asked.match["network"])
    part = part_of(
        asked, open_ if only_open else views, path, [("show", "open" if only_open else "")]
    )
    topics = groupby(part.items, lambda one: one.topic)
    values = {
        "topics": [(topic, list(some)) for topic, some in topics],
        "part": part,
        "only_open": only_open,
        "count": len(views),
        "open": len(open_),
        "first": open_[0].id if open_ else "",
        "whom": asked.sight.name(network),
        "name": called(asked, network),
        "path": path,
        "keeps": network in asked.core.own and asked.has(Right.KEY),
        "may": answers_here(asked, network),
    }
    title = asked.texts("statements.web.of", name=called(asked, network))
    return Page("statements.html", title, "networks", values)


# One statement


def one(asked: Asked) -> Page:
    """A statement, what we answer, and what the others do."""
    network = network_of(asked)
    view = _seen(asked, network)
    form = asked.show(ANSWER, **_stands(view))
    form.typed["read"] = (view.digest,)
    return _page(asked, network, view, form)


def _stands(view: StatementView) -> dict[str, str]:
    """Our answer as it is: another key person may give one meanwhile."""
    mine = view.mine
    return {"answer": mine.answer if mine else "", "sentence": (mine and mine.sentence) or ""}


def _seen(asked: Asked, network: bytes) -> StatementView:
    found = statement_view(asked.sight, network, named(asked))
    if found is None:
        raise MissingError
    return found


def _page(asked: Asked, network: bytes, view: StatementView, form: Filled) -> Page:
    standing = [one for one in view.answers if not one.outdated]
    values = {
        "statement": view,
        "path": list_path(asked.match["network"]),
        "here": statement_path(view.id),
        "name": called(asked, network),
        "keeps": view.own and asked.has(Right.KEY),
        "may": answers_here(asked, network),
        "outdated": [one for one in view.answers if one.outdated],
        "part": part_of(asked, standing, statement_path(view.id)),
    }
    return asked.form_page("statement.html", view.text, form, "networks", **values)


async def answer_(asked: Asked) -> Page | web.Response:
    """Answer it for our group, then go on to the next one that waits."""
    network = network_of(asked)
    statement, view = statement_of(asked, network), _seen(asked, network)
    form = await asked.read(ANSWER, **_stands(view))
    if form.text("read") != view.digest:
        asked.refuse(form, Problem("statement-changed"))
    if form.ok:
        try:
            read, said = from_text(view.digest), (form["answer"], one_line(form["sentence"]))
            answer(asked.core, asked.core.home_id, statement, *said, read)
        except Problem as problem:
            asked.refuse(form, problem, _field(problem))
    if form.ok:
        return _go_on(asked, network)
    form.typed["read"] = (view.digest,)
    return _page(asked, network, view, form)


def _field(problem: Problem) -> str:
    return "sentence" if problem.values.get("field") == "sentence" else ""


def _go_on(asked: Asked, network: bytes) -> web.Response:
    left = unanswered(asked.sight, network)
    if not left:
        return asked.go(list_path(asked.match["network"]), "statements.web.all_answered")
    return asked.go(statement_path(id_of(left[0])), "statements.web.answered", n=len(left))


def back(asked: Asked) -> web.Response:
    """Take our answer back."""
    network = network_of(asked)
    statement = statement_of(asked, network)
    path = statement_path(id_of(statement))
    try:
        take_back(asked.core, asked.core.home_id, statement)
    except Problem as problem:
        return asked.refused(path, problem)
    return asked.go(path, "statements.web.taken_back")

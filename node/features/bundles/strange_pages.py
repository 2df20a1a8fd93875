"""A file of a group with whom there is no tie yet: who wrote it, letters to compare, yes or no."""

from aiohttp import web

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.feature import Right
from node.features.bundles.strangers import drop, soon
from node.features.bundles.tables import Strange, strange_files
from node.features.bundles.types import StrangeView
from node.features.peers.words import letters
from node.features.rules.actions import missing, second, waiting
from node.features.rules.tables import Request
from node.features.rules.wanting import go_on, takes_two, want
from node.web.page import Asked, MissingError, Page, Panel, Todo
from protocol.ids import to_text

SOON_SECONDS = 1.5
"""For which an answer waits for the reading."""


def one(asked: Asked) -> Page:
    """The file where it stands."""
    found = _found(asked)
    request = _request(asked, found)
    values = {
        "one": _view(asked, found),
        "letters": letters(found.writer),
        "two": takes_two(asked, "connect"),
        "missing": missing(asked.core, request) if request else 0,
        "why": _why(asked, found.why),
        "tie": f"/ties/{to_text(found.writer)}",
        "write": f"/bundles/{to_text(found.writer)}",
    }
    return Page("strange_file.html", asked.texts("bundles.strange.title"), "ties", values)


async def accept(asked: Asked) -> web.StreamResponse:
    """Accept who wrote it; where two are to want it, begin that, or say the yes that is missing."""
    found = _found(asked)
    where = f"/bundles/from/{found.id}"
    if found.state not in ("seen", "failed"):
        return asked.go(where)
    try:
        if request := _request(asked, found):
            if asked.person is None:
                return asked.go("/settings", "rules.web.keeper")
            outcome = second(asked.core, asked.person.id, request.id)
        else:
            what = {"file": found.id, "shown": _name(asked, found)}
            outcome = want(asked, "connect", what)
    except Problem as problem:
        return asked.go(where, "web.form.refused", why=_why(asked, problem.code))
    await soon(found.id, SOON_SECONDS)
    return go_on(asked, outcome, where, "bundles.strange.agreed", where)


def give_up(asked: Asked) -> web.StreamResponse:
    """Delete the file here."""
    drop(asked.core, _found(asked).id)
    return asked.go("/bundles", "bundles.strange.dropped")


def kept(asked: Asked) -> list[StrangeView]:
    """Files that wait for a decision."""
    return [_view(asked, one) for one in strange_files(asked.core).in_state("seen", "failed")]


def todo(asked: Asked) -> list[Todo]:
    """For key persons: files that nobody decided on yet."""
    if not asked.has(Right.KEY):
        return []
    some = [
        one
        for one in strange_files(asked.core).in_state("seen", "failed")
        if _request(asked, one) is None
    ]
    if not some:
        return []
    path = f"/bundles/from/{some[0].id}" if len(some) == 1 else "/bundles"
    return [Todo("bundles.todo.strange", {}, path, len(some))]


def on_tie(asked: Asked, id: str) -> Panel | None:
    """On the page of a tie: a file for that group."""
    return Panel("file_on_tie.html", {"id": id}) if asked.has(Right.KEY) else None


def _found(asked: Asked) -> Strange:
    found = strange_files(asked.core).get(asked.match["id"])
    if found is None:
        raise MissingError
    return found


def _view(asked: Asked, one: Strange) -> StrangeView:
    said = one.said or {}
    return StrangeView(
        one.id,
        _name(asked, one),
        one.state,
        one.made,
        one.said is not None,
        said.get("purpose"),
        said.get("region"),
    )


def _name(asked: Asked, one: Strange) -> str:
    if one.said is None:
        return asked.texts("web.nameless", id=to_text(one.writer)[:SHORT_ID])
    return asked.sight.marked(str(one.said["name"]), one.writer)


def _why(asked: Asked, code: str | None) -> str:
    if code is None:
        return ""
    for key in (f"bundles.why.{code}", f"rules.error.{code}"):
        if asked.texts.has(key):
            return asked.texts(key)
    return asked.texts("bundles.why.failure")


def _request(asked: Asked, one: Strange) -> Request | None:
    some = (o for o in waiting(asked.core) if o.act == "connect" and o.what.get("file") == one.id)
    return next(some, None)

"""Adding a partner by a link that one was given: seen first, then accepted, then called."""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.feature import Right
from node.features.peers.calling import calls_of
from node.features.peers.received import call_again, drop, look_again, open_link, tidy
from node.features.peers.tables import Received, peer_links
from node.features.peers.types import ReceivedView
from node.features.peers.words import explained, letters, why
from node.features.rules.actions import missing, second, waiting
from node.features.rules.tables import Request
from node.features.rules.wanting import go_on, takes_two, want
from node.links.descriptor import public_addresses
from node.store.serve_settings import keep_serve_options, serve_options
from node.web.forms import Field, Filled, Form, Kind, Wrong
from node.web.page import Asked, MissingError, Page, Todo
from protocol.ids import to_text
from protocol.peering import LINK_CHARACTERS

WHERE = "/ties/add"

LINK = Form(
    "partner",
    Field(
        "link",
        Kind.TEXT,
        "peers.web.add.link",
        "peers.web.add.link_hint",
        longest=LINK_CHARACTERS + 600,  # blanks and line ends of a mail program
        autocomplete="off",
    ),
)

AGAIN = ("looking", "calling")
"""States in which the page looks again by itself."""


def add(asked: Asked) -> Page:
    """Where a link is put in; the other ways; those that were opened and are not over."""
    return _add(asked, asked.show(LINK))


def _add(asked: Asked, form: Filled) -> Page:
    core = asked.core
    values: dict[str, Any] = {
        "under_way": [
            _shown(asked, one)
            for one in peer_links(core).in_state("looking", "seen", "unseen", "calling", "failed")
            if one.expires > core.clock()
        ],
        "has_address": bool(public_addresses(core, core.home_id)),
        "letters": letters(core.home_id),
    }
    title = asked.texts("peers.web.add.title")
    return asked.form_page("partner_add.html", title, form, "ties", **values)


async def open_(asked: Asked) -> Page | web.StreamResponse:
    """Take the link, and ask who is there."""
    form = await asked.read(LINK)
    if form.ok:
        by = asked.person.id if asked.person else None
        try:
            one = open_link(asked.core, form["link"], by)
        except Problem as problem:
            said = explained(problem, asked.texts)
            form.errors["link"] = Wrong("web.form.problem", {"why": said})
        else:
            await calls_of(asked.core).soon(one.id)
            return asked.go(f"{WHERE}/{one.id}")
    return _add(asked, form)


def one(asked: Asked) -> Page | web.StreamResponse:
    """A link where it stands."""
    found = _found(asked)
    if found.state == "done":
        return asked.go(f"/ties/{to_text(found.peer)}")
    calls_of(asked.core).go_on()
    core, ties, now = asked.core, asked.core.ties, asked.core.clock()
    accepts = ties.accepts(core.home_id, found.peer, now)
    values = {
        "one": _shown(asked, found),
        "name": _name(asked, found),
        "letters": letters(found.peer),
        "host": found.url.partition("://")[2],
        "why": why(found.why, asked.texts) if found.why else "",
        "private": found.why == "private-address",
        "again": found.state in AGAIN,
        "two": takes_two(asked, "connect"),
        "missing": _missing(asked, found),
        "already": accepts and ties.accepts(found.peer, core.home_id, now),
        "tie": f"/ties/{to_text(found.peer)}",
    }
    return Page("partner_seen.html", asked.texts("peers.web.seen.title"), "ties", values)


def accept(asked: Asked) -> web.StreamResponse:
    """Accept the group; where two are to want it, begin that."""
    found = _found(asked)
    where = f"{WHERE}/{found.id}"
    if found.state != "seen":  # somebody else was quicker, or the page is old
        return asked.go(where)
    if (asked_for := _request(asked, found)) is not None:
        return _second(asked, asked_for, where)
    what = {"link": found.id, "shown": _name(asked, found)}
    try:
        outcome = want(asked, "connect", what)
    except Problem as problem:
        return asked.go(where, "web.form.refused", why=explained(problem, asked.texts))
    return go_on(asked, outcome, where, "peers.web.seen.agreed", where)


def _second(asked: Asked, request: Request, where: str) -> web.StreamResponse:
    """Another key person began it already: this is the yes that was missing."""
    if asked.person is None:
        return asked.go("/settings", "rules.web.keeper")
    try:
        done = second(asked.core, asked.person.id, request.id).done
    except Problem as problem:
        return asked.go(where, "web.form.refused", why=explained(problem, asked.texts))
    return asked.go(where, "peers.web.seen.agreed" if done else "rules.web.agreed")


def again(asked: Asked) -> web.StreamResponse:
    """Ask, or call, once more."""
    found = _found(asked)
    where = f"{WHERE}/{found.id}"
    try:
        if found.state == "failed":
            call_again(asked.core, found.id)
        else:
            look_again(asked.core, found.id)
    except Problem as problem:
        return asked.go(where, "web.form.refused", why=explained(problem, asked.texts))
    calls_of(asked.core).go_on()
    calls_of(asked.core).now(found.id)
    return asked.go(where)


def allow(asked: Asked) -> web.StreamResponse:
    """Let our machine call addresses in its own local network from now on, and try again."""
    with asked.core.transaction():
        options = serve_options(asked.core.settings)
        keep_serve_options(asked.core.settings, {**options, "private_addresses": True})
    answer = again(asked)
    return asked.go(answer.headers["Location"], "peers.web.private.done")


def give_up(asked: Asked) -> web.StreamResponse:
    """Do nothing with the link; its secret is deleted here."""
    found = _found(asked)
    drop(asked.core, found.id)
    calls_of(asked.core).stop(found.id)
    return asked.go("/ties", "peers.web.seen.dropped")


def todo(asked: Asked) -> list[Todo]:
    """Links that somebody opened and that wait for somebody to go on."""
    if not asked.has(Right.KEY):
        return []
    now = asked.core.clock()
    some = [
        one
        for one in peer_links(asked.core).in_state("seen", "unseen", "failed")
        if one.expires > now and not _missing(asked, one)
    ]
    if not some:
        return []
    path = f"{WHERE}/{some[0].id}" if len(some) == 1 else WHERE
    return [Todo("peers.todo.received", {}, path, len(some))]


def _found(asked: Asked) -> Received:
    core = asked.core
    found = peer_links(core).received(asked.match["id"])
    if found is None:
        raise MissingError
    if found.link is not None and found.expires <= core.clock():
        with core.transaction():
            tidy(core)
        found = peer_links(core).received(found.id) or found
    return found


def _shown(asked: Asked, one: Received) -> ReceivedView:
    said = one.said or {}
    return ReceivedView(
        one.id,
        _name(asked, one),
        one.state,
        one.expires,
        one.tries,
        one.link is None,
        one.said is not None,
        said.get("purpose"),
        said.get("region"),
        tuple(said.get("topics") or ()),
    )


def _name(asked: Asked, one: Received) -> str:
    """As it calls itself; marked where another group here has such a name."""
    if one.said is None:
        return asked.sight.name(one.peer).name or asked.texts(
            "web.nameless", id=to_text(one.peer)[:SHORT_ID]
        )
    return asked.sight.marked(str(one.said["name"]), one.peer)


def _missing(asked: Asked, one: Received) -> int:
    """How many key persons have yet to agree; 0 if nobody was asked."""
    request = _request(asked, one)
    return missing(asked.core, request) if request is not None else 0


def _request(asked: Asked, one: Received) -> Request | None:
    some = (o for o in waiting(asked.core) if o.act == "connect" and o.what.get("link") == one.id)
    return next(some, None)

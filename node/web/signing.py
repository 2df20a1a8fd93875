"""Signing in and out in a browser: for every way to come in, whichever noun brings it.

A browser in which a person was signed in keeps a mark that says so, also after signing out: what
strangers enter for that person does not slow it (`node.people.slowing`). It opens nothing.
"""

import hmac
import secrets
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.people.devices import device
from node.people.persons import Person
from node.store.core import Core
from node.web import cookies
from node.web.messages import Message
from node.web.page import Asked
from node.web.visit import known_cookie

KEY = "known_browsers_key"
"""The setting: what marks are made with."""


def sign_in(
    asked: Asked, person: Person | None, how: str, path: str = "/", text: str = "", **values: Any
) -> web.Response:
    """Go on to a page, from now on as a person; None: as who came by the machine's link.

    The session that this browser had ends. `how` they came in: password, link, … `text`: the key of
    a message for that page.
    """
    token = begin(asked, person, how)
    response = going_on(asked, person, token, path)
    if text:
        asked.messages.put(token, Message(text, values))
    return response


def begin(asked: Asked, person: Person | None, how: str) -> str:
    """A new session instead of the one that this browser had; its token, for `going_on`."""
    if asked.visit.session is not None:
        asked.sessions.end(asked.visit.session.digest)
    agent = asked.request.headers.get("User-Agent", "")
    return asked.sessions.begin(person.id if person else None, how, device(agent))


def going_on(asked: Asked, person: Person | None, token: str, path: str) -> web.Response:
    """The answer that lets the browser have its new session."""
    response = web.Response(status=303, headers={"Location": path})
    cookies.sign_in(response, asked.request, token, lasts=person is not None)
    if person is not None:
        with suppress(Problem):  # on a full disk people come in, without the mark
            mark = f"{person.id}.{_mark(_key(asked.core), person.id)}"
            cookies.keep(response, asked.request, known_cookie(asked.request), mark)
    return response


def sign_out(asked: Asked, path: str = "/", text: str = "", **values: Any) -> web.Response:
    """End the session of this browser, and go on to a page outside."""
    if asked.visit.session is not None:
        asked.sessions.end(asked.visit.session.digest)
    response = web.Response(status=303, headers={"Location": path})
    cookies.sign_out(response, asked.request)
    if text:
        asked.messages.put(asked.visit.browser.secret(), Message(text, values))
    return response


def known_person(asked: Asked) -> str:
    """The id of who was signed in in this browser last; empty if nobody was."""
    id_, _, mark = asked.request.cookies.get(known_cookie(asked.request), "").partition(".")
    key = asked.core.settings.get(KEY)
    good = key is not None and hmac.compare_digest(mark.encode(), _mark(key, id_).encode())
    return id_ if good else ""


def _key(core: Core) -> str:
    found = core.settings.get(KEY)
    if found is None:
        found = secrets.token_hex(32)
        with core.transaction():
            core.settings.set(KEY, found)
    return str(found)


def _mark(key: str, id_: str) -> str:
    return blake2b(
        id_.encode("utf-8", "replace"), key=bytes.fromhex(key), digest_size=16
    ).hexdigest()

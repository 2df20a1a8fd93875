"""Signing in and out in a browser: for every way to come in, whichever noun brings it."""

from typing import Any

from aiohttp import web

from node.people.devices import device
from node.people.persons import Person
from node.web import cookies
from node.web.messages import Message
from node.web.page import Asked


def sign_in(
    asked: Asked, person: Person | None, how: str, path: str = "/", text: str = "", **values: Any
) -> web.Response:
    """Go on to a page, from now on as a person; None: as who came by the machine's link.

    The session that this browser had ends. `how` they came in: password, link, … `text`: the key of
    a message for that page.
    """
    if asked.visit.session is not None:
        asked.sessions.end(asked.visit.session.digest)
    agent = asked.request.headers.get("User-Agent", "")
    token = asked.sessions.begin(person.id if person else None, how, device(agent))
    response = web.Response(status=303, headers={"Location": path})
    cookies.sign_in(response, asked.request, token, lasts=person is not None)
    if text:
        asked.messages.put(token, Message(text, values))
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

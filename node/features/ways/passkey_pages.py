"""Passkeys in a browser: what its script asks for and sends (`web/static/passkeys.js`).

The script gets options as JSON, asks the device, and sends a usual form with the answer: so errors
and success look as everywhere.
"""

import asyncio
import importlib

from aiohttp import web

from node.base.errors import Problem
from node.features.ways import passkeys
from node.features.ways.pages import ask_of, require_oneself
from node.people.devices import device
from node.people.persons import persons
from node.web.forms import Field, Form, Kind
from node.web.page import Asked
from node.web.signing import sign_in

ANSWER = Form("passkey", Field("answer", Kind.HIDDEN, longest=passkeys.LONGEST_ANSWER))
ID = Form("passkey", Field("id", Kind.HIDDEN, longest=2_048))

HOW = "passkey"


async def _library() -> None:
    """Its import takes a third of a second: in a thread, so that other pages go on."""
    await asyncio.to_thread(importlib.import_module, "webauthn")


async def creation(asked: Asked) -> web.Response:
    """What the device is to make."""
    require_oneself(asked)
    await _library()
    challenges = asked.state.challenges
    try:
        options = passkeys.creation_options(asked.core, challenges, ask_of(asked), asked.me)
    except Problem as problem:
        return _refused(asked, problem)
    return web.json_response(text=options)


async def request(asked: Asked) -> web.Response:
    """What the device is to prove."""
    await _library()
    try:
        options = passkeys.request_options(asked.state.challenges, ask_of(asked))
    except Problem as problem:
        return _refused(asked, problem)
    return web.json_response(text=options)


def _refused(asked: Asked, problem: Problem) -> web.Response:
    message = asked.texts.error(problem.code, **problem.values)
    return web.json_response({"message": message}, status=409)


async def add(asked: Asked) -> web.StreamResponse:
    """Keep what the device made."""
    require_oneself(asked)
    await _library()
    filled = await asked.read(ANSWER)
    name = device(asked.request.headers.get("User-Agent", ""))
    try:
        if not filled.ok:
            raise Problem("passkey-wrong")
        challenges = asked.state.challenges
        ask = ask_of(asked)
        passkeys.add_passkey(asked.core, challenges, ask, asked.me, filled["answer"], name)
    except Problem as problem:
        return asked.refused("/me/ways", problem)
    return asked.go("/me/ways", "ways.web.passkey_added")


async def enter(asked: Asked) -> web.StreamResponse:
    """Let in who proved to have one."""
    await _library()
    filled = await asked.read(ANSWER)
    try:
        if not filled.ok:
            raise Problem("passkey-wrong")
        challenges = asked.state.challenges
        id_ = passkeys.use_passkey(asked.core, challenges, ask_of(asked), filled["answer"])
    except Problem as problem:
        return asked.refused("/code", problem)
    return sign_in(asked, persons(asked.core).get(id_), HOW, "/", "ways.web.in_by_passkey")


async def remove(asked: Asked) -> web.StreamResponse:
    """Forget one."""
    require_oneself(asked)
    filled = await asked.read(ID)
    try:
        id_ = bytes.fromhex(filled["id"]) if filled.ok else b""
    except ValueError:
        id_ = b""
    gone = passkeys.remove_passkey(asked.core, asked.me.id, id_)
    return asked.go("/me/ways", "ways.web.passkey_removed" if gone else "")

"""The link that the group's machine prints: into a node that has people, or to set it up.

Rules:

1. Looking uses nothing up, whoever looks – a chat's preview, a scanner, a browser that loads ahead;
   only the button does, pressed on a page that this very browser was given.
2. While nobody is in the group, that page sets it up: whoever has the link, and nobody else,
   becomes its first key person. Then all links from before are over.
"""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.features.groups.actions import current_entry, edit_group
from node.people.hashing import BusyError
from node.people.one_time_codes import forget_codes, is_good, use_code
from node.people.passwords import SHORTEST, set_password, too_weak
from node.people.persons import Person, Standing, new_id, persons
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, OutsideError, Page
from node.web.signing import sign_in
from node.web.visit import OWN_PATH
from protocol.groups import GROUP

LONGEST_CODE = 200
"""Characters; a longer one is none of ours."""

TO = "to"
"""In a link: on which page one is, once one is inside."""

LONGEST_PATH = 300

LINK, SETUP = "link", "setup"
"""How somebody came in, beside the session."""

NAME, PURPOSE = (GROUP.fields.types[one].most for one in ("name", "purpose"))

FORM = Form(
    "setup",
    Field("group", Kind.TEXT, "start.web.group", "start.web.group_hint", longest=NAME,
          autocomplete="organization"),
    Field("purpose", Kind.LONG, "start.web.purpose", "start.web.purpose_hint", optional=True,
          longest=PURPOSE),
    Field("name", Kind.TEXT, "start.web.name", "start.web.name_hint", autocomplete="name"),
    Field("password", Kind.PASSWORD, "start.web.password", "start.web.password_hint",
          autocomplete="new-password", said={"least": SHORTEST}),
)  # fmt: skip


def door(asked: Asked) -> Page:
    """What the link leads to."""
    code = _code(asked)
    if not persons(asked.core).is_set_up():
        return _setup(asked, code, asked.show(FORM, **_known(asked)))
    values = {"path": f"/enter/{code}", "to": _own(asked.visit.parameters.get(TO, ""))}
    return Page("door.html", asked.texts("start.web.door"), values=values)


async def enter(asked: Asked) -> Page | web.StreamResponse:
    """Let in who pressed the button, or set the group up; the code is used up."""
    code = _code(asked)
    if not persons(asked.core).is_set_up():
        return await _set_up(asked, code)
    if not use_code(asked.core, code):
        raise OutsideError
    return sign_in(asked, None, LINK, _own(str(asked.posted.get(TO, ""))))


def _own(path: str) -> str:
    """A page of this machine to which a link leads; the first one if it is none."""
    return path if len(path) <= LONGEST_PATH and OWN_PATH.fullmatch(path) else "/"


def setup(asked: Asked) -> Page | web.StreamResponse:
    """Where somebody looks for it without the link: how to get it."""
    if persons(asked.core).is_set_up():
        return asked.go("/")
    return Page("setup_how.html", asked.texts("start.web.setup"))


def _code(asked: Asked) -> str:
    """A code that would let in; `OutsideError`, which says how to get another, if it would not."""
    code = asked.match["code"]
    if len(code) > LONGEST_CODE or not is_good(asked.core, code):
        raise OutsideError
    return code


def _known(asked: Asked) -> dict[str, Any]:
    """What the group said of itself already, at the command line; a name that it gave itself."""
    entry = current_entry(asked.core, asked.core.home_id) or {}
    name = entry.get("name")
    given = name if name not in _usual_names() else None
    return {"group": given, "purpose": entry.get("purpose")}


def _usual_names() -> tuple[str, ...]:
    from node.texts import LANGUAGES, Texts

    return tuple(Texts(one)("start.cli.run.default") for one in LANGUAGES)


def _setup(asked: Asked, code: str, form: Filled) -> Page:
    values: dict[str, Any] = {"path": f"/enter/{code}", "plain": not asked.visit.secure}
    return asked.form_page("setup.html", asked.texts("start.web.setup"), form, **values)


async def _set_up(asked: Asked, code: str) -> Page | web.StreamResponse:
    form = await asked.read(FORM)
    if "password" in form.values and "name" in form.values:
        names = (form["name"], form.values.get("group", ""))
        if why := too_weak(form["password"], *names):
            form.refuse("password", f"start.web.weak_{why}", least=SHORTEST)
    hash_ = ""
    try:
        if form.ok:
            hash_ = await asked.signing.hashing.make(form["password"])
    except BusyError:
        form.refuse("", "start.web.busy")
    person = _first(asked, code, form, hash_) if form.ok else None
    if person is None:
        return _setup(asked, code, form)
    return sign_in(asked, person, SETUP, "/", "start.web.done", who=person.name)


def _first(asked: Asked, code: str, form: Filled, hash_: str) -> Person | None:
    """The group's entry and its first key person, all or nothing; None if the form is refused."""
    core = asked.core
    try:
        with core.transaction():
            if persons(core).is_set_up() or not use_code(core, code):  # somebody else was quicker
                raise OutsideError
            said = {"name": form["group"], "purpose": form["purpose"] or None}
            edit_group(core, core.home_id, said)
            id_ = new_id(core)
            person = persons(core).add(
                id_, form["name"], Standing.MEMBER, core.clock(), key_person=True
            )
            set_password(core, id_, hash_)
            forget_codes(core)
    except Problem as problem:
        if problem.code == "disk-full":
            raise
        asked.refuse(form, problem, "group")
        return None
    return person

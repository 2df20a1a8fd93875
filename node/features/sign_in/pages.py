"""Signing in and out.

Name or mail address, and the password: what somebody with a phone knows (`node.people.passwords`).
A wrong pair is told as a pair: nobody learns who is in the group.
"""

from aiohttp import web

from node.features.sign_in.state import Kept, Proven, State
from node.people.hashing import BusyError
from node.people.persons import Person, persons
from node.people.slowing import TurnedAwayError
from node.web import kept, signing
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked, Page, Panel
from node.web.signing import known_person
from node.web.visit import OWN_PATH

HOW = "password"
"""How somebody came in, beside the session."""

FORM = Form(
    "sign-in",
    Field("who", Kind.TEXT, "sign_in.web.who", "sign_in.web.who_hint", autocomplete="username"),
    Field("password", Kind.PASSWORD, "sign_in.web.password", autocomplete="current-password"),
    Field("back", Kind.HIDDEN, optional=True),
    Field("kept", Kind.HIDDEN, optional=True, longest=kept.LONGEST),
)

WHICH = Form("which", Field("person", Kind.CHOICE, "sign_in.web.which"))


def page(asked: Asked) -> Page | web.StreamResponse:
    """The form; whoever is signed in goes on."""
    back = _own(asked.request.query.get("to", ""))
    if asked.person is not None:
        return asked.go(back or "/")
    return _page(asked, asked.show(FORM, back=back))


def _page(asked: Asked, form: Filled) -> Page:
    texts = asked.texts
    values = {
        "plain": not asked.visit.secure,
        "anybody": persons(asked.core).is_set_up(),
        "panels": asked.panels_of("sign in", ""),
    }
    return asked.form_page("sign_in.html", texts("sign_in.web.title"), form, "sign-in", **values)


def kept_panel(asked: Asked, _path: str) -> Panel:
    """Signing in on the page that keeps what was typed."""
    return Panel("sign_in_kept.html", {"form": asked.show(FORM)})


async def send(asked: Asked) -> Page | web.StreamResponse:
    """Sign in who is there, and go on to where they were."""
    state: State = asked.state
    if "person" in asked.posted:
        return await _chosen(asked, state)
    form = await asked.read(FORM)
    if not form.ok:
        return _page(asked, form)
    try:
        found = await asked.signing.who(form["who"], form["password"], known_person(asked))
    except (BusyError, TurnedAwayError):
        form.refuse("", "sign_in.web.busy")
        return _page(asked, form)
    if not found:
        form.refuse("password", "sign_in.web.wrong")
        return _page(asked, form)
    if len(found) > 1:
        proven = Proven(tuple(one.id for one in found), form["back"], form["kept"])
        state.proven.put(asked.visit.browser.secret(), proven)
        return _which(asked, asked.show(_asking(found)))
    return _signed_in(asked, found[0], form["back"], form["kept"])


def _asking(people: list[Person]) -> Form:
    return WHICH.with_choices(person=(Choice(one.id, shown=one.name) for one in people))


def _which(asked: Asked, form: Filled) -> Page:
    return asked.form_page("which.html", asked.texts("sign_in.web.which"), form)


async def _chosen(asked: Asked, state: State) -> Page | web.StreamResponse:
    proven = state.proven.get(asked.visit.browser.secret())
    if proven is None:  # it took too long, or the node was started again
        return _page(asked, asked.show(FORM).refuse("", "sign_in.web.too_late"))
    found = (persons(asked.core).get(one) for one in proven.people)
    people = [one for one in found if one is not None]
    form = await asked.read(_asking(people))
    if not form.ok:
        return _which(asked, form)
    state.proven.take(asked.visit.browser.secret())
    (chosen,) = (one for one in people if one.id == form["person"])
    return _signed_in(asked, chosen, proven.back, proven.kept)


def _signed_in(asked: Asked, person: Person, back: str, packed: str) -> web.StreamResponse:
    back, fields = _own(back), kept.unpacked(packed) if packed else []
    path = "/sign-in/again" if fields and back else back or "/"
    token = signing.begin(asked, person, HOW)
    if fields:
        state: State = asked.state
        state.kept.put(token, Kept(back, fields))
    return signing.going_on(asked, person, token, path)


def again(asked: Asked) -> Page | web.StreamResponse:
    """What was typed before signing in, with the button that sends it."""
    state: State = asked.state
    found = state.kept.get(asked.visit.token)
    if found is None:
        return asked.go("/")
    return kept.sending_again(asked, found.path, found.fields, allowed=True)


def out(asked: Asked) -> web.StreamResponse:
    """End the session of this browser."""
    return signing.sign_out(asked, "/", "sign_in.web.signed_out")


def _own(path: str) -> str:
    """A path of ours, and no page of signing in; empty if it is none."""
    good = OWN_PATH.fullmatch(path) is not None and not path.startswith(("/sign-", "/enter/"))
    return path if good else ""

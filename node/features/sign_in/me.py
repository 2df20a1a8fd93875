"""One's own page: what the nouns add to it, where one is signed in, the password."""

from aiohttp import web

from node.features.sign_in.types import Here
from node.people.hashing import BusyError
from node.people.passwords import SHORTEST, has_password, set_password, too_weak
from node.people.slowing import TurnedAwayError
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, Page, Panel

NEW = Field(
    "password",
    Kind.PASSWORD,
    "sign_in.web.new_password",
    "sign_in.web.new_password_hint",
    autocomplete="new-password",
    said={"least": SHORTEST},
)
"""A new password, for every form that asks for one."""

ELSEWHERE = Field("elsewhere", Kind.YES, "sign_in.web.end_elsewhere", optional=True)

FIRST = Form("password", NEW)
CHANGE = Form(
    "password",
    Field(
        "current_password", Kind.PASSWORD, "sign_in.web.current", autocomplete="current-password"
    ),
    NEW,
    ELSEWHERE,
)


def page(asked: Asked) -> Page:
    """Who one is here, and what is one's own."""
    me = asked.me
    values = {"me": me, "standing": me.standing.value, "panels": asked.panels_of("me", me.id)}
    return Page("me.html", asked.texts("sign_in.web.me"), "me", values)


def panel(asked: Asked, _id: str) -> Panel:
    """Signing in, on one's own page."""
    return Panel("me_sign_in.html", {"password": has_password(asked.core, asked.me.id)})


def sessions(asked: Asked) -> Page:
    """Where one is signed in."""
    current = asked.visit.session
    here = [
        Here(
            one.digest.hex(),
            one.device,
            one.how,
            asked.moment(one.begun),
            asked.moment(one.used),
            one == current,
        )
        for one in asked.sessions.of(asked.me.id)
    ]
    title = asked.texts("sign_in.web.sessions")
    return Page("sessions.html", title, "me", {"here": here})


def end(asked: Asked) -> web.StreamResponse:
    """End one of them, or all others."""
    mine = asked.visit.session
    if "others" in asked.posted and mine is not None:
        ended = asked.sessions.end_all(asked.me.id, but=mine.digest)
        return asked.go("/me/sessions", "sign_in.web.ended", n=ended)
    own = {one.digest.hex(): one.digest for one in asked.sessions.of(asked.me.id)}
    digest = own.get(str(asked.posted.get("session", "")))
    if digest is None:  # it was ended in another tab, or by time
        return asked.go("/me/sessions", "sign_in.web.ended_before")
    asked.sessions.end(digest)
    return asked.go("/me/sessions", "sign_in.web.ended", n=1)


def password(asked: Asked) -> Page:
    """A new password; the one before is asked for, if there is one."""
    return _page(asked, asked.show(_form(asked), elsewhere=True))


def _form(asked: Asked) -> Form:
    return CHANGE if has_password(asked.core, asked.me.id) else FIRST


def _page(asked: Asked, form: Filled) -> Page:
    values = {"me": asked.me, "plain": not asked.visit.secure}
    title = asked.texts("sign_in.web.password_title")
    return asked.form_page("password.html", title, form, "me", **values)


async def set_password_(asked: Asked) -> Page | web.StreamResponse:
    """Set it; other sessions end if that is wanted."""
    form, me = await asked.read(_form(asked)), asked.me
    refuse_weak(asked, form, me.name)
    try:
        if form.ok and form.form == CHANGE and not await _knows(asked, form):
            form.refuse("current_password", "sign_in.web.wrong_current")
        hash_ = await asked.signing.hashing.make(form["password"]) if form.ok else ""
    except (BusyError, TurnedAwayError):
        form.refuse("", "sign_in.web.busy")
    if not form.ok:
        return _page(asked, form)
    with asked.core.transaction():
        set_password(asked.core, me.id, hash_)
    mine = asked.visit.session
    if mine is not None and form.values.get("elsewhere"):
        asked.sessions.end_all(me.id, but=mine.digest)
    return asked.go("/me", "sign_in.web.password_set")


async def _knows(asked: Asked, form: Filled) -> bool:
    return await asked.signing.is_of(asked.me, form["current_password"])


def refuse_weak(asked: Asked, form: Filled, *names: str, field: str = "password") -> None:
    """Say beside the field if a new password would be guessed at once."""
    if field in form.values:
        group = asked.sight.home_name
        if why := too_weak(form[field], *names, group):
            form.refuse(field, f"sign_in.web.weak_{why}", least=SHORTEST)

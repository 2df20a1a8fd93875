"""New keys, and going on without waiting: what the commands ask for is asked for here, too."""

from typing import Any

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.features.machine.views import key_troubles
from node.features.machine.words_form import phrase_in, words_field
from node.features.recovery.rotate import rotate
from node.records import stale_copy
from node.records.transaction import go_on as go_on_without
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked, Page
from protocol.ids import from_text, to_text
from protocol.known_chains import OLD_KEY_SECONDS

KEYS = "/machine/keys"

WHO = Field("who", Kind.CHOICE, "machine.web.keys.who", "machine.web.keys.who_hint")
SURE = Field("sure", Kind.YES, "machine.web.keys.sure", optional=True)

RENEW = Form("keys", WHO, words_field())
STOLEN = Form("keys", WHO, words_field(), SURE)


def keys(asked: Asked) -> Page:
    """Whose keys lie here, how often they were renewed, and what is wrong with them."""
    core, t = asked.core, asked.texts
    held = [
        {"name": _called(asked, one.id), "link": one.link}
        for one in core.ring.held
        if one.id in core.own
    ]
    values = {
        "held": held,
        "troubles": [_trouble(asked, key, said) for key, said in key_troubles(asked.sight)],
        "waits": not core.is_reconciled,
    }
    return Page("machine_keys.html", t("machine.web.name.keys"), "machine", values)


def _trouble(asked: Asked, key: str, said: dict[str, Any]) -> str:
    if "last" in said:
        said = {**said, "day": formats.day(said.pop("last"), asked.texts)}
    return asked.texts(f"status.cli.{key}", **said)


def _called(asked: Asked, identity: bytes) -> str:
    name = asked.sight.name(identity)
    return name.name or name.id[:8]


def _choices(asked: Asked, form: Form) -> Form:
    """The group, and the networks that are looked after here."""
    core = asked.core
    own = [one.id for one in core.ring.held if one.id in core.own]
    return form.with_choices(who=[Choice(to_text(one), "", _called(asked, one)) for one in own])


def renewing(asked: Asked) -> Page:
    """What new keys mean, before the words are typed."""
    form = _choices(asked, RENEW)
    return _page(asked, asked.show(form, who=to_text(asked.core.home_id)), stolen=False)


def stealing(asked: Asked) -> Page:
    """The same where the old ones may be in wrong hands."""
    form = _choices(asked, STOLEN)
    return _page(asked, asked.show(form, who=to_text(asked.core.home_id)), stolen=True)


async def renew(asked: Asked) -> Page | web.Response:
    """Make new keys; what the old ones signed counts for some time."""
    return await _make(asked, RENEW, stolen=False)


async def stolen(asked: Asked) -> Page | web.Response:
    """Make new keys; what the old ones signed counts no more."""
    return await _make(asked, STOLEN, stolen=True)


async def _make(asked: Asked, kind: Form, *, stolen: bool) -> Page | web.Response:
    form = await asked.read(_choices(asked, kind))
    if stolen and form.values.get("sure") is not True:
        form.refuse("sure", "machine.web.keys.not_sure")
    phrase = phrase_in(asked, form)
    if phrase is not None:
        core, who = asked.core, from_text(form["who"])
        try:
            done = await core.turns.work(rotate, core, phrase, who, stolen)
        except Problem as problem:
            asked.refuse(form, problem)
        else:
            name = _called(asked, who)
            return asked.go(KEYS, "machine.web.keys.renewed", who=name, n=done.records)
    return _page(asked, form, stolen=stolen)


def _page(asked: Asked, form: Filled, *, stolen: bool) -> Page:
    title = asked.texts(f"machine.web.keys.{'stolen' if stolen else 'renew'}")
    values = {
        "stolen": stolen,
        "days": OLD_KEY_SECONDS // 86_400,
        "secure": asked.visit.secure,
        "kept": asked.core.ring.words is not None,
    }
    return asked.form_page("machine_keys_new.html", title, form, "machine", **values)


# An old copy that waits


def waiting(asked: Asked) -> Page | web.Response:
    """What is waited for, and what it means not to."""
    if asked.core.is_reconciled:
        return asked.go(KEYS)
    why = asked.texts(f"status.cli.keys_{stale_copy.state(asked.core)}")
    title = asked.texts("machine.web.keys.go_on")
    return Page("machine_waiting.html", title, "machine", {"why": why})


def go_on(asked: Asked) -> web.Response:
    """Go on with what is known here, as `restore --go-on` does."""
    if asked.core.is_reconciled:
        return asked.go(KEYS)
    try:
        go_on_without(asked.core)
    except Problem as problem:
        return asked.refused(KEYS, problem)
    return asked.go(KEYS, "machine.web.keys.gone_on")

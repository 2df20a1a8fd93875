"""Leaving a network: what changes by it, then the button; and afterwards who has confirmed it."""

from typing import NamedTuple

from aiohttp import web

from node.base.errors import Problem
from node.features.networks import acting, asking
from node.features.networks.leaving import Going, going, gone, leavers, membership, was_left
from node.features.networks.links import network_path
from node.features.networks.views import network_view
from node.features.rules.wanting import go_on, takes_two, want
from node.lookup.types import Name
from node.web.forms import Field, Filled, Form, Kind
from node.web.links import is_id
from node.web.page import Asked, MissingError, Page
from protocol.ids import from_text, to_text

SHOWN = 12
"""Names and titles that a page lists; of more it says how many."""

FORM = Form(
    "leave",
    Field("since", Kind.HIDDEN, longest=64, optional=True),
    Field("sure", Kind.YES, "networks.web.leave.sure"),
)


class Left(NamedTuple):
    """The network of the address, also where nothing of it but our membership is known here."""

    id: bytes
    who: Name

    @property
    def path(self) -> str:
        """Its page."""
        return network_path(self.who.id)

    @property
    def called(self) -> str:
        """Its name, or the beginning of its id."""
        return self.who.name or self.who.id[:8]


def _meant(asked: Asked) -> Left:
    id = asked.match["id"]
    try:
        network = from_text(id) if is_id(id) else b""
    except ValueError:
        network = b""
    ours = any(asked.core.ties.bond(network, own) is not None for own in asked.core.own)
    if not ours and not was_left(asked.core, network):
        raise MissingError
    return Left(network, asked.sight.name(network))


def _as_whom(asked: Asked, among: list[bytes]) -> bytes:
    """For whom the preview is: `?who=`, the group where nobody says."""
    said = asked.request.query.get(acting.WHO, "")
    return next((one for one in among if to_text(one) == said), among[0])


def page(asked: Asked) -> Page | web.StreamResponse:
    """What changes, and what nobody can promise."""
    found = _meant(asked)
    among = leavers(asked.core, found.id)
    if not among:
        return _nobody(asked, found)
    own = _as_whom(asked, among)
    form = acting.with_choice(asked, FORM, among)
    since = membership(asked.core, found.id, own)
    shown = asked.show(form, since=since, **({acting.WHO: to_text(own)} if len(among) > 1 else {}))
    return _page(asked, found, shown, own)


def _nobody(asked: Asked, found: Left) -> web.StreamResponse:
    """None of ours is a member, or not any more."""
    if gone(asked.sight, found.id):
        return asked.go(f"{found.path}/left", "networks.web.leave.over")
    standing = asked.core.ties.standing(found.id, asked.core.home_id, asked.core.clock())
    return asked.refused(found.path, Problem("standing-" + standing.value))


def _page(asked: Asked, found: Left, form: Filled, own: bytes) -> Page:
    it = going(asked.sight, found.id, own)
    view = network_view(asked.sight, found.id)
    values = {
        "who": found.who,
        "name": found.called,
        "path": found.path,
        "going": it,
        "view": view,
        "held": found.id in asked.core.own,
        "as_home": own == asked.core.home_id,
        "own_name": acting.called(asked.sight, own),
        "most": SHOWN,
        "two": takes_two(asked, "leave"),
        "panels": asked.panels_of("leave", found.who.id),
    }
    title = asked.texts("networks.web.leave.title", name=found.called)
    return asked.form_page("leave.html", title, form, "networks", **values)


async def send(asked: Asked) -> Page | web.StreamResponse:
    """Leave, or begin to."""
    found = _meant(asked)
    among = leavers(asked.core, found.id)
    if not among:
        return _nobody(asked, found)
    form = await asked.read(acting.with_choice(asked, FORM, among))
    who = form.values.get(acting.WHO)
    own = from_text(who) if who else among[0]
    it = going(asked.sight, found.id, own)
    since = form.values.get("since")
    if who and since and since == membership(asked.core, found.id, among[0]):
        since = it.since  # another one of ours was chosen than the preview was made for
    if since != it.since:
        form.refuse("", "networks.web.leave.changed")
        form.typed["since"] = (it.since,)
    if not form.ok:
        return _page(asked, found, form, own)
    what = {
        "network": found.id.hex(),
        "as": own.hex(),
        "since": it.since,
        "shown": found.called,
        "told": [*asking.for_whom(asked, own), *_told(it)],
    }
    try:
        outcome = want(asked, "leave", what)
    except Problem as problem:
        asked.refuse(form, problem)
        return _page(asked, found, form, own)
    return go_on(asked, outcome, f"{found.path}/left", "networks.web.leave.done", name=found.called)


def _told(it: Going) -> list[asking.Told]:
    """What another key person reads before saying yes."""
    ours = len(it.ours) + it.more
    told = [asking.told("leave_ours", n=ours)] if ours else []
    return [*told, asking.told("leave_theirs", n=it.theirs)] if it.theirs else told


def left(asked: Asked) -> Page:
    """Who has confirmed that what was ours is deleted, and who did not yet."""
    found = _meant(asked)
    some = gone(asked.sight, found.id)
    standing = asked.core.ties.standing(found.id, asked.core.home_id, asked.core.clock())
    if not some and standing.value != "left":
        raise MissingError
    values = {
        "who": found.who,
        "name": found.called,
        "path": found.path,
        "some": some,
        "home": to_text(asked.core.home_id),
        "again": standing.value == "left" and network_view(asked.sight, found.id) is not None,
        "held": found.id in asked.core.own,
        "most": SHOWN,
        "panels": asked.panels_of("left", found.who.id),
    }
    title = asked.texts("networks.web.left.title", name=found.called)
    return Page("left.html", title, "networks", values)

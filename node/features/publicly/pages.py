"""Choosing which partners stand on the public pages; the feed of news."""

from aiohttp import web

from node.base.errors import Problem
from node.features.meetings.feed import feed_answer, tag_of
from node.features.networks.show_publicly import show_publicly
from node.features.peers.views import peer_views
from node.features.publicly.feed import under
from node.features.publicly.views import Choice
from node.lookup.showing import partners_chosen
from node.lookup.sight import name_order
from node.web import forms
from node.web.forms import Field, Filled, Form, Kind, Wrong
from node.web.page import Asked, Page
from node.web.public_address import address_for_others
from protocol.ids import from_text, to_text

CHOICE = Form(
    "publicly",
    Field("partners", Kind.CHOICES, "publicly.web.partners", "publicly.web.hint", optional=True),
)


def choices(asked: Asked) -> list[Choice]:
    """Partner groups, and who else was chosen and is tied to us still; by name."""
    sight, ties = asked.sight, asked.core.ties
    chosen = {to_text(one) for one in partners_chosen(asked.core, sight.now)}
    active = {one.who.id for one in peer_views(sight) if one.state == "active"}
    found = [
        one
        for one in sight.named(map(from_text, active | chosen))
        if (known := ties.identities.get(from_text(one.id))) is not None and known.type == "group"
    ]
    called = asked.texts
    return [
        Choice(one.id, one.name or called("web.nameless", id=one.id[:8]), one.id in chosen)
        for one in sorted(found, key=name_order)
    ]


def _form(found: list[Choice]) -> Form:
    return CHOICE.with_choices(partners=(forms.Choice(one.id, shown=one.name) for one in found))


def choosing(asked: Asked) -> Page:
    """Whom we show, and what that means."""
    found = choices(asked)
    form = asked.show(_form(found), partners=tuple(one.id for one in found if one.shown))
    return _page(asked, form, found)


def _page(asked: Asked, form: Filled, found: list[Choice]) -> Page:
    title = asked.texts("publicly.web.title")
    return asked.form_page("publicly.html", title, form, "meetings", found=bool(found))


async def choose(asked: Asked) -> Page | web.Response:
    """Show these from now on, and no others. Who vanished meanwhile is not among them."""
    found = choices(asked)
    form = await asked.read(_form(found))
    if not form.ok:
        form.errors["partners"] = Wrong("publicly.web.changed")
        return _page(asked, form, found)
    wanted, refused = set(form["partners"]), None
    for one in found:
        if (one.id in wanted) != one.shown:
            try:
                show_publicly(asked.core, from_text(one.id), one.id in wanted)
            except Problem as problem:  # it ended just now
                refused = problem
    if refused is not None:
        return asked.refused("/publicly", refused)
    if not wanted:
        return asked.go("/publicly", "publicly.web.saved_none")
    return asked.go("/publicly", "publicly.web.saved", n=len(wanted))


async def news(asked: Asked) -> web.Response:
    """News for feed readers, whoever asks."""
    root = address_for_others(asked.request) or str(asked.request.url.origin())
    made = await asked.state.get(asked.texts)
    body = under(made.body, root)
    return feed_answer(asked.request, body, "application/atom+xml", "news.atom", tag_of(body))

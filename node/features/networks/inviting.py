"""The link with which others find a network: members show it, who has it pastes it."""

from aiohttp import web

from node.base.errors import Problem
from node.feature import Right
from node.features.networks.finding import meant
from node.features.networks.links import LINK_CHARACTERS, NetworkLink, network_path
from node.features.networks.views import one_network
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, MissingError, Page
from node.web.public_address import address_for_others
from node.web.qr import qr
from protocol.ids import to_text

FORM = Form(
    "link",
    Field("link", Kind.TEXT, "networks.web.link.field", "networks.web.link.field_hint",
          longest=LINK_CHARACTERS, autocomplete="off", inputmode="url"),
)  # fmt: skip


def invite(asked: Asked) -> Page:
    """The link, and its picture."""
    found = meant(asked)
    if found.view.standing != "member" and not found.view.held_here:
        raise MissingError
    link = NetworkLink(found.id, found.view.to_tell or "")
    address = address_for_others(asked.request)
    text = link.at(address) if address else link.code
    values = {"network": found.view, "link": text, "code": qr(text), "reachable": bool(address)}
    values["may"] = asked.has(Right.KEY)
    title = asked.texts("networks.web.invite.title", name=found.view.name)
    return Page("network_invite.html", title, "networks", values)


def link(asked: Asked) -> Page:
    """What to do with it: for everybody whom it leads here. What it says stands after `#`."""
    return _page(asked, asked.show(FORM))


def _page(asked: Asked, form: Filled, unknown: str = "") -> Page:
    values = {"may": asked.has(Right.KEY), "unknown": unknown, "name": asked.sight.home_name}
    title = asked.texts("networks.web.link.title")
    return asked.form_page("network_link.html", title, form, "networks", **values)


async def follow(asked: Asked) -> Page | web.StreamResponse:
    """Go to the application; or say how this machine gets to know the network."""
    form = await asked.read(FORM)
    if not form.ok:
        return _page(asked, form)
    try:
        found = NetworkLink.read(form["link"])
    except Problem as problem:
        asked.refuse(form, problem, "link")
        return _page(asked, form)
    id = to_text(found.network)
    if one_network(asked.sight, id) is None:
        form.refuse("link", "networks.web.link.unknown")
        return _page(asked, form, id)
    query = f"?letters={found.letters}" if found.letters else ""
    return asked.go(f"{network_path(id)}/apply{query}")

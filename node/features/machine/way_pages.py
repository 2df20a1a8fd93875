"""By which ways the machine finds others: in its own network, and through a proxy."""

from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.links.proxy import OFF, TROUBLE, kept, setting
from node.store.core import Core
from node.store.serve_settings import keep_serve_options, serve_options
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, Page

NEARBY, PROXY = "/machine/nearby", "/machine/proxy"

FORM = Form(
    "proxy",
    Field(
        "address",
        Kind.TEXT,
        "machine.web.proxy.address",
        "machine.web.proxy.hint",
        optional=True,
        longest=600,
        autocomplete="off",
        inputmode="url",
    ),
)


def _keep(core: Core, **options: Any) -> None:
    with core.transaction():
        keep_serve_options(core.settings, {**serve_options(core.settings), **options})


def nearby(asked: Asked) -> Page:
    """Whether partner groups are looked for in the network in which the machine is."""
    options = serve_options(asked.core.settings)
    values = {"on": bool(options.get("local_network")), "proxy": bool(options.get("proxy"))}
    return Page("machine_nearby.html", asked.texts("machine.web.name.nearby"), "machine", values)


def switch(asked: Asked) -> web.Response:
    """The running node follows within seconds."""
    on = asked.posted.get("on") == "yes"
    if on and serve_options(asked.core.settings).get("proxy"):
        return asked.go(NEARBY, "machine.web.nearby.not_with_proxy")
    _keep(asked.core, local_network=on)
    return asked.go(NEARBY, f"machine.web.nearby.switched_{'on' if on else 'off'}")


def proxy(asked: Asked) -> Page:
    """Through what everybody is dialled. Name and password are not shown again."""
    known = kept(asked.core)
    return _page(asked, asked.show(FORM, address=known.shown if known else ""))


def _page(asked: Asked, form: Filled) -> Page:
    core, known = asked.core, kept(asked.core)
    trouble = core.settings.get(TROUBLE) if known else None
    values = {
        "now": known.shown if known else "",
        "trouble": str(trouble).replace("-", "_") if trouble else "",
        "nearby": bool(serve_options(core.settings).get("local_network")),
    }
    title = asked.texts("machine.web.name.proxy")
    return asked.form_page("machine_proxy.html", title, form, "machine", **values)


async def change(asked: Asked) -> Page | web.Response:
    """Another one, or none: from now on, and nobody is talked to past it."""
    form = await asked.read(FORM)
    core, known = asked.core, kept(asked.core)
    typed = form.text("address").strip()
    if form.ok and known is not None and typed == known.shown:
        return asked.go(PROXY)  # with its password, which the page did not show
    try:
        wanted = setting(typed or OFF)
    except Problem:
        form.refuse("address", "machine.web.proxy.bad")
    if form.ok and wanted and serve_options(core.settings).get("local_network"):
        form.refuse("address", "machine.web.proxy.not_with_nearby")
    if not form.ok:
        return _page(asked, form)
    _keep(core, proxy=wanted)
    with core.transaction():
        core.settings.set(TROUBLE, None)
    if core.server is not None:
        core.server.dial_anew()
    return asked.go(PROXY, f"machine.web.proxy.{'changed' if wanted else 'none_now'}")

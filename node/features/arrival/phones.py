"""The page of the three ways in which phones get here; the switch of the first."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from node.cli.values import PORT
from node.features.arrival import surroundings
from node.web.local_pages import LOCAL_PAGES, LocalPages, Seen
from node.web.page import Asked, Page
from node.web.public_address import PUBLIC_ADDRESS
from node.web.qr import qr

PHONES = "/machine/phones"

MOMENT = 60
"""Seconds within which it is “just now”."""

SECONDS = 3
"""Between two looks of the page that is open."""


def local_pages(asked: Asked) -> LocalPages:
    """The pages in the local network of the running node."""
    return asked.request.config_dict[LOCAL_PAGES]


def phones(asked: Asked) -> Page:
    """The three ways, what each brings and what not, and how it stands."""
    local = local_pages(asked)
    places = local.places
    addresses = list(local.addresses())
    port = places[0].port if places else local.first_port
    values: dict[str, Any] = {
        "on": local.is_on,
        "open_anyway": local.is_open_anyway,
        "can_be_switched": local.can_be_switched,
        "urls": [one.url for one in places],
        "name": f"http://{local.name}:{port}" if local.name and places else "",
        "code": qr(places[0].url)._asdict() if places else None,
        "trouble": local.trouble if local.is_on or local.is_open_anyway else local.trouble_ahead(),
        "enclosure": surroundings.enclosure(addresses),
        "port": port,
        "usual": PORT,
        "firewall": surroundings.firewall(port),
        "mac": surroundings.is_mac(),
        "this_way": local.came_this_way(asked.request),
        "url": asked.request.config_dict[PUBLIC_ADDRESS].url,
        "seconds": SECONDS,
        "seen_path": f"{PHONES}/seen",
        **_seen(asked, local.seen),
    }
    return Page("phones.html", asked.texts("arrival.web.phones.title"), "machine", values)


async def switch(asked: Asked) -> web.Response:
    """Open or close the pages for the local network, at once and for later."""
    local, on = local_pages(asked), asked.posted.get("on") == "yes"
    if not local.can_be_switched:
        return asked.go(PHONES)  # the page says it
    await local.switch(on)
    return asked.go(PHONES, f"arrival.web.phones.{'switched_on' if on else 'switched_off'}")


def seen(asked: Asked) -> Page:
    """Who was here, alone: for the page that is open."""
    return Page("phones_seen.html", "", values=_seen(asked, local_pages(asked).seen))


def _seen(asked: Asked, some: Sequence[Seen]) -> dict[str, Any]:
    now = asked.core.clock()
    return {"seen": [{"kind": one.kind, "minutes": (now - one.at) // MOMENT} for one in some]}

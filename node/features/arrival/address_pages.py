"""The page of the public address: a name behind Caddy or nginx, and what a change ends."""

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from node.base.events import Event
from node.features.arrival.address import (
    BadAddressError,
    leads_here,
    proxy_at,
    public_address,
)
from node.features.arrival.server_files import caddy, nginx
from node.features.arrival.surroundings import node_at
from node.web.forms import Field, Filled, Form, Kind
from node.web.forwarded import is_https, keep_proxy_address, proxy_address
from node.web.page import Asked, Page
from node.web.public_address import PUBLIC_ADDRESS, PublicAddress

ADDRESS = "/machine/address"

FORM = Form(
    "address",
    Field(
        "url",
        Kind.TEXT,
        "arrival.web.address.url",
        "arrival.web.address.url_hint",
        optional=True,
        autocomplete="off",
        inputmode="url",
    ),
    Field(
        "proxy",
        Kind.TEXT,
        "arrival.web.address.proxy",
        "arrival.web.address.proxy_hint",
        optional=True,
        longest=45,
        autocomplete="off",
    ),
    Field("sure", Kind.HIDDEN, optional=True, longest=300),
)


def public(asked: Asked) -> PublicAddress:
    """The public address of the running node."""
    return asked.request.config_dict[PUBLIC_ADDRESS]


def address(asked: Asked) -> Page:
    """What it is now, how to change it, and what Caddy and nginx need for it."""
    filled = asked.show(FORM, url=_shown(public(asked).url), proxy=proxy_address(asked.core))
    return _page(asked, filled)


async def change(asked: Asked) -> Page | web.Response:
    """Take another one. If there was one before, first say what that ends."""
    filled = await asked.read(FORM)
    before = public(asked).url
    url, proxy = _checked(filled, before)
    if not filled.ok:
        return _page(asked, filled)
    ends = url != before and _ends_passkeys(asked, url)
    if (ends or (before and url != before)) and filled.values.get("sure") != _answer(url):
        return _ask_first(asked, before, url, proxy, ends)
    if proxy != proxy_address(asked.core):
        with asked.core.transaction():
            keep_proxy_address(asked.core, proxy)
    if url == before:
        return asked.go(ADDRESS, "arrival.web.address.kept")
    public(asked).change(url)
    if url:
        return asked.go(ADDRESS, "arrival.web.address.changed", url=url)
    return asked.go(ADDRESS, "arrival.web.address.none_now")


async def look(asked: Asked) -> web.Response:
    """Whether the address leads here."""
    url = public(asked).url
    if not url:
        return asked.go(ADDRESS)
    found = await leads_here(asked.core, url)
    return asked.go(ADDRESS, f"arrival.web.address.look.{found}", url=url)


def _checked(filled: Filled, before: str) -> tuple[str, str]:
    """What was typed; what a terminal set, and stays, need not be what this page would take."""
    typed, url, proxy = filled.text("url").strip(), before, ""
    try:
        if typed != _shown(before):
            url = public_address(typed) if typed else ""
    except BadAddressError as error:
        filled.refuse("url", f"arrival.web.address.bad.{error.why}")
    try:
        proxy = proxy_at(filled.text("proxy"))
    except BadAddressError as error:
        filled.refuse("proxy", f"arrival.web.address.bad.{error.why}")
    return url, proxy


def _ends_passkeys(asked: Asked, url: str) -> bool:
    """Whether somebody has a passkey that works under another name only."""
    return asked.core.tell(Event.RENAMED, urlsplit(url).hostname or "")


def _ask_first(asked: Asked, before: str, url: str, proxy: str, ends: bool) -> Page:
    values: dict[str, Any] = {
        "passkeys": ends,
        "before": before,
        "url": url,
        "fields": {"url": url, "proxy": proxy, "sure": _answer(url)},
    }
    return Page("address_sure.html", asked.texts("arrival.web.address.sure"), "machine", values)


def _answer(url: str) -> str:
    """What the second form says: it means this address, and no other that was typed since."""
    return url or "none"


def _page(asked: Asked, filled: Filled) -> Page:
    url, at = public(asked).url, node_at(asked.core)
    values = {
        "url": url,
        "words_kept": asked.core.ring.words is not None,
        "encrypted": url.startswith("https://"),
        "caddy": caddy(url, at) if url else caddy(at=at),
        "nginx": nginx(url, at) if url else nginx(at=at),
        "is_https": is_https(asked.request),
    }
    title = asked.texts("arrival.web.address.title")
    return asked.form_page("address.html", title, filled, "machine", **values)


def _shown(url: str) -> str:
    return url.removeprefix("https://")

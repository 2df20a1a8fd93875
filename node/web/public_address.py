"""The address under which everybody finds this node: changed while it runs, from a page.

What a change brings is done at once: the node answers to the new name, tells the others about it as
soon as it may (§5.5), and begins with it the next time. To the name before it goes on answering
until it stops, so that nobody is cut off in the middle of a page; sessions stay where they are.
"""

from collections.abc import Callable

from aiohttp import web

from node.store.core import Core
from node.store.serve_settings import keep_serve_options, serve_options
from node.web.forwarded import is_https
from node.web.hosts import LOOPBACK, Hosts, name_in
from node.web.local_pages import LOCAL_PAGES


class PublicAddress:
    """That of one running node."""

    def __init__(self, core: Core, hosts: Hosts) -> None:
        self.core = core
        self._hosts = hosts
        self.on_change: Callable[[str], None] = lambda _url: None
        """What the server does besides: other groups' machines are told."""

    @property
    def url(self) -> str:
        """As records have it; "" if there is none."""
        found: str | None = serve_options(self.core.settings).get("public_url")
        return (found or "").rstrip("/")

    def change(self, url: str) -> None:
        """Take another one; "" for none. It was checked before."""
        with self.core.transaction():
            options = serve_options(self.core.settings)
            keep_serve_options(self.core.settings, {**options, "public_url": url or None})
        self._hosts.also_at(url)
        self.on_change(url)


PUBLIC_ADDRESS = web.AppKey("public_address", PublicAddress)


def address_for_others(request: web.Request) -> str:
    """Where others reach these pages, without a slash at its end: under the public address, else
    as this browser asked, else where the local network's pages are; "" if that is nowhere.
    """
    public = request.config_dict[PUBLIC_ADDRESS].url
    if public:
        return public
    scheme = "https" if is_https(request) else "http"
    if (name_in(request.host) or "") not in LOOPBACK:
        return f"{scheme}://{request.host}"
    places = request.config_dict[LOCAL_PAGES].places
    return places[0].url if places else ""

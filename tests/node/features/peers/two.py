"""Two groups, each with its machine on a loopback socket, and key persons at their pages."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from node.features import FEATURES
from node.features.peers.calling import calls_of
from node.features.peers.views import peer_views
from node.links.manager import Links
from node.people.persons import Person
from node.serving import publish_endpoint
from node.store.core import Core
from node.web.server import make_app
from protocol.ids import to_text
from sync.proof import host_of
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check
from tests.node.world import Clock, inside, make_core

LINK = re.compile(r'class="link"[^>]*>(http://[^<]+)<')

PATIENCE = 20.0


class Group:
    """A group: its store, its machine, and whoever sits at its page."""

    def __init__(self, core: Core, site: Site, links: Links, key: Person) -> None:
        self.core, self.site, self.links, self.key = core, site, links, key
        site.sign_in(key)

    @property
    def id(self) -> str:
        return to_text(self.core.home_id)

    def peers(self) -> list[tuple[str | None, str]]:
        return [(one.who.name, one.state) for one in peer_views(inside(self.core))]

    async def look(self, path: str, language: str = "de") -> Document:
        """A page, without faults."""
        return check(await self.site.text(path, language), language)

    async def send(self, path: str, data: dict[str, str] | None = None) -> str:
        """Send a form; gives where that leads."""
        answer = await self.site.post(path, data)
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"]

    async def makes_link(self, note: str = "") -> str:
        """A link, as the page shows it."""
        where = await self.send("/ties/links", {"note": note, "days": "7"})
        found = LINK.search(await self.site.text(where))
        assert found
        return found[1]

    async def on(self, port: int | None) -> None:
        """Its machine is on again, where it was."""
        assert port is not None
        server = TestServer(make_app(self.core, self.links, None, FEATURES), port=port)
        await server.start_server()
        self.site.server = server

    async def opens(self, link: str) -> str:
        """Put a link in, and wait until it is known who is there; gives the page."""
        where = await self.send("/ties/add", {"link": link})
        await self.comes(where)
        return where

    async def comes(self, where: str) -> None:
        """Wait until nothing is at work on a link any more."""
        async with asyncio.timeout(PATIENCE):
            await calls_of(self.core).done(where.rpartition("/")[2])


async def group(folder: Path, name: str, clock: Clock, address: bool = True) -> Group:
    """A group whose machine runs; `address`: others reach it there."""
    core = make_core(folder, name, clock)
    with core.transaction():
        core.settings.set("serve", {"private_addresses": True})
    links = Links(core, True)
    server = TestServer(make_app(core, links, None, FEATURES))
    await server.start_server()
    url = str(server.make_url("")).rstrip("/")
    links.hosts.add(host_of(url))
    if address:
        publish_endpoint(core, url, None)
    links.begin()
    key = person(core, f"Key of {name}", key_person=True)
    return Group(
        core, Site(core, server, ClientSession(cookie_jar=CookieJar(unsafe=True))), links, key
    )


async def close(one: Group) -> None:
    """Its machine stops."""
    await calls_of(one.core).rest()
    await one.links.close()
    await one.site.browser.close()
    await one.site.server.close()
    one.core.close()


async def two_groups(folder: Path) -> AsyncIterator[tuple[Group, Group]]:
    """Harbour has an address, Kitchen has none."""
    clock = Clock()
    groups = [
        await group(folder, "Harbour", clock),
        await group(folder, "Kitchen", clock, address=False),
    ]
    yield groups[0], groups[1]
    for one in groups:
        await close(one)

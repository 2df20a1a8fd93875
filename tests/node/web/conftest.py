"""A real server on loopback that shows the small world."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from node.web.site import add_pages
from tests.node.web.neighbours import NOW
from tests.node.web.world import Hall, Pack, World


@dataclass
class Site:
    """A served world and a browser of sorts, which keeps cookies."""

    world: World
    hall: Hall
    server: TestServer
    browser: ClientSession
    pages: list[str] = field(default_factory=list)

    async def get(self, path: str, **options: object) -> ClientResponse:
        options.setdefault("allow_redirects", False)
        base = str(self.server.make_url("/")).rstrip("/")
        return await self.browser.get(base + path, **options)

    async def text(self, path: str, language: str = "de") -> str:
        answer = await self.get(path, headers={"Accept-Language": language})
        return await answer.text()

    async def enter(self) -> None:
        answer = await self.get("/enter/one-time-code")
        assert answer.status == 303


Open = Callable[..., Awaitable[Site]]


@pytest.fixture
async def open_site() -> AsyncIterator[Open]:
    opened: list[Site] = []

    async def open_it(world: World | None = None) -> Site:
        world, hall, app = world or World(), Hall(), web.Application()
        add_pages(app, world, hall, lambda: NOW, Pack())
        server = TestServer(app)
        await server.start_server()
        browser = ClientSession(cookie_jar=CookieJar(unsafe=True))
        opened.append(Site(world, hall, server, browser))
        return opened[-1]

    yield open_it
    for site in opened:
        await site.browser.close()
        await site.server.close()


@pytest.fixture
async def site(open_site: Open) -> Site:
    return await open_site()


@pytest.fixture
async def inside(open_site: Open) -> Site:
    made = await open_site()
    await made.enter()
    return made

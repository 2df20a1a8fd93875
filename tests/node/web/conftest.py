"""A real node on loopback: its store, its server, and a browser of sorts."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from multidict import MultiDict
from yarl import URL

from node.features import FEATURES
from node.links.manager import Links
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.people.persons import Person, Standing, new_id, persons
from node.people.sessions import Sessions
from node.people.tables import SessionRow
from node.store.core import Core
from node.texts import Texts
from node.web.page import Page
from node.web.render import Renderer
from node.web.server import LINE_BYTES, make_app
from node.web.visit import Visit, form_token
from tests.node.web import browsing
from tests.node.web.browsing import Shown
from tests.node.web.building import build
from tests.node.web.world import World
from tests.node.world import make_core

RENDERER = Renderer(FEATURES)
SESSION = SessionRow(b"", None, "link", "", 0, 0, 0)
"""That of the keeper."""


def rendered(
    template: str, language: str = "de", now: int = 0, code: int = 200, **values: Any
) -> str:
    """A page as someone inside sees it, made from views that no store of a test gets to."""
    visit = Visit(Viewer.INSIDE, Texts(language), "/", {}, token="x", session=SESSION)
    return RENDERER.render(Page(template, "", values=values, status=code), visit, "", now)


def person(
    core: Core, name: str = "Kim", standing: Standing = Standing.MEMBER, **more: Any
) -> Person:
    """Somebody more in the group."""
    with core.transaction():
        return persons(core).add(new_id(core), name, standing, core.clock(), **more)


@dataclass
class Site:
    """A served node and a browser of sorts, which keeps cookies."""

    core: Core
    server: TestServer
    browser: ClientSession
    world: World | None = None

    def path(self, pattern: str) -> str:
        """An address with the ids of what the world names, such as `/groups/{hostile}`."""
        return self.world.path(pattern) if self.world else pattern

    async def get(self, path: str, **options: Any) -> ClientResponse:
        options.setdefault("allow_redirects", False)
        base = str(self.server.make_url("/")).rstrip("/")
        return await self.browser.get(base + self.path(path), **options)

    async def text(self, path: str, language: str = "de") -> str:
        answer = await self.get(path, headers={"Accept-Language": language})
        return await answer.text()

    async def enter(self) -> str:
        """Be inside as who came by the machine's link; gives the token of the session."""
        return self.sign_in(None)

    def sign_in(self, person: Person | None) -> str:
        """Be signed in as a person, however that came about; gives the token of the session.

        None: as who came by the machine's link.
        """
        how = "password" if person else "link"
        token = self.sessions.begin(person.id if person else None, how, "")
        self.browser.cookie_jar.update_cookies({f"verbund-{self.server.port}": token}, self.root)
        return token

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.core)

    def cookie(self, name: str) -> str:
        found = self.browser.cookie_jar.filter_cookies(self.root).get(name)
        return found.value if found else ""

    @property
    def root(self) -> URL:
        return self.server.make_url("/")

    def token(self) -> str:
        """What a form has that was shown to this browser."""
        port = self.server.port
        secret = self.cookie(f"verbund-{port}") or self.cookie(f"verbund-form-{port}")
        return form_token(secret)

    async def post(
        self, path: str, data: Any = None, token: str | None = None, **headers: str
    ) -> ClientResponse:
        """Send a form that was shown to this browser, as a browser does."""
        root = str(self.root).rstrip("/")
        said = {"Origin": root, **{k.replace("_", "-"): v for k, v in headers.items()}}
        sent = MultiDict(data or {})
        sent["token"] = self.token() if token is None else token
        return await self.browser.post(
            root + self.path(path),
            data=sent,
            headers={name: value for name, value in said.items() if value},
            allow_redirects=False,
        )

    def sight(self, viewer: Viewer = Viewer.INSIDE) -> Sight:
        """What the pages show to whoever is inside, or outside."""
        return Sight(self.core, viewer, self.core.home_id)

    async def post_large(self, path: str, size: int) -> ClientResponse:
        """Send a form of so many bytes."""
        body = io.BytesIO(f"token={self.token()}&x=".encode() + b"x" * size)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        root = str(self.root).rstrip("/")
        headers = {"Origin": root, **kind}
        return await self.browser.post(root + self.path(path), data=body, headers=headers)


Serve = Callable[[Core], Awaitable[Site]]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The node that is shown, as a folder to copy; made once, for all who take this fixture."""
    folder = tmp_path_factory.getbasetemp() / "shown"
    if not folder.exists():
        folder.mkdir()
        build(folder)
    return folder


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    made = World(template, tmp_path)
    yield made
    made.core.close()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    opened: list[Site] = []

    async def serve_it(core: Core) -> Site:
        server = TestServer(make_app(core, Links(core), None, FEATURES))
        await server.start_server(max_line_size=LINE_BYTES)
        opened.append(Site(core, server, ClientSession(cookie_jar=CookieJar(unsafe=True))))
        return opened[-1]

    yield serve_it
    for site in opened:
        await site.browser.close()
        await site.server.close()


@pytest.fixture
async def site(serve: Serve, world: World) -> Site:
    made = await serve(world.core)
    made.world = world
    return made


@pytest.fixture
async def inside(site: Site) -> Site:
    await site.enter()
    return site


@pytest.fixture
def new_core(tmp_path: Path) -> Iterator[Core]:
    """A group that has just begun, and said no more than its name."""
    core = make_core(tmp_path, "Neue Gruppe")
    yield core
    core.close()


@pytest.fixture
async def new_site(serve: Serve, new_core: Core) -> Site:
    return await serve(new_core)


@pytest.fixture
def shown(template: Path, tmp_path: Path) -> Iterator[Shown]:
    """The node of the page tests, for a real browser."""

    def make() -> tuple[Core, World | None]:
        made = World(template, tmp_path / "node")
        return made.core, made

    with browsing.shown(make) as served:
        yield served


@pytest.fixture
def new_shown(tmp_path: Path) -> Iterator[Shown]:
    """A node that has just begun, for a real browser."""
    with browsing.shown(lambda: (make_core(tmp_path, "Neue Gruppe"), None)) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsing.CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()

"""A group that has just begun, at a time that a test sets; and browsers that look at its pages."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from node.people.persons import Person
from node.store.core import Core
from tests.node.web.conftest import Serve, Site, person
from tests.node.world import make_core


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = make_core(tmp_path, "Chor")
    yield made
    made.close()


Browser = Callable[[], Awaitable[Site]]
"""One more browser, in which nobody is signed in."""


@pytest.fixture
async def browser(core: Core, serve: Serve) -> AsyncIterator[Browser]:
    served: list[Site] = []

    async def another() -> Site:
        if not served:
            served.append(await serve(core))
            return served[0]
        jar = CookieJar(unsafe=True)
        served.append(Site(core, served[0].server, ClientSession(cookie_jar=jar)))
        return served[-1]

    yield another
    for one in served[1:]:
        await one.browser.close()


@pytest.fixture
def key(core: Core) -> Person:
    """A key person."""
    return person(core, "Käthe", key_person=True)

"""A group that holds meetings, at a time that a test sets; and browsers that look at its pages."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from node.base.zones import now_in
from node.features.meetings.actions import find_meeting, new_meeting
from node.people.persons import Person
from node.store.core import Core
from protocol.ids import to_text
from tests.node.web.conftest import Serve, Site, person
from tests.node.world import make_core

ZONE = "Europe/Berlin"

Meet = Callable[..., str]
"""Announce a meeting two days from now; gives its id, HOST/NAME."""

Browser = Callable[[], Awaitable[Site]]
"""One more browser, in which nobody is signed in."""


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = make_core(tmp_path, "Chor")
    yield made
    made.close()


def wall(core: Core, hours: int) -> str:
    """So many hours from now, as a clock shows it there."""
    return f"{now_in(ZONE, core.clock() + hours * 3_600):%Y-%m-%dT%H:%M}"


def meet_at(core: Core, where: str = "public", hours: int = 48, **more: Any) -> str:
    said = {"title": "Sommerrat", "starts": wall(core, hours), "zone": ZONE, "place": "Hafen 1"}
    name = new_meeting(core, core.home_id, where, {**said, **more})
    return f"{to_text(core.home_id)}/{name}"


@pytest.fixture
def meet(core: Core) -> Meet:
    return lambda where="public", **more: meet_at(core, where, **more)


def known(core: Core, id: str) -> Any:
    """The meeting itself."""
    return find_meeting(core, id)


def later(core: Core, hours: float) -> None:
    """So much time passes."""
    core.clock.wall.now += int(hours * 3_600)


@pytest.fixture
def key(core: Core) -> Person:
    """A key person."""
    return person(core, "Käthe Groß", key_person=True)


@pytest.fixture
def member(core: Core) -> Person:
    return person(core, "Anna Müller")


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

"""A meeting between two real nodes over real sockets, by nothing but the forms of their pages."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from node.features import FEATURES
from node.features.meetings.actions import known_meetings, replies
from node.lookup.zone import ZONE
from node.web.server import make_app
from protocol.ids import to_text
from tests.node.features.meetings.test_announcing import announced, hidden
from tests.node.features.networks.test_leaving import homes_of
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document
from tests.node.world import Running, befriend, running, until


class Group(NamedTuple):
    """A node, and a key person at its pages."""

    node: Running
    site: Site


async def open_(stack: AsyncExitStack, node: Running) -> Group:
    core = node.core
    with core.transaction():
        core.settings.set(ZONE, "Europe/Berlin")
    server = TestServer(make_app(core, node.links, None, FEATURES))
    await server.start_server()
    stack.push_async_callback(server.close)
    browser = ClientSession(cookie_jar=CookieJar(unsafe=True))
    stack.push_async_callback(browser.close)
    site = Site(core, server, browser)
    site.sign_in(person(core, "Käthe", key_person=True))
    return Group(node, site)


@pytest.fixture
async def groups(tmp_path: Path) -> AsyncIterator[tuple[Group, Group]]:
    async with AsyncExitStack() as stack:
        nodes = [
            await stack.enter_async_context(running(home))
            for home in homes_of(tmp_path, "Chor", "Hafen")
        ]
        await befriend(*nodes)
        one, other = [await open_(stack, node) for node in nodes]
        yield one, other


def says(group: Group, name: str) -> object:
    """What the meeting says there; None if it is not known."""
    return next((one.content[name] for one in known_meetings(group.node.core)), None)


def answers(group: Group) -> list[object]:
    """What the invited said, as far as it came."""
    core = group.node.core
    said = [one.content for meeting in known_meetings(core) for one in replies(core, meeting)]
    return [one["answer"] for one in said if one]


async def test_invited_counter_proposed_adopted_and_called_off(
    groups: tuple[Group, Group],
) -> None:
    chor, hafen = groups
    where = await announced(chor.site, starts="in 3 Wochen 19 Uhr", to="private")
    guest = to_text(hafen.node.id)
    page = await chor.site.text(f"{where}/invite")
    assert f'value="{guest}"' in page
    sent = hidden(page) | {"guest": guest, "note": "Bringt Kuchen", "step": "save"}
    assert (await chor.site.post(f"{where}/invite", sent)).status == 303
    await until(lambda: says(hafen, "title") == "Sommerrat", "invitation")
    assert "Ihr seid eingeladen und habt noch nicht geantwortet" in await hafen.site.text("/")

    counter = f"{where}/answer/counter"
    form = hidden(await hafen.site.text(counter)) | {"place": "Garten", "ends": "3 Stunden"}
    checked = await hafen.site.post(counter, form)
    assert checked.status == 200
    sent = hidden(await checked.text()) | {"step": "save"}
    assert (await hafen.site.post(counter, sent)).status == 303
    adopt = f"{where}/adopt/{guest}"
    await until(lambda: answers(chor) == ["counter"], "proposal")
    assert f'href="{adopt}"' in await chor.site.text(where)
    assert (await chor.site.post(adopt, hidden(await chor.site.text(adopt)))).status == 303
    await until(lambda: says(hafen, "place") == "Garten", "adopted")
    assert says(hafen, "minutes") == 180

    accept = f"{where}/answer/accept"
    form = hidden(await hafen.site.text(accept)) | {"people": "5"}
    assert (await hafen.site.post(accept, form)).status == 303
    await until(lambda: answers(chor) == ["accept"], "answer")
    assert "Kommt 5 " in Document(await chor.site.text(where)).text
    assert (await chor.site.post(f"{where}/cancel", {"reason": "Regen"})).status == 303
    await until(lambda: says(hafen, "cancelled") == "Regen", "called off")
    assert "Abgesagt: Regen" in await hafen.site.text(where)

"""Two machines on loopback sockets: groups find each other by forms alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.features.peers.two import Group, two_groups


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Group, Group]]:
    async for both in two_groups(tmp_path):
        yield both


async def test_link_made_and_accepted(two: tuple[Group, Group]) -> None:
    harbour, kitchen = two
    link = await harbour.makes_link("Kitchen")
    where = await kitchen.opens(link)
    page = await kitchen.look(where)
    assert "Harbour lädt euch ein" in page.text
    assert (harbour.peers(), kitchen.peers()) == ([], [])  # looking accepts nobody
    assert await kitchen.send(f"{where}/accept") == where
    await kitchen.comes(where)
    assert await kitchen.site.get(where) is not None
    assert (harbour.peers(), kitchen.peers()) == (
        [("Kitchen", "active")],
        [("Harbour", "active")],
    )
    answer = await kitchen.site.get(where)
    assert (answer.status, answer.headers["Location"]) == (303, f"/ties/{harbour.id}")
    tie = await kitchen.look(f"/ties/{harbour.id}")
    assert "verbunden" in tie.text

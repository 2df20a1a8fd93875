"""A node that others speak to, well or badly."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.world import Clock, Running, accept, make_home, running, until
from tests.sync.people import Someone


@pytest.fixture
async def node(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Running]:
    """A node with one peer, `Someone("peer")`; afterwards no link is left, nothing was an error."""
    clock = Clock()
    async with running(make_home(tmp_path, "Alpha", clock), clock=clock) as node:
        accept(node.core, Someone("peer"))
        node.links.stored()
        yield node
        await until(lambda: not node.links.connections, "no link left over")
        assert node.links.sessions == {}
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []

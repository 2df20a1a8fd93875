"""The stage of every attack."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.hostile.stage import Stage, set_up
from tests.node.world import until


@pytest.fixture
async def stage(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Stage]:
    """Afterwards honest service goes on, nothing was an error, and only the honest are linked."""
    async with set_up(tmp_path) as found:
        yield found
        await found.serves()
        await until(
            lambda: len(found.alpha.links.connections) == 1, "the attacker's links are over"
        )
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []

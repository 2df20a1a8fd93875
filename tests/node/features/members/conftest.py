"""A node with an empty list."""

from pathlib import Path

import pytest

from node.store.core import Core
from tests.node.features.members.group import Group
from tests.node.web.conftest import Serve
from tests.node.world import Clock, make_core


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(tmp_path: Path, clock: Clock) -> Core:
    return make_core(tmp_path, clock=clock)


@pytest.fixture
async def group(serve: Serve, core: Core) -> Group:
    return Group(await serve(core))

"""A group that has just begun, at a time that a test sets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.store.core import Core
from tests.node.world import make_core


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = make_core(tmp_path, "Chor")
    yield made
    made.close()

"""What the tests of full disks share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disks import Disk, limited, mounted


@pytest.fixture(params=["mounted", "limited"])
def disk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Disk]:
    """A small file system where one may be mounted, and a database that may not grow."""
    folder = tmp_path / "disk"
    made = mounted(folder) if request.param == "mounted" else limited(folder, monkeypatch)
    with made as found:
        yield found

import os
import sys
from pathlib import Path

import pytest

from tests.node.cli.people import Person, founded


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine that runs the tests: no home, no passphrase, a wide terminal."""
    for name in (
        "VERBUND_HOME",
        "VERBUND_PASSPHRASE",
        "VERBUND_WORDS",
        "LC_ALL",
        "LC_MESSAGES",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "Europe/Berlin")  # a machine that shows where its people live
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    folder = str(Path(sys.executable).parent)  # as after `export PATH` of the README
    monkeypatch.setenv("PATH", os.pathsep.join((folder, os.environ["PATH"])))


@pytest.fixture
def alpha(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    return founded(tmp_path, "Alpha", capsys)


@pytest.fixture
def beta(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    return founded(tmp_path, "Beta", capsys)


@pytest.fixture
def gamma(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    return founded(tmp_path, "Gamma", capsys)

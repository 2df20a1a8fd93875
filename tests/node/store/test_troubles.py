"""What fails in the background stands in `status`, in words, until it succeeds."""

import subprocess
import sys
from pathlib import Path

import pytest

from node.app import open_core
from node.keys.home import Home
from node.store.troubles import troubles
from node.upkeep.backups import keep_backups
from tests.node.cli.people import Person
from tests.node.cli.test_processes import command, environment


@pytest.fixture
def person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    found = Person(tmp_path / "Alpha", "Alpha", capsys)
    found.types("init", "--name", "Alpha")
    return found


async def test_backups_that_can_not_be_written(person: Person) -> None:
    """A file lies where their folder should be; then it does not."""
    blocking = person.folder / "backups"
    blocking.write_text("in the way")
    core = open_core(Home(person.folder))
    await keep_backups(core)
    told = " ".join(person.types("status")[0].split())
    assert "The daily backup could not be written" in told
    assert str(person.folder) in told
    assert "Does not succeed" in told
    assert [one["what"] for one in person.gets("status")["troubles"]] == ["backup"]
    blocking.unlink()
    await keep_backups(core)
    assert troubles(core) == []
    assert "Does not succeed" not in person.types("status")[0]
    core.close()


@pytest.mark.parametrize("content", ["garbage", ""])
def test_a_damaged_certificate_is_no_defect(content: str, person: Person) -> None:
    (person.folder / "tls.pem").write_text(content)
    words = ["serve", "--listen", "127.0.0.1:0", "--tls", "self-signed"]
    assert person.is_refused(*words) == "certificate-damaged"
    assert (person.folder / "tls.pem").read_text() == content


def test_a_reserve_that_is_no_file_is_no_full_disk(person: Person) -> None:
    (person.folder / "reserve").mkdir()
    assert person.gets("group", "edit", "--region", "Kiel")["region"] == "Kiel"
    assert person.gets("status")["disk"] in (None, "low")


def test_an_export_into_a_full_output(person: Person) -> None:
    words = f"python -m node export - --home '{person.folder}' --lang en > /dev/full"
    done = subprocess.run(
        words.replace("python", f"'{sys.executable}'", 1),
        shell=True,
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    told = " ".join(done.stderr.split())
    assert told.startswith("The output can’t be written (the disk is full).")
    closed = command("export", "-", "--home", str(person.folder))
    assert closed.returncode == 0

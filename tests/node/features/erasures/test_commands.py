"""Erasing at the command line: said before, asked for, and looked at afterwards."""

from pathlib import Path

import pytest

from node.cli import terminal
from node.features.erasures.types import ErasureView
from tests.days import typed
from tests.node.cli.people import founded


def test_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = founded(tmp_path, "Hafentreff", capsys)
    assert person.gets("erasures") == {"erasures": []}
    person.types("group", "edit", "--contact", "Mail=quitten@b.example")
    assert person.gets("group", "erase", "--yes") == {"erased": 1}
    assert person.is_refused("group", "erase", "--yes") == "nothing-to-erase"
    assert person.is_refused("group", "show") == "no-own-entry"
    assert person.is_refused("group", "edit", "--region", "Kiel") == "no-own-entry"
    (found,) = person.gets("erasures")["erasures"]
    assert list(found) == list(ErasureView.__dataclass_fields__)
    assert (found["kind"], found["confirmed"], found["missing"]) == ("group", [], [])
    assert found["wiped"] is not None
    files = [path for path in person.folder.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"quitten@" in path.read_bytes()] == []
    out, _err = person.types("erasures")
    assert "Entry in the directory, erased on" in out
    assert "Whoever is dishonest" in out
    assert "nobody has to: you had no tie" in out
    out, _err = person.types("group", "edit", "--name", "Neu")
    assert "Neu" in out


def test_it_says_what_it_does_and_asks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = founded(tmp_path, "Hafentreff", capsys)
    asked: list[str] = []

    def no(question: str, _texts: object) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr(terminal, "confirm", no)
    assert person.is_refused("group", "erase") == "not-confirmed"
    when = ("--starts", typed(14), "--zone", "Europe/Berlin", "--place", "Hafen")
    person.types("meeting", "new", "--title", "Sommerrat", *when)
    assert person.is_refused("meeting", "erase", "Sommerrat") == "not-confirmed"
    assert asked[0].startswith("Erase your entry with all contact points? All who have it")
    assert asked[1].startswith("Erase “Sommerrat” with all invitations?")
    assert person.gets("erasures") == {"erasures": []}
    assert person.gets("meeting", "erase", "Sommerrat", "--yes") == {"erased": 1}
    assert person.is_refused("meeting", "erase", "Sommerrat", "--yes") == "no-such-meeting"
    assert [one["kind"] for one in person.gets("erasures")["erasures"]] == ["meeting"]

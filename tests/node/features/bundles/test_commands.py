"""`bundle write|read|show`: nodes that never have a connection (docs/protocol.md §10)."""

import os
import stat
from contextlib import closing
from pathlib import Path

import pytest

from node.app import COMMANDS, main
from node.features.bundles.commands import IN_PART
from sync.bundle import MAGIC, START_BYTES
from tests.days import day, later, typed
from tests.node.cli.people import Person, befriend, founded, names, send, set_clock

WHEN = ("--starts", typed(14), "--zone", "Europe/Berlin", "--place", "Saal")


def by_stick(giver: Person, taker: Person, *more: str) -> dict[str, object]:
    """One bundle, written and read; gives the report."""
    file = taker.folder.parent / f"{giver.name}-{taker.name}.verbund"
    giver.gets("bundle", "write", str(file), "--for", taker.id, "--replace")
    report: dict[str, object] = taker.gets("bundle", "read", str(file), *more)
    return report


def acquainted(one: Person, other: Person) -> None:
    """Two strangers, with nothing but files and a telephone."""
    hello = one.folder.parent / f"hello-{one.name}.verbund"
    one.types("bundle", "write", str(hello))
    assert other.gets("bundle", "read", str(hello), "--accept", "--yes")["accepted"] is True
    assert by_stick(other, one, "--accept", "--yes")["accepted"] is True
    by_stick(one, other)


def test_everything_by_stick(alpha: Person, beta: Person) -> None:
    """A tie, a directory, a network, an invitation and its reply, and leaving."""
    acquainted(alpha, beta)
    for one, other in ((alpha, beta), (beta, alpha)):
        (peer,) = one.gets("peer", "list")["peers"]
        assert (peer["who"]["name"], peer["state"]) == (other.name, "active")
        assert names(one.gets("group", "list")["entries"]) == ["Alpha", "Beta"]

    alpha.types("network", "found", "--name", "Netz")
    by_stick(alpha, beta)
    beta.types("network", "apply", "Netz", "--message", "Wir auch")
    by_stick(beta, alpha)
    alpha.types("network", "admit", "Netz", "Beta")
    by_stick(alpha, beta)
    assert beta.gets("network", "show", "Netz")["standing"] == "member"

    alpha.types("meeting", "new", "--title", "Plenum", *WHEN, "--to", "Netz")
    alpha.types("meeting", "invite", "Plenum", "Beta", "--note", "Kommt")
    by_stick(alpha, beta)
    (meeting,) = beta.gets("meeting", "list")["meetings"]
    assert (meeting["title"], meeting["invited"]) == ("Plenum", True)
    beta.types("meeting", "reply", "Plenum", "accept", "--people", "3")
    by_stick(beta, alpha)
    (answer,) = alpha.gets("meeting", "show", "Plenum")["answers"]
    assert (answer["guest"]["name"], answer["answer"], answer["people"]) == ("Beta", "accept", 3)

    beta.types("network", "leave", "Netz", "--yes")
    by_stick(beta, alpha)
    assert alpha.gets("network", "members", "Netz")["members"][1]["standing"] == "left"
    by_stick(alpha, beta)
    (departure,) = beta.gets("status")["departures"]
    assert departure["missing"] == []
    assert {one["name"] for one in departure["confirmed"]} == {"Alpha", "Netz"}


def test_what_is_told(alpha: Person, beta: Person, tmp_path: Path) -> None:
    befriend(alpha, beta)
    alpha.types("group", "edit", "--region", "Kiel")
    file = tmp_path / "a b.verbund"
    out, _err = alpha.types("bundle", "write", str(file), "--for", "Beta")
    assert f"verbund bundle read '{file}'" in " ".join(out.split()).replace(" /", " /")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = beta.gets("bundle", "show", str(file))
    assert tuple(shown) == keys("bundle-show")
    assert (shown["from"]["name"], shown["for"]["name"], shown["proven"]) == ("Alpha", "Beta", True)
    assert sum(shown["kinds"].values()) == shown["records"]
    found = beta.gets("bundle", "read", str(file))
    assert tuple(found) == keys("bundle-read")
    assert (found["new"], found["new"] + found["known"]) == (1, shown["records"])
    again = beta.gets("bundle", "read", str(file))
    assert (again["new"], again["known"], again["refused"]) == (0, shown["records"], {})
    out, _err = beta.types("bundle", "read", str(file))
    said = " ".join(out.split())
    assert "0 items are new." in said
    assert f"{shown['records']} were here already." in said


def test_a_hint_to_answer(alpha: Person, beta: Person, tmp_path: Path) -> None:
    befriend(alpha, beta)
    file = str(tmp_path / "x.verbund")
    alpha.types("bundle", "write", file, "--for", "Beta")
    beta.types("meeting", "new", "--title", "Fest", *WHEN)
    assert beta.gets("bundle", "read", file)["back"] == 1
    out, _err = beta.types("bundle", "read", file)
    assert f"verbund bundle write back.verbund --for {alpha.id[:16]}" in " ".join(out.split())
    beta.types("bundle", "write", file, "--for", alpha.id[:16], "--replace")
    assert alpha.gets("bundle", "read", file)["back"] == 0


def keys(command: str) -> tuple[str, ...]:
    return next(one.keys for one in COMMANDS if one.name == command)


def test_a_file_that_is_there(alpha: Person, tmp_path: Path) -> None:
    file = tmp_path / "x.verbund"
    file.write_text("important")
    assert alpha.is_refused("bundle", "write", str(file)) == "file-exists"
    assert file.read_text() == "important"
    assert tuple(alpha.gets("bundle", "write", str(file), "--replace")) == keys("bundle-write")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["Alpha", "x.verbund"]
    nowhere = str(tmp_path / "none" / "x.verbund")
    long = str(tmp_path / ("x" * 300))
    assert alpha.is_refused("bundle", "write", long) == "file-unwritable"
    assert (
        alpha.is_refused("bundle", "write", long[: len(str(tmp_path)) + 252]) == "file-unwritable"
    )
    assert alpha.is_refused("bundle", "write", nowhere) == "file-unwritable"
    assert alpha.is_refused("bundle", "read", nowhere) == "file-unreadable"


@pytest.mark.parametrize("command", [("bundle", "write"), ("backup",), ("export",)])
def test_only_a_plain_file_is_replaced(
    command: tuple[str, ...], alpha: Person, tmp_path: Path
) -> None:
    """Also for root, who could take a device away from the whole machine."""
    folder, pipe = tmp_path / "folder", tmp_path / "pipe"
    folder.mkdir()
    os.mkfifo(pipe)
    for one in (folder, pipe):
        assert alpha.is_refused(*command, str(one), "--replace") == "file-not-plain"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(folder.iterdir()) == []


def test_for_whom(alpha: Person, beta: Person, tmp_path: Path) -> None:
    file = str(tmp_path / "x.verbund")
    assert alpha.is_refused("bundle", "write", file, "--for", "Alpha") == "bundle-own"
    assert alpha.is_refused("bundle", "write", file, "--for", "Beta") == "nobody-found"
    send(beta, alpha)
    assert alpha.is_refused("bundle", "write", file, "--for", beta.id) == "not-tied"
    assert not Path(file).exists()


def test_for_somebody_else(alpha: Person, beta: Person, gamma: Person, tmp_path: Path) -> None:
    befriend(alpha, beta)
    befriend(alpha, gamma)
    file = str(tmp_path / "x.verbund")
    alpha.types("bundle", "write", file, "--for", "Beta")
    for words in (("read", file), ("show", file), ("read", file, "--accept", "--yes")):
        assert gamma.is_refused("bundle", *words) == "bundle-others"
    assert alpha.is_refused("bundle", "show", file) == "bundle-others", "not even its writer"


def test_from_a_stranger(alpha: Person, beta: Person, tmp_path: Path) -> None:
    file = str(tmp_path / "x.verbund")
    alpha.types("bundle", "write", file)
    before = state(beta)
    assert beta.is_refused("bundle", "read", file) == "bundle-stranger"
    assert beta.gets("bundle", "show", file)["from"]["id"] == alpha.id
    assert state(beta) == before
    assert alpha.is_refused("bundle", "read", file) == "bundle-by-us"


def test_accepting_is_asked(
    alpha: Person, beta: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "x.verbund")
    out, _err = alpha.types("bundle", "write", file)
    assert alpha.id[:16] in out
    before = state(beta)
    asked = []
    monkeypatch.setattr("node.cli.terminal.is_there", lambda: True)
    monkeypatch.setattr("node.cli.terminal.confirm", lambda text, _texts: asked.append(text))
    assert beta.is_refused("bundle", "read", file, "--accept") == "not-confirmed"
    assert asked == ["Accept “Alpha” as a connected group?"]
    assert state(beta) == before
    _out, err = beta.types("bundle", "read", file, "--accept", "--yes")
    assert alpha.id[:16] in err
    assert beta.gets("bundle", "read", file, "--accept", "--yes")["accepted"] is False, (
        "not asked twice"
    )


def test_ones_own_is_refused_before_anything_is_asked(
    alpha: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "x.verbund")
    alpha.types("bundle", "write", file)
    monkeypatch.setattr("node.cli.terminal.confirm", lambda *_all: pytest.fail("asked"))
    assert alpha.is_refused("bundle", "read", file, "--accept", "--yes") == "bundle-by-us"


def test_erasing_is_confirmed_by_stick(alpha: Person, beta: Person) -> None:
    """Neither node runs: reading erases, and the receipt is in the bundle back."""
    acquainted(alpha, beta)
    alpha.types("group", "erase", "--yes")
    assert by_stick(alpha, beta)["back"] == 1
    by_stick(beta, alpha)
    (found,) = alpha.gets("erasures")["erasures"]
    assert [one["who"]["name"] for one in found["confirmed"]] == ["Beta"]
    assert found["missing"] == []
    out, _err = alpha.types("erasures")
    assert "nobody: all have confirmed" in out
    assert "Tried" not in out, "there is nothing to try again"


def state(person: Person) -> list[object]:
    with closing(person.core()) as core:
        return core.db.all("select kind, name, id from records order by no")


def test_an_introduction_shows_nothing_of_others(
    alpha: Person, beta: Person, tmp_path: Path
) -> None:
    befriend(alpha, beta)
    file = str(tmp_path / "x.verbund")
    alpha.types("meeting", "new", "--title", "Offen", *WHEN)
    alpha.types("meeting", "new", "--title", "Geheim", *WHEN, "--to", "private")
    assert alpha.gets("bundle", "write", file)["records"] == 3
    assert alpha.gets("bundle", "show", file)["kinds"] == {"group": 1, "identity": 1, "meeting": 1}


def of_newer_software(whole: bytes) -> bytes:
    return MAGIC + b"2\n" + whole[len(MAGIC) + 2 :]


def with_another_byte(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]


def test_more_than_a_bundle_holds(
    alpha: Person, beta: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As half a gigabyte is: there is no file, and no part of one."""
    befriend(alpha, beta)
    file = tmp_path / "out" / "x.verbund"
    file.parent.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr("sync.bundle.PARTS", 0)
        assert alpha.is_refused("bundle", "write", str(file), "--for", "Beta") == "bundle-large"
    assert list(file.parent.iterdir()) == []
    alpha.types("bundle", "write", str(file), "--for", "Beta")


def test_a_file_that_was_cut(
    alpha: Person, beta: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    befriend(alpha, beta)
    file = tmp_path / "x.verbund"
    alpha.types("bundle", "write", str(file), "--for", "Beta")
    whole = file.read_bytes()
    before = beta.gets("group", "list")
    for damaged, code in (
        (b"", "bundle-none"),
        (b"<html>" + whole, "bundle-none"),
        (whole[:9], "bundle-cut"),
        (whole[:80], "bundle-cut"),
        (whole[:400], "bundle-cut"),
        (of_newer_software(whole), "bundle-version"),
        (with_another_byte(whole, START_BYTES + 20), "bundle-altered"),
    ):
        file.write_bytes(damaged)
        assert beta.is_refused("bundle", "read", str(file)) == code
        assert beta.gets("group", "list") == before
    file.write_bytes(whole[:-1])
    for language, said in (
        ("en", "Parts that can’t be read: 1;"),
        ("de", "Nicht lesbare Teile: 1;"),
    ):
        found = main(["bundle", "read", str(file), "--home", str(beta.folder), "--lang", language])
        assert found == IN_PART
        assert said in " ".join(capsys.readouterr().out.split())
    report = beta.gets("bundle", "read", str(file), status=IN_PART)
    assert report["missing_parts"] == [1]
    assert report["missing_records"] == beta.gets("bundle", "show", str(file))["records"]


def test_a_bundle_of_400_days(
    alpha: Person, beta: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    befriend(alpha, beta)
    file = str(tmp_path / "x.verbund")
    alpha.types("bundle", "write", file, "--for", "Beta")
    after = later(400)
    set_clock(monkeypatch, after)
    assert beta.is_refused("bundle", "read", file) == "bundle-old"


def test_the_same_by_a_third(alpha: Person, beta: Person, gamma: Person) -> None:
    """Members carry: what Alpha sealed to Gamma reaches it by Beta's stick."""
    befriend(alpha, beta)
    befriend(beta, gamma)
    beta.types("network", "found", "--name", "Netz")
    for other in (alpha, gamma):
        by_stick(beta, other)
        other.types("network", "apply", "Netz")
        by_stick(other, beta)
        beta.types("network", "admit", "Netz", other.name)
    for other in (alpha, gamma):
        by_stick(beta, other)
    alpha.types("meeting", "new", "--title", "Plenum", *WHEN, "--to", "private")
    alpha.types("meeting", "invite", "Plenum", "Gamma")
    by_stick(alpha, beta)
    assert beta.gets("meeting", "list")["meetings"] == []
    by_stick(beta, gamma)
    assert gamma.gets("meeting", "list")["meetings"][0]["title"] == "Plenum"


def test_nothing_is_left_behind(alpha: Person, beta: Person, tmp_path: Path) -> None:
    befriend(alpha, beta)
    alpha.types("status")  # says in the folder who had it last (docs/door.md)
    before = sorted(alpha.folder.iterdir())
    alpha.types("bundle", "write", str(tmp_path / "x.verbund"), "--for", "Beta")
    assert sorted(alpha.folder.iterdir()) == before


def test_a_pact_by_stick(
    alpha: Person, beta: Person, gamma: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proposed, signed, and acted on; the group left learns of it only by the leaving."""
    host = founded(tmp_path, "Host", capsys)
    three = (alpha, beta, gamma)
    for one in three:
        befriend(host, one)
    for one, other in ((alpha, beta), (alpha, gamma), (beta, gamma)):
        befriend(one, other)
    host.types("network", "found", "--name", "Alt")
    for one in three:
        by_stick(host, one)
        one.types("network", "apply", "Alt")
        by_stick(one, host)
        host.types("network", "admit", "Alt", one.name)
    for one in three:
        by_stick(host, one)
    words = ("--name", "Neu", "--until", day(20), "--leave", "Alt", "--yes")
    alpha.types("pact", "propose", "Beta", "Gamma", *words)
    before = by_stick(alpha, host)
    assert "closed" not in host.gets("status")["set_aside"]
    assert before["refused"] == {}
    by_stick(alpha, beta)
    beta.types("pact", "sign", "Neu", "--yes")
    by_stick(beta, alpha)
    assert alpha.gets("network", "show", "Neu")["standing"] == "member"
    by_stick(alpha, beta)
    by_stick(beta, alpha)
    for one in (alpha, beta):
        assert one.gets("network", "show", "Neu")["standing"] == "member"
        assert one.gets("network", "show", "Alt")["standing"] == "left"
    with closing(host.core()) as core:
        assert list(core.records.headers(core.clock(), ["closed"])) == []

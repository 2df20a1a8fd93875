"""Whom and what a person means who types a name: folded, and with words where nobody is meant."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.days import day, typed
from tests.node.cli.people import Person, befriend, founded, meet


@pytest.fixture
def giessen(alpha: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Person:
    other = founded(tmp_path, "Gießener Müllerinnen", capsys)
    other.types("group", "edit", "--region", "Gießen", "--topic", "Straßenfest", "--language", "de")
    befriend(alpha, other)
    return other


@pytest.mark.parametrize(
    "typed",
    [
        "Gießener Müllerinnen",
        "GIESSENER MÜLLERINNEN",
        "giessener muellerinnen",
        "gießener mu\u0308llerinnen",
        "Giessener",
    ],
)
def test_groups_and_peers(typed: str, alpha: Person, giessen: Person) -> None:
    assert alpha.gets("group", "show", typed)["id"] == giessen.id
    assert alpha.gets("peer", "end", typed, "--yes")["id"] == giessen.id


@pytest.mark.parametrize(
    "words",
    [
        ("--region", "GIESSEN"),
        ("--region", "giessen"),
        ("--topic", "STRASSENFEST"),
        ("--language", "DE"),
    ],
)
def test_filters(words: tuple[str, ...], alpha: Person, giessen: Person) -> None:
    found = alpha.gets("group", "list", *words)["entries"]
    assert [one["id"] for one in found] == [giessen.id]


@pytest.mark.parametrize("typed", ["giessener", "STRASSENFEST", "muellerinnen", "Mullerinnen"])
def test_search(typed: str, alpha: Person, giessen: Person) -> None:
    found = alpha.gets("group", "search", typed)["entries"]
    assert [one["id"] for one in found] == [giessen.id]


def test_networks_meetings_and_pacts(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    alpha.types("network", "found", "--name", "Bündnis Süd")
    assert alpha.gets("network", "show", "BUENDNIS SUED")["name"] == "Bündnis Süd"
    when = ("--starts", typed(14), "--place", "Hall")
    alpha.types("meeting", "new", "--title", "Großes Straßenfest", *when)
    shown = alpha.gets("meeting", "show", "GROSSES STRASSENFEST")
    assert shown["title"] == "Großes Straßenfest"
    until = ("--until", day(36), "--yes", "--stay")
    alpha.types("pact", "propose", "beta", "--name", "Grün & Müde", *until)
    assert alpha.gets("pact", "show", "gruen & muede")["name"] == "Grün & Müde"
    assert "Did you mean “Grün & Müde”?" in says(alpha, "pact", "show", "Grun & Mde")


def says(person: Person, *words: str) -> str:
    message: str = person.gets(*words, status=1)["message"]
    return message


def test_near_misses_are_offered(alpha: Person, giessen: Person) -> None:
    alpha.types("network", "found", "--name", "Winterbündnis")
    when = ("--starts", typed(14), "--place", "Hall")
    alpha.types("meeting", "new", "--title", "Winterrat", *when)
    for words, name in (
        (("group", "show", "Giesener Müllerinnen"), "Gießener Müllerinnen"),
        (("peer", "end", "Giesner", "--yes"), "Gießener Müllerinnen"),
        (("network", "show", "Winterbundnisss"), "Winterbündnis"),
        (("group", "list", "--network", "Winterbünnis"), "Winterbündnis"),
        (("meeting", "show", "Wintrerat"), "Winterrat"),
    ):
        assert says(alpha, *words).endswith(f"Did you mean “{name}”?"), words


def test_the_own_list(alpha: Person, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name;region\nChor Süd;Gießen\n", "utf-8")
    alpha.types("import", str(path))
    assert alpha.gets("group", "show", "CHOR SUED")["name"] == "Chor Süd"
    assert "Did you mean “Chor Süd”?" in says(alpha, "group", "show", "Chorr Süd")
    path.write_text("name;region\nCHOR SÜD;Bonn\n", "utf-8")
    assert alpha.gets("import", str(path))["changed"] == ["Chor Süd"]
    assert "Did you mean “Chor Süd”?" in says(alpha, "import", "--remove", "Cor Süd")
    out, _err = alpha.types("import", "--remove", "chor sued")
    assert "“Chor Süd” is off your list." in out


def test_two_that_are_the_same_folded(
    alpha: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("Müller", "Mueller"):
        befriend(alpha, founded(tmp_path, name, capsys))
    meet(alpha)
    assert alpha.gets("group", "show", "Mueller")["name"] == "Mueller"
    message = says(alpha, "group", "show", "MUELLER")
    with closing(alpha.core()) as core:
        assert len(core.ties.accepted(core.home_id, core.clock())) == 2
    assert "Mueller (" in message
    assert "Müller (" in message


def test_look_alikes_stand_with_their_ids(
    alpha: Person, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    honest, liar = (
        founded(tmp_path / place, name, capsys)
        for place, name in (("a", "Anlaufstelle"), ("b", "Anl\u0430ufstelle"))
    )
    befriend(alpha, honest)
    out, _err = alpha.types("group", "show", "Anlaufstelle")
    assert out.splitlines()[0] == "Anlaufstelle"
    befriend(alpha, liar)
    for one in (honest, liar):
        marked = f"{one.name} ({one.id[:8]})"
        out, _err = alpha.types("group", "show", one.id)
        assert out.splitlines()[0] == marked
        for words in (("peer", "list"), ("group", "list"), ("status",)):
            out, _err = alpha.types(*words)
            assert any(one.name in line and one.id[:8] in line for line in out.splitlines())
        assert alpha.gets("group", "show", one.id)["name"] == one.name
        out, _err = alpha.types("peer", "end", one.id, "--yes")
        assert marked in out


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2800 \u00ad"])
def test_a_name_can_be_seen(name: str, alpha: Person) -> None:
    assert alpha.is_refused("group", "edit", "--name", name) == "field-missing"
    assert alpha.is_refused("network", "found", "--name", name) == "field-missing"
    when = ("--starts", typed(14), "--place", "Hall")
    assert alpha.is_refused("meeting", "new", "--title", name, *when) == "field-missing"


def test_members_stand_with_their_ids(alpha: Person) -> None:
    alpha.types("network", "found", "--name", "Netz")
    out, _err = alpha.types("network", "members", "Netz")
    assert alpha.id[:8] in out

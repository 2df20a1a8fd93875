"""Statements at the command line, in both languages."""

from dataclasses import fields

import pytest

from node.app import main
from node.features.statements.feature import COMPARISON_KEYS, LIKE_KEYS, STATEMENT_KEYS
from node.features.statements.types import ComparisonView, LikeView, StatementView
from tests.node.cli.people import Person, meet

HOUSES = "Empty houses should be lived in."
BUSES = "Buses should be free."


def test_keys_are_those_of_the_views() -> None:
    assert tuple(one.name for one in fields(StatementView)) == STATEMENT_KEYS
    assert tuple(one.name for one in fields(ComparisonView)) == COMPARISON_KEYS
    assert tuple(one.name for one in fields(LikeView)) == (*LIKE_KEYS, "score", "id")


@pytest.fixture
def listed(alpha: Person, beta: Person, gamma: Person, network: str) -> None:
    """Alpha's network asks two things."""
    said = alpha.gets("statements", "add", "Netz", "--text", HOUSES, "--topic", "Housing")
    assert tuple(said) == STATEMENT_KEYS
    assert (said["text"], said["topic"], said["own"], said["mine"]) == (
        HOUSES,
        "Housing",
        True,
        None,
    )
    alpha.types("statements", "add", "Netz", "--text", BUSES)
    meet(alpha, beta, gamma)


@pytest.mark.usefixtures("listed")
def test_answer_compare_and_take_back(alpha: Person, beta: Person, gamma: Person) -> None:
    out, _err = beta.types("statements", "list", "Netz")
    assert "no answer yet" in out
    said = beta.gets("statements", "answer", "empty", "partly", "--sentence", "Not by force.")
    assert (said["mine"]["answer"], said["mine"]["sentence"]) == ("partly", "Not by force.")
    gamma.types("statements", "answer", HOUSES, "agree")
    gamma.types("statements", "answer", BUSES, "no")
    beta.types("statements", "answer", BUSES, "no")
    meet(alpha, beta, gamma)
    found = beta.gets("statements", "compare", "Netz")
    assert [tuple(one) for one in found["groups"]] == [LIKE_KEYS]
    assert [(one["who"]["name"], one["percent"], one["both"]) for one in found["groups"]] == [
        ("Gamma", 75, 2)
    ]
    assert found["comparison"] is None
    two = alpha.gets("statements", "compare", "Netz", "Gamma", "--with", "Beta")["comparison"]
    assert tuple(two) == COMPARISON_KEYS
    assert (two["percent"], two["shared"]) == (75, ["Housing"])
    out, _err = alpha.types("statements", "compare", "Netz", "Gamma", "--with", "Beta")
    for line in ("75 % of one mind", "Beta: in part – Not by force.", "Gamma: yes", "nearly"):
        assert line in out
    out, _err = beta.types("statements", "compare", "Netz", "--different")
    assert "How it is computed" in out
    said = beta.gets("statements", "answer", BUSES, "none")
    assert said["mine"] is None
    assert beta.is_refused("statements", "answer", BUSES, "none") == "not-answered"


@pytest.mark.usefixtures("listed")
def test_edit_and_remove(alpha: Person, beta: Person, gamma: Person) -> None:
    beta.types("statements", "answer", "Buses", "agree")
    meet(alpha, beta, gamma)
    out, _err = alpha.types("statements", "edit", "Buses", "--topic", "Traffic")
    assert out.startswith("The statement is changed.")
    out, _err = alpha.types("statements", "edit", "Buses", "--topic", "Traffic")
    assert out.startswith("Nothing was different")
    meet(alpha, beta, gamma)
    (_housing, buses) = beta.gets("statements", "list", "Netz")["statements"]
    assert (buses["topic"], buses["mine"]["outdated"], buses["agree"]) == ("Traffic", True, 0)
    said = alpha.gets("statements", "edit", "Buses", "--clear", "topic")
    assert said["topic"] is None
    assert alpha.gets("statements", "remove", "Buses", "--yes") == {"erased": 1}
    meet(alpha, beta, gamma)
    assert [one["text"] for one in beta.gets("statements", "list", "Netz")["statements"]] == [
        HOUSES
    ]
    out, _err = alpha.types("erasures")
    assert "Statement of a network, erased on" in out


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list", "Nowhere"], "no-such-network"),
        (["add", "Netz", "--text", "Mine"], "network-not-held"),
        (["add", "Netz", "--text", "x" * 301], "field-invalid"),
        (["edit", "Buses", "--text", "Mine"], "network-not-held"),
        (["remove", "Buses", "--yes"], "network-not-held"),
        (["answer", "Nothing", "agree"], "no-such-statement"),
        (["answer", "Buses", "agree", "--sentence", "x" * 301], "field-invalid"),
        (["compare", "Netz", "Nobody"], "nobody-found"),
    ],
)
def test_what_is_refused(beta: Person, words: list[str], code: str) -> None:
    assert beta.is_refused("statements", *words) == code
    assert len(beta.gets("statements", "list", "Netz")["statements"]) == 2


def test_who_does_not_belong_to_a_network_sees_no_list(alpha: Person, network: str) -> None:
    alpha.types("network", "leave", network, "--yes")
    assert alpha.gets("statements", "list", network) == {"statements": []}  # it looks after it


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Unsere Antwort", "ja", "Was die Gruppen sagen", "Alle Gruppen"]),
        ("en", ["Our answer", "yes", "What the groups say", "All groups"]),
    ],
)
def test_both_languages(
    alpha: Person, capsys: pytest.CaptureFixture[str], language: str, words: list[str]
) -> None:
    home = ["--home", str(alpha.folder), "--lang", language]
    assert main(["statements", "answer", "Buses", "agree", *home]) == 0
    out = capsys.readouterr().out
    assert [one for one in words if one not in out] == []

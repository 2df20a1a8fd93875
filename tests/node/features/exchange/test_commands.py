"""Offers and wants at the command line, in both languages."""

from dataclasses import fields

import pytest

from node.app import main
from node.features.exchange.actions import ThingView
from node.features.exchange.feature import THING_KEYS
from tests.days import day
from tests.node.cli.people import Person, befriend, meet

TABLES = ("--title", "Folding tables", "--amount", "12", "--unit", "pieces", "--place", "Kiel")


def test_keys_are_those_of_the_view() -> None:
    assert tuple(one.name for one in fields(ThingView)) == THING_KEYS


def test_offer_take_and_end(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    said = alpha.gets("exchange", "offer", *TABLES, "--to", "public", "--until", day(20))
    assert tuple(said) == THING_KEYS
    shown = {name: said[name] for name in ("kind", "title", "amount", "unit", "place", "audience")}
    assert shown == {
        "kind": "offer",
        "title": "Folding tables",
        "amount": 12,
        "unit": "pieces",
        "place": "Kiel",
        "audience": "public",
    }
    meet(alpha, beta)
    (seen,) = beta.gets("exchange", "list")["things"]
    assert seen == {**said, "own": False}
    out, _err = beta.types("exchange", "show", "tables")
    assert "exchange take" in out
    taken = beta.gets("exchange", "take", "tables", "--amount", "4", "--note", "On Friday")
    assert (taken["taken"]["amount"], taken["taken"]["note"]) == (4, "On Friday")
    meet(alpha, beta)
    out, _err = alpha.types("exchange", "show", "Folding tables")
    assert "Beta: 4 pieces · On Friday" in out
    assert beta.gets("exchange", "end", "tables", "--yes") == {"erased": 1}
    assert beta.is_refused("exchange", "end", "tables", "--yes") == "not-taken"
    meet(alpha, beta)
    assert alpha.gets("exchange", "show", "tables")["takes"] == []
    assert alpha.gets("exchange", "end", "tables", "--yes") == {"erased": 1}
    meet(alpha, beta)
    assert [one.gets("exchange", "list") for one in (alpha, beta)] == [{"things": []}] * 2
    assert beta.is_refused("exchange", "take", "tables") == "no-such-offer"
    out, _err = alpha.types("erasures")
    assert out.startswith("Offer, erased on")
    out, _err = beta.types("erasures")
    assert out.startswith("Answer to an offer or to something looked for, erased on")


def test_want_and_other_words_for_it(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    alpha.types("want", "--title", "Cargo bike", "--to", "Beta")
    alpha.types("offer", *TABLES, "--to", "public")
    meet(alpha, beta)
    listed = beta.gets("exchange", "list")["things"]
    assert {(one["kind"], one["audience"]) for one in listed} == {
        ("want", "direct"),
        ("offer", "public"),
    }
    for words, found in (
        (["--wants"], ["Cargo bike"]),
        (["--offers"], ["Folding tables"]),
        (["--search", "folding"], ["Folding tables"]),
        (["--place", "kiel"], ["Folding tables"]),
        (["--mine"], []),
    ):
        listed = beta.gets("exchange", "list", *words)["things"]
        assert [one["title"] for one in listed] == found
    out, _err = beta.types("exchange", "take", "Cargo")
    assert out.startswith("You help with “Cargo bike”. Alpha hears of it")
    assert beta.is_refused("exchange", "list", "--network", "None") == "no-such-network"


def test_a_network_sees_it(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    alpha.types("network", "found", "--name", "Netz", "--admission", "open")
    out, _err = alpha.types("exchange", "offer", *TABLES, "--to", "Netz")
    assert out.startswith("It is in the list, for the members of Netz.")
    meet(alpha, beta)
    assert beta.gets("exchange", "list") == {"things": []}
    beta.types("network", "apply", "Netz")
    meet(alpha, beta)
    meet(alpha, beta)
    (seen,) = beta.gets("exchange", "list", "--network", "Netz")["things"]
    assert [one["name"] for one in seen["seen_by"]] == ["Netz"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["offer", "--title", "A", "--to", "Nowhere"], "to-nobody"),
        (["offer", "--title", "A", "--to", "public", "--until", day(92)], "exchange-too-long"),
        (["offer", "--title", "A", "--to", "public", "--unit", "kg"], "unit-alone"),
        (["take", "Nothing"], "no-such-offer"),
        (["show", "Nothing"], "no-such-offer"),
        (["end", "Nothing", "--yes"], "no-such-offer"),
    ],
)
def test_what_is_refused(alpha: Person, words: list[str], code: str) -> None:
    assert alpha.is_refused("exchange", *words) == code
    assert alpha.gets("exchange", "list") == {"things": []}


def test_ninety_days_are_counted_in_days(alpha: Person) -> None:
    said = alpha.gets("exchange", "offer", "--title", "A", "--to", "public", "--until", day(89))
    assert 88 * 86_400 < said["until"] - said["issued"] <= 90 * 86_400


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Angebot: Klapptische", "Wie viel", "Wer zugesagt hat", "Noch niemand."]),
        ("en", ["Offer: Klapptische", "How much", "Who said yes", "Nobody yet."]),
    ],
)
def test_both_languages(
    alpha: Person, capsys: pytest.CaptureFixture[str], language: str, words: list[str]
) -> None:
    alpha.types("exchange", "offer", "--title", "Klapptische", "--amount", "3", "--to", "public")
    home = ["--home", str(alpha.folder), "--lang", language]
    assert main(["exchange", "show", "Klapptische", *home]) == 0
    out = capsys.readouterr().out
    assert [one for one in words if one not in out] == []

"""What members decide, at their command lines."""

import pytest

from node.cli import terminal
from tests.node.cli.people import Person, befriend, meet, names


@pytest.fixture
def people(alpha: Person, beta: Person, gamma: Person) -> tuple[Person, Person, Person]:
    """Alpha's network, of which Beta and Gamma are members, not yet confirmed."""
    befriend(alpha, beta)
    befriend(alpha, gamma)
    alpha.types("network", "found", "--name", "Netz", "--motto", "Together")
    meet(alpha, beta, gamma)
    for one in (beta, gamma):
        one.types("network", "apply", "Netz")
        meet(one, alpha)
        alpha.types("network", "admit", "Netz", one.name)
    meet(alpha, beta, gamma)
    return alpha, beta, gamma


def confirmed(people: tuple[Person, Person, Person]) -> None:
    """The founder confirms the members."""
    assert people[0].gets("network", "amend", "Netz")["decided"]
    meet(*people)
    meet(*people)


def test_amend_by_the_founder_alone(people: tuple[Person, Person, Person]) -> None:
    alpha, beta, _gamma = people
    assert names(alpha.gets("network", "show", "Netz")["unconfirmed"]) == ["Beta", "Gamma"]
    assert "Confirm them with “verbund network amend”" in alpha.types("status")[0]
    proposed = beta.gets("network", "amend", "Netz", "--motto", "Mine")
    assert (proposed["decided"], proposed["proposal"]["confirmed"]) == (False, [])
    assert beta.is_refused("network", "confirm", "Netz") == "not-on-roster"
    out = alpha.types("network", "amend", "Netz")[0]
    assert "That is decided" in out
    meet(*people)
    assert beta.gets("network", "show", "Netz")["unconfirmed"] == []
    assert beta.is_refused("network", "confirm", "Netz") == "no-such-proposal"
    states = [one["state"] for one in beta.gets("network", "proposals", "Netz")["proposals"]]
    assert sorted(states) == ["decided", "outdated"]


def test_amend_with_others(
    people: tuple[Person, Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    alpha, beta, gamma = people
    confirmed(people)
    assert gamma.gets("network", "proposals", "Netz")["proposals"][0]["state"] == "decided"
    words = ("--motto", "New", "--clear", "purpose", "--topic", "Work", "--note", "Please")
    document = beta.gets("network", "amend", "Netz", *words)
    assert document["decided"] is False
    assert document["proposal"]["changes"] == [
        {"field": "motto", "old": ["Together"], "new": ["New"]},
        {"field": "topics", "old": [], "new": ["Work"]},
    ]
    meet(*people)
    assert "“verbund network confirm” shows it and votes" in gamma.types("status")[0]
    shown = gamma.types("network", "proposals", "Netz")[0]
    assert "Together → New" in shown
    assert "1 of 3; 2 are needed" in shown
    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr(terminal, "ask", lambda _question: "n")
    assert gamma.is_refused("network", "confirm", "Netz") == "not-confirmed"
    out = gamma.types("network", "confirm", "Netz", document["proposal"]["id"], "--yes")[0]
    assert "Your vote is given" in out
    meet(*people)
    assert alpha.gets("network", "show", "Netz")["motto"] == "New"
    meet(*people)
    assert gamma.gets("network", "show", "Netz")["topics"] == ["Work"]
    assert gamma.is_refused("network", "confirm", "Netz", document["proposal"]["id"]) == (
        "proposal-decided"
    )


def test_move(people: tuple[Person, Person, Person]) -> None:
    alpha, beta, gamma = people
    confirmed(people)
    assert beta.is_refused("network", "move", "Netz", "--to", "Gamma", "--yes") == "move-elsewhere"
    assert beta.is_refused("network", "move", "Nets", "--yes") == "no-such-network"
    assert beta.gets("network", "move", "Netz", "--to", "Beta", "--yes")["proposal"]["moves"]
    assert gamma.gets("network", "proposals", "Netz")["proposals"][0]["state"] == "decided"
    other = beta.gets("network", "amend", "Netz")["proposal"]["id"]
    meet(*people)
    assert gamma.is_refused("network", "confirm", "Netz") == "several-proposals"
    gamma.types("network", "confirm", "Netz", other, "--yes")
    moving = next(
        one["id"] for one in gamma.gets("network", "proposals", "Netz")["proposals"] if one["moves"]
    )
    gamma.types("network", "confirm", "Netz", moving, "--yes")
    meet(beta, gamma)
    assert beta.gets("network", "show", "Netz")["held_here"]
    meet(*people)
    meet(*people)
    shown = alpha.gets("network", "show", "Netz")
    assert (shown["held_here"], shown["held_before"]) == (False, True)
    assert shown["host"]["name"] == "Beta"
    assert "was looked after from here" in alpha.types("status")[0]
    assert alpha.is_refused("network", "admit", "Netz", "Gamma") == "network-not-held"


def test_usage(people: tuple[Person, Person, Person]) -> None:
    alpha, _beta, _gamma = people
    assert alpha.gets("network", "amend", "Netz", "--clear", "name", status=2)["error"] == "usage"
    assert alpha.types("network", "proposals", "Netz")[0].endswith("Nothing is proposed.\n")

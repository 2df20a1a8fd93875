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


WITH = ("--with", "Beta", "--with", "Gamma")


def said(person: Person) -> str:
    """What `status` says, without line breaks."""
    return " ".join(person.types("status")[0].split())


def confirmed(people: tuple[Person, Person, Person]) -> None:
    """The founder proposes that the members decide too; each of them confirms it."""
    alpha, *others = people
    assert alpha.gets("network", "amend", "Netz", *WITH)["decided"]
    meet(*people)
    for one in others:
        assert one.gets("network", "confirm", "Netz", "--yes")["confirmed"]
    meet(*people)
    meet(*people)


def test_amend_by_the_founder_alone(people: tuple[Person, Person, Person]) -> None:
    alpha, beta, _gamma = people
    assert names(alpha.gets("network", "show", "Netz")["unconfirmed"]) == ["Beta", "Gamma"]
    short = alpha.gets("network", "show", "Netz")["id"][:8]
    assert f"“verbund network amend {short} --with GROUP” proposes it for each" in said(alpha)
    assert "Alpha alone, for as long as nobody else is confirmed" in " ".join(
        alpha.types("network", "show", "Netz")[0].split()
    )
    proposed = beta.gets("network", "amend", "Netz", "--motto", "Mine")
    assert (proposed["decided"], proposed["proposal"]["confirmed"]) == (False, [])
    assert beta.is_refused("network", "confirm", "Netz", "--yes") == "not-on-roster"
    out = alpha.types("network", "amend", "Netz", *WITH)[0]
    assert "That is decided" in out
    meet(*people)
    assert beta.gets("network", "show", "Netz")["unconfirmed"] == []
    assert f"“verbund network confirm {short}” shows who decides since then" in said(beta)
    assert beta.is_refused("network", "amend", "Netz") == "confirm-first"
    beta.types("network", "confirm", "Netz", "--yes")
    assert beta.is_refused("network", "confirm", "Netz", "--yes") == "no-open-proposal"
    assert beta.is_refused("network", "confirm", "Netz", "Nobody", "--yes") == "no-such-proposal"
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
    short = f"{gamma.gets('network', 'show', 'Netz')['id'][:8]} {document['proposal']['id'][:8]}"
    assert f"“verbund network confirm {short}” shows it and votes" in said(gamma)
    shown = gamma.types("network", "proposals", "Netz")[0]
    assert "Together → New" in shown
    assert "1 of 3; needed: 2" in shown
    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr(terminal, "ask", lambda _question: "n")
    assert gamma.is_refused("network", "confirm", "Netz") == "not-confirmed"
    out = gamma.types("network", "confirm", "Netz", document["proposal"]["id"], "--yes")[0]
    assert "Your vote is given" in out
    meet(*people)
    assert alpha.gets("network", "show", "Netz")["motto"] == "New"
    meet(*people)
    assert gamma.gets("network", "show", "Netz")["topics"] == ["Work"]
    after = gamma.gets("network", "proposals", "Netz")["proposals"]
    assert {one["state"] for one in after} == {"decided"}
    assert [one["changes"] for one in after] == [[], []], "nothing turns back what came later"
    assert gamma.is_refused("network", "confirm", "Netz", document["proposal"]["id"], "--yes") == (
        "proposal-decided"
    )


def test_oppose(people: tuple[Person, Person, Person]) -> None:
    alpha, beta, gamma = people
    confirmed(people)
    beta.gets("network", "amend", "Netz", "--motto", "New", "--term", "two years")
    meet(*people)
    assert "1 year → 2 years" in gamma.types("network", "proposals", "Netz")[0]
    found = gamma.gets("network", "oppose", "Netz")["proposal"]
    assert (names(found["against"]), found["ours"], len(found["confirmed"])) == (
        ["Gamma"],
        False,
        1,
    )
    meet(*people)
    assert "Against it" in alpha.types("network", "proposals", "Netz")[0]
    assert beta.is_refused("network", "oppose", "Netz", found["id"]) == "voted-for"
    gamma.types("network", "confirm", "Netz", found["id"], "--yes")
    meet(*people)
    assert alpha.gets("network", "show", "Netz")["term"] == "P2Y"


def test_move(people: tuple[Person, Person, Person]) -> None:
    alpha, beta, gamma = people
    confirmed(people)
    assert beta.is_refused("network", "move", "Netz", "--to", "Gamma", "--yes") == "move-elsewhere"
    assert beta.is_refused("network", "move", "Nets", "--yes") == "no-such-network"
    assert beta.gets("network", "move", "Netz", "--to", "Beta", "--yes")["proposal"]["moves"]
    assert gamma.gets("network", "proposals", "Netz")["proposals"][0]["state"] == "decided"
    other = beta.gets("network", "amend", "Netz")["proposal"]["id"]
    meet(*people)
    assert gamma.is_refused("network", "confirm", "Netz", "--yes") == "several-proposals"
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
    assert alpha.gets("status")["superseded"] == [], (
        "it was handed over; there is nothing to recover"
    )
    assert alpha.is_refused("network", "admit", "Netz", "Gamma") == "network-not-held"


def test_who_has_one_left_to_vote_for_need_not_name_it(
    people: tuple[Person, Person, Person],
) -> None:
    _alpha, beta, gamma = people
    confirmed(people)
    own = gamma.gets("network", "amend", "Netz", "--motto", "Mine")["proposal"]["id"]
    beta.types("network", "move", "Netz", "--yes")
    meet(*people)
    assert own != gamma.gets("network", "confirm", "Netz", "--yes")["proposal"]["id"]


def test_who_left_is_not_asked_to_vote(people: tuple[Person, Person, Person]) -> None:
    alpha, beta, gamma = people
    confirmed(people)
    alpha.types("network", "amend", "Netz", "--motto", "New")
    meet(*people)
    assert "shows it and votes" in said(gamma)
    gamma.types("network", "leave", "Netz", "--yes")
    assert "shows it and votes" not in said(gamma)
    assert "shows it and votes" in said(beta)


def test_usage(people: tuple[Person, Person, Person]) -> None:
    alpha, _beta, _gamma = people
    assert alpha.gets("network", "amend", "Netz", "--clear", "name", status=2)["error"] == "usage"
    assert alpha.types("network", "proposals", "Netz")[0].endswith("Nothing is proposed.\n")


@pytest.mark.parametrize(
    ("what", "sure"),
    [("amend", ()), ("move", ("--yes",)), ("confirm", ("--yes",)), ("proposals", ())],
)
def test_a_name_that_fits_two_networks(alpha: Person, what: str, sure: tuple[str, ...]) -> None:
    for _ in range(2):
        alpha.types("network", "found", "--name", "Twin")
    assert alpha.is_refused("network", what, "Twin", *sure) == "several-found"

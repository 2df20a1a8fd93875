"""What a person confirms of what was decided, at the command line (§6.10, 5 and 8)."""

import time
from contextlib import closing
from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.decisions.actions import Wish
from node.features.networks.actions import apply_to_network
from node.records.transaction import take
from node.store.memory import keep_held
from protocol.ids import to_text
from protocol.record import verify
from tests.hostile.branches import PUPPETS, THEIRS, Branch, introductions
from tests.node.cli.people import Person, befriend, meet
from tests.node.council import Council, amend, confirm, decide
from tests.node.world import make_core


@pytest.fixture
def people(alpha: Person, beta: Person, gamma: Person) -> tuple[Person, Person, Person]:
    """Alpha's network decided that all three decide; nobody else confirmed that yet."""
    befriend(alpha, beta)
    befriend(alpha, gamma)
    alpha.types("network", "found", "--name", "Netz", "--admission", "open")
    meet(alpha, beta, gamma)
    for one in (beta, gamma):
        one.types("network", "apply", "Netz")
        meet(one, alpha)
    meet(alpha, beta, gamma)
    alpha.types("network", "amend", "Netz", "--with", "Beta", "--with", "Gamma")
    meet(alpha, beta, gamma)
    return alpha, beta, gamma


def test_two_sides_are_shown_and_one_is_confirmed(people: tuple[Person, Person, Person]) -> None:
    """Alpha's key decided something else from the beginning, and somebody brings that to Beta."""
    alpha, beta, gamma = people
    with closing(alpha.core()) as core:
        (network,) = core.own - {core.home_id}
        chain = core.ties.identities[network]
        founder = (core.home_id, core.ring.held[0].signing)
        ours = chain.decision.digest
    puppets = [one.id for one in PUPPETS]
    now = int(time.time())
    branch = Branch(network, chain.elements[:1], now=now).decides(puppets, [founder])
    branch.decides(puppets, THEIRS)
    for one in (beta, gamma):
        with closing(one.core()) as core:
            take(core, [*introductions(now), *branch.records()], frozenset({puppets[0]}))
    assert beta.is_refused("network", "confirm", "Netz", "--yes") == "several-decisions-open"
    assert beta.is_refused("network", "confirm", "Netz", "a" * 16, "--yes") == "no-such-decision"
    assert beta.is_refused("network", "amend", "Netz") == "several-decisions"
    sides = {one["letters"]: one for one in beta.gets("network", "show", "Netz")["to_confirm"]}
    right = alpha.gets("network", "show", "Netz")["checkpoint"]
    assert set(sides) > {right}
    assert [one["name"] for one in sides[right]["deciders"]] == ["Alpha", "Beta", "Gamma"]
    assert right in " ".join(beta.types("status")[0].split())
    assert beta.gets("network", "confirm", "Netz", right, "--yes")["confirmed"] == right
    shown = beta.gets("network", "show", "Netz")
    assert (shown["checkpoint"], shown["to_confirm"], shown["alone"]) == (right, [], None)
    with closing(beta.core()) as core:
        take(core, branch.records(), frozenset({puppets[0]}))
        assert core.ties.identities[network].decision.digest == ours
    assert beta.gets("network", "show", "Netz")["others"] == 1
    assert "They don’t count" in " ".join(beta.types("status")[0].split())
    # Gamma confirmed nothing, and may be led astray; then its people set it right.
    wrong = next(one for one in sides if one != right)
    assert gamma.gets("network", "confirm", "Netz", wrong, "--yes")["confirmed"] == wrong
    meet(*people)
    id_ = to_text(network)
    assert gamma.gets("network", "confirm", id_, right, "--yes")["confirmed"] == right
    meet(*people)
    assert gamma.gets("network", "show", "Netz")["checkpoint"] == right


def test_who_applies_with_letters_goes_by_them(people: tuple[Person, Person, Person]) -> None:
    alpha, beta, _gamma = people
    beta.types("network", "leave", "Netz", "--yes")
    right = alpha.gets("network", "show", "Netz")["to_tell"]
    refused = beta.is_refused("network", "apply", "Netz", "--confirmed", "b" * 16)
    assert refused == "no-such-decision"
    beta.types("network", "apply", "Netz", "--confirmed", right)
    assert beta.gets("network", "show", "Netz")["checkpoint"] == right


def test_an_addition_that_is_not_known_here(tmp_path: Path) -> None:
    """Bert's node knows no membership of P: it votes for no roster with P on it."""
    net = Council(tmp_path, "Host Anna Bert")
    net.cores["P"] = make_core(tmp_path, "P", net.clock)
    net.tell(only=("Host", "Anna", "P"))
    apply_to_network(net["P"], net["P"].home_id, net.network, None)
    net.tell(only=("Host", "P"))
    decide(net.host, net.network, net["P"].home_id, "admitted")
    net.tell(only=("Host", "Anna", "P"))
    proposed = net.propose("Anna", amend, added=frozenset(net.ids("P")))
    known = net["Anna"].records.headers(net.clock(), ["proposal"])
    some = [verify(one.raw) for one in net["Anna"].records.records(known)]
    take(net["Bert"], some, net["Anna"].own)
    bert = net["Bert"]
    with pytest.raises(Problem, match="added-unknown"):
        confirm(bert, bert.home_id, net.proposal("Bert", proposed))
    net.tell()
    confirm(bert, bert.home_id, net.proposal("Bert", proposed))


def test_what_is_held_and_not_here_yet_stops_proposals(tmp_path: Path) -> None:
    net = Council(tmp_path, "Host Anna")
    anna = net["Anna"]
    with anna.transaction():
        keep_held(anna.settings, anna.ties.memory, net.network, bytes(32))
    anna.ties.reconsider([net.network])
    with pytest.raises(Problem, match="checkpoint-unknown"):
        amend(anna, anna.home_id, net.network, Wish())

"""What members of a network decide, and against whom (docs/protocol.md §6.7): policies."""

from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.decisions.actions import Wish
from node.records.transaction import take
from protocol.audience import PUBLIC
from protocol.kind import Place
from tests.node.council import Council, amend, confirm, decide, leave_network, move

ALL = "Host Anna Bert Cleo Dora"


@pytest.mark.parametrize(
    ("majority", "motto", "needed"),
    [
        ("3/5", None, 3),  # more than half of five
        ("3/5", "Neu", 3),
        ("2/3", "Neu", 4),
        ("4/5", "Neu", 4),
        ("81/100", "Neu", 5),
        ("1/1", "Neu", 5),
        ("1/1", None, 3),  # who looks after it is not the charter's words
    ],
)
def test_how_many_are_needed(tmp_path: Path, majority: str, motto: str | None, needed: int) -> None:
    net = Council(tmp_path, ALL, majority)
    fields = {"motto": motto} if motto else {}
    proposed = net.propose("Anna", move, fields=fields)
    net.tell()
    for name in ("Bert", "Cleo", "Dora", "Host")[: needed - 2]:
        net.vote(name, proposed)
        net.tell()
    assert net.tally("Anna", proposed).needed == needed
    assert (net.holder(), net.links("Anna")) == ("Host", 2)
    net.vote(("Bert", "Cleo", "Dora", "Host")[needed - 2], proposed)
    net.tell()
    assert (net.holder(), net.links("Host")) == ("Anna", 3)
    assert {net.members(name) for name in net.cores} == {ALL}


@pytest.mark.parametrize(
    ("majority", "against", "needed"),
    [
        ("2/3", "", 3),  # more than half of five, whoever is silent
        ("2/3", "Cleo", 3),  # three of four
        ("2/3", "Cleo Dora", 4),  # three of five are not enough
        ("1/1", "Cleo", 4),
        ("1/2", "Cleo Dora", 3),
    ],
)
def test_of_the_votes_cast(tmp_path: Path, majority: str, against: str, needed: int) -> None:
    net = Council(tmp_path, ALL, majority, "cast")
    proposed = net.propose("Anna", amend, fields={"motto": "Neu"})
    net.tell()
    net.oppose(against, proposed)
    net.tell()
    net.vote("Bert Host", proposed)
    net.tell()
    found = net.tally("Anna", proposed)
    assert {net[one].home_id for one in against.split()} == set(found.against)
    assert (net.motto("Dora"), found.needed) == ("Neu" if needed == 3 else None, needed)


def test_who_was_against_may_still_agree_but_not_the_reverse(tmp_path: Path) -> None:
    net = Council(tmp_path, ALL)
    proposed = net.propose("Anna", amend, fields={"motto": "Neu"})
    net.tell()
    net.oppose("Bert", proposed)
    net.oppose("Bert", proposed)
    net.tell()
    assert net.tally("Dora", proposed).against == (net["Bert"].home_id,)
    net.vote("Bert", proposed)
    net.tell()
    found = net.tally("Dora", proposed)
    assert (found.against, len(found.votes)) == ((), 2)
    with pytest.raises(Problem) as caught:
        net.oppose("Bert", proposed)
    assert caught.value.code == "voted-for"
    assert len(net.tally("Bert", proposed).votes) == 2


def test_the_host_carries_out_what_keeps_it(tmp_path: Path) -> None:
    net = Council(tmp_path, ALL)
    proposed = net.propose("Bert", amend, fields={"motto": "Neu"}, note="Bitte")
    net.tell()
    net.vote("Anna Cleo", proposed)
    assert net.motto("Anna") is None
    net.tell()
    for name in net.cores:
        assert (net.motto(name), net.links(name), net.members(name)) == ("Neu", 3, ALL)
        assert net.state(name, proposed) == "decided"
    assert net.holder() == "Host"


def test_a_host_that_refuses(tmp_path: Path) -> None:
    """It never acts; the members move with the same change, and it can't bring out the other."""
    net = Council(tmp_path, ALL)
    members = "Anna Bert Cleo Dora"
    proposed = net.propose("Anna", amend, fields={"motto": "Neu"})
    net.tell(only=members.split())
    net.vote("Bert Cleo", proposed)
    net.tell(only=members.split())
    moved = net.propose("Anna", move, fields={"motto": "Neu"})
    net.tell(only=members.split())
    net.vote("Bert Cleo", moved)
    net.tell(only=members.split())
    assert {net.motto(name) for name in members.split()} == {"Neu"}
    net.tell()  # now the host hears all of it: its own decision is outdated
    assert net.holder() == "Anna"
    assert {net.members(name) for name in net.cores} == {ALL}


def test_the_refused_decision_comes_out_late(tmp_path: Path) -> None:
    """The host publishes the old amendment, with a rotation after it: the move counts."""
    net = Council(tmp_path, ALL)
    members = ["Anna", "Bert", "Cleo", "Dora"]
    proposed = net.propose("Anna", amend, fields={"motto": "Alt"})
    net.tell(only=members)
    net.vote("Bert Cleo", proposed)
    net.tell(only=members)
    moved = net.propose("Anna", move, fields={"motto": "Neu"})
    net.tell(only=[*members[:1]])
    before = net.all_of(net["Anna"])
    net.tell(only=members)
    net.vote("Bert Cleo", moved)
    net.tell(only=members)
    from protocol.record import verify_all

    take(net.host, verify_all(before), frozenset(net.ids("Anna")))
    assert net.motto("Host") == "Alt"
    net.tell()
    assert {net.motto(name) for name in net.cores} == {"Neu"}
    assert net.holder() == "Anna"


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_host_that_expels_the_voters(tmp_path: Path, when: str) -> None:
    net = Council(tmp_path, ALL)
    if when == "before":
        for one in net.ids("Anna Bert Cleo Dora"):
            decide(net.host, net.network, one, "expelled")
        net.tell()
        assert net.members("Host") == "Host"
    moved = net.propose("Anna", move)
    net.tell()
    if when == "during":
        for one in net.ids("Anna Bert Cleo Dora"):
            decide(net.host, net.network, one, "expelled")
        net.tell()
    net.vote("Bert Cleo", moved)
    net.tell()
    assert net.holder() == "Anna"
    assert {net.members(name) for name in net.cores} == {ALL}


@pytest.mark.parametrize("compromised", [False, True])
@pytest.mark.parametrize(
    ("before", "during", "after"),
    [(1, 0, 0), (0, 3, 0), (0, 0, 2), (1, 1, 1)],
)
def test_a_host_that_rotates(
    tmp_path: Path, before: int, during: int, after: int, *, compromised: bool
) -> None:
    """However often, whenever: a majority counts before it."""
    net = Council(tmp_path, ALL)
    members = ["Anna", "Bert", "Cleo", "Dora"]
    for _ in range(before):
        net.rotate("Host", net.network, compromised=compromised)
    net.tell()
    moved = net.propose("Anna", move, fields={"motto": "Neu"})
    net.tell()
    for _ in range(during):
        net.rotate("Host", net.network, compromised=compromised)
    net.tell()
    net.vote("Bert Cleo", moved)
    net.tell(only=members)
    assert net.holder().split()[-1:] == ["Anna"]
    for _ in range(after):
        net.rotate("Host", net.network, compromised=compromised)
    net.tell()
    assert net.holder() == "Anna"
    assert {(net.members(name), net.motto(name)) for name in net.cores} == {(ALL, "Neu")}


def test_a_voter_with_other_keys_by_now(tmp_path: Path) -> None:
    """It voted with the old ones, or votes with the new ones; both count."""
    net = Council(tmp_path, ALL)
    moved = net.propose("Anna", move)
    net.tell()
    net.vote("Bert", moved)
    net.rotate("Bert", net["Bert"].home_id, compromised=True)
    net.rotate("Cleo", net["Cleo"].home_id)
    net.tell()
    net.vote("Cleo", moved)
    net.tell()
    assert net.holder() == "Anna"
    assert {net.members(name) for name in net.cores} == {ALL}


def test_sock_puppets_of_the_host_have_no_vote(tmp_path: Path) -> None:
    """They are admitted after the members were confirmed: nobody decides by being a member."""
    net = Council(tmp_path, ALL)
    from node.features.networks.actions import apply_to_network
    from tests.node.world import make_core

    for name in ("P", "Q", "R"):
        net.cores[name] = make_core(tmp_path, name, net.clock)
    net.tell()
    for name in ("P", "Q", "R"):
        apply_to_network(net[name], net[name].home_id, net.network, None)
        net.tell()
        decide(net.host, net.network, net[name].home_id, "admitted")
    net.tell()
    assert net.members("Anna") == f"{ALL} P Q R"
    net.holds(net["P"])
    stolen = net.propose("P", move)
    net.tell()
    with pytest.raises(Problem, match="not-on-roster"):
        net.vote("Q", stolen)
    assert net.tally("Anna", stolen).votes == ()
    moved = net.propose("Anna", move, without=frozenset(net.ids("P Q R Host")))
    assert set(net.proposal("Anna", moved).link.roster) == set(net.ids("Anna Bert Cleo Dora"))
    net.tell()
    net.vote("Bert Cleo", moved)
    net.tell()
    assert net.holder() == "Anna"
    assert {net.members(name) for name in ["Anna", "Bert", "Host"]} == {"Anna Bert Cleo Dora"}


def test_members_without_a_say_stay_members_when_the_network_moves(tmp_path: Path) -> None:
    """And decide no more than before; who was left out by name does not stay."""
    net = Council(tmp_path, "Host Anna Bert")
    from node.features.networks.actions import apply_to_network
    from tests.node.world import make_core

    for name in ("P", "Q"):
        net.cores[name] = make_core(tmp_path, name, net.clock)
        net.tell()
        apply_to_network(net[name], net[name].home_id, net.network, None)
        net.tell()
        decide(net.host, net.network, net[name].home_id, "admitted")
    net.tell()
    moved = net.propose("Anna", move, without=frozenset(net.ids("Q")))
    net.tell()
    net.vote("Bert", moved)
    net.tell()
    assert net.holder() == "Anna"
    assert {net.members(name) for name in ("Host", "Anna", "Bert", "P")} == {"Host Anna Bert P"}
    assert set(net.proposal("Anna", moved).link.roster) == set(net.ids("Host Anna Bert"))


def test_a_voter_that_left_or_was_expelled_counts(tmp_path: Path) -> None:
    net = Council(tmp_path, ALL)
    moved = net.propose("Anna", move)
    net.tell()
    net.vote("Bert", moved)
    net.tell()
    leave_network(net["Bert"], net["Bert"].home_id, net.network)
    net.tell()
    net.vote("Cleo", moved)
    net.tell()
    assert net.holder() == "Anna"
    assert net.members("Cleo") == "Host Anna Cleo Dora"
    with pytest.raises(Problem, match="not-a-member"):
        net.propose("Bert", move)


def test_two_moves_at_once(tmp_path: Path) -> None:
    """Everybody votes once; the other one is overtaken."""
    net = Council(tmp_path, ALL)
    one = net.propose("Anna", move)
    other = net.propose("Bert", move)
    net.tell()
    net.vote("Cleo", one)
    with pytest.raises(Problem, match="voted-otherwise"):
        net.vote("Cleo", other)
    net.vote("Cleo", one)  # twice is once
    net.vote("Dora", one)
    net.tell()
    assert (net.holder(), net.state("Bert", one)) == ("Anna", "decided")
    assert net.state("Bert", other) == "outdated"
    with pytest.raises(Problem, match="proposal-outdated"):
        net.vote("Host", other)


def test_the_proposer_dies_after_the_majority(tmp_path: Path) -> None:
    """Nobody else can act for it. Another move is possible, if voters insist."""
    net = Council(tmp_path, ALL)
    living = ["Host", "Bert", "Cleo", "Dora"]
    lost = net.propose("Anna", move)
    net.tell()
    net.vote("Bert Cleo", lost)
    net.tell(only=living)
    assert net.holder() == "Host"
    again = net.propose("Bert", move)
    net.tell(only=living)
    with pytest.raises(Problem, match="voted-otherwise"):
        net.vote("Cleo", again)
    net.vote("Cleo Dora", again, instead=True)
    net.tell(only=living)
    assert net.holder() == "Bert"
    # And if it comes back it finds that the decision is another one, and does nothing.
    net.tell(only=["Bert", "Anna"])
    net.tell()
    assert net.state("Anna", lost) == "outdated"
    assert net.holder() == "Bert"


def test_outdated_and_lapsed(tmp_path: Path) -> None:
    net = Council(tmp_path, ALL)
    stale = net.propose("Bert", amend, fields={"motto": "Alt"})
    net.tell()
    fresh = net.propose("Anna", amend, fields={"motto": "Neu"})
    net.tell()
    net.vote("Cleo Dora", fresh)
    net.tell()
    assert (net.state("Dora", stale), net.motto("Dora")) == ("outdated", "Neu")
    lapsing = net.propose("Anna", amend)
    net.tell()
    net.clock.now += 90 * 86_400
    with pytest.raises(Problem, match="proposal-lapsed"):
        confirm(net["Bert"], net["Bert"].home_id, net.proposal("Bert", lapsing))


def test_a_mandate_that_is_over(tmp_path: Path) -> None:
    net = Council(tmp_path, "Host Anna Bert")
    net.clock.now += 366 * 86_400
    with pytest.raises(Problem, match="mandate-over"):
        decide(net.host, net.network, net["Anna"].home_id, "expelled")


def test_the_charter_that_counts_is_the_confirmed_one(tmp_path: Path) -> None:
    """A host can neither rewrite nor withdraw it."""
    from node.records.transaction import act

    net = Council(tmp_path, "Host Anna Bert")
    place = Place(net.network, PUBLIC, "network", "")
    for content in (net.host.ties.charters[net.network].content | {"motto": "Meins"}, None):
        with pytest.raises(Problem, match="own-record-refused"), act(net.host) as publisher:
            publisher.write(place, content)
    assert net.motto("Anna") is None


def test_the_slot_of_an_open_move_is_kept(tmp_path: Path) -> None:
    from node.store.prepared_keys import free_slot

    net = Council(tmp_path, "Host Anna Bert")
    first = free_slot(net["Anna"]).index
    net.propose("Anna", move)
    second = free_slot(net["Anna"]).index
    assert second != first
    net.clock.now += 90 * 86_400
    assert free_slot(net["Anna"]).index == first


def test_wishes_that_can_not_be(tmp_path: Path) -> None:
    net = Council(tmp_path, "Host Anna Bert")
    with pytest.raises(Problem, match="roster-size"):
        net.propose("Anna", amend, without=frozenset(net.ids("Host Anna Bert")))
    with pytest.raises(Problem, match="field-missing"):
        net.propose("Anna", amend, fields={"name": None})
    with pytest.raises(Problem, match="not-a-member"):
        amend(net["Anna"], net.network, net.network, Wish())

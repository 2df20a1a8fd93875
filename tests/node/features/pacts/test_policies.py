"""Leaving together as a policy: who signed what, when, and what became of it (§6.6).

Host runs the old network; Bert proposes, Carl, Dora and Emil are asked.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from node.base.errors import Problem
from node.features.decisions.actions import Wish, amend
from node.features.networks.actions import apply_to_network, decide, found_network, leave_network
from node.features.pacts.actions import Proposal, find_pact, propose, sign
from node.features.pacts.joint_exit import follow
from node.features.pacts.tables import stage_of
from node.features.recovery.rotate import rotate
from node.keys.recovery_words import Phrase
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import Audience
from protocol.certificates import Pact
from protocol.control_state import Standing
from protocol.encoding import decode, encode
from protocol.ids import to_name
from protocol.kind import Place
from tests.node.by_hand import (
    acquainted,
    exchange,
    is_member,
    network_of,
    talk,
    with_words,
)
from tests.node.world import Clock

DAY = 86_400
NAMES = ("host", "bert", "carl", "dora", "emil")


class World(NamedTuple):
    clock: Clock
    host: Core
    bert: Core
    carl: Core
    dora: Core
    emil: Core
    old: bytes
    words: dict[str, Phrase]

    @property
    def asked(self) -> tuple[Core, ...]:
        return self.bert, self.carl, self.dora, self.emil

    @property
    def everybody(self) -> tuple[Core, ...]:
        return self.host, *self.asked

    def proposed(self, quorum: int = 3, name: str = "New", by: str = "bert") -> Pact:
        proposer: Core = getattr(self, by)
        others = tuple(one.home_id for one in self.asked if one is not proposer)
        until = self.clock() + 20 * DAY
        said = Proposal({"name": name}, others, quorum, until, self.old)
        digest = propose(proposer, proposer.home_id, said)
        talk(*self.everybody)
        pact = proposer.ties.certificates.cases[digest].pact
        assert pact is not None
        return pact


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock()
    made = [with_words(tmp_path, name, clock) for name in NAMES]
    cores, words = [core for core, _words in made], [words for _core, words in made]
    acquainted(cores)
    yield World(clock, *cores, network_of(*cores), dict(zip(NAMES, words, strict=True)))
    for one in cores:
        one.close()


def signs(core: Core, pact: Pact) -> None:
    sign(core, core.home_id, pact)
    follow(core)


def members(world: World, network: bytes) -> list[list[str]]:
    """For each of those asked: whom it shows as members."""
    names = {core.home_id: name for core, name in zip(world.everybody, NAMES, strict=True)}
    return [
        sorted(names[one] for one in core.ties.members(network, world.clock()) if one in names)
        for core in world.asked
    ]


@pytest.mark.parametrize(
    ("quorum", "signers", "come_about"),
    [
        pytest.param(3, ("carl",), False, id="two of three needed"),
        pytest.param(3, ("carl", "dora"), True, id="three of three needed"),
        pytest.param(3, ("dora", "emil"), True, id="whoever they are"),
        pytest.param(3, ("carl", "dora", "emil"), True, id="more than needed"),
        pytest.param(4, ("carl", "dora"), False, id="three of four needed"),
        pytest.param(4, ("carl", "dora", "emil"), True, id="all"),
    ],
)
def test_k_of_n(world: World, quorum: int, signers: Sequence[str], come_about: bool) -> None:
    """Below the quorum nothing changes anywhere; at the quorum all who signed go."""
    pact = world.proposed(quorum)
    for name in signers:
        signs(getattr(world, name), pact)
        talk(*world.everybody)
    gone = {"bert", *signers} if come_about else set()
    for core, name in zip(world.asked, NAMES[1:], strict=True):
        assert is_member(core, world.old, core) is (name not in gone)
        shown = members(world, pact.network)[NAMES.index(name) - 1]
        assert shown == sorted(gone)  # whoever was asked knows who signed
        assert is_member(world.host, world.old, core) is (name not in gone)
    assert world.host.ties.certificates.cases == {}


def test_signatures_that_cross(world: World) -> None:
    """All sign before anybody heard of another signature: the same end."""
    pact = world.proposed(4)
    for core in world.asked[1:]:
        signs(core, pact)
    talk(*world.everybody)
    assert members(world, pact.network) == [["bert", "carl", "dora", "emil"]] * 4
    assert world.host.ties.members(world.old, world.clock()) == [world.host.home_id]


def test_one_who_signs_after_the_others_went(world: World) -> None:
    """In time: it follows, and the network admits it by its own record."""
    pact = world.proposed(3)
    for core in (world.carl, world.dora):
        signs(core, pact)
    talk(*world.everybody)
    world.clock.now += 10 * DAY
    signs(world.emil, pact)
    talk(*world.everybody)
    assert members(world, pact.network) == [["bert", "carl", "dora", "emil"]] * 4
    bond = world.emil.ties.bond(pact.network, world.emil.home_id)
    assert bond is not None
    assert bond.answered is not None


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        pytest.param(20, "done", id="on the day"),
        pytest.param(50, "done", id="30 days later"),
        pytest.param(51, "late", id="31 days later: a person decides"),
    ],
)
def test_word_that_comes_late(world: World, days: int, stage: str) -> None:
    """Carl was away while the others agreed (§6.6, 6)."""
    pact = world.proposed(3)
    signs(world.carl, pact)
    away = [one for one in world.everybody if one is not world.carl]
    exchange(world.carl, world.bert, world.dora, rounds=1)
    signs(world.dora, pact)
    talk(*away)
    world.clock.now = pact.proposed + days * DAY
    talk(*world.everybody)
    assert stage_of(world.carl, pact.digest, world.carl.home_id) == stage
    assert is_member(world.carl, world.old, world.carl) is (stage == "late")
    if stage == "late":
        signs(world.carl, pact)
        talk(*world.everybody)
        assert not is_member(world.carl, world.old, world.carl)
        assert "carl" in members(world, pact.network)[0]


def test_signing_after_the_date_is_refused(world: World) -> None:
    pact = world.proposed()
    world.clock.now = pact.until
    with pytest.raises(Problem, match="pact-over"):
        sign(world.carl, world.carl.home_id, pact)
    assert len(world.carl.ties.certificates.cases[pact.digest].signed) == 1


def test_a_signer_that_turns_back(world: World) -> None:
    """A signature stands; whoever regrets it leaves the new network, as any."""
    pact = world.proposed(3)
    signs(world.carl, pact)
    with pytest.raises(Problem, match="pact-signed"):
        sign(world.carl, world.carl.home_id, pact)
    talk(*world.everybody)
    signs(world.dora, pact)
    talk(*world.everybody)
    leave_network(world.carl, world.carl.home_id, pact.network)
    talk(*world.everybody)
    assert members(world, pact.network)[0] == ["bert", "dora"]
    assert members(world, pact.network)[2] == ["bert", "dora"]
    world.clock.now += 100 * DAY
    talk(*world.everybody)
    assert members(world, pact.network)[0] == ["bert", "dora"]


def test_a_signer_that_had_left_already(world: World) -> None:
    """The certificate counts all the same; there is nothing left to leave."""
    pact = world.proposed(3)
    signs(world.carl, pact)
    talk(*world.everybody)
    leave_network(world.carl, world.carl.home_id, world.old)
    talk(*world.everybody)
    signs(world.dora, pact)
    talk(*world.everybody)
    assert members(world, pact.network)[:3] == [["bert", "carl", "dora"]] * 3


def test_a_signer_that_was_expelled_meanwhile(world: World) -> None:
    """A host that expels whom it suspects keeps nobody from going."""
    pact = world.proposed(3)
    signs(world.carl, pact)
    talk(*world.everybody)
    decide(world.host, world.old, world.carl.home_id, "expelled")
    talk(*world.everybody)
    signs(world.dora, pact)
    talk(*world.everybody)
    assert members(world, pact.network)[:3] == [["bert", "carl", "dora"]] * 3
    standing = world.carl.ties.standing(world.old, world.carl.home_id, world.clock())
    assert standing in (Standing.EXPELLED, Standing.LEFT)


@pytest.mark.parametrize("admitted", [False, True])
def test_a_signer_that_had_applied_before(world: World, admitted: bool) -> None:
    """Who asks for admission as anybody may, and then signs, goes with the others all the same."""
    pact = world.proposed(3)
    for one in (world.carl, world.dora):
        signs(one, pact)
        talk(*world.everybody)
    apply_to_network(world.emil, world.emil.home_id, pact.network, None)
    talk(*world.everybody)
    if admitted:
        decide(world.bert, pact.network, world.emil.home_id, "admitted")
        talk(*world.everybody)
    signs(world.emil, pact)
    talk(*world.everybody)
    assert "emil" in members(world, pact.network)[0]
    assert not world.emil.ties.is_member(world.old, world.emil.home_id, world.clock())


@pytest.mark.parametrize("compromised", [False, True])
def test_a_signer_that_rotated_its_keys_meanwhile(world: World, compromised: bool) -> None:
    """What was signed under any key of the chain counts (§6.6, 3)."""
    pact = world.proposed(3)
    signs(world.carl, pact)
    talk(*world.everybody)
    rotate(world.carl, world.words["carl"], world.carl.home_id, compromised)
    talk(*world.everybody)
    signs(world.dora, pact)
    talk(*world.everybody)
    assert members(world, pact.network)[:3] == [["bert", "carl", "dora"]] * 3
    assert not is_member(world.host, world.old, world.carl)


def test_a_second_pact_for_a_network_that_is_there(world: World) -> None:
    """Whoever wants to join it later applies, as to any."""
    pact = world.proposed(3)
    for core in (world.carl, world.dora):
        signs(core, pact)
    talk(*world.everybody)
    body = encode({**decode(pact.body), "until": pact.until + DAY})
    again = Pact.parse(body)
    place = Place(pact.proposer, Audience.direct(again.others(pact.proposer)), "pact", "")
    place = place._replace(name=to_name(again.digest))
    with act(world.bert) as publisher:
        publisher.write(place, decode(body))
    talk(*world.everybody)
    with pytest.raises(Problem, match="pact-network-exists"):
        sign(world.emil, world.emil.home_id, again)


def test_two_pacts_at_once(world: World) -> None:
    """Who signs both belongs to both, and leaves once."""
    one, other = world.proposed(3, "New"), world.proposed(3, "Newer", by="dora")
    for core in (world.carl, world.emil):
        signs(core, one)
        signs(core, other)
    talk(*world.everybody)
    assert members(world, one.network)[0] == ["bert", "carl", "emil"]
    assert members(world, other.network)[2] == ["carl", "dora", "emil"]
    carl = world.carl
    assert set(carl.ties.memberships(carl.home_id, world.clock())) == {one.network, other.network}


def test_keys_that_are_promised_are_not_used_for_another_network(world: World) -> None:
    pact = world.proposed(4)
    other = found_network(world.bert, world.bert.home_id, {"name": "Meanwhile"})
    assert other != pact.network
    for core in world.asked[1:]:
        signs(core, pact)
    talk(*world.everybody)
    assert {pact.network, other} <= world.bert.own


def restarted(core: Core) -> None:
    core.reload()


@pytest.mark.parametrize("after", ["proposal", "signature", "certificate"])
def test_what_is_known_is_known_after_a_restart(world: World, after: str) -> None:
    pact = world.proposed(3)
    steps: list[Callable[[], None]] = [
        lambda: signs(world.carl, pact),
        lambda: signs(world.dora, pact),
    ]
    for step in steps[: ("proposal", "signature", "certificate").index(after)]:
        step()
        exchange(*world.everybody)
    before = [
        (sorted(c.ties.certificates.cases[pact.digest].signed), members(world, pact.network))
        for c in world.asked
    ]
    for core in world.everybody:
        restarted(core)
    assert before == [
        (sorted(c.ties.certificates.cases[pact.digest].signed), members(world, pact.network))
        for c in world.asked
    ]
    assert find_pact(world.carl, "New").pact == pact


def test_who_was_asked_and_did_not_sign_has_no_say(world: World) -> None:
    """Bert, Carl and Dora found it; Emil was asked. He proposes nothing, and is on no roster."""
    pact = world.proposed(3)
    for core in (world.carl, world.dora):
        signs(core, pact)
    talk(*world.everybody)
    ties, emil = world.carl.ties, world.emil
    assert emil.home_id in ties.identities[pact.network].links[0].founders
    assert not ties.may_propose(pact.network, emil.home_id)
    assert not ties.counts_vote(pact.network, emil.home_id, emil.ring.held[0].signing.public, b"")
    with pytest.raises(Problem, match="not-a-member"):
        amend(emil, emil.home_id, pact.network, Wish())
    proposed = amend(world.carl, world.carl.home_id, pact.network, Wish({"motto": "Neu"}))
    link = ties.decisions.proposals[pact.network][proposed.author, proposed.name].link
    assert set(link.roster) == {core.home_id for core in (world.bert, world.carl, world.dora)}
    signs(emil, pact)
    talk(*world.everybody)
    assert world.carl.ties.may_propose(pact.network, emil.home_id), "late, but one of them"

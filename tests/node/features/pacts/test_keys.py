"""Keys that are replaced while a pact is under way, or after it (§5.3, §6.6)."""

import pytest

from node.features.pacts.joint_exit import follow
from node.features.recovery.rotate import rotate
from node.keys.recovery_words import Phrase
from node.records.transaction import take
from node.store.core import Core
from node.store.disk_reserve import Reserve
from protocol.record import verify_all
from tests.node.by_hand import is_member, talk
from tests.node.features.pacts.test_policies import World, members, signs, world

__all__ = ["world"]


def rotated(core: Core, words: dict[str, Phrase], compromised: bool = True) -> None:
    rotate(core, words[core.home.path.name], core.home_id, compromised)


def shown(giver: Core, *takers: Core) -> None:
    """The chain, and nothing of what is signed again."""
    for taker in takers:
        take(taker, verify_all(giver.chains_of(giver.home_id)))


def test_keys_end_of_who_passed_the_certificate_on(world: World) -> None:
    """It goes with them, and what it signed counts no more, except where it was acted on.

    As soon as its people said so again under the new key, it counts everywhere.
    """
    words = world.words
    pact = world.proposed(3)
    others = (world.host, world.carl, world.dora, world.emil)
    for core in (world.carl, world.dora):
        signs(core, pact)
    talk(*others)
    case = world.emil.ties.certificates.cases[pact.digest]
    (teller,) = [core for core in (world.carl, world.dora) if core.home_id in case.passed_on][:1]
    left = [core for core in others[1:] if core is not teller]
    rotated(teller, words)
    shown(teller, *left)
    talk(*left)
    for core in left:
        core.reload()
        certified = core.ties.certificates.cases[pact.digest].certified
        assert certified == (core is not world.emil)
    dora_or_carl = next(core for core in left if core is not world.emil)
    assert is_member(dora_or_carl, pact.network, dora_or_carl)
    talk(*others)
    for core in left:
        assert core.ties.certificates.cases[pact.digest].certified
        assert is_member(core, pact.network, teller)


@pytest.mark.parametrize("compromised", [True, False])
def test_proposer_rotates_before_the_quorum(world: World, compromised: bool) -> None:
    """Its slot, its pact and its signature outlive its keys."""
    words = world.words
    pact = world.proposed(3)
    rotated(world.bert, words, compromised)
    talk(*world.everybody)
    for core in (world.carl, world.dora):
        signs(core, pact)
    talk(*world.everybody, rounds=4)
    assert pact.network in world.bert.own
    assert members(world, pact.network)[:3] == [["bert", "carl", "dora"]] * 3
    for core in world.asked:
        core.reload()
    assert members(world, pact.network)[:3] == [["bert", "carl", "dora"]] * 3


def test_stolen_keys_are_replaced_on_a_full_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was signed is signed again with the room that is kept: it is no error of the keys."""
    pact, core = world.proposed(3), world.bert
    monkeypatch.setattr(Reserve, "free_bytes", lambda _self: 0)
    rotated(core, world.words)
    again = core.ties.certificates.cases[pact.digest].kept[core.home_id, core.home_id]
    assert core.ring.held[0].signing.public in [one.key for one in again]


def test_keys_are_stolen_again_and_again(world: World) -> None:
    """Each time what was signed is signed again, once, and counts everywhere."""
    pact, core = world.proposed(3), world.bert
    for _ in range(6):
        rotated(core, world.words)
        before = core.records.newest()
        follow(core)
        assert core.records.newest() == before
        talk(*world.asked)
        for one in world.asked:
            assert core.home_id in one.ties.certificates.cases[pact.digest].signed

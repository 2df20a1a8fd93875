"""New keys, by real nodes over real sockets: what peers know stays as it was (§5.3)."""

from contextlib import closing
from pathlib import Path

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.meetings.actions import new_meeting
from node.features.networks.actions import found_network
from node.features.recovery.rotate import rotate
from node.records.transaction import take
from node.store.timekeeper import wall_clock
from protocol.identity import authorise_rotation, make_link
from protocol.record import verify_all
from tests.node.keeping import MEETING, circle, facts, knows, opened, settled, with_words
from tests.node.world import Clock, Running, befriend, make_home, network_of, running, until
from tests.sync.people import Someone


def link_at(node: Running, identity: bytes) -> int:
    return node.core.ties.identities[identity].current.number


def signed_by(node: Running, author: bytes) -> set[bytes]:
    return {record.key for _no, record, _inner in node.core.records.all_by(author)}


@pytest.mark.parametrize("compromised", [False, True], ids=["for order", "stolen"])
async def test_peers_and_co_members_follow(tmp_path: Path, compromised: bool) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    beta_home, gamma_home = make_home(tmp_path, "Beta"), make_home(tmp_path, "Gamma")
    async with running(home) as alpha, running(beta_home) as beta, running(gamma_home) as gamma:
        net = await circle(alpha, beta, gamma)
        nodes = [alpha, beta, gamma]
        await settled(*nodes)
        before = [facts(node.core, alpha.id, beta.id, gamma.id, net) for node in nodes]
        rotate(alpha.core, phrase, alpha.id, compromised)
        alpha.links.stored()
        await until(lambda: all(link_at(one, alpha.id) == 1 for one in nodes), "the new link")
        await until(
            lambda: [facts(one.core, alpha.id, beta.id, gamma.id, net) for one in nodes] == before,
            "everything as before",
        )
        key = alpha.core.ring.held[0].signing.public
        for node in (beta, gamma):
            await until(lambda node=node: alpha.links.connected(node.id), "linked again")
            await until(lambda node=node: signed_by(node, alpha.id) == {key}, "no old record")
        alpha.say(new_meeting, "public", MEETING)
        await until(lambda: knows(gamma, alpha.id, "meeting"), "goes on speaking")


async def test_co_member_who_heard_of_the_key_alone(tmp_path: Path) -> None:
    """The link broke right after the handshake, and the host is off: they find together again."""
    home, phrase = with_words(tmp_path, "Alpha")
    gamma_home = make_home(tmp_path, "Gamma")
    async with running(gamma_home) as gamma:
        async with running(home) as alpha:
            async with running(make_home(tmp_path, "Beta")) as beta:
                net = await circle(alpha, beta, gamma)
                await until(
                    lambda: net in gamma.core.ties.memberships(alpha.id, wall_clock()), "member"
                )
                await settled(alpha, beta, gamma)
            before = facts(gamma.core, alpha.id)
        with opened(home) as core:
            rotate(core, phrase, core.home_id, True)
            take(gamma.core, verify_all(core.chains_of(core.home_id)))
        assert net not in gamma.core.ties.memberships(alpha.id, wall_clock())
        async with running(home):
            await until(lambda: facts(gamma.core, alpha.id) == before, "as before")


async def test_network_held_here_is_rotated(tmp_path: Path) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    async with running(home) as alpha, running(make_home(tmp_path, "Beta")) as beta:
        await befriend(alpha, beta)
        net = await network_of(alpha, beta)
        await settled(alpha, beta)
        before = facts(beta.core, alpha.id, net)
        assert rotate(alpha.core, phrase, net, True).link == 1
        alpha.links.stored()
        await until(lambda: link_at(beta, net) == 1, "the new link")
        await until(lambda: facts(beta.core, alpha.id, net) == before, "as before")
        await until(lambda: alpha.links.connected(beta.id), "linked again")
        alpha.decide(net, beta.id, "expelled")
        await until(
            lambda: not beta.core.ties.is_member(net, beta.id, beta.core.clock()), "decides"
        )


def test_words_prepare_more_networks(tmp_path: Path) -> None:
    """Slots used up are filled again; no number is used twice."""
    home, phrase = with_words(tmp_path, "Alpha")
    with opened(home) as core:
        for _ in range(16):
            found_network(core, core.home_id, {"name": "N"})
        with pytest.raises(Problem, match="no-slots"):
            found_network(core, core.home_id, {"name": "N"})
        rotate(core, phrase, core.home_id, False)
        assert [slot.index for slot in core.ring.slots] == list(range(17, 33))
        found_network(core, core.home_id, {"name": "N"})
    with opened(home) as core:
        assert len({one.index for one in core.ring.held}) == 18


def test_words_of_another_group(tmp_path: Path) -> None:
    home, _phrase = with_words(tmp_path, "Alpha")
    _other, wrong = with_words(tmp_path, "Beta")
    before = home.key_file.read_bytes()
    with opened(home) as core, pytest.raises(Problem, match="words-of-another"):
        rotate(core, wrong, core.home_id, False)
    assert home.key_file.read_bytes() == before


def test_operational_key_alone_can_not_rotate(tmp_path: Path) -> None:
    """Whoever has the machine has no key that may sign a link."""
    home, _phrase = with_words(tmp_path, "Alpha")
    with closing(open_core(home, clock=Clock())) as core:
        held, thief = core.ring.held[0], Someone("thief")
        chain = core.ties.identities[core.home_id]
        keys = thief.key.public, thief.sealing.public, bytes(32)
        payload = make_link("group", 1, chain.current.digest, *keys)
        forged = authorise_rotation(payload, held.signing)
        thief.links = [*chain.elements, forged]
        thief.number = 1
        thief.id = core.home_id
        codes = take(core, verify_all([thief.introduction()]))
        assert codes == ["wrong-author"]
        assert core.ties.identities[core.home_id].links == chain.links

"""From whom a group can be recovered after its ties changed: asked and answered within seconds."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.decisions.actions import amend, move
from node.features.networks.actions import leave_network
from node.features.peers.actions import end_peer
from node.keys.home import Home
from protocol.control_state import Standing
from tests.node.features.decisions.test_decisions import agree, holds, links, propose
from tests.node.keeping import circle, facts, opened, recovered, settled, with_words
from tests.node.world import Running, befriend, make_home, running, until

Change = Callable[[Running, Running, Running, bytes], Awaitable[None]]


async def leave(alpha: Running, beta: Running, gamma: Running, net: bytes) -> None:
    """The last step of the README."""
    alpha.say(leave_network, net)
    for one in (beta, gamma):
        await until(lambda one=one: standing(one, net, alpha) is Standing.LEFT, "left")


async def both_leave(alpha: Running, beta: Running, gamma: Running, net: bytes) -> None:
    """The group, and the peer that is asked: of a network that a third one hosts."""
    beta.say(leave_network, net)
    await until(lambda: standing(alpha, net, beta) is Standing.LEFT, "beta left")
    await leave(alpha, beta, gamma, net)


async def expelled(alpha: Running, beta: Running, gamma: Running, net: bytes) -> None:
    beta.decide(net, alpha.id, "expelled")
    await until(lambda: standing(alpha, net, alpha) is Standing.EXPELLED, "expelled")


async def moved(alpha: Running, beta: Running, gamma: Running, net: bytes) -> None:
    """What beta looked after is looked after by the machine that is then lost."""
    assert propose(beta, amend, net, added=frozenset({alpha.id, gamma.id})).decided
    for one in (alpha, gamma):
        await until(lambda one=one: links(one, net) == 2, "roster")
        holds(one, net)
    proposed = propose(alpha, move, net)
    await agree(beta, net, proposed)
    await agree(gamma, net, proposed)
    for one in (alpha, beta, gamma):
        await until(lambda one=one: links(one, net) == 3, "moved")


async def nothing(*_: object) -> None:
    """All ties as they were."""


def standing(node: Running, net: bytes, whose: Running) -> Standing:
    return node.core.ties.standing(net, whose.id, node.core.clock())


@pytest.mark.parametrize(
    ("change", "asked"),
    [(nothing, 0), (nothing, 1), (leave, 0), (both_leave, 0), (expelled, 0), (moved, 0)],
    ids=["as before", "a co-member", "left", "both left", "expelled", "moved"],
)
async def test_everything_of_ones_own_comes_back(
    tmp_path: Path, change: Change, asked: int
) -> None:
    """From a peer, and from a co-member that never was one."""
    home, phrase = with_words(tmp_path, "Alpha")
    new = Home(tmp_path / "New")
    beta_home, gamma_home = make_home(tmp_path, "Beta"), make_home(tmp_path, "Gamma")
    async with running(beta_home) as beta, running(gamma_home) as gamma:
        async with running(home) as alpha:
            net = await circle(alpha, beta, gamma)
            await change(alpha, beta, gamma, net)
            await settled(alpha, beta, gamma)
            before = {one for one in facts(alpha.core, alpha.id) if one[1] == "public"}
            held = alpha.core.own
        found = await recovered(new, phrase, (beta, gamma)[asked])
        assert found.id == alpha.id
        with opened(new) as core:
            assert before <= facts(core, alpha.id)
            assert core.own == held
            assert core.is_reconciled


async def test_former_peer_is_refused_at_once(tmp_path: Path) -> None:
    """Nothing ties the two any more: words, no silence."""
    home, phrase = with_words(tmp_path, "Alpha")
    async with running(make_home(tmp_path, "Beta")) as beta:
        async with running(home) as alpha:
            await befriend(alpha, beta)
            await settled(alpha, beta)
            alpha.say(end_peer, beta.id)
            await until(
                lambda: not beta.core.ties.accepts(alpha.id, beta.id, beta.core.clock()), ""
            )
        with pytest.raises(Problem) as caught:
            await recovered(Home(tmp_path / "New"), phrase, beta)
        assert caught.value.code == "recover-not-known"


async def test_former_co_member_is_refused_at_once(tmp_path: Path) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    beta_home, gamma_home = make_home(tmp_path, "Beta"), make_home(tmp_path, "Gamma")
    async with running(beta_home) as beta, running(gamma_home) as gamma:
        async with running(home) as alpha:
            net = await circle(alpha, beta, gamma)
            await leave(alpha, beta, gamma, net)
            await settled(alpha, beta)
        with pytest.raises(Problem) as caught:
            await recovered(Home(tmp_path / "New"), phrase, gamma)
        assert caught.value.code == "recover-not-known"

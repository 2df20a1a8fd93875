"""A node again from its words and its peers, over real sockets (§5.5, §8.2)."""

from pathlib import Path

import pytest

from node.app import SCHEMA, open_core
from node.base.errors import Problem
from node.features.meetings.actions import new_meeting
from node.features.peers.actions import accept_peer
from node.features.recovery.recover import alone, begin, exchange, finish, recover
from node.features.recovery.rotate import rotate
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.keys.staging import new_home
from node.links.dial_plan import Target
from node.records import stale_copy
from node.records.transaction import take
from protocol.identity import Identity
from protocol.record import verify_all
from tests.node.features.recovery.test_forks import show_theft
from tests.node.keeping import (
    MEETING,
    circle,
    facts,
    knows,
    opened,
    recovered,
    settled,
    with_words,
)
from tests.node.world import befriend, make_home, network_of, running, until


def chain(home: Home) -> tuple[Identity, bytes, list[bytes]]:
    """What two recoveries must have in common: chain and keys."""
    with opened(home) as core:
        held = core.ring.held[0]
        return core.ties.identities[held.id], held.signing.seed, [one.seed for one in held.sealing]


@pytest.mark.parametrize("rotated", [0, 2])
async def test_everything_comes_back(tmp_path: Path, rotated: int) -> None:
    """Also what was sealed, memberships, and a network that was held on the lost machine."""
    home, phrase = with_words(tmp_path, "Alpha")
    new = Home(tmp_path / "New")
    beta_home, gamma_home = make_home(tmp_path, "Beta"), make_home(tmp_path, "Gamma")
    async with running(beta_home) as beta, running(gamma_home) as gamma:
        async with running(home) as alpha:
            net = await circle(alpha, beta, gamma)
            own = await network_of(alpha, beta, name="Eigenes")
            for _ in range(rotated):
                rotate(alpha.core, phrase, alpha.id, False)
                rotate(alpha.core, phrase, own, False)
            alpha.links.stored()
            await until(lambda: beta.core.ties.identities[own].current.number == rotated, "at beta")
            whose = (alpha.id, beta.id, gamma.id, net, own)
            await settled(alpha, beta, gamma)
            before = facts(alpha.core, *whose)
            await until(lambda: beta.links.connected(alpha.id), "linked")
        found = await recovered(new, phrase, beta)
        assert (found.id, found.link) == (alpha.id, rotated)
        with opened(new) as core:
            after = facts(core, *whose)
            sealed_to_gamma = {one for one in before - after if str(gamma.id) in one[1]}
            assert before - after - sealed_to_gamma == set()
            assert after <= before
            assert [one.id for one in core.ring.held] == [alpha.id, own]
            assert core.is_reconciled
        async with running(new) as back:
            await until(lambda: back.links.connected(beta.id), "linked again")
            back.say(new_meeting, "public", {**MEETING, "title": "Wieder da"})
            await until(lambda: knows(beta, back.id, "meeting"), "goes on")
            await until(lambda: facts(back.core, *whose) >= before, "the rest from co-members")


async def test_twice_gives_the_same(tmp_path: Path) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    async with running(make_home(tmp_path, "Beta")) as beta:
        async with running(home) as alpha:
            await befriend(alpha, beta)
            rotate(alpha.core, phrase, alpha.id, False)
            alpha.links.stored()
            await until(lambda: beta.core.ties.identities[alpha.id].current.number == 1, "link 1")
        await recovered(one, phrase, beta)
        await recovered(two, phrase, beta)
    assert chain(one) == chain(two) == chain(home)


async def test_two_make_new_keys_at_once(tmp_path: Path) -> None:
    """By mistake, on two machines: the same bytes, so there is no fork."""
    home, phrase = with_words(tmp_path, "Alpha")
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    async with running(make_home(tmp_path, "Beta")) as beta:
        async with running(home) as alpha:
            await befriend(alpha, beta)
        await recovered(one, phrase, beta, compromised=True)
        await recovered(two, phrase, beta, compromised=True)
    assert chain(one) == chain(two)
    with opened(one) as core:
        assert core.ties.identities[core.home_id].current.compromised


async def test_old_copy_is_told_and_brought_up(tmp_path: Path) -> None:
    """A folder with keys that count no more learns it in the handshake, and is recovered."""
    home, phrase = with_words(tmp_path, "Alpha")
    new = Home(tmp_path / "New")
    async with running(make_home(tmp_path, "Beta")) as beta:
        async with running(home) as alpha:
            await befriend(alpha, beta)
        await recovered(new, phrase, beta, compromised=True)
        async with running(new) as moved:
            await until(lambda: beta.core.ties.identities[moved.id].current.number == 1, "link 1")
        async with running(home) as old:
            await until(lambda: old.core.is_superseded(old.core.ring.held[0]), "told")
            with pytest.raises(Problem, match="keys-superseded"):
                old.say(new_meeting, "public", MEETING)
            with pytest.raises(Problem, match="keys-superseded"):
                rotate(old.core, phrase, old.id, False)
        core = open_core(home)
        with core.transaction():
            stale_copy.begin(core, "recovered")
        await exchange(core, phrase, Target(beta.url or "", None, beta.id), True)
        assert finish(core, phrase, False).link == 1
        core.close()
    assert chain(home) == chain(new)


@pytest.mark.parametrize("compromised", [False, True], ids=["only moved", "stolen"])
async def test_while_the_old_machine_is_connected(tmp_path: Path, compromised: bool) -> None:
    """Whoever has the words gets to speak, though the other redials (§8.1)."""
    home, phrase = with_words(tmp_path, "Alpha")
    async with running(make_home(tmp_path, "Beta")) as beta, running(home) as alpha:
        await befriend(alpha, beta)
        await until(lambda: beta.links.connected(alpha.id), "linked")
        await settled(alpha, beta)
        found = await recovered(Home(tmp_path / "New"), phrase, beta, compromised=compromised)
        assert (found.id, found.rotated) == (alpha.id, compromised)


def test_asking_nobody_leaves_a_good_node_as_it_was(tmp_path: Path) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    with opened(home) as core:
        with pytest.raises(Problem, match="recover-private"):
            recover(core, phrase, ["http://127.0.0.1:9"])
        assert core.is_reconciled


async def test_thief_made_keys_meanwhile(tmp_path: Path) -> None:
    """Without saying so it is refused; with --compromised two links of ours outrun the thief's."""
    home, phrase = with_words(tmp_path, "Alpha")
    async with running(make_home(tmp_path, "Beta")) as beta:
        async with running(home) as alpha:
            await befriend(alpha, beta)
            now = beta.core.clock
            await until(lambda: beta.core.ties.accepts(alpha.id, beta.id, now()), "our side")
            await settled(alpha, beta)
            before = facts(alpha.core, alpha.id)
        show_theft(beta.core, phrase)
        target = Target(beta.url or "", None, beta.id)
        assert await refused(tmp_path, phrase, target) == "keys-contested"
        new = Home(tmp_path / "New")
        assert (await recovered(new, phrase, beta, compromised=True)).link == 3
        with opened(new) as core:
            assert facts(core, core.home_id) == before
        async with running(new) as back:
            await until(lambda: beta.core.ties.identities[back.id].current.number == 3, "ours")
            await until(lambda: beta.core.ties.accepts(back.id, beta.id, now()), "as before")


async def refused(folder: Path, phrase: Phrase, target: Target) -> str:
    home = Home(folder / "nothing")

    async def attempt() -> None:
        with new_home(home) as beside:
            core = begin(beside, phrase, None, SCHEMA)
            try:
                await exchange(core, phrase, target, True)
            finally:
                core.close()

    with pytest.raises((Problem, OSError)) as caught:
        await attempt()
    assert not home.exists
    assert not home.database.exists()
    assert list(home.path.iterdir()) == []
    return caught.value.code if isinstance(caught.value, Problem) else type(caught.value).__name__


async def test_wrong_peers(tmp_path: Path) -> None:
    """Clear refusals, nothing half done, and it can be repeated."""
    home, phrase = with_words(tmp_path, "Alpha")
    async with running(make_home(tmp_path, "Beta")) as beta:
        url = beta.url or ""
        assert await refused(tmp_path, phrase, Target(url, None, beta.id)) == "recover-not-known"
        assert await refused(tmp_path, phrase, Target(url, None, bytes(32))) == "recover-wrong-peer"
        async with running(home) as alpha:
            await befriend(alpha, beta)
            now = beta.core.clock
            await until(lambda: beta.core.ties.accepts(alpha.id, beta.id, now()), "our side")
        assert (await recovered(Home(tmp_path / "nothing"), phrase, beta)).link == 0


async def test_node_that_was_put_in_between(tmp_path: Path) -> None:
    """It knows the group and says that it accepts it; but nothing by the group says the same."""
    home, phrase = with_words(tmp_path, "Alpha")
    async with running(make_home(tmp_path, "Mallory")) as mallory:
        with opened(home) as core:
            shown = verify_all(core.chains_of(core.home_id))
        take(mallory.core, shown, frozenset({phrase.home()}))
        mallory.say(accept_peer, phrase.home())
        target = Target(mallory.url or "", None, mallory.id)
        assert await refused(tmp_path, phrase, target) == "recover-not-known"


def test_alone(tmp_path: Path) -> None:
    """From the first link, without anybody: it may speak, and knows nothing."""
    home, phrase = with_words(tmp_path, "Alpha")
    core = begin(Home(tmp_path / "new"), phrase, None, SCHEMA)
    assert alone(core).link == 0
    assert core.is_reconciled
    assert core.home_id == phrase.home()
    core.close()
    assert chain(home)[1] == chain(Home(tmp_path / "new"))[1]

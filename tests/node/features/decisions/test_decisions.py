"""Members decide about their network: real nodes over real sockets (docs/protocol.md §6.7)."""

from contextlib import AsyncExitStack
from pathlib import Path

from node.features.decisions.actions import Proposed, Wish, amend, confirm, move
from node.features.decisions.holding import confirm_decision
from node.features.networks.actions import apply_to_network
from protocol.decisions import Proposal
from tests.node.world import Running, befriend, make_home, network_of, running, until


def member(node: Running, network: bytes, who: Running) -> bool:
    return node.core.ties.is_member(network, who.id, node.core.clock())


def propose(node: Running, action: object, network: bytes, **wish: object) -> Proposed:
    found: Proposed = node.say(action, network, Wish(**wish))
    return found


def holds(node: Running, network: bytes) -> None:
    """A person confirms what counts."""
    counts = node.core.ties.successions[network].counts
    confirm_decision(node.core, network, counts.decision.digest)
    node.links.stored()


async def agree(node: Running, network: bytes, proposed: Proposed) -> None:
    """Vote, as soon as the proposal is here."""

    def found() -> Proposal | None:
        known = node.core.ties.decisions.proposals.get(network, {})
        return known.get((proposed.author, proposed.name))

    await until(found, "proposal")
    node.say(confirm, found())


def motto(node: Running, network: bytes) -> str | None:
    charter = node.core.ties.charters.get(network)
    return charter.content["motto"] if charter and charter.content else None


def links(node: Running, network: bytes) -> int:
    return len(node.core.ties.identities[network].links)


async def test_a_dead_host_is_replaced_and_the_network_goes_on(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        anna, bert, cleo = [
            await enter(running(make_home(tmp_path, name))) for name in ("Anna", "Bert", "Cleo")
        ]
        old = make_home(tmp_path, "Host")
        async with running(old) as host:
            for one in (anna, bert, cleo):
                await befriend(host, one)
            network = await network_of(host, anna, bert, cleo)
            members = frozenset(one.id for one in (anna, bert, cleo))
            assert propose(host, amend, network, added=members).decided
            for one in (anna, bert, cleo):
                await until(lambda one=one: links(one, network) == 2, "roster")
                holds(one, network)
                for other in (anna, bert, cleo):
                    await until(lambda a=one, b=other: member(a, network, b), "members")
            await until(
                lambda: (
                    anna.links.connected(bert.id)
                    and bert.links.connected(cleo.id)
                    and anna.links.connected(cleo.id)
                ),
                "connected",
            )
        moved = propose(anna, move, network, fields={"motto": "Weiter"})
        await agree(bert, network, moved)
        await agree(cleo, network, moved)
        for one in (anna, bert, cleo):
            await until(lambda one=one: links(one, network) == 3, "moved")
            await until(lambda one=one: motto(one, network) == "Weiter", "charter")
            for other in (anna, bert, cleo):
                assert member(one, network, other)
        assert network in anna.core.own
        dora = await enter(running(make_home(tmp_path, "Dora")))
        await befriend(bert, dora)
        await befriend(anna, dora)
        await until(lambda: network in dora.core.ties.charters, "charter at the new one")
        dora.say(apply_to_network, network, None)
        await until(lambda: anna.core.ties.bond(network, dora.id) is not None, "application")
        anna.decide(network, dora.id, "admitted")
        await until(lambda: member(dora, network, cleo), "directory")
        await until(lambda: member(cleo, network, dora), "member")
        # The old node comes back: it hears what was decided, and goes on as a member.
        host = await enter(running(old))
        await until(lambda: links(host, network) == 3 and network not in host.core.own, "told")
        await until(lambda: member(host, network, dora), "a member like the others")
        await until(lambda: motto(host, network) == "Weiter", "charter")


async def test_a_host_that_expels_everybody_is_left_behind(tmp_path: Path) -> None:
    """Whom the node expelled still reach each other, decide, and have back what they shared."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        host, anna, bert, cleo = [
            await enter(running(make_home(tmp_path, name)))
            for name in ("Host", "Anna", "Bert", "Cleo")
        ]
        for one in (anna, bert, cleo):
            await befriend(host, one)
        network = await network_of(host, anna, bert, cleo)
        members = frozenset(one.id for one in (anna, bert, cleo))
        assert propose(host, amend, network, added=members).decided
        for one in (anna, bert, cleo):
            await until(lambda one=one: links(one, network) == 2, "roster")
            holds(one, network)
            for other in (anna, bert, cleo):
                await until(lambda a=one, b=other: member(a, network, b), "members")
        for one in (anna, bert, cleo):
            host.decide(network, one.id, "expelled")
        await until(lambda: not any(member(x, network, x) for x in (anna, bert, cleo)), "expelled")
        moved = propose(anna, move, network, without=frozenset({host.id}))
        await agree(bert, network, moved)
        await agree(cleo, network, moved)
        for one in (anna, bert, cleo):
            for other in (anna, bert, cleo):
                await until(lambda a=one, b=other: member(a, network, b), "members again")
        await until(lambda: network not in host.core.own, "the host hears of it")
        assert not member(anna, network, host)

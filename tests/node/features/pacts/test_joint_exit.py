"""Leaving together, over real sockets: who learns what, and when (§6.6)."""

from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

from node.features.meetings.actions import (
    find_meeting,
    invite,
    known_meetings,
    new_meeting,
    replies,
    reply,
)
from node.features.pacts.actions import Proposal, find_pact, propose, sign
from node.store.core import Core
from protocol.certificates import Case
from protocol.control_state import Standing
from protocol.record import Record
from tests.node.features.networks.test_leaving import MEETING, joined, members, titles, wire
from tests.node.world import Running, Wire, make_home, running, until

DAY = 86_400
NEW = "Neuer Verbund"
__all__ = ["wire"]


def proposal(core: Core, *asked: bytes, **more: Any) -> Proposal:
    return Proposal(
        charter=more.pop("charter", {"name": NEW, "consensus": ["Wer geht, nimmt mit."]}),
        asked=asked,
        quorum=more.pop("quorum", None),
        until=core.clock() + more.pop("days", 14) * DAY,
        leaves=more.pop("leaves", None),
        **more,
    )


def signs(core: Core, own: bytes) -> None:
    case = find_pact(core, NEW)
    assert case.pact is not None
    sign(core, own, case.pact)


def case_of(core: Core) -> Case:
    return find_pact(core, NEW)


def network_of(core: Core) -> bytes:
    pact = case_of(core).pact
    assert pact is not None
    return pact.network


def is_member(one: Running, network: bytes) -> bool:
    return one.core.ties.is_member(network, one.id, one.core.clock())


def knows(one: Running) -> bool:
    return any(case.pact for case in one.core.ties.certificates.cases.values())


def is_about(record: Record, network: bytes) -> bool:
    """Whether a record has to do with the new network, or with the pact."""
    return network in (record.author, *record.audience.ids) or record.kind == "closed"


def is_published(record: Record, network: bytes) -> bool:
    """What a peer of the node that runs a network sees of it: that there is one."""
    return record.author == network and record.kind in ("identity", "network")


async def everywhere(network: bytes, some: list[Running]) -> None:
    """All of them show all of them in the network."""
    ids = {one.id for one in some}
    for one in some:
        await until(partial(lambda n: set(members(n, network)) == ids, one), "new network")


async def test_three_leave_together(tmp_path: Path, wire: Wire) -> None:
    """The host and a fifth are not asked. They see three departures, and nothing of the pact."""
    names = ["Host", "Bert", "Carl", "Dora", "Emil"]
    homes = {name: make_home(tmp_path, name) for name in names}
    async with AsyncExitStack() as stack:
        nodes = [await stack.enter_async_context(running(homes[name])) for name in names]
        host, bert, carl, dora, emil = nodes
        old = await joined(host, bert, carl, dora, emil)
        bert.say(new_meeting, old, {**MEETING, "title": "Plenum"})
        bert.say(lambda core, me: invite(core, me, find_meeting(core, "Plenum"), [dora.id]))
        await until(lambda: "Plenum" in titles(emil), "meeting")
        await until(lambda: any(m.body for m in known_meetings(dora.core)), "invitation")
        dora.say(
            lambda core, me: reply(core, me, find_meeting(core, "Plenum"), "accept", {"people": 2})
        )
        await until(lambda: replies(bert.core, find_meeting(bert.core, "Plenum")), "reply")
        start = len(wire)
        bert.say(propose, proposal(bert.core, carl.id, dora.id, leaves=old, quorum=3))
        network = network_of(bert.core)
        for one in (carl, dora):
            await until(partial(knows, one), "pact")
        carl.say(signs)
        await until(lambda: len(case_of(dora.core).signed) == 2, "signature")
        # Below the quorum nothing changed, and nobody else heard of it.
        assert not any(knows(one) for one in (host, emil))
        assert len(members(bert, old)) == 5
        assert network not in bert.core.ties.identities
        for outside in (host, emil):
            assert not [r for r in wire.between(outside, start) if is_about(r, network)]
        dora.say(signs)
        await everywhere(network, [bert, carl, dora])
        for one in (bert, carl, dora):
            await until(
                partial(lambda n: old not in n.core.ties.memberships(n.id, n.core.clock()), one)
            )
            charter = one.core.ties.charters[network].content
            assert charter is not None
            assert charter["consensus"] == ["Wer geht, nimmt mit."]
        for one in (host, emil):
            await until(partial(lambda n: len(members(n, old)) == 2, one), "three departures")
            await until(partial(lambda n: "Plenum" not in titles(n), one), "meeting gone")
        # The meeting is in the new network, under its name, with invitation and reply.
        for one in (bert, carl, dora):
            await until(partial(lambda n: "Plenum" in titles(n), one), "meeting moved")
        plenum = find_meeting(bert.core, "Plenum")
        assert plenum.audience is not None
        assert plenum.audience.ids == (network,)
        (answer,) = replies(bert.core, plenum)
        assert answer.author == dora.id
        for outside in (host, emil):
            crossed = wire.between(outside, start)
            told = [r for r in crossed if is_about(r, network)]
            assert not [r for r in told if not is_published(r, network)]
        # Bert's node runs it, and has admitted the others by records of their own.
        assert network in bert.core.own
        await until(lambda: all(_answered(dora, network, n.id) for n in (bert, carl, dora)))
        # Nobody waits for a receipt of somebody who left too.
        expected = {one.witness for one in carl.core.departures.all()}
        assert expected == {old, host.id, emil.id}


def _answered(one: Running, network: bytes, member: bytes) -> bool:
    bond = one.core.ties.bond(network, member)
    return bond is not None and bond.answered is not None


async def test_the_initiator_and_the_host_are_gone(tmp_path: Path) -> None:
    """Neither needs to live to see it; both catch up when they come back."""
    homes = {name: make_home(tmp_path, name) for name in ("Host", "Bert", "Carl", "Dora")}
    async with AsyncExitStack() as stack:
        carl, dora = [
            await stack.enter_async_context(running(homes[name])) for name in ("Carl", "Dora")
        ]
        async with running(homes["Host"]) as host, running(homes["Bert"]) as bert:
            old = await joined(host, bert, carl, dora)
            bert.say(propose, proposal(bert.core, carl.id, dora.id, leaves=old, quorum=3))
            network = network_of(bert.core)
            for one in (carl, dora):
                await until(partial(knows, one), "pact")
        carl.say(signs)
        dora.say(signs)
        await until(lambda: carl.id in members(dora, network), "new network")
        await until(lambda: dora.id in members(carl, network), "new network")
        for one in (carl, dora):
            assert one.core.ties.standing(old, one.id, one.core.clock()) is Standing.LEFT
        async with running(homes["Bert"]) as bert:
            await everywhere(network, [bert, carl, dora])
            await until(lambda: network in bert.core.own, "bert runs it")
            async with running(homes["Host"]) as host:
                await until(lambda: members(host, old) == [host.id], "three departures")
                assert members(host, network) == []
                assert not knows(host)

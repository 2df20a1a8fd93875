"""Attacks by number: one who may speak brings invented others, and takes all there is."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from crypto.hashing import digest
from node.features.networks.actions import apply_to_network
from node.links.cpu_quota import BURST
from node.records import newcomers
from node.records.transaction import take
from node.store.strangers import Usage
from protocol.identity import Identity, authorise_majority, vote
from tests.hostile.stage import PEER, Stage, attack, outcome, told
from tests.node.hostile import OPENING, Hostile, connect
from tests.node.world import accept, until, verified
from tests.sync.people import Someone, entropy

LONG = 150
"""Links of a long chain: 64 KiB, 30 ms to look at."""

HOST, MEMBER = Someone("host of a network"), Someone("a member without an address")
NET = Someone("a network", founders=[HOST.id])
EPOCH = entropy("epoch of the member", size=16)


def invented_network(number: int) -> tuple[bytes, bytes]:
    """Who decided, and the network: 35 KiB on the wire, ten times that as objects."""
    signer = Someone(f"decides {number}")
    network = Someone(f"network {number}", founders=[signer.id])
    roster = sorted([signer.id, *(entropy("of", number, n) for n in range(999))])
    payload = network.make_link("network", 1, digest(network.links[0][0]), roster=roster)
    network.number = 1
    network.links.append(authorise_majority(payload, [vote(payload, signer.id, signer.key)]))
    return signer.introduction(), network.introduction()


def join(stage: Stage) -> None:
    """Alpha is a member of NET, whose node is elsewhere."""
    core = stage.alpha.core
    codes = take(core, verified(NET.introduction(), NET.charter(HOST)), frozenset({NET.id}))
    assert codes == [None, None]
    apply_to_network(core, core.home_id, NET.id, None)
    bond = core.ties.bond(NET.id, core.home_id)
    assert bond is not None
    assert bond.membership is not None

    class Me:
        id = core.home_id

    admission = NET.admits(Me, bond.membership.epoch)
    assert take(core, verified(admission)) == [None]


async def test_invented_networks_fill_no_memory(stage: Stage) -> None:
    """2,400 of them, 81 MiB, took a node from 59 to 476 MiB, for good."""
    ties = stage.alpha.core.ties
    before = len(ties.identities)
    async with attack(stage.alpha) as one:
        refused = 0
        for number in range(90):
            codes = await told(one, *invented_network(number))
            refused += codes["over-limit"]
    assert len(ties.identities) == before
    used = stage.alpha.core.strangers.usage(PEER.id)
    assert used.size <= newcomers.STRANGERS_BY_ONE.size
    assert refused >= 20, "two MiB of 35 KiB each"
    await stage.serves()


async def test_invented_identities_blind_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100,000 of them kept every newcomer of a node's own networks out, also after a restart."""
    monkeypatch.setattr(newcomers, "STRANGERS_BY_ONE", Usage(30, 2**20))
    monkeypatch.setattr(newcomers, "STRANGERS", Usage(60, 2**20))
    join(stage)
    core = stage.alpha.core
    async with attack(stage.alpha) as one:
        flood = [Someone(f"flood {number}").introduction() for number in range(100)]
        codes = await told(one, *flood)
        assert codes == {None: 30, "over-limit": 70}
        core.reload()
        # The network admits somebody: the same peer that flooded may tell of it.
        assert await outcome(one, NET.admits(MEMBER, EPOCH)) is None
        assert await outcome(one, MEMBER.introduction()) is None
        assert await outcome(one, MEMBER.joins(NET, EPOCH)) is None
    assert core.ties.is_member(NET.id, MEMBER.id, core.clock())
    await stage.serves()


@pytest.fixture
def few_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five, of which two are reserved."""
    monkeypatch.setattr("node.links.seats.SESSIONS", 5)
    monkeypatch.setattr("node.links.seats.RESERVED", 2)


async def sit(stack: AsyncExitStack, stage: Stage, who: Someone) -> Hostile:
    one = await stack.enter_async_context(connect(stage.alpha))
    assert await one.shake_hands(who, stage.alpha) == ""
    return one


@pytest.mark.usefixtures("few_seats")
async def test_invented_members_do_not_hold_every_seat(stage: Stage) -> None:
    """256 invented co-members: an accepted peer without an address stayed out."""
    join(stage)
    core, links = stage.alpha.core, stage.alpha.links
    puppets = [Someone(f"puppet {number}") for number in range(5)]
    for number, one in enumerate(puppets):
        epoch = entropy("puppet", number, size=16)
        said = verified(one.introduction(), one.joins(NET, epoch), NET.admits(one, epoch))
        assert set(take(core, said)) == {None}
    async with AsyncExitStack() as stack:
        for one in puppets:
            await sit(stack, stage, one)
        await until(lambda: len(links.sessions) == 4, "three of them, and Beta")
        peer = await sit(stack, stage, PEER)
        await peer.say(OPENING)
        await until(lambda: links.connected(PEER.id), "whom a person accepted has a seat")
        assert links.connected(stage.beta.id)
        assert sum(links.connected(one.id) for one in puppets) == 3


@pytest.mark.usefixtures("few_seats")
async def test_who_sat_long_gives_way(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A member without an address comes in by and by, whoever took all seats before."""
    join(stage)
    core, links = stage.alpha.core, stage.alpha.links
    some = [*(Someone(f"sits {number}") for number in range(3)), MEMBER]
    for number, one in enumerate(some):
        epoch = entropy("sits", number, size=16)
        said = verified(one.introduction(), one.joins(NET, epoch), NET.admits(one, epoch))
        assert set(take(core, said)) == {None}
    async with AsyncExitStack() as stack:
        for one in some:
            await sit(stack, stage, one)
        assert not links.connected(MEMBER.id)
        monkeypatch.setattr("node.links.seats.SAT_SECONDS", 0)
        await sit(stack, stage, MEMBER)
        await until(lambda: links.connected(MEMBER.id), "another one gave way")
        assert links.connected(stage.beta.id)


def with_long_chain(name: str) -> Someone:
    one = Someone(name)
    for _ in range(LONG):
        one.rotate()
    return one


async def test_chains_of_strangers_cost_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """210 kB of chains took 95 ms of a node's time, again and again."""
    looked: list[int] = []
    parse = Identity.parse

    def noted(elements: Any, speaks_for: Any) -> Identity:
        looked.append(len(elements))
        return parse(elements, speaks_for)

    stranger, known = with_long_chain("a stranger"), with_long_chain("known")
    accept(stage.alpha.core, known)
    monkeypatch.setattr(Identity, "parse", noted)
    async with connect(stage.alpha) as one:
        assert await one.shake_hands(stranger, stage.alpha) == "not-accepted"
    assert LONG + 1 not in looked
    async with connect(stage.alpha) as one:
        assert await one.shake_hands(known, stage.alpha) == ""
    assert LONG + 1 not in looked, "it was looked at before"
    known.rotate()
    async with connect(stage.alpha) as one:
        assert await one.shake_hands(known, stage.alpha) == ""
    assert LONG + 2 in looked


async def test_what_brings_nothing_is_taken_in_slowly(stage: Stage) -> None:
    """The same again and again, what nobody may have, chains of strangers: the sender waits."""
    shares, loop = stage.alpha.links.shares, asyncio.get_running_loop()
    async with attack(stage.alpha) as one:
        new = [PEER.meeting(f"new-{number}") for number in range(40)]
        assert await told(one, *new) == {None: 40}
        first = shares.charge(PEER.id, 0.0, loop.time())
        again = [PEER.meeting("same") for _ in range(40)]
        await told(one, *again)
        assert shares.charge(PEER.id, 0.0, loop.time()) > first
        shares.charge(PEER.id, BURST, loop.time())
        began = loop.time()
        await told(one, *(PEER.meeting("same") for _ in range(40)))
        assert loop.time() - began > 0.01
    await stage.serves()

"""Leaving, seen from outside: real nodes, real sockets, every record that crosses (§6.4)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from node.features.groups.actions import edit_group
from node.features.meetings.actions import find_meeting, invite, known_meetings, new_meeting
from node.features.networks.actions import apply_to_network, found_network, leave_network
from node.keys.home import Home
from node.records.transaction import take
from protocol.control_state import Standing
from protocol.kinds import CONTROL
from protocol.record import Record, verify
from sync.gate import about
from tests.days import wall
from tests.node.keeping import settled
from tests.node.world import (
    Running,
    Wire,
    befriend,
    make_home,
    network_of,
    running,
    tap,
    until,
)

MEETING = {
    "starts": wall(90),
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return tap(monkeypatch)


def homes_of(folder: Path, *names: str) -> list[Home]:
    return [make_home(folder, name) for name in names]


@asynccontextmanager
async def up(homes: list[Home], reachable: str) -> AsyncIterator[list[Running]]:
    """Nodes; `reachable`: one letter each, `+` or `-` (only dials out)."""
    async with AsyncExitStack() as stack:
        some = [
            await stack.enter_async_context(running(home, sign == "+"))
            for home, sign in zip(homes, reachable, strict=True)
        ]
        yield some


async def members_everywhere(network: bytes, count: int, *nodes: Running) -> None:
    for one in nodes:
        await until(partial(lambda n: len(members(n, network)) == count, one), "members")


async def joined(a: Running, *others: Running) -> bytes:
    """A network that `a` hosts; the others are its peers first."""
    for one in others:
        await befriend(a, one)
    network = await network_of(a, *others)
    await members_everywhere(network, len(others) + 1, a, *others)
    return network


def members(one: Running, network: bytes) -> list[bytes]:
    return one.core.ties.members(network, one.core.clock())


def titles(one: Running) -> set[str]:
    return {meeting.content["title"] for meeting in known_meetings(one.core)}


def meet(one: Running, where: Any, title: str) -> str:
    name: str = one.say(new_meeting, where, {**MEETING, "title": title})
    return name


def unconfirmed(one: Running) -> set[bytes]:
    return {row.witness for row in one.core.departures.all() if row.confirmed is None}


def confirmed(one: Running) -> set[bytes]:
    return {row.witness for row in one.core.departures.all() if row.confirmed is not None}


def to_the_network(records: list[Record], network: bytes, leaver: bytes) -> list[Record]:
    """What is addressed to the network, but for the leaver's own ties."""
    return [
        one
        for one in records
        if one.audience.ids == (network,)
        and one.audience.scope == "network"
        and not (one.kind in CONTROL and about(one) == leaver)
    ]


def content_of(one: Running, network: bytes) -> list[int]:
    return one.core.records.content_numbers(network)


async def test_after_leaving_nothing_passes_either_way(tmp_path: Path, wire: Wire) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma", "Delta")
    async with up(homes, "+++-") as (a, b, c, d):
        network = await joined(a, b, c, d)
        await befriend(b, d)
        for number, one in enumerate((a, b, c, d)):
            meet(one, network, f"Fest {number}")
        for one in (a, b, c, d):
            await until(partial(lambda n: len(titles(n)) == 4, one), "all meetings everywhere")
        await settled(a, b, c, d)
        before = len(wire)
        d.say(leave_network, network)
        assert titles(d) == {"Fest 3"}
        for one in (a, b, c):
            await until(partial(lambda n: titles(n) == {"Fest 0", "Fest 1", "Fest 2"}, one), "gone")
        for one in (a, b, c):
            meet(one, network, "Ohne euch")
        await until(lambda: confirmed(d) == {network, a.id, b.id, c.id}, "receipts")
        assert unconfirmed(d) == set()
        # The bilateral peer stays one.
        private = meet(b, "private", "Unter uns")
        b.say(invite, find_meeting(b.core, private), [d.id])
        await until(lambda: "Unter uns" in titles(d), "invitation of a peer")
        assert to_the_network(wire.between(d, before), network, d.id) == []
        assert content_of(d, network) == d.core.records.content_numbers(network, by=d.id)
        for one in (a, b, c):
            assert one.core.records.content_numbers(network, by=d.id) == []
            standing = one.core.ties.standing(network, d.id, one.core.clock())
            assert standing is Standing.LEFT
        receipts = d.core.records.statements("receipt", d.core.clock())
        assert {one.author: (one.content or {})["dropped"] for one in receipts} == {
            network: 1, a.id: 1, b.id: 1, c.id: 1,
        }  # fmt: skip
        # The network's node took its admission back.
        (bond,) = [n.core.ties.bond(network, d.id) for n in (a,)]
        assert bond is not None
        assert bond.admission is not None
        assert bond.admission.content is None


async def test_a_node_that_was_stopped_confirms_later(tmp_path: Path, wire: Wire) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes[:2], "+-") as (a, b):
        async with running(homes[2]) as c:
            network = await joined(a, b, c)
            meet(b, network, "Fest")
            await until(lambda: titles(c) == {"Fest"}, "meeting")
            away = c.id
        before = len(wire)
        b.say(leave_network, network)
        await until(lambda: unconfirmed(b) == {away}, "all that are up confirm")
        async with running(homes[2]) as c:
            await until(lambda: unconfirmed(b) == set(), "the last one confirms")
            assert titles(c) == set()
            assert to_the_network(wire.between(b, before), network, b.id) == []


async def test_leaving_while_alone(tmp_path: Path, wire: Wire) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "++-") as (a, b, c):
        network = await joined(a, b, c)
        meet(c, network, "Fest")
        for one in (a, b):
            await until(partial(lambda n: titles(n) == {"Fest"}, one), "meeting")
        others = {network, a.id, b.id}
    async with up(homes[2:], "-") as (c,):
        before = len(wire)
        c.say(leave_network, network)
        assert unconfirmed(c) == others
    async with up(homes, "++-") as (a, b, c):  # the leaver was stopped meanwhile, too
        await until(lambda: unconfirmed(c) == set(), "told when they come back")
        assert (titles(a), titles(b)) == (set(), set())
        assert to_the_network(wire.between(c, before), network, c.id) == []


async def test_a_receipt_reaches_who_only_dials_out_through_the_hub(tmp_path: Path) -> None:
    """Neither the leaver nor that member can be reached: the hub carries it (§6.5)."""
    async with up(homes_of(tmp_path, "Alpha", "Beta", "Gamma"), "+--") as (a, b, c):
        network = await joined(a, b, c)
        c.say(leave_network, network)
        await until(lambda: confirmed(c) == {network, a.id, b.id}, "receipts")
        assert not any(b.id in link.peer for link in _secured(c))


def _secured(one: Running) -> list[Any]:
    return [link.secure for link in one.links.sessions.values() if link.secure]


async def test_expelled(tmp_path: Path, wire: Wire) -> None:
    async with up(homes_of(tmp_path, "Alpha", "Beta", "Gamma"), "+-+") as (a, b, c):
        network = await joined(a, b, c)
        for one, title in ((b, "Fest"), (c, "Tanz")):
            meet(one, network, title)
        for one in (a, b, c):
            await until(partial(lambda n: titles(n) == {"Fest", "Tanz"}, one), "meetings")
        await settled(a, b, c)
        before = len(wire)
        a.decide(network, b.id, "expelled")
        await until(lambda: titles(b) == {"Fest"}, "what was others' is gone")
        await until(lambda: titles(c) == {"Tanz"}, "what was the expelled one's is gone")
        meet(c, network, "Neues")
        await until(lambda: "Neues" in titles(a), "meeting")
        await until(lambda: confirmed(b) == {network, a.id, c.id}, "receipts")
        heard = [one.record for one in wire[before:] if b.id in one.target]
        assert to_the_network(heard, network, b.id) == []
        assert b.core.ties.standing(network, b.id, b.core.clock()) is Standing.EXPELLED


async def test_joining_again_revives_nothing(tmp_path: Path, wire: Wire) -> None:
    async with up(homes_of(tmp_path, "Alpha", "Beta", "Gamma"), "+-+") as (a, b, c):
        network = await joined(a, b, c)
        meet(b, network, "Altes Fest")
        await until(lambda: titles(c) == {"Altes Fest"}, "meeting")
        old = [one.record.raw for one in wire if one.record.kind == "meeting"]
        b.say(leave_network, network)
        await until(lambda: titles(a) == titles(c) == set(), "gone")
        before = len(wire)
        b.say(apply_to_network, network, None)
        await until(lambda: a.core.ties.standing(network, b.id, a.core.clock()) is Standing.APPLIED)
        a.decide(network, b.id, "admitted")
        await members_everywhere(network, 3, a, b, c)
        meet(b, network, "Neues Fest")
        for one in (a, c):
            await until(partial(lambda n: "Neues Fest" in titles(n), one), "new meeting")
            assert titles(one) == {"Neues Fest"}
        assert not {one.record.raw for one in wire[before:]} & set(old)
        # Nor by somebody who kept it and sends it again.
        assert take(c.core, [verify(old[0])]) == ["unknown-tie"]


@pytest.mark.parametrize("admission", ["open", "decision"])
async def test_leaving_and_joining_again_while_the_network_sleeps(
    tmp_path: Path, admission: str
) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "++") as (a, b):
        await befriend(a, b)
        network: bytes = a.say(found_network, {"name": "Netz", "admission": admission})
        await until(lambda: network in b.core.ties.charters, "charter")
        b.say(apply_to_network, network, None)
        await until(lambda: a.core.ties.bond(network, b.id) is not None, "application")
        if admission == "decision":
            a.decide(network, b.id, "admitted")
        await members_everywhere(network, 2, a, b)
        meet(b, network, "Altes Fest")
        await until(lambda: titles(a) == {"Altes Fest"}, "meeting")
    async with up(homes[1:], "+") as (b,):
        b.say(leave_network, network)
        b.say(apply_to_network, network, None)
    async with up(homes, "++") as (a, b):
        wanted = Standing.MEMBER if admission == "open" else Standing.APPLIED
        epoch = b.core.ties.rosters[network][b.id].membership.epoch
        await until(
            lambda: a.core.ties.rosters[network][b.id].membership.epoch == epoch,
            "the new application",
        )
        for one in (a, b):
            await until(
                partial(
                    lambda n: n.core.ties.standing(network, b.id, n.core.clock()) is wanted, one
                ),
                admission,
            )
        assert titles(a) == set()
        if admission == "decision":
            a.decide(network, b.id, "admitted")
            await members_everywhere(network, 2, a, b)
        await until(lambda: unconfirmed(b) == set(), "receipts of the first membership")


async def test_a_declined_applicant_learns_nothing(tmp_path: Path, wire: Wire) -> None:
    async with up(homes_of(tmp_path, "Alpha", "Beta", "Gamma"), "++-") as (a, b, c):
        network = await joined(a, b)
        await befriend(a, c)
        meet(b, network, "Fest")
        await until(lambda: titles(a) == {"Fest"}, "meeting")
        await until(lambda: network in c.core.ties.charters, "charter")
        c.say(apply_to_network, network, "Bitte")
        standing: Callable[[Running], Standing] = lambda n: n.core.ties.standing(  # noqa: E731
            network, c.id, n.core.clock()
        )
        await until(lambda: standing(a) is Standing.APPLIED, "application")
        a.decide(network, c.id, "declined")
        await until(lambda: standing(c) is Standing.DECLINED, "answer")
        meet(a, network, "Tanz")
        await until(lambda: titles(b) == {"Fest", "Tanz"}, "meeting")
        c.say(leave_network, network)
        await until(lambda: standing(a) is Standing.LEFT, "withdrawn")
        assert titles(c) == set()
        assert to_the_network(wire.between(c), network, c.id) == []
        assert c.core.departures.all() == []
        assert b.id not in c.core.ties.identities


async def test_a_network_in_a_network_is_not_transitive(tmp_path: Path, wire: Wire) -> None:
    """B hosts a network of B and C, which joins the network of A; C is no member of that."""
    async with up(homes_of(tmp_path, "Alpha", "Beta", "Gamma"), "++-") as (a, b, c):
        outer = await joined(a, b)
        b.say(leave_network, outer)
        await befriend(b, c)
        below = await network_of(b, c, name="Klein")
        await members_everywhere(below, 2, b, c)
        await until(lambda: outer in b.core.ties.charters, "charter")
        apply_to_network(b.core, below, outer, None)
        b.links.stored()
        await until(
            lambda: a.core.ties.standing(outer, below, a.core.clock()) is Standing.APPLIED,
            "application of a network",
        )
        a.decide(outer, below, "admitted")
        await until(lambda: b.core.ties.is_member(outer, below, b.core.clock()), "admission")
        meet(a, outer, "Großes Fest")
        await until(lambda: "Großes Fest" in titles(b), "meeting")
        meet(b, below, "Kleines Fest")
        await until(lambda: "Kleines Fest" in titles(c), "meeting")
        b.say(edit_group, {"purpose": "Zuletzt"})
        before = len(wire)
        leave_network(b.core, below, outer)
        b.links.stored()
        await until(lambda: a.id in confirmed(b) and outer in confirmed(b), "receipts")
        assert titles(b) == {"Kleines Fest"}
        assert titles(c) == {"Kleines Fest"}
        assert content_of(c, outer) == content_of(a, below) == []
        assert to_the_network(wire.between(c), outer, below) == []
        assert to_the_network(wire.between(b, before), outer, below) == []


async def test_the_host_leaves_its_own_network(tmp_path: Path) -> None:
    async with up(homes_of(tmp_path, "Alpha", "Beta"), "+-") as (a, b):
        network = await joined(a, b)
        a.say(leave_network, network)
        await until(lambda: members(b, network) == [b.id], "gone")
        await until(lambda: confirmed(a) == {b.id}, "receipt")
        bond = a.core.ties.bond(network, a.id)
        assert bond is not None
        assert bond.admission is not None
        assert (bond.admission.content, bond.standing(a.core.clock())) == (None, Standing.LEFT)

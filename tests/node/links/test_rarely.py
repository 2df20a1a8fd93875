"""Nodes that are rarely there: store and forward, a hub that is gone, homes without an address."""

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from crypto.errors import CannotOpen
from node.app import open_core
from node.features.groups.actions import edit_group
from node.features.meetings.actions import (
    find_meeting,
    invite,
    known_meetings,
    new_meeting,
    replies,
    reply,
)
from node.features.networks.actions import apply_to_network, found_network
from node.features.pacts.actions import propose
from node.store.core import Core
from node.store.directory import Filters
from node.upkeep.tidying import tidy
from protocol.audience import Audience
from protocol.control_state import Standing
from protocol.errors import ProtocolError
from protocol.record import open_sealed
from tests.node.features.networks.test_leaving import (
    MEETING,
    homes_of,
    joined,
    members,
    members_everywhere,
    titles,
    up,
)
from tests.node.features.pacts.test_joint_exit import (
    case_of,
    everywhere,
    knows,
    network_of,
    proposal,
    signs,
)
from tests.node.keeping import opened, settled
from tests.node.world import Running, befriend, running, until, wind

TITLE = "Plenum beim Bäcker"
NOTE = "Bringt die alten Protokolle mit."
DAY = 86_400


def invites(one: Running, *guests: bytes, title: str = TITLE) -> None:
    """Invite to a meeting of which nobody else knows."""
    name = one.say(new_meeting, "private", {**MEETING, "title": title})
    one.say(invite, find_meeting(one.core, name), list(guests), NOTE)


def is_invited(one: Running, title: str = TITLE) -> bool:
    return title in titles(one)


def answers(one: Running, title: str = TITLE) -> None:
    one.say(reply, find_meeting(one.core, title), "accept", {"people": 2})


def is_answered(one: Running, title: str = TITLE) -> bool:
    return bool(replies(one.core, find_meeting(one.core, title)))


def sealed_to(core: Core, author: bytes, *to: bytes) -> list[Any]:
    """The sealed records that a node holds, hidden ones too."""
    audience = Audience.direct(list(to))
    return [one for _no, one, _in in core.records.all_by(author) if one.audience == audience]


def on_disk(core: Core) -> bytes:
    """Every byte of a node's folder."""
    return b"".join(one.read_bytes() for one in core.home.path.iterdir() if one.is_file())


async def admitted(host: Running, network: bytes, other: Running) -> None:
    """Somebody joins a network that `host` looks after."""
    await befriend(host, other)
    await until(lambda: network in other.core.ties.charters, "charter")
    other.say(apply_to_network, network, None)
    await until(lambda: host.core.ties.bond(network, other.id) is not None, "application")
    host.decide(network, other.id, "admitted")
    await until(lambda: other.id in members(other, network), "admission")


# Store and forward


async def test_two_that_are_never_up_together(tmp_path: Path) -> None:
    """A's sealed invitation reaches C by B, and C's answer A; B can't read either, and forgets."""
    a_home, b_home, c_home = homes_of(tmp_path, "Alpha", "Berta", "Carla")
    async with running(b_home) as b:
        network: bytes = b.say(found_network, {"name": "Netz"})
        async with running(a_home, False) as a:
            await admitted(b, network, a)
            a_id = a.id
        async with running(c_home, False) as c:
            await admitted(b, network, c)
            await until(lambda: a_id in members(c, network), "co-member")
            c_id = c.id
    async with running(b_home) as b:
        async with running(a_home, False) as a:
            await until(lambda: c_id in members(a, network), "co-member")
            assert not a.core.ties.accepts(a_id, c_id, a.core.clock())  # the network is all
            invites(a, c_id)
            await until(lambda: sealed_to(b.core, a_id, c_id), "carried")
        # B alone: it can't read what it keeps.
        (carried,) = sealed_to(b.core, a_id, c_id)
        with pytest.raises(ProtocolError) as refused:
            open_sealed(carried, b.core.ring.sealing_keys(b.core.ring.ids))
        assert isinstance(refused.value.__cause__, CannotOpen)
        assert not is_invited(b)
        assert [m for m in known_meetings(b.core) if m.host == a_id] == []
        for text in (TITLE, NOTE, MEETING["place"]):
            assert str(text).encode() not in on_disk(b.core)
        async with running(c_home, False) as c:
            await until(partial(is_invited, c), "invitation")
            (note,) = [one.content for one in c.core.records.opened("invitation", 0)]
            assert note is not None
            assert note["note"] == NOTE
            answers(c)
            await until(lambda: sealed_to(b.core, c_id, a_id), "reply carried")
        async with running(a_home, False) as a:
            await until(partial(is_answered, a), "reply")
    # It expires by itself: after the meeting B has nothing of it any more, hidden or not.
    with opened(b_home) as core:
        (carried,) = sealed_to(core, a_id, c_id)
        assert carried.expires <= core.clock() + 400 * DAY
        wind(core, lambda: carried.expires)
        tidy(core)
        assert sealed_to(core, a_id, c_id) == []
        assert core.records.outside.count_carried() == 0
    assert carried.raw not in b_home.database.read_bytes()


async def test_a_third_brings_it_though_it_came_later(tmp_path: Path) -> None:
    """B was not there when the invitation was written, and the author is not when C comes."""
    a_home, b_home, c_home = homes_of(tmp_path, "Alpha", "Berta", "Carla")
    async with running(a_home) as a, running(b_home) as b, running(c_home) as c:
        network = await joined(b, a, c)
        c_id = c.id
        await until(lambda: c_id in members(a, network), "co-member")
    async with running(a_home) as a:
        invites(a, c_id)  # alone
        async with running(b_home) as b:
            await until(lambda: sealed_to(b.core, a.id, c_id), "carried")
    async with running(b_home), running(c_home) as c:
        await until(partial(is_invited, c), "invitation")


# A hub that is gone


async def test_the_hub_is_lost_for_good(tmp_path: Path) -> None:
    """Directory, invitations and a joint exit among the members that are left."""
    homes = homes_of(tmp_path, "Hub", "Bert", "Carl", "Dora")
    async with up(homes, "++++") as (hub, bert, carl, dora):
        old = await joined(hub, bert, carl, dora)
        await members_everywhere(old, 4, hub, bert, carl, dora)
        trio = (bert, carl, dora)
        for one in trio:
            for other in trio:
                await until(
                    lambda one=one, other=other: (
                        other is one or one.core.ties.endpoints.get(other.id)
                    ),
                    "addresses",
                )
    shutil.rmtree(homes[0].path)
    async with up(homes[1:], "+++") as (bert, carl, dora):
        # The directory: the entry of one reaches the others, whom it never made its peers.
        edit_group(bert.core, bert.id, {"purpose": "Werkstatt für Fahrräder"})
        bert.links.stored()
        for one in (carl, dora):
            await until(partial(_finds, one, "Fahrräder", bert.id), "directory")
            assert not one.core.ties.accepts(one.id, bert.id, one.core.clock())
        # Its meetings, and invitations with their answers.
        bert.say(new_meeting, old, {**MEETING, "title": "Putztag"})
        await until(lambda: is_invited(dora, "Putztag"), "meeting of the network")
        invites(bert, carl.id)
        await until(partial(is_invited, carl), "invitation")
        answers(carl)
        await until(partial(is_answered, bert), "reply")
        # A joint exit: the hub needs to be neither asked nor there.
        bert.say(propose, proposal(bert.core, carl.id, dora.id, leaves=old, quorum=3))
        network = network_of(bert.core)
        for one in (carl, dora):
            await until(partial(knows, one), "pact")
            one.say(signs)
        await everywhere(network, [bert, carl, dora])
        for one in (bert, carl, dora):
            await until(partial(_has_left, one, old), "left")
        await until(lambda: network in bert.core.own, "who runs the new one")


def _finds(one: Running, words: str, author: bytes) -> bool:
    found = one.core.directory.find(words, Filters(one.core.clock()), 10).entries
    by = {header.ref: header.author for header in one.core.records.headers(0)}
    return author in {by.get(hit.no) for hit in found}


def _has_left(one: Running, network: bytes) -> bool:
    return one.core.ties.standing(network, one.id, one.core.clock()) is Standing.LEFT


# Behind home routers


async def test_two_that_only_dial_out_take_part_fully(tmp_path: Path) -> None:
    """No endpoint, no port: they join, get and answer at once, sign, and leave together."""
    homes = homes_of(tmp_path, "Hub", "Bert", "Carl")
    async with up(homes, "+--") as (hub, bert, carl):
        old = await joined(hub, bert, carl)
        for one in (bert, carl):
            assert one.url is None
            assert one.core.ties.endpoints.get(one.id) is None
            assert one.links.hosts == set()
        await settled(hub, bert, carl)
        # At once: no round begins and nothing is dialled; it is pushed over the link there is.
        rounds = [link.rounds for one in (bert, carl) for link in one.links.sessions.values()]
        assert len(rounds) == 2
        invites(hub, bert.id, title="Vom Hub")
        await until(lambda: is_invited(bert, "Vom Hub"), "pushed")
        answers(bert, "Vom Hub")
        await until(lambda: is_answered(hub, "Vom Hub"), "answer")
        # The two through the third, sealed to each other.
        invites(bert, carl.id)
        await until(partial(is_invited, carl), "through a third")
        answers(carl)
        await until(partial(is_answered, bert), "answer through a third")
        assert not is_invited(hub)
        now = [link.rounds for one in (bert, carl) for link in one.links.sessions.values()]
        assert now == rounds
        assert not bert.links.connected(carl.id)
        # A pact: the hub carries it, as the proposer picked, and signs nothing.
        bert.say(propose, proposal(bert.core, carl.id, leaves=old, quorum=2, carriers=(hub.id,)))
        await until(partial(knows, carl), "pact")
        assert not knows(hub)
        carl.say(signs)
        await until(lambda: len(case_of(bert.core).signed) == 2, "signature")
        network = network_of(bert.core)
        await everywhere(network, [bert, carl])
        for one in (bert, carl):
            await until(partial(_has_left, one, old), "left")
        await until(lambda: members(hub, old) == [hub.id], "two departures")
    # They meet again through the third, whose network they left: it is still a peer of both.
    async with up(homes, "+--") as (hub, bert, carl):
        await until(lambda: bert.links.connected(hub.id) and carl.links.connected(hub.id), "links")


async def test_a_restart_of_the_reachable_one_is_noticed(tmp_path: Path) -> None:
    """Who only dials out comes back by itself, and gets what was written meanwhile."""
    homes = homes_of(tmp_path, "Hub", "Bert")
    async with running(homes[1], False) as bert:
        async with running(homes[0]) as hub:
            await joined(hub, bert)
        core = open_core(homes[0])
        name = new_meeting(core, core.home_id, "private", {**MEETING, "title": TITLE})
        invite(core, core.home_id, find_meeting(core, name), [bert.id])
        core.close()
        async with running(homes[0]) as hub:
            await until(partial(is_invited, bert), "invitation")
            answers(bert)
            await until(partial(is_answered, hub), "reply")

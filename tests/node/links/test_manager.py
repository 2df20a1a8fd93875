"""Two and more real nodes over real sockets."""

from pathlib import Path

from node.features.meetings.actions import (
    find_meeting,
    invite,
    known_meetings,
    new_meeting,
    replies,
    reply,
)
from node.features.networks.actions import leave_network
from tests.days import wall
from tests.node.world import befriend, make_home, network_of, running, until

MEETING = {
    "title": "Kennenlernen",
    "starts": wall(90),
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}


async def test_a_network_of_three_meets_and_one_leaves(tmp_path: Path) -> None:
    homes = [make_home(tmp_path, name) for name in ("Alpha", "Beta", "Gamma")]
    async with running(homes[0]) as a, running(homes[1]) as b, running(homes[2], False) as c:
        await befriend(a, b)
        await befriend(a, c)
        network = await network_of(a, b, c)
        for one in (a, b, c):
            await until(lambda one=one: len(one.core.ties.members(network, one.core.clock())) == 3)
        b.say(new_meeting, network, MEETING)
        await until(lambda: known_meetings(c.core), "meeting at the one who only dials out")
        meeting = find_meeting(c.core, "Kennenlernen")
        c.say(reply, meeting, "accept", {})
        await until(lambda: replies(b.core, find_meeting(b.core, "Kennenlernen")))
        c.say(leave_network, network)
        assert known_meetings(c.core) == []
        await until(lambda: all(one.confirmed for one in c.core.departures.all()), "receipts")
        assert len(c.core.departures.all()) == 3
        assert not b.core.ties.is_member(network, c.id, b.core.clock())


async def test_two_peers_invite_each_other_without_any_network(tmp_path: Path) -> None:
    homes = [make_home(tmp_path, name) for name in ("Alpha", "Beta")]
    async with running(homes[0]) as a, running(homes[1], False) as b:
        await befriend(a, b)
        name = b.say(new_meeting, "private", MEETING)
        meeting = find_meeting(b.core, name)
        b.say(invite, meeting, [a.id])
        await until(lambda: known_meetings(a.core), "invitation")
        a.say(reply, find_meeting(a.core, name), "decline", {"note": "leider nicht"})
        await until(lambda: replies(b.core, meeting), "reply")

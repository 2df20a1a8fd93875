"""A large transfer over real sockets: it goes on where it broke off, and says how far it is."""

from pathlib import Path
from typing import Any

import pytest

from node.features.networks.actions import apply_to_network, found_network
from node.features.status.views import status_view
from node.links.link import Link
from node.links.progress import MENTIONED, TransferProgress
from node.records.transaction import take
from node.store.serve_settings import Server
from protocol.audience import Audience
from protocol.ids import to_name
from sync.frames import WINDOW_RECORDS
from sync.transfer import LOADED
from tests.days import wall
from tests.node.world import (
    Running,
    befriend,
    inside,
    make_core,
    make_home,
    running,
    tap,
    until,
    verified,
)
from tests.sync.people import Someone, entropy

AUTHORS, EACH = 15, 450
MEETINGS = AUTHORS * EACH
"""More than may be on their way at a time: when the first are stored, some were not sent yet."""

MEETING = {
    "title": "Kennenlernen",
    "topic": None,
    "text": None,
    "starts": wall(90),
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Saal",
    "link": None,
    "open_to": "members",
    "capacity": None,
    "cancelled": None,
}


def fill(node: Running) -> bytes:
    """A network of this node with many members, who announced many meetings."""
    network: bytes = node.say(found_network, {"name": "Netz"})
    audience, now = Audience.network(network), node.core.clock()
    for n in range(AUTHORS):
        one, epoch = Someone(f"author {n}"), entropy("epoch", n, size=16)
        joins = {"network": network, "charter": bytes(32), "message": None, "shown": False}
        some = [
            one.say("identity", {"links": one.links}, name=to_name(one.id), issued=now),
            one.say("membership", joins, audience, epoch=epoch, issued=now),
        ]
        assert take(node.core, verified(*some), frozenset({one.id})) == [None, None]
        node.decide(network, one.id, "admitted")
        meetings = [
            one.say("meeting", MEETING, audience, f"m{m}", epoch, issued=now) for m in range(EACH)
        ]
        assert set(take(node.core, verified(*meetings))) == {None}
    return network


def held(node: Running, kind: str = "") -> set[bytes]:
    """Ids of the records that a node has."""
    rows = node.core.db.all("select id from records where ? in ('', kind)", (kind,))
    return {row[0] for row in rows}


async def test_a_broken_connection_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MEETINGS > WINDOW_RECORDS
    wire = tap(monkeypatch)
    homes = [make_home(tmp_path, name) for name in ("Alpha", "Beta")]
    async with running(homes[0]) as a, running(homes[1], reachable=False) as b:
        network = fill(a)
        await befriend(a, b)
        await until(lambda: network in b.core.ties.charters, "charter")
        seen: list[Any] = []
        cut: list[Link] = []

        def took(peer: bytes, count: int) -> None:
            TransferProgress.took(b.links.arrivals, peer, count)
            if count >= LOADED and not cut:
                seen.append(b.links.arrivals.large())
                cut.extend(b.links.sessions.values())
                cut[0].hang_up()

        def joined(link: Link) -> bool:
            if cut:
                seen.append((len(wire), held(b), held(b, "meeting")))
            return type(b.links).joined(b.links, link)

        monkeypatch.setattr(b.links.arrivals, "took", took)
        monkeypatch.setattr(b.links, "joined", joined)
        b.say(apply_to_network, network, None)
        await until(lambda: a.core.ties.bond(network, b.id), "application")
        a.decide(network, b.id, "admitted")
        await until(lambda: len(held(b, "meeting")) == MEETINGS, "everything")

        note, (sent, before, meetings) = seen[:2]
        ((taken, of),) = note.values()
        assert (taken, of) == (LOADED, MEETINGS)
        assert LOADED <= len(meetings) < MEETINGS
        again = {c.record.id for c in wire[sent:] if b.id in c.target}
        assert again & before == set()
        assert held(a, "meeting") - meetings <= again
        await until(lambda: b.links.arrivals.large() == {}, "the note is gone")


def test_status_says_how_far_it_is_while_the_server_runs(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    arrivals = TransferProgress()
    arrivals.expect(core.home_id, 90_000)
    arrivals.took(core.home_id, 1_200)
    assert status_view(inside(core)).arriving == ()
    core.server = Server("http://127.0.0.1:1", core.clock(), arriving=arrivals.large)
    (found,) = status_view(inside(core)).arriving
    assert (found.taken, found.of) == (1_200, 90_000)
    core.close()


def test_small_transfers_are_not_mentioned() -> None:
    arrivals, peer = TransferProgress(), bytes(32)
    arrivals.expect(peer, MENTIONED - 1)
    arrivals.took(peer, 10)
    assert arrivals.large() == {}
    arrivals.expect(peer, 1)
    assert arrivals.large() == {peer: (10, MENTIONED)}
    arrivals.took(peer, MENTIONED - 10)
    assert arrivals.large() == {}

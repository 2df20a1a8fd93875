"""Bundles between real stores: cut, altered, in any order, twice (docs/protocol.md §10)."""

import random
from itertools import permutations
from pathlib import Path

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.bundles import reading
from node.features.bundles.actions import write_bundle
from node.features.bundles.reading import Acceptance, Report, look, read_bundle
from node.features.groups.actions import edit_group
from node.features.meetings.actions import cancel, find_meeting, invite, new_meeting
from node.features.networks.actions import apply_to_network, decide, found_network, leave_network
from node.features.peers.actions import end_peer
from node.links.session_store import NodeShelf, shelves_of
from node.records.stale_copy import begin
from node.records.transaction import take
from node.store.core import Core
from protocol.record import reread, verify_all
from sync.bundle import START_BYTES
from sync.bundle_selection import for_peer
from sync.gate import Verdict, gate
from tests.days import wall
from tests.node.by_hand import acquainted
from tests.node.sticks import (
    MEETING,
    handmade,
    held,
    many_meetings,
    own_envelopes,
    pair,
    parts_of,
    refused,
    stick,
    twin,
)
from tests.node.world import Clock, befriend, make_core, make_home, network_of, running, until
from tests.sync.people import NOW

__all__ = ["pair"]


def test_what_is_whole_is_taken_in(pair: tuple[Core, Core]) -> None:
    """Whatever is cut or altered: as if each whole part had been taken in, and no more."""
    giver, taker = pair
    many_meetings(giver)
    file = stick(giver, taker)
    data = file.read_bytes()
    begin = START_BYTES + int.from_bytes(data[START_BYTES - 4 : START_BYTES], "big")
    whole = len(parts_of(taker, data))
    assert whole >= 4
    chance = random.Random(3)
    for number in range(12):
        at = chance.randrange(begin, len(data))
        damaged = data[:at] if number % 2 else data[:at] + b"?" * 9 + data[at + 9 :]
        file.write_bytes(damaged)
        parts = parts_of(taker, damaged)
        mine, theirs = twin(taker, "mine"), twin(taker, "theirs")
        report = read_bundle(mine, file)
        for part in parts:
            take(theirs, verify_all(part.envelopes), frozenset(giver.own))
        assert held(mine) == held(theirs)
        records = sum(len(part.envelopes) for part in parts)
        assert (len(report.lost), report.missing) == (
            report.head.parts - len(parts),
            report.head.records - records,
        )
        assert len(report.lost) in (1, 2) or number % 2
        found = look(mine, file)
        assert (found.lost, found.missing, found.proven) == (report.lost, report.missing, True)
        mine.close()
        theirs.close()
    file.write_bytes(data)
    report = read_bundle(taker, file)
    assert (report.new, report.lost, report.missing) == (130, [], 0)


def test_any_order_twice(tmp_path: Path) -> None:
    """Bundles written over time, read in every order, once more each: one state."""
    clock = Clock()
    host, giver, taker = (make_core(tmp_path, name, clock) for name in ("Host", "Giver", "Taker"))
    everybody = (host, giver, taker)
    acquainted(everybody)
    net = found_network(host, host.home_id, {"name": "Netz"})
    for one in (giver, taker):
        read_bundle(one, stick(host, one))
        apply_to_network(one, one.home_id, net, None)
        read_bundle(host, stick(one, host))
        decide(host, net, one.home_id, "admitted")
        read_bundle(one, stick(host, one))
    read_bundle(taker, stick(host, taker))

    before = twin(taker, "before")
    files = []
    for number, change in enumerate((_announce, _change, _leave)):
        clock.now += 3_600
        change(giver, taker.home_id, net)
        files.append(stick(giver, taker, f"number-{number}"))
    states = []
    for order in permutations(files):
        fresh = twin(before, "fresh")
        for file in (*order, *order):
            read_bundle(fresh, file)
        again = [read_bundle(fresh, file).new for file in order]
        states.append((held(fresh), again))
        fresh.close()
    assert states == [states[0]] * 6
    assert states[0][1] == [0, 0, 0]
    kinds = [reread(raw).kind for raw in _envelopes(before, states[0][0], files, giver, taker)]
    assert "meeting" not in kinds, "what was announced to the network went with the membership"
    for one in (*everybody, before):
        one.close()


def _envelopes(
    core: Core, ids: set[bytes], files: list[Path], giver: Core, taker: Core
) -> list[bytes]:
    every = {
        reread(raw).id: raw
        for file in files
        for part in parts_of(taker, file.read_bytes())
        for raw in part.envelopes
    }
    return [raw for id_, raw in every.items() if id_ in ids and reread(raw).author in giver.own]


def _announce(giver: Core, guest: bytes, net: bytes) -> None:
    new_meeting(giver, giver.home_id, net, MEETING | {"title": "Plenum"})
    new_meeting(giver, giver.home_id, "private", MEETING | {"title": "Fest"})
    invite(giver, giver.home_id, find_meeting(giver, "Fest"), [guest])


def _change(giver: Core, _guest: bytes, _net: bytes) -> None:
    edit_group(giver, giver.home_id, {"region": "Kiel"})
    cancel(giver, giver.home_id, find_meeting(giver, "Fest"), "Regen")


def _leave(giver: Core, _guest: bytes, net: bytes) -> None:
    leave_network(giver, giver.home_id, net)


def test_nothing_that_was_erased_comes_back(pair: tuple[Core, Core]) -> None:
    giver, taker = pair
    edit_group(giver, giver.home_id, {"region": "Kiel"})
    old = stick(giver, taker, "old")
    edit_group(giver, giver.home_id, {"region": None})
    read_bundle(taker, stick(giver, taker, "new"))
    before = held(taker)
    report = read_bundle(taker, old)
    assert (report.new, report.refused.total(), held(taker)) == (0, 0, before)


def test_what_the_gate_lets_pass_and_nothing_else(tmp_path: Path) -> None:
    """Everything in a bundle is for its reader, and nothing that is for it is left out."""
    clock = Clock()
    one, peer, third = (make_core(tmp_path, name, clock) for name in ("One", "Peer", "Third"))
    acquainted([one, peer])
    acquainted([one, third])
    many = [(one.home_id, "public"), (one.home_id, "private")]
    for own, where in many:
        new_meeting(one, own, where, MEETING | {"title": where})
    for guest in (peer, third):
        invite(one, one.home_id, find_meeting(one, "private"), [guest.home_id])
    net = found_network(one, one.home_id, {"name": "Netz"})
    new_meeting(one, one.home_id, net, MEETING | {"title": "inside"})
    inside = [reread(raw) for part in parts_of(peer, stick(one, peer).read_bytes())
              for raw in part.envelopes]  # fmt: skip
    for record in inside:
        assert gate(frozenset(peer.own), record, one.ties, NOW) is not Verdict.NO
    assert {one.home_id, net, peer.home_id} >= {record.author for record in inside}
    sealed = [record for record in inside if record.kind == "sealed"]
    assert {third.home_id} & {id_ for record in sealed for id_ in record.audience.ids} == set()
    shelf = NodeShelf(one, shelves_of(one))
    assert [r.raw for r in inside] == list(
        for_peer(shelf, shelf.own, frozenset({peer.home_id}), NOW)
    )
    for core in (one, peer, third):
        core.close()


def test_what_waits_is_tried_again(pair: tuple[Core, Core]) -> None:
    """The worst order, over several parts: everything is taken in all the same."""
    giver, taker = pair
    many_meetings(giver)
    net = found_network(giver, giver.home_id, {"name": "Netz"})
    new_meeting(giver, giver.home_id, net, MEETING | {"title": "drinnen"})
    apart = twin(taker, "apart")
    read_bundle(taker, stick(giver, taker))
    apply_to_network(taker, taker.home_id, net, None)
    mine = list(for_peer(NodeShelf(taker, shelves_of(taker)), taker.own, giver.own, NOW))
    take(giver, verify_all(mine), taker.own)
    decide(giver, net, taker.home_id, "admitted")
    take(apart, verify_all(own_envelopes(taker)))
    envelopes = list(for_peer(NodeShelf(giver, shelves_of(giver)), giver.own, taker.own, NOW))
    straight = read_bundle(taker, handmade(giver, taker, envelopes))
    backwards = read_bundle(apart, handmade(giver, taker, envelopes[::-1]))
    assert (straight.refused, backwards.refused) == ({}, {})
    assert backwards.head.parts > 2
    assert held(apart) == held(taker)
    apart.close()


def test_an_ended_tie(pair: tuple[Core, Core]) -> None:
    """After the end of a peering: that it ended, and nothing else."""
    giver, taker = pair
    before = stick(giver, taker, "before")
    end_peer(giver, giver.home_id, taker.home_id)
    edit_group(giver, giver.home_id, {"region": "Kiel"})
    report = read_bundle(taker, stick(giver, taker))
    assert report.refused == {}
    assert not giver.ties.accepts(giver.home_id, taker.home_id, NOW)
    assert taker.ties.peerings[giver.home_id, taker.home_id].content is None
    assert read_bundle(taker, before).new == 0
    assert taker.ties.peerings[giver.home_id, taker.home_id].content is None


def test_breaking_off(pair: tuple[Core, Core], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored stays; reading again goes on."""
    giver, taker = pair
    many_meetings(giver)
    file, calls = stick(giver, taker), []

    def fails(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 4:
            raise Problem("disk-full")
        return take(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(reading, "take", fails)
        assert refused(taker, file) == "disk-full"
    done = 130 - read_bundle(taker, file).new
    assert 0 < done < 130


def test_an_old_copy_goes_on_waiting(pair: tuple[Core, Core]) -> None:
    """A bundle may be older than what is missing; and what it brings is taken in."""
    giver, taker = pair
    edit_group(giver, giver.home_id, {"region": "Kiel"})
    with taker.transaction():
        begin(taker, "restored")
    report = read_bundle(taker, stick(giver, taker))
    assert (report.new, taker.is_reconciled) == (1, False)


def test_own_records_that_are_newer(pair: tuple[Core, Core]) -> None:
    giver, taker = pair
    old = twin(taker, "old")
    edit_group(taker, taker.home_id, {"region": "Kiel"})
    read_bundle(giver, stick(taker, giver))
    file = stick(giver, taker)
    assert read_bundle(old, file).new > 0
    assert not old.is_reconciled
    old.close()


async def test_while_the_node_runs(tmp_path: Path) -> None:
    """What came goes on to connected nodes at once."""
    homes = [make_home(tmp_path, name) for name in ("Host", "Near", "Far")]
    async with running(homes[0]) as host, running(homes[1], reachable=False) as near:
        await befriend(host, near)
        net = await network_of(host, near)
        far = open_core(homes[2])
        for giver, taker in ((host.core, far), (far, host.core), (host.core, far)):
            file = tmp_path / "x.verbund"
            first = far.home_id not in host.core.ties.identities
            write_bundle(giver, None if first else taker.home_id, file, replace=True)
            read_bundle(taker, file, Acceptance(taker.home_id, giver.home_id))
        apply_to_network(far, far.home_id, net, None)
        write_bundle(far, host.id, file, replace=True)
        read_bundle(host.core, file)
        decide(host.core, net, far.home_id, "admitted")
        await until(
            lambda: near.core.ties.is_member(net, far.home_id, near.core.clock()), "admission"
        )
        write_bundle(host.core, far.home_id, file, replace=True)
        read_bundle(far, file)
        new_meeting(far, far.home_id, net, MEETING | {"title": "Von fern", "starts": wall(90)})
        write_bundle(far, host.id, file, replace=True)
        report: Report = read_bundle(host.core, file)
        assert report.refused == {}
        await until(lambda: _knows(near.core, "Von fern"), "the meeting")
        far.close()


def _knows(core: Core, title: str) -> bool:
    try:
        return bool(find_meeting(core, title))
    except Problem:
        return False

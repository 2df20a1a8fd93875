"""The disk is full: a clear error, reading and serving go on, leaving and erasing still work.

Each test runs on a small file system of its own, where the tests may mount one, and on a database
that may not grow, in any case.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.erasures.actions import erase_group, erase_meeting
from node.features.groups.actions import edit_group, group_content
from node.features.groups.tables import own_list
from node.features.lists.actions import remove_entry
from node.features.meetings.actions import cancel, find_meeting, new_meeting
from node.features.networks.actions import found_network, leave_network
from node.features.peers.actions import end_peer
from node.features.recovery.rotate import rotate
from node.records.transaction import take
from node.store.core import Core
from node.store.disk_reserve import OPENING_BYTES, RESERVE_BYTES
from node.upkeep.tidying import tidy
from node.upkeep.upkeep import keep_house
from protocol.audience import PUBLIC
from protocol.kind import Place
from protocol.record import verify
from tests.faults.disks import Disk, Mounted, mounted
from tests.node.keeping import with_words
from tests.node.world import Clock, accept, make_core, verified, wind
from tests.sync.people import Someone

PEER = Someone("peer")
LONG = {"purpose": "lang " * 400, "convictions": [f"{n} " + "w" * 490 for n in range(32)]}


@pytest.fixture
def core(disk: Disk) -> Iterator[Core]:
    """A node with ties, a meeting and a list, as it serves."""
    core = make_core(disk.folder, "Alpha")
    assert core.reserve.make()
    accept(core, PEER)
    found_network(core, core.home_id, {"name": "Netz"})
    fields = {"title": "Fest", "starts": "2027-02-01T19:00", "zone": "Europe/Berlin"}
    new_meeting(core, core.home_id, "public", {**fields, "minutes": 60, "place": "Saal"})
    with core.transaction():
        own_list(core).put(group_content({"name": "Chor"}))
    core.db.fold()
    yield core
    core.close()


def name(core: Core) -> Any:
    record = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert record is not None
    assert record.content is not None
    return record.content["name"]


def is_refused(core: Core) -> None:
    """What can wait is refused in words, and nothing of it is there."""
    before = core.db.all("select no, id from records order by no")
    with pytest.raises(Problem, match="disk-full"):
        edit_group(core, core.home_id, LONG)
    assert core.db.all("select no, id from records order by no") == before
    assert name(core) == "Alpha"


def test_reading_goes_on(core: Core, disk: Disk) -> None:
    disk.fill()
    for _time in range(3):
        is_refused(core)
    assert core.reserve.state == "full"
    assert core.reserve.path.stat().st_size == RESERVE_BYTES, "nothing that can wait touched it"
    assert core.db.one("pragma integrity_check")[0] == "ok"


def test_what_takes_back_succeeds(core: Core, disk: Disk) -> None:
    """One after the other, while the disk stays full; and what can wait gets none of the room."""
    me, now = core.home_id, core.clock()
    edit_group(core, me, {"purpose": "weg " * 100})
    (network,) = core.own - {me}
    disk.fill()
    leave_network(core, me, network)
    assert core.ties.members(network, now) == []
    is_refused(core)
    end_peer(core, me, PEER.id)
    assert not core.ties.accepts(me, PEER.id, now)
    is_refused(core)
    assert edit_group(core, me, {"purpose": None})["purpose"] is None
    assert cancel(core, me, find_meeting(core, "Fest"), "Wasserschaden") == 0
    assert erase_meeting(core, me, find_meeting(core, "Fest")) == 1
    remove_entry(core, "Chor")
    assert own_list(core).entries() == []
    tidy(core)
    is_refused(core)
    assert erase_group(core, me) == 1
    assert [one for one in core.records.statements("group", now, author=me) if one.body] == []
    assert core.db.one("pragma integrity_check")[0] == "ok"
    with closing(open_core(core.home, clock=core.clock)) as again:
        assert again.ties.members(network, now) == []


def test_forgetting_goes_on(core: Core, disk: Disk) -> None:
    """What is due to be renewed waits; what expired goes, since that makes room."""
    clock = core.clock.wall
    assert isinstance(clock, Clock)
    raw = PEER.say("meeting", verify(PEER.meeting("m")).content, name="m", lives=86_400)
    assert take(core, verified(raw), frozenset({PEER.id})) == [None]
    clock.now += 200 * 86_400  # more than half of an entry's time
    wind(core)
    disk.fill()
    before = core.records.last()
    renewed, gone = keep_house(core)
    assert gone > 0
    assert renewed == core.records.last() - before
    assert [one for one in core.records.all_by(PEER.id) if one[1].kind == "meeting"] == []


def test_space_again(core: Core, disk: Disk) -> None:
    """Everything goes on by itself, and the reserve is whole."""
    disk.fill()
    end_peer(core, core.home_id, PEER.id)
    is_refused(core)
    disk.free()
    edit_group(core, core.home_id, LONG)
    assert core.reserve.path.stat().st_size == RESERVE_BYTES
    assert core.reserve.state != "full"


def test_new_keys(disk: Disk) -> None:
    """Whoever lost a machine to thieves must not have to look for space first."""
    home, phrase = with_words(disk.folder, "Alpha")
    with closing(open_core(home)) as core:
        core.reserve.make()
        core.db.fold()
        disk.fill()
        rotate(core, phrase, core.home_id, True)
        assert (core.ring.held[0].link, core.ring.others) == (1, [])
    with closing(open_core(home)) as core:
        assert (core.ring.held[0].link, core.ring.others) == (1, [])
        assert not core.is_superseded(core.ring.held[0])


def test_it_comes_up(core: Core, disk: Disk) -> None:
    """Opening makes files, even to read: what is left of the reserve is enough for them."""
    core.reserve.release()
    disk.fill()
    core.close()
    disk.fill_again()
    assert core.reserve.path.stat().st_size == OPENING_BYTES
    with closing(open_core(core.home, clock=core.clock)) as again:
        assert name(again) == "Alpha"
        is_refused(again)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Mounted]:
    with mounted(tmp_path / "disk") as found:
        yield found


def test_new_keys_without_a_reserve(small: Mounted) -> None:
    """Nothing is half done: the old keys are whole and speak; later the new ones are made."""
    home, phrase = with_words(small.folder, "Alpha")
    with closing(open_core(home)) as core:
        small.fill()
        with pytest.raises(Problem, match="disk-full"):
            rotate(core, phrase, core.home_id, True)
        assert core.ring.held[0].link == 0
    assert sorted(one.name for one in home.path.iterdir()) == ["keys", "verbund.db"]
    small.free()
    with closing(open_core(home)) as core:
        assert (core.ring.held[0].link, core.is_superseded(core.ring.held[0])) == (0, False)
        edit_group(core, core.home_id, {"region": "Kiel"})
        rotate(core, phrase, core.home_id, True)
        assert core.ring.held[0].link == 1


def test_low(small: Mounted, monkeypatch: pytest.MonkeyPatch) -> None:
    home, _phrase = with_words(small.folder, "Alpha")
    with closing(open_core(home)) as core:
        core.reserve.make()
        assert core.reserve.state == "low"
        monkeypatch.setattr("node.store.disk_reserve.LOW_BYTES", 2**20)
        assert core.reserve.state is None
        small.fill()
        assert core.reserve.state == "full"

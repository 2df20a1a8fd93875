"""What a node does by itself: renewing, expiring, forgetting. Wrong clocks: `test_clock_*`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.features.erasures.actions import erase_group
from node.features.groups.actions import edit_group
from node.features.networks.actions import apply_to_network, decide, found_network, leave_network
from node.links.manager import Links
from node.records.transaction import act, take
from node.store.core import Core
from node.store.directory import Filters
from node.upkeep import upkeep as upkeep_module
from node.upkeep.backups import keep_backups
from node.upkeep.leftovers import clear
from node.upkeep.tidying import tidy
from node.upkeep.upkeep import Upkeep, renew
from protocol.audience import PUBLIC, Audience
from protocol.control_state import Standing
from protocol.groups import ENTRY_LIFETIME
from protocol.ids import to_name
from protocol.kind import LIFETIME, Place
from protocol.record import verify
from tests.node.world import Clock, accept, make_core, until, verified, wind
from tests.sync.people import NOW, Someone, entropy

DAY = 86_400
ANNA, BERT = Someone("anna"), Someone("bert")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    core = make_core(tmp_path, clock=clock)
    yield core
    core.close()


def ends(core: Core) -> dict[str, int]:
    """Kind → days until its record by this node's group ends; identities last for ever."""
    now = core.clock()
    kinds = ("group", "endpoint", "network", "membership", "admission", "peering")
    found = {}
    for kind in kinds:
        for own in core.own:
            for one in core.records.statements(kind, now, author=own):
                found[kind] = (one.expires - now) // DAY
    return found


def test_renewal_at_half_time(core: Core, clock: Clock) -> None:
    """An entry after 90 days, the rest after 200; what is renewed keeps its words and epoch."""
    accept(core, ANNA)
    network = found_network(core, core.home_id, {"name": "Netz"})
    with act(core) as publisher:
        place = Place(core.home_id, PUBLIC, "endpoint", "home")
        publisher.write(place, {"url": "https://verbund.example", "tls": None})
    full = LIFETIME // DAY
    others = dict.fromkeys(("endpoint", "network", "membership", "admission", "peering"), full)
    epoch = core.ties.member_epoch(network, core.home_id, NOW)
    history = []
    for day in (0, 89, 91, 199, 201):
        clock.now = NOW + day * DAY
        history.append((day, renew(core), ends(core)))
    entry = ENTRY_LIFETIME // DAY
    assert history == [
        (0, 0, {"group": entry, **others}),
        (89, 0, {"group": entry - 89, **dict.fromkeys(others, full - 89)}),
        (91, 1, {"group": entry, **dict.fromkeys(others, full - 91)}),
        (199, 1, {"group": entry, **dict.fromkeys(others, full - 199)}),
        (201, 5, {"group": entry - 2, **others}),
    ]
    assert core.ties.member_epoch(network, core.home_id, clock.now) == epoch
    assert core.ties.accepts(core.home_id, ANNA.id, clock.now)


@pytest.mark.parametrize("days", [0, 1, 100, 399])
def test_an_entry_after_an_erasure_stands_half_a_year(core: Core, clock: Clock, days: int) -> None:
    """Not for the 400 days of the tombstone; nothing older outlives it (protocol.md §4.5)."""
    before = ends(core)["group"]
    erase_group(core, core.home_id)
    clock.now = NOW + days * DAY
    edit_group(core, core.home_id, {"name": "Again"})
    record = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert record is not None
    assert record.expires - clock.now == ENTRY_LIFETIME
    assert record.expires >= NOW + before * DAY
    clock.now += ENTRY_LIFETIME // 2 + DAY
    assert renew(core) >= 1
    assert ends(core)["group"] == ENTRY_LIFETIME // DAY


def test_what_ended_is_not_renewed(core: Core, clock: Clock) -> None:
    """Neither a peering that was ended, nor an expulsion, nor what is to a network one left."""
    network = found_network(core, core.home_id, {"name": "Netz"})
    to_it = Audience.network(network)
    for one, decision in ((ANNA, "expelled"), (BERT, "declined")):
        accept(core, one)
        content = {"network": network, "charter": bytes(32), "message": None, "shown": False}
        joins = one.say(
            "membership", content, to_it, epoch=entropy(one.name, size=16), lives=LIFETIME
        )
        assert take(core, verified(joins)) == [None]
        if decision == "expelled":
            decide(core, network, one.id, "admitted")
        decide(core, network, one.id, decision)
    clock.now = NOW + 210 * DAY
    renew(core)
    left = {one.name: (one.expires - clock.now) // DAY
            for one in core.records.statements("admission", clock.now, author=network)}  # fmt: skip
    full = LIFETIME // DAY
    assert left == {
        to_name(core.home_id): full,
        to_name(ANNA.id): full - 210,
        to_name(BERT.id): full - 210,
    }


def test_one_that_can_not_be_renewed_does_not_stop_the_rest(core: Core, clock: Clock) -> None:
    network = found_network(core, core.home_id, {"name": "Netz"})
    apply_to_network_again = core.ties.standing(network, core.home_id, NOW)
    assert apply_to_network_again is Standing.MEMBER
    with act(core) as publisher:
        place, epoch = publisher.to_network(core.home_id, network, "group", "")
        record = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
        content = record.content if record else None
        publisher.write(place, content, expires=NOW + ENTRY_LIFETIME, epoch=epoch)
    leave_network(core, core.home_id, network)
    clock.now = NOW + 100 * DAY
    assert renew(core) == 1
    record = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert record is not None
    assert record.expires == clock.now + ENTRY_LIFETIME


def test_an_entry_that_nobody_renews_disappears(core: Core, clock: Clock) -> None:
    """X3: from the directory and the search at once, from the file with the next tidying."""
    accept(core, ANNA)
    entry = ANNA.say("group", {**(verify(ANNA.group()).content or {}), "name": "Anna"},
                     lives=30 * DAY, issued=NOW)  # fmt: skip
    assert take(core, verified(entry)) == [None]

    def found() -> int:
        return core.directory.find("Anna", Filters(clock.now), 5).total

    def held() -> list[Any]:
        return core.db.all("select 1 from records where envelope = ?", (entry,))

    history = []
    for day in (0, 29, 30):
        clock.now = NOW + day * DAY
        history.append((found(), len(held())))
    wind(core)
    tidy(core)
    assert [*history, (found(), len(held()))] == [(1, 1), (1, 1), (0, 1), (0, 0)]


def test_strangers_are_forgotten_after_a_day(core: Core, clock: Clock) -> None:
    """Counted from when they came, not from when they introduced themselves first (§6.5)."""
    old = ANNA.say("identity", {"links": ANNA.links}, name=to_name(ANNA.id), issued=NOW - 300 * DAY)
    assert take(core, verified(old)) == [None]
    accept(core, BERT)
    known = []
    for hours in (0, 1, 12, 23, 26):
        clock.now = NOW + hours * 3600
        tidy(core)
        known.append({ANNA.id, BERT.id} & set(core.ties.identities))
    assert known == [{ANNA.id, BERT.id}] * 4 + [{BERT.id}]
    core.reload()
    assert set(core.ties.identities) == {core.home_id, BERT.id}


def test_content_of_who_is_no_member_any_more_is_forgotten(core: Core, clock: Clock) -> None:
    """A membership that ran out ends nothing by itself, but tidying does."""
    network = found_network(core, core.home_id, {"name": "Netz"})
    epoch = entropy("anna", size=16)
    accept(core, ANNA)
    content = {"network": network, "charter": bytes(32), "message": None, "shown": False}
    to_it = Audience.network(network)
    assert take(
        core, verified(ANNA.say("membership", content, to_it, epoch=epoch, lives=5 * DAY))
    ) == [None]
    decide(core, network, ANNA.id, "admitted")
    assert take(core, verified(ANNA.meeting("fest", to_it, epoch))) == [None]
    counts = []
    for day in (4, 6):
        clock.now = NOW + day * DAY
        wind(core)
        tidy(core)
        counts.append(len(core.records.content_numbers(network, by=ANNA.id)))
    assert counts == [1, 0]


async def test_the_log_is_emptied_after_a_commit(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was erased must not stay in it; as long as somebody reads, it is tried again."""
    monkeypatch.setattr(upkeep_module, "FOLD_APART", 0.01)
    links = Links(core)
    upkeep = Upkeep(core, links)
    links.begin()
    log = core.home.database.with_name("verbund.db-wal")
    with core.db.reading() as reader:
        reader.execute("begin")
        reader.execute("select count(*) from records").fetchone()
        take(core, verified(ANNA.introduction()))
        await until(lambda: not upkeep.folds.idle, "due")
        assert log.stat().st_size > 0
    await until(lambda: log.stat().st_size == 0, "empty")
    upkeep.close()
    await links.close()


def test_a_declined_application_can_be_made_again(core: Core) -> None:
    network = found_network(core, core.home_id, {"name": "Netz"})
    leave_network(core, core.home_id, network)
    assert core.ties.standing(network, core.home_id, NOW) is Standing.LEFT
    assert apply_to_network(core, core.home_id, network, None) == "applied"
    decide(core, network, core.home_id, "admitted")
    assert core.ties.standing(network, core.home_id, NOW) is Standing.MEMBER


@pytest.mark.parametrize("moved", [False, True])
async def test_another_node_in_the_place_of_ours(core: Core, moved: bool) -> None:
    """Where our folder was one is just being made, or nothing is: nothing is done there by name."""
    home = core.home.path
    assert core.has_folder
    home.rename(home.with_name("elsewhere"))
    if not moved:
        (home / "beginning").mkdir(parents=True)
        (home / "backup.1.new").write_bytes(b"theirs")
    assert not core.has_folder
    before = sorted(home.rglob("*"))
    assert clear(core) is False
    await keep_backups(core)
    assert sorted(home.rglob("*")) == before

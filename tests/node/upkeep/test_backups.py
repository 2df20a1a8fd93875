"""The backups that a node keeps, and what a restored one must not bring back (§6.8)."""

import errno
import sqlite3
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from node.app import SCHEMA, open_core
from node.base.errors import Problem
from node.features.erasures.actions import erase_group, erase_meeting
from node.features.groups.actions import current_entry, edit_group
from node.features.meetings.actions import find_meeting, known_meetings, new_meeting
from node.features.recovery.backup import restore
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.store.core import Core
from node.store.snapshot import copied
from node.upkeep import backup_file, backups, erasure_list
from node.upkeep.backup_file import backup
from node.upkeep.backups import Kept, holds_until, keep_backups, known_backups, outdated
from node.upkeep.erasure_list import list_beside
from protocol.record import verify
from tests.days import wall
from tests.node.features.networks import test_leaving
from tests.node.keeping import with_words
from tests.node.records.test_erasing import MARK, confirmed, entry_at, raw
from tests.node.world import befriend, make_home, running, until, wind

DAY = 86_400
NOON = 1_800_014_400
"""2027-01-15, noon, UTC."""

MEETING = test_leaving.MEETING | {"starts": wall(90, now=NOON)}


def quietly(_done: int, _total: int) -> None:
    pass


class Clock:
    """What a clock shows, and what passed in truth."""

    def __init__(self) -> None:
        self.now, self.passed = NOON, 0

    def __call__(self) -> int:
        return self.now

    def steady(self) -> float:
        return self.passed

    async def run(self, core: Core, seconds: int) -> None:
        """The node runs for a while, and looks every hour."""
        for _ in range(seconds // 3_600):
            self.now, self.passed = self.now + 3_600, self.passed + 3_600
            await keep_backups(core)


def made(folder: Path) -> tuple[Core, Phrase, Clock]:
    home, phrase = with_words(folder, "Alpha")
    clock = Clock()
    core = open_core(home, clock=clock, steady=clock.steady)
    wind(core)
    return core, phrase, clock


def days(core: Core) -> list[date]:
    return [date.fromisoformat(one.name.removesuffix(".verbund")) for one in known_backups(core)]


def files(core: Core) -> list[str]:
    return sorted(path.name for path in (core.home.path / "backups").iterdir())


async def test_one_a_day_and_none_for_long(tmp_path: Path) -> None:
    core, _phrase, clock = made(tmp_path)
    start = date(2027, 1, 15)
    for number in range(40):
        await keep_backups(core)
        await keep_backups(core)
        ages = [(start + timedelta(number) - one).days for one in days(core)]
        assert min(ages) == 0
        assert max(ages) < 28
        assert set(range(min(7, number + 1))) <= set(ages)
        assert len(ages) <= 7 + 4
        await clock.run(core, DAY)
    assert len(ages) >= 7 + 2
    core.close()


def old(*ages: int, fresh: int | None = None) -> list[Kept]:
    """Backups so many days old, on day 1,000 of a node's life."""
    ran = [(1_000 - age) * DAY for age in ages]
    return [Kept(f"{age}", at, at, fresh=age == fresh) for age, at in zip(ages, ran, strict=True)]


@pytest.mark.parametrize(
    ("there", "unreadable", "gone"),
    [
        (old(*range(7)), (), []),
        # Seven days, then the latest of each week, for four weeks.
        (old(*range(60)), (), [*(9, 10, 11, 12, 13), *(16, 17, 18, 19, 20), *range(22, 60)]),
        # The three latest that can be read back stay, however old.
        (old(30, 40, 50, 60, 70), (), [60, 70]),
        (old(30, 40, 50, 60, 70), (30, 50), [30, 50]),
        # After an erasure they stay until a fresh one that can be read back is 28 days old.
        (old(27, 40, 50, fresh=27), (), []),
        (old(27, 40, 50, 60, fresh=27), (), [60]),
        (old(28, 40, 50, fresh=28), (), [40, 50]),
        (old(28, 40, 50, fresh=28), (28,), [28]),
    ],
)  # fmt: skip
def test_rotation_is_a_table(
    there: list[Kept], unreadable: tuple[int, ...], gone: list[int]
) -> None:
    found = outdated(there, 1_000 * DAY, lambda one: int(one.name) not in unreadable)
    if len(there) == 60:  # weeks are counted from the node's first day: 1,000 = 142 weeks, 6 days
        weeks: dict[int, int] = {}
        for age in range(7, 28):
            weeks.setdefault((1_000 - age) // 7, age)
        gone = [age for age in range(7, 60) if age not in weeks.values()]
    assert [int(one.name) for one in found] == gone


async def test_an_erasure_makes_a_fresh_backup(tmp_path: Path) -> None:
    """Of the same day, in place of the one that holds it; 28 running days later none does."""
    core, phrase, clock = made(tmp_path)
    edit_group(core, core.home_id, {"purpose": MARK})
    for _ in range(3):
        await keep_backups(core)
        await clock.run(core, DAY)
    await keep_backups(core)
    before = {one.name: one.digest for one in known_backups(core)}
    erase_group(core, core.home_id)
    await keep_backups(core)
    after = {one.name: one.digest for one in known_backups(core)}
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == [max(before)]
    assert [one.fresh for one in known_backups(core)] == [False, False, False, True]
    restore(
        Home(tmp_path / "again"), core.home.path / "backups" / max(after), phrase, quietly, SCHEMA
    )
    assert raw(tmp_path / "again") == []
    await keep_backups(core)  # once
    assert after == {one.name: one.digest for one in known_backups(core)}
    core.ring.backup = None  # as on a full disk: no further one is written
    clock.now += 400 * DAY  # what the clock shows does not count
    await clock.run(core, 27 * DAY)
    assert {one.name for one in known_backups(core)} == {*sorted(after)[-3:]}
    await clock.run(core, DAY)
    assert {one.name for one in known_backups(core)} == {max(after)}
    core.close()


async def test_until_when_a_backup_holds_it(tmp_path: Path) -> None:
    core, _phrase, clock = made(tmp_path)
    assert holds_until(core, clock.now) is None
    await keep_backups(core)
    assert holds_until(core, clock.now - 1) is None
    await clock.run(core, DAY)
    edit_group(core, core.home_id, {"purpose": MARK})
    erase_group(core, core.home_id)
    erased = clock.now
    await keep_backups(core)
    assert holds_until(core, erased) == erased + 28 * DAY
    await clock.run(core, 5 * DAY)
    assert holds_until(core, erased) == erased + 28 * DAY
    clock.now += 5 * DAY  # off: those days don't count
    assert holds_until(core, erased) == erased + 33 * DAY
    await clock.run(core, 3 * DAY)  # one of each week is enough
    assert holds_until(core, erased) is None
    core.close()


async def test_what_a_killed_process_left(tmp_path: Path) -> None:
    core, _phrase, _clock = made(tmp_path)
    left = [core.home.path / name for name in ("backup.1.new", "backup.1.new-journal")]
    for one in left:
        one.write_bytes(b"a snapshot in the clear, under the number of a process that lives")
    left.append(core.home.path / "snapshot.00.new")
    left[-1].touch()
    (core.home.path / "backups").mkdir()
    (core.home.path / "backups" / "2027-01-01.verbund.part").touch()
    await keep_backups(core)
    assert not any(one.exists() for one in left)
    assert files(core) == ["2027-01-15.verbund"]
    core.close()


async def test_what_can_not_be_written_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core, _phrase, _clock = made(tmp_path)

    def full(*_args: object) -> None:
        raise Problem("disk-full")

    with monkeypatch.context() as patched:
        patched.setattr(backups, "backup", full)
        await keep_backups(core)
    assert files(core) == []
    await keep_backups(core)
    assert files(core) == ["2027-01-15.verbund"]
    core.close()


FULL_DISK = (Problem("disk-full"), OSError(errno.ENOSPC, "no room, not even for a name"))


@pytest.mark.parametrize("full", FULL_DISK, ids=("database", "name"))
def test_a_backup_to_another_disk_while_the_own_is_full(
    full: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core, phrase, _clock = made(tmp_path)
    tried: list[Path] = []

    def on_a_full_disk(database: Path | str, beginning: Path) -> BinaryIO:
        tried.append(beginning.parent)
        if beginning.parent == core.home.path:
            raise full
        return copied(database, beginning)

    file = tmp_path / "stick.backup"
    monkeypatch.setattr(backup_file, "copied", on_a_full_disk)
    backup(core, file, False, quietly)
    assert tried[0] == core.home.path
    assert len(tried) == 2
    entry = current_entry(core, core.home_id)
    core.close()
    restore(Home(tmp_path / "again"), file, phrase, quietly, SCHEMA)
    again = open_core(Home(tmp_path / "again"))
    assert current_entry(again, again.home_id) == entry
    again.close()


@pytest.mark.parametrize("full", FULL_DISK, ids=("database", "name"))
def test_a_backup_while_every_disk_is_full(
    full: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core, _phrase, _clock = made(tmp_path)

    def never(*_args: object) -> BinaryIO:
        raise full

    monkeypatch.setattr(backup_file, "copied", never)
    with pytest.raises(Problem, match="disk-full"):
        backup(core, tmp_path / "stick.backup", False, quietly)
    assert not (tmp_path / "stick.backup").exists()
    core.close()


@pytest.mark.parametrize(
    ("broken", "code"),
    [(Problem("disk-failing"), "disk-failing"), (OSError(errno.EIO, "failing"), "file-unwritable")],
)
def test_a_backup_of_a_disk_that_fails(
    broken: Exception, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not tried elsewhere: what can't be read here can't be read there."""
    core, _phrase, _clock = made(tmp_path)
    tried: list[Path] = []

    def failing(_database: Path | str, beginning: Path) -> BinaryIO:
        tried.append(beginning.parent)
        raise broken

    monkeypatch.setattr(backup_file, "copied", failing)
    with pytest.raises(Problem) as raised:
        backup(core, tmp_path / "stick.backup", False, quietly)
    assert (raised.value.code, tried) == (code, [core.home.path])
    core.close()


def test_a_restored_backup_replays_what_was_erased(tmp_path: Path) -> None:
    core, phrase, clock = made(tmp_path)
    own = core.home_id
    edit_group(core, own, {"purpose": MARK})
    announced = new_meeting(core, own, "public", {**MEETING, "title": f"{MARK} A"})
    private = new_meeting(core, own, "private", {**MEETING, "title": f"{MARK} B"})
    new_meeting(core, own, "private", {**MEETING, "title": "Bleibt"})
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    backup(core, folder / "old.verbund", False, quietly)
    erase_group(core, own)
    for name in (announced, private):
        erase_meeting(core, own, find_meeting(core, name))
    core.close()
    assert raw(core.home.path) == []
    # Without the list, and without a peer, it all is back: a person is told so.
    restore(Home(tmp_path / "bare"), folder / "old.verbund", phrase, quietly, SCHEMA)
    assert raw(tmp_path / "bare") == ["verbund.db"]
    (core.home.path / "backups" / "erasures").rename(folder / "erasures")
    restore(Home(tmp_path / "new"), folder / "old.verbund", phrase, quietly, SCHEMA)
    assert raw(tmp_path / "new") == []
    again = open_core(Home(tmp_path / "new"), clock=clock)
    assert current_entry(again, own) is None
    assert [one.content["title"] for one in known_meetings(again)] == ["Bleibt"]
    assert not again.is_reconciled
    # What was replayed stands in the next list, too.
    listed = again.erasures.tombstones(NOON, 10)
    assert {verify(one).kind for one in listed} == {"group", "meeting"}
    again.close()


def test_the_list_shows_nothing_and_can_not_be_forged(tmp_path: Path) -> None:
    core, phrase, _clock = made(tmp_path)
    edit_group(core, core.home_id, {"purpose": MARK})
    file = tmp_path / "old.verbund"
    backup(core, file, False, quietly)
    erase_group(core, core.home_id)
    data = (core.home.path / "backups" / "erasures").read_bytes()
    assert core.home_id not in data
    listed = tmp_path / "erasures"
    for wrong in (data[:-1], data[:200], b"", bytes([data[0] ^ 1]) + data[1:]):
        listed.write_bytes(wrong)
        with pytest.raises(Problem, match="erasures-damaged"):
            restore(Home(tmp_path / "new"), file, phrase, quietly, SCHEMA)
        assert not Home(tmp_path / "new").exists
    # Who has the public key only can write a list, but no signature.
    other = open_core(make_home(tmp_path, "Other"))
    other.ring.backup = core.ring.backup
    erase_group(other, other.home_id)
    listed.write_bytes((other.home.path / "backups" / "erasures").read_bytes())
    restore(Home(tmp_path / "new"), file, phrase, quietly, SCHEMA)
    assert raw(tmp_path / "new") == ["verbund.db"]
    for one in (core, other):
        one.close()


def test_a_list_that_can_not_be_written_stops_no_erasing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    core, _phrase, _clock = made(tmp_path)

    def full(*_args: object) -> None:
        raise Problem("disk-full")

    monkeypatch.setattr(erasure_list, "write_private", full)
    erase_group(core, core.home_id)
    assert not core.erasures.is_due()
    assert list_beside(core.home.path / "backups" / "x.verbund") is None
    core.close()


async def test_a_restored_node_and_its_peer(tmp_path: Path) -> None:
    """Restored in its own folder, where the list lies beside: gone before any peer is met."""
    home, phrase = with_words(tmp_path, "Alpha")
    other = make_home(tmp_path, "Beta")
    async with running(home, False) as a, running(other) as b:
        await befriend(b, a)
        a.say(edit_group, {"purpose": MARK})
        await until(lambda: entry_at(b, a.id) == MARK, "entry")
        await keep_backups(a.core)
        (saved,) = (home.path / "backups").glob("*.verbund")
        a.say(erase_group)
        await until(lambda: confirmed(a) == {b.id}, "receipt")
    for name in ("keys", "verbund.db"):
        (home.path / name).unlink()
    restore(home, saved, phrase, quietly, SCHEMA)
    assert raw(home.path) == []
    async with running(home, False) as a, running(other) as b:
        await until(lambda: a.core.is_reconciled, "reconciled")
        assert (entry_at(a, a.id), entry_at(b, a.id)) == (None, None)
        await until(lambda: confirmed(a) == {b.id}, "the receipt is back")
    assert raw(home.path, other.path) == []


def test_a_snapshot_does_not_see_what_is_not_committed(tmp_path: Path) -> None:
    core, phrase, _clock = made(tmp_path)
    with core.transaction():
        core.settings.set("later", True)
        backup(core, tmp_path / "one.verbund", False, quietly)
    restore(Home(tmp_path / "new"), tmp_path / "one.verbund", phrase, quietly, SCHEMA)
    conn = sqlite3.connect(tmp_path / "new" / "verbund.db")
    assert conn.execute("select 1 from settings where key = 'later'").fetchone() is None
    conn.close()
    core.close()

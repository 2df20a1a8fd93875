"""What a start takes in of control records that are kept packed is what the records say."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from node.app import SCHEMA, open_core
from node.features.recovery.backup import restore
from node.keys.home import Home
from node.store import kept_control
from node.store.core import Core
from node.store.kept_control import SPAN, KeptControl
from node.upkeep.backup_file import backup
from node.upkeep.upkeep import Upkeep
from protocol.audience import Audience
from protocol.control_state import Ties
from protocol.kinds import CONTROL
from protocol.packed import pack, tables, unpack
from protocol.record import Record, verify
from tests.node.keeping import with_words
from tests.node.records.test_erasing import MARK, raw
from tests.node.store.histories import Store, assert_opens_as_read, contents, pool, read_singly
from tests.node.world import running
from tests.protocol.making.cast import Actor

HISTORIES = 1_000


def test_what_is_kept_packed_says_what_the_records_say() -> None:
    store, packed = Store(), 0
    for seed in range(HISTORIES):
        dice = store.begin(seed)
        for _ in range(dice.randrange(4, 24)):
            store.happen(dice)
        packed += store.db.one("select count(*) from kept_control where length(body) > 1")[0]
        assert contents(store.quick()) == contents(store.slow()), f"history {seed}"
    assert packed > HISTORIES // 2


def test_tables_come_back_as_they_were_packed() -> None:
    records = [one.record for one in pool()]
    assert unpack(pack(records)) == tables(records)
    assert {one.kind for one in records} >= CONTROL - {"peering", "pact", "signature"} - {
        "certificate"
    }  # those travel sealed only


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    """A node that knows of many, with two parts of which one is packed."""
    home, _words = with_words(tmp_path, "Alpha")
    core = open_core(home)
    fill(core)
    with core.transaction():
        for part in core.kept_control.missing(core.records.last()):
            core.kept_control.keep(part)
    yield core
    core.close()


def fill(core: Core) -> None:
    with core.transaction():
        for said in pool():
            core.records.put([said.record])
        core.db.run("update settings set value = ? where key = 'last_record'", (str(2 * SPAN),))
    core.reload()


def part_of(core: Core, part: int = 0) -> tuple[bytes, bytes]:
    found: tuple[bytes, bytes] = core.db.one(
        "select seal, body from kept_control where part = ?", (part,)
    )
    return found


def put_part(core: Core, seal: bytes, body: bytes, part: int = 0) -> None:
    with core.transaction():
        core.db.run("insert or replace into kept_control values (?, ?, ?)", (part, seal, body))


def counted_as_missing(core: Core) -> bool:
    """Whether the first part is not believed, and the start knows what the records say."""
    core.reload()
    assert_opens_as_read(core)
    return 0 in core.kept_control.missing(core.records.last())


def test_a_part_is_believed_only_if_every_byte_of_it_is_as_it_was(core: Core) -> None:
    seal, body = part_of(core)
    kept = KeptControl(core.db)
    for at in range(len(seal) + len(body)):
        broken = bytearray(seal + body)
        broken[at] ^= 1 << at % 8
        with core.transaction():
            put_part(core, bytes(broken[: len(seal)]), bytes(broken[len(seal) :]))
        assert [part for part, _body in kept.believed()] == [1], f"byte {at}"
    put_part(core, seal, body)
    assert [part for part, _body in kept.believed()] == [0, 1]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda seal, body: (seal, body[: len(body) // 2]), id="cut off"),
        pytest.param(lambda seal, body: (seal, b""), id="empty"),
        pytest.param(lambda seal, body: (b"", body), id="not sealed"),
        pytest.param(lambda seal, body: (seal, body + b"\x00"), id="longer"),
        pytest.param(lambda seal, body: (body, seal), id="the wrong way round"),
    ],
)
def test_a_part_that_was_harmed_is_packed_anew(
    core: Core, harm: Callable[[bytes, bytes], tuple[bytes, bytes]]
) -> None:
    good = part_of(core)
    put_part(core, *harm(*good))
    assert counted_as_missing(core)
    with core.transaction():
        core.kept_control.keep(0)
    assert part_of(core) == good
    assert not counted_as_missing(core)


def test_a_part_of_another_number_is_not_believed(core: Core) -> None:
    put_part(core, *part_of(core, 1), part=0)
    assert counted_as_missing(core)


def test_a_part_by_other_software_is_not_believed(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another version, or one that knew other kinds of control records."""
    monkeypatch.setattr(kept_control, "SOFTWARE", bytes(32))
    assert counted_as_missing(core)


def test_a_start_reads_no_record_that_is_packed(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_raw: bytes) -> Record:
        raise AssertionError

    monkeypatch.setattr(kept_control, "reread", never)
    ties = Ties()
    KeptControl(core.db).take_in(ties, core.records.last() - 1)
    assert contents(ties)["rosters"] == contents(read_singly(core.records))["rosters"]


def test_the_database_drops_a_part_with_any_of_its_control_records(core: Core) -> None:
    """Also those that are added: the rule stands in a migration of `node.store.schema`."""
    (rule,) = core.db.one("select sql from sqlite_master where name = 'kept_control_gone'")
    kinds = re.search(r"old\.kind in \(([^)]*)\)", rule)
    assert kinds is not None
    assert set(re.findall(r"'([a-z-]+)'", kinds[1])) == CONTROL
    assert f"/ {SPAN};" in rule
    both = [part_of(core, part) for part in (0, 1)]
    for no, kind in core.db.all("select no, kind from records"):
        with core.transaction():
            core.records.delete([no])
            kept = {part for (part,) in core.db.all("select part from kept_control")}
            for part, (seal, body) in enumerate(both):
                put_part(core, seal, body, part)
        assert {0, 1} - kept == ({no // SPAN} if kind in CONTROL else set())


def test_content_that_goes_leaves_a_part_as_it_was(core: Core) -> None:
    before = part_of(core)
    with core.transaction():
        core.db.run(
            "insert into records select 0, 'meeting', audience, author, name, expires, keep,"
            " epoch, x'00', seq, envelope from records limit 1"
        )
        core.records.delete([0])
    assert part_of(core) == before


def test_nothing_that_was_erased_stays_in_a_part(tmp_path: Path) -> None:
    """An application with a message, packed, and then taken back."""
    home, _words = with_words(tmp_path, "Alpha")
    core = open_core(home)
    group, network = Actor("group"), Actor("network", [Actor("group")])
    said = {"network": network.id, "charter": bytes(32), "message": MARK, "shown": True}
    place: dict[str, Any] = {"audience": _audience(network), "epoch": bytes(16)}
    with core.transaction():
        core.records.put(_records(group.introduction(), group.record("membership", said, **place)))
        core.db.run("update settings set value = ? where key = 'last_record'", (str(SPAN),))
        core.kept_control.keep(0)
    core.db.fold()
    assert MARK.encode() in part_of(core)[1]
    with core.transaction():
        core.records.put(_records(group.record("membership", None, **place)))
    core.db.fold()
    assert raw(home.path) == []
    core.close()


def test_a_process_that_is_killed_leaves_a_part_less_at_worst(core: Core) -> None:
    """Between two commits, and in the middle of packing."""
    actor = Actor("another")

    def in_the_middle(core: Core) -> None:
        with core.transaction():
            core.kept_control.keep(0)
            os.kill(os.getpid(), signal.SIGKILL)

    def after_a_commit(core: Core) -> None:
        with core.transaction():
            core.records.put(_records(actor.introduction()))
            core.records.delete([1, 2, 3])
        os.kill(os.getpid(), signal.SIGKILL)

    core.close()
    for work in (in_the_middle, after_a_commit, in_the_middle):
        _killed(core.home, work)
        again = open_core(core.home)
        assert_opens_as_read(again)
        missing = again.kept_control.missing(again.records.last())
        again.close()
    assert missing == [0]


def _killed(home: Home, work: Callable[[Core], None]) -> None:
    child = os.fork()
    if child == 0:
        try:
            work(open_core(home))
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def test_a_restored_backup_opens_as_its_records_say(tmp_path: Path) -> None:
    home, words = with_words(tmp_path, "Alpha")
    core = open_core(home)
    fill(core)
    with core.transaction():
        core.kept_control.keep(0)
    backup(core, tmp_path / "saved", False, lambda _done, _all: None)
    with core.transaction():
        core.records.delete([1, 2, 3])
        core.kept_control.keep(0)
    core.close()
    again = Home(tmp_path / "again")
    restore(again, tmp_path / "saved", words, lambda _done, _all: None, SCHEMA)
    core = open_core(again)
    assert_opens_as_read(core)
    core.close()


async def test_a_running_node_packs_what_is_full(tmp_path: Path) -> None:
    home, _words = with_words(tmp_path, "Alpha")
    async with running(home) as node:
        fill(node.core)
        await Upkeep(node.core, node.links).pack_once()
        assert node.core.kept_control.missing(node.core.records.last()) == []
        node.core.reload()
        assert_opens_as_read(node.core)


def _records(*raws: bytes) -> list[Record]:
    return [verify(raw) for raw in raws]


def _audience(network: Actor) -> Audience:
    return Audience.network(network.id)

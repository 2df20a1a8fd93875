"""Records at their places: what stands, how many, for how long, and what is left of what was."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.hashing import digest
from node.records.transaction import take
from node.store.core import Core
from node.store.database import Database
from node.store.filters import Filters
from node.store.records import Records
from node.store.terms import sweep
from node.upkeep.tidying import tidy
from protocol.audience import PUBLIC, Audience
from protocol.kind import LIFETIME, Place, Seq
from protocol.kinds import KINDS
from protocol.record import Record, compose, verify
from tests.node.world import Clock, accept, make_core, seal_to
from tests.sync.people import NOW, Someone

ANNA, BERT = Someone("anna"), Someone("bert")
MEETING = verify(ANNA.meeting("fest")).content
LIMIT = KINDS["endpoint"].limit


def meeting(name: str, counter: int, lives: int, variant: int = 0) -> Record:
    """`variant` makes two records with one seq."""
    content = {**(MEETING or {}), "title": f"Fest {variant}"}
    place = Place(ANNA.id, PUBLIC, "meeting", name)
    return verify(compose(ANNA.key, place, Seq(0, 1, counter), NOW - 100, NOW + lives, content))


def tombstone(name: str, counter: int) -> Record:
    place = Place(ANNA.id, PUBLIC, "meeting", name)
    return verify(
        compose(ANNA.key, place, Seq(0, 1, counter), NOW - 100, NOW - 100 + LIFETIME, None)
    )


MADE = [
    meeting(name, counter, lives, variant)
    for name in ("a", "b")
    for counter in (1, 2, 3)
    for lives, variant in ((50, 0), (50, 1), (500, 2), (900, 3))
] + [tombstone("a", 2), tombstone("b", 4)]


def open_records() -> Records:
    return Records(Database(":memory:"))


def state(records: Records) -> list[tuple[str, int, bytes]]:
    """What stands at each place, and until when it keeps older ones out."""
    return records.db.all("select name, keep, id from records order by name")


def model(batches: list[list[Record]]) -> list[tuple[str, int, bytes]]:
    """The rule in three lines: newest by seq, then smaller id; the largest `expires` of all."""
    places: dict[str, list[Record]] = {}
    for record in (one for batch in batches for one in batch):
        places.setdefault(record.name, []).append(record)
    found = []
    for name, some in sorted(places.items()):
        top = max(one.seq for one in some)
        id_ = min(one.id for one in some if one.seq == top)
        found.append((name, max(one.expires for one in some), id_))
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from(MADE), max_size=8), max_size=6))
def test_the_same_records_lead_to_the_same_state(batches: list[list[Record]]) -> None:
    """In any order, any number of times, in batches of any size."""
    records = open_records()
    numbers: list[int] = []
    for batch in batches:
        with records.db.writing():
            given_numbers = records.put(batch)
        stored = [no for no in given_numbers if no is not None]
        standing = {row[0] for row in records.db.all("select no from records")}
        assert set(stored) <= standing
        numbers += stored
    assert state(records) == model(batches)
    assert numbers == sorted(set(numbers))
    assert records.last() >= max(numbers, default=0)
    records.db.close()


def test_numbers_rise_even_after_the_last_one_is_gone(tmp_path: Path) -> None:
    records = Records(Database(tmp_path / "db"))
    with records.db.writing():
        first = records.put([meeting("a", 1, 50), meeting("b", 2, 50)])
        records.delete([no for no in first if no])
    records.db.close()
    records = Records(Database(tmp_path / "db"))
    with records.db.writing():
        assert (first, records.put([meeting("a", 1, 50)])) == ([1, 2], [3])
    records.db.close()


def endpoints(count: int) -> list[Record]:
    return [verify(ANNA.endpoint(f"n{number}")) for number in range(count)]


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_limits_do_not_depend_on_the_order(random: Random, size: int) -> None:
    records, some = open_records(), endpoints(12)
    random.shuffle(some)
    told: set[bytes] = set()
    for start in range(0, len(some), size):
        with records.db.writing():
            batch = some[start : start + size]
            records.put(batch)
            told |= set(records.enforce_limits(batch))
    by_digest = sorted(some, key=lambda one: digest(one.name.encode()))
    assert {row[2] for row in state(records)} == {one.id for one in by_digest[:LIMIT]}
    assert told == {one.id for one in by_digest[LIMIT:]}
    records.db.close()


def test_memory_forgets_control_records_over_a_limit(tmp_path: Path) -> None:
    """A peer can't make this node remember, or dial, more addresses than it may have."""
    core, some = make_core(tmp_path), endpoints(60)
    codes = take(core, [verify(ANNA.introduction()), *some], frozenset({ANNA.id}))
    assert sorted(codes, key=str) == sorted([None] * 5 + ["over-limit"] * 56, key=str)
    before = core.ties.endpoints[ANNA.id]
    core.reload()
    assert core.ties.endpoints[ANNA.id] == before
    assert len(before) == LIMIT
    core.close()


# Time


def test_a_hidden_record_keeps_older_ones_out(tmp_path: Path) -> None:
    """The newest expired first: the older one, which lives longer, must not come back (§4.5)."""
    clock = Clock()
    core = make_core(tmp_path, clock=clock)
    old, new = meeting("a", 1, 900), meeting("a", 2, 50)
    intro = verify(ANNA.introduction())
    assert list(take(core, [intro, old, new], frozenset({ANNA.id}))) == [None, None, None]
    clock.now = NOW + 100
    assert take(core, [old], frozenset({ANNA.id})) == [None]  # known already, and not shown
    assert list(core.records.headers(clock.now, ["meeting"])) == []
    assert sweep(core.records, clock.now) == (0, False)
    clock.now = NOW + 901
    with core.transaction():
        assert sweep(core.records, clock.now)[0] == 1
    assert core.db.all("select no from records where kind = 'meeting'") == []
    core.close()


def test_a_hidden_control_record_is_remembered_after_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    core = make_core(tmp_path, clock=clock)
    long = verify(
        ANNA.say("endpoint", {"url": "https://alt.example", "tls": None}, name="home", lives=900)
    )
    short = verify(
        ANNA.say("endpoint", {"url": "https://neu.example", "tls": None}, name="home", lives=200)
    )
    proven = frozenset({ANNA.id})
    take(core, [verify(ANNA.introduction()), long, short], proven)
    clock.now = NOW + 300
    for _time in range(2):
        take(core, [long], proven)
        (half,) = core.ties.endpoints[ANNA.id].values()
        assert (half.content or {})["url"] == "https://neu.example"
        assert not half.stands(clock.now)
        core.reload()
    core.close()


# Erased


def all_bytes(core: Core) -> bytes:
    path = core.home.database
    log = path.with_name(path.name + "-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    core = make_core(tmp_path)
    yield core
    core.close()


def test_a_tombstone_erases_the_bytes(core: Core) -> None:
    """From the table, the index of words, the tags, the opened ones, and the log file."""
    marks = [secrets.token_hex(12) for _ in range(4)]
    fields = verify(ANNA.group()).content or {}
    fields |= {"name": marks[0], "purpose": f"Wir {marks[1]} uns", "topics": [marks[2]]}
    me = core.home_id
    audience = Audience.direct([me])
    inner = {"meeting": "fest", "details": (verify(ANNA.meeting("fest")).body), "note": marks[3]}
    host = Someone("host")
    accept(core, host)
    key = {me: core.ring.held[0].sealing[0].public}
    sealed = seal_to(host, me, key, "invitation", "fest", inner)
    entry = host.say("group", fields)
    assert take(core, [verify(entry), verify(sealed)]) == [None, None]
    assert core.directory.find(marks[1], Filters(core.clock()), 5).total == 1
    assert [mark for mark in marks if mark.encode() in all_bytes(core)] == marks
    erased = [host.say("group", None), host.say("sealed", None, audience, verify(sealed).name)]
    assert take(core, [verify(one) for one in erased]) == [None, None]
    tidy(core)
    assert [mark for mark in marks if mark.encode() in all_bytes(core)] == []
    assert core.directory.find(marks[1], Filters(core.clock()), 5).total == 0
    assert core.db.all("select kind, name, body from opened where kind = 'invitation'") == [
        ("invitation", "fest", None)
    ]

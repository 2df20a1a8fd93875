"""What the sessions of a node share: the catalogue follows the store."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest

from node.links import session_store
from node.links.link import Link
from node.links.manager import Links
from node.links.session_store import KEPT, KEPT_SECONDS, NodeShelf, Shelves
from node.records.transaction import take
from node.store.core import Core
from sync.catalogue import Catalogue
from tests.node.world import Clock, accept, make_core, verified
from tests.sync.people import NOW, Someone, verify

ANNA = Someone("anna")


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    made = make_core(tmp_path, clock=Clock())
    accept(made, ANNA)
    yield made
    made.db.close()


def listed(catalogue: Catalogue) -> dict[int, bytes]:
    """Number → id of what counts, in the order in which it came."""
    columns = catalogue.columns
    alive = [at for at, one in enumerate(columns.alive) if one]
    numbers = [columns.refs[at] for at in alive]
    assert list(columns.refs) == sorted(set(columns.refs))
    return dict(zip(numbers, [columns.id(at) for at in alive], strict=True))


def standing(core: Core) -> dict[int, bytes]:
    rows = core.db.all("select no, id from records where expires > ? order by no", (core.clock(),))
    return {no: id_[:16] for no, id_ in rows}


def follows(core: Core, shelves: Shelves) -> bool:
    """Both say the same, and it is said twice with the same result."""
    first, again = (listed(shelves.catalogue(core.clock())) for _ in range(2))
    ids = [row[0] for row in core.db.all("select id from records")]
    lacking = shelves.lacking([*ids, bytes(32)], core.clock())
    here = {one[:16] for one in {*ids} - {*lacking}}
    return first == again == standing(core) != {} and here == set(first.values())


def number_of(core: Core, raw: bytes) -> int:
    (row,) = core.db.all("select no from records where id = ?", (verify(raw).id,))
    return int(row[0])


def put(core: Core, *raw: bytes) -> None:
    take(core, verified(*raw))


def test_stored_and_deleted(core: Core) -> None:
    shelves = Shelves(core)
    assert follows(core, shelves)
    meetings = [ANNA.meeting(f"m-{n}") for n in range(5)]
    put(core, *meetings)
    assert follows(core, shelves)
    with core.transaction():
        core.records.delete([number_of(core, one) for one in meetings[:2]])
    assert follows(core, shelves)


def test_stored_and_deleted_between_two_looks(core: Core) -> None:
    shelves = Shelves(core)
    assert follows(core, shelves)
    meeting = ANNA.meeting("short")
    put(core, meeting)
    with core.transaction():
        core.records.delete([number_of(core, meeting)])
    put(core, ANNA.meeting("later"))
    assert follows(core, shelves)


def test_replaced(core: Core) -> None:
    """The newer record has a number of its own; the old one is gone from the catalogue."""
    shelves = Shelves(core)
    put(core, ANNA.meeting("fest"))
    before = listed(shelves.catalogue(NOW))
    put(core, ANNA.meeting("fest"))
    assert follows(core, shelves)
    assert len(listed(shelves.catalogue(NOW))) == len(before)


def test_rolled_back(core: Core) -> None:
    """What was deleted, and is there again, stays; what was stored never was."""
    shelves = Shelves(core)
    meeting = ANNA.meeting("stays")
    put(core, meeting)
    assert follows(core, shelves)
    with suppress(ZeroDivisionError), core.transaction():
        core.records.delete([number_of(core, meeting)])
        core.records.put([verify(ANNA.meeting("never"))])
        raise ZeroDivisionError
    assert follows(core, shelves)
    assert number_of(core, meeting) in listed(shelves.catalogue(NOW))
    put(core, ANNA.meeting("afterwards"))
    assert follows(core, shelves)


def test_expires(core: Core) -> None:
    """At its second; and a record that had expired before it was looked at never comes in."""
    shelves, clock = Shelves(core), core.clock.wall
    assert isinstance(clock, Clock)
    put(core, ANNA.meeting("short", lives=200), ANNA.meeting("long"))  # from 100 s ago
    assert follows(core, shelves)
    many = len(listed(shelves.catalogue(clock())))
    clock.now = NOW + 99
    assert len(listed(shelves.catalogue(clock()))) == many
    clock.now = NOW + 100
    assert len(listed(shelves.catalogue(clock()))) == many - 1
    assert follows(core, shelves)
    assert follows(core, Shelves(core))


def test_shelf_reads_the_node(core: Core) -> None:
    shelves = Shelves(core)
    found = NodeShelf(core, shelves)
    meeting = ANNA.meeting("fest")
    put(core, meeting)
    assert (found.ties, found.own) == (core.ties, core.own)
    assert found.catalogue(NOW) is shelves.catalogue(NOW)
    assert found.kept(ANNA.id) is shelves.kept(ANNA.id)
    assert found.envelopes([number_of(core, meeting), 10**6]) == [meeting, None]


def test_lacking(core: Core) -> None:
    """What is here is not asked for, whenever it came; what is gone or was replaced is lacking."""
    shelves = Shelves(core)
    stays, goes, old, new = (ANNA.meeting(name) for name in ("stays", "goes", "old", "old"))
    put(core, stays, goes, old)
    ids = [verify(one).id for one in (stays, goes, old, new)]
    assert shelves.lacking(ids, NOW) == ids[3:]
    put(core, new)
    with core.transaction():
        core.records.delete([number_of(core, goes)])
    assert shelves.lacking(ids, NOW) == ids[1:3]
    put(core, goes)
    assert shelves.lacking([*ids, bytes(32)], NOW) == [ids[2], bytes(32)]


async def test_links_ask_for_what_is_not_here(core: Core) -> None:
    """Also where it was stored long before the node came up; what came and was older than what is
    here is awaited no more."""
    links, link = Links(core), cast(Link, "a link")
    known, lacking, older = (verify(ANNA.meeting(name)) for name in ("m-1", "m-2", "m-1"))
    put(core, known.raw)
    assert links.announced(link, [known.id, lacking.id, older.id]) == [lacking.id, older.id]
    assert not links.fetching.idle
    links.arrived([lacking.id, older.id], [])
    assert links.fetching.idle
    assert links.announced(link, [known.id, lacking.id, older.id]) == []


async def test_read_ahead_is_the_same(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """Part by part, whatever is stored, deleted or looked at between two parts."""
    meetings = [ANNA.meeting(f"m-{n}") for n in range(20)]
    put(core, *meetings)
    first = number_of(core, meetings[0])
    monkeypatch.setattr(session_store, "AT_ONCE", 3)
    shelves = Shelves(core)
    reading = asyncio.create_task(shelves.read_ahead())
    for step in range(4):
        await asyncio.sleep(0)
        put(core, ANNA.meeting(f"late-{step}"))
        with core.transaction():
            core.records.delete([first + 4 * step])
    assert not reading.done()
    await reading
    assert follows(core, shelves)
    assert follows(core, Shelves(core))


# What is kept for a peer


def test_kept_for_a_day(core: Core) -> None:
    shelves, clock = Shelves(core), core.clock.wall
    assert isinstance(clock, Clock)
    kept = shelves.kept(ANNA.id)
    clock.now += KEPT_SECONDS - 1
    assert shelves.kept(ANNA.id) is kept
    clock.now += 1
    later = shelves.kept(ANNA.id)
    assert (later is kept, later.salt == kept.salt) == (False, False)
    clock.now -= 2  # set back: how old it is can't be told
    assert shelves.kept(ANNA.id) is not later


def test_kept_for_those_that_were_here_last(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KEPT > 3
    monkeypatch.setattr(session_store, "KEPT", 3)
    shelves = Shelves(core)
    peers = [bytes([n]) * 32 for n in range(4)]
    kept = [shelves.kept(one) for one in peers[:3]]
    assert shelves.kept(peers[0]) is kept[0]
    shelves.kept(peers[3])
    assert [shelves.kept(peers[n]) is kept[n] for n in (0, 2, 1)] == [True, True, False]


def test_no_two_peers_share_a_salt(core: Core) -> None:
    shelves = Shelves(core)
    assert len({shelves.kept(bytes([n]) * 32).salt for n in range(20)}) == 20

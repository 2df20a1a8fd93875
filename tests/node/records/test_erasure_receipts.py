"""What counts as a confirmation: forged, early, replayed and wrong receipts; crashes (§6.8)."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from node.app import open_core
from node.features.erasures.actions import erase_group
from node.features.groups.actions import edit_group
from node.records.transaction import act, take
from node.store.core import Core
from node.upkeep import wiping
from node.upkeep.wiping import APART, FREE, settle
from protocol.audience import PUBLIC, Audience
from protocol.kind import Place
from protocol.receipts import ERASED_IN_PAGE, ERASED_PAGES
from protocol.record import verify
from tests.node.world import Clock, accept, make_core, seal_to, verified
from tests.sync.people import NOW, Someone

ANNA, BERT, STRANGER = Someone("Anna"), Someone("Bert"), Someone("Stranger")

MEETING = {
    "title": "Quittenbaumzeile",
    "topic": None,
    "text": None,
    "starts": "2027-03-05T19:00",
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus",
    "link": None,
    "open_to": "everybody",
    "capacity": None,
    "cancelled": None,
}


@pytest.fixture
def core(tmp_path: Path) -> Core:
    """A node with two peers who are no nodes; its entry stands."""
    made = make_core(tmp_path)
    for one in (ANNA, BERT):
        accept(made, one)
    take(made, verified(STRANGER.introduction()), frozenset({STRANGER.id}))
    edit_group(made, made.home_id, {"purpose": "x"})
    return made


def erased(core: Core) -> bytes:
    """Erase the entry; the id of the tombstone."""
    erase_group(core, core.home_id)
    found = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert found is not None
    return found.id


def receipt(core: Core, by: Someone, *ids: bytes, at: int = NOW, name: str = "0") -> bytes:
    key = {core.home_id: core.ties.sealing_key(core.home_id)}
    content = {"erased": [[one, at] for one in ids]}
    return seal_to(by, core.home_id, key, "erased", name, content)


def told(core: Core, raw: bytes, by: Someone) -> str | None:
    (code,) = take(core, verified(raw), frozenset({by.id}))
    return code


def confirmed(core: Core) -> dict[bytes, int]:
    return {w.witness: w.confirmed for w in core.erasures.waiting() if w.confirmed is not None}


def _forged(core: Core, id_: bytes) -> bytes:
    whole = receipt(core, ANNA, id_)
    return whole[:-1] + bytes([whole[-1] ^ 1])


def _copied(core: Core, id_: bytes) -> bytes:
    """Bert seals what he saw of somebody else's: he can only speak for himself."""
    return receipt(core, STRANGER, id_)


WRONG: dict[str, Callable[[Core, bytes], bytes]] = {
    "forged": _forged,
    "of a stranger": _copied,
    "of another record": lambda core, _id: receipt(core, ANNA, bytes(32)),
    "of the record that was erased": lambda core, _id: receipt(core, ANNA, _published(core)),
    "to somebody else": lambda core, id_: seal_to(
        ANNA, BERT.id, {BERT.id: BERT.sealing.public}, "erased", "0", {"erased": [[id_, NOW]]}
    ),
    "empty": lambda core, _id: receipt(core, ANNA),
}


def _published(core: Core) -> bytes:
    entry = core.settings.get("published")
    return bytes.fromhex(entry)


@pytest.mark.parametrize("what", WRONG)
def test_wrong_ones_count_for_nothing(core: Core, what: str) -> None:
    entry = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert entry is not None
    with core.transaction():
        core.settings.set("published", entry.id.hex())
    id_ = erased(core)
    told(core, WRONG[what](core, id_), ANNA)
    assert confirmed(core) == {}
    assert told(core, receipt(core, ANNA, id_, name="1"), ANNA) is None
    assert confirmed(core) == {ANNA.id: NOW}


def test_early_ones_count_for_nothing(core: Core) -> None:
    """What is not erased yet has no id that anybody could confirm."""
    entry = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert entry is not None
    told(core, receipt(core, ANNA, entry.id), ANNA)
    erased(core)
    assert confirmed(core) == {}


def test_an_old_one_does_not_confirm_a_later_erasure(core: Core) -> None:
    first = erased(core)
    told(core, receipt(core, ANNA, first), ANNA)
    edit_group(core, core.home_id, {"name": "Alpha"})
    erased(core)
    told(core, receipt(core, ANNA, first, name="1"), ANNA)
    latest, _earlier = core.erasures.all()
    mine = [w.confirmed for w in core.erasures.waiting() if w.erasure == latest.no]
    assert mine == [None, None]


def test_confirmation_stays(core: Core) -> None:
    """Whoever takes a receipt back, or writes another time, changes nothing."""
    id_ = erased(core)
    told(core, receipt(core, ANNA, id_, at=NOW + 5), ANNA)
    told(core, receipt(core, ANNA), ANNA)
    told(core, receipt(core, ANNA, id_, at=NOW - 50, name="2"), ANNA)
    assert confirmed(core) == {ANNA.id: NOW}  # no later than when it came


# The side that confirms


def mine(core: Core, author: Someone) -> list[Any]:
    return [
        [page.name, [one for one, _at in (page.content or {})["erased"]]]
        for page in core.records.opened("erased", core.clock())
        if page.audience == Audience.direct([author.id])
    ]


def tombstones(core: Core, author: Someone, count: int) -> list[bytes]:
    """So many meetings, announced and erased; the ids."""
    ids = []
    for number in range(count):
        raw = author.say("meeting", None, PUBLIC, f"m{number}")
        (record,) = verified(raw)
        take(core, [record], frozenset({author.id}))
        ids.append(record.id)
    return ids


def test_a_crash_between_commit_and_receipt(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = tombstones(core, ANNA, 1)
    assert (mine(core, ANNA), core.erasures.is_due()) == ([], True)

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    for point in ("_confirm", "_pages"):
        with monkeypatch.context() as patched:
            patched.setattr(wiping, point, killed)
            with pytest.raises(KeyboardInterrupt):
                settle(core)
        assert mine(core, ANNA) == []
        assert [one.id for one in core.erasures.owed()] == ids
    again = open_core(core.home, clock=Clock())
    assert settle(again)
    assert mine(again, ANNA) == [["0", ids]]
    assert settle(again)
    assert mine(again, ANNA) == [["0", ids]]
    again.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from node.app import open_core
from node.upkeep import wiping
from node.records.transaction import take
from node.keys.home import Home
from protocol.record import verify_all

core = open_core(Home(Path(sys.argv[1])), clock=lambda: int(sys.argv[2]))
setattr(wiping, sys.argv[3], lambda *_args: os.kill(os.getpid(), signal.SIGKILL))
take(core, verify_all([bytes.fromhex(one) for one in sys.argv[4:]]))
wiping.settle(core)
"""


@pytest.mark.parametrize("point", ["_confirm", "_pages"])
def test_killed_between_commit_and_receipt(core: Core, point: str) -> None:
    published = ANNA.say("meeting", MEETING, PUBLIC, "m")
    take(core, verified(published), frozenset({ANNA.id}))
    raw = ANNA.say("meeting", None, PUBLIC, "m")
    where = (str(core.home.path), str(NOW), point, raw.hex())
    done = subprocess.run([sys.executable, "-c", KILLED, *where], check=False)
    assert done.returncode == -signal.SIGKILL
    core.reload()
    tombstone = verify(raw)
    standing = core.records.at(tombstone.place)
    assert standing is not None
    assert standing.id == tombstone.id
    assert mine(core, ANNA) == []
    assert settle(core)
    assert mine(core, ANNA) == [["0", [tombstone.id]]]
    files = [path for path in core.home.path.rglob("*") if path.is_file()]
    assert [one.name for one in files if b"Quittenbaumzeile" in one.read_bytes()] == []


def test_a_flood_fills_pages_and_no_more(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = tombstones(core, ANNA, 2 * ERASED_IN_PAGE + 1)
    before = core.records.last()
    assert settle(core)
    assert core.records.last() == before + 3
    pages = dict(mine(core, ANNA))
    assert {name: len(page) for name, page in pages.items()} == {"0": 100, "1": 100, "2": 1}
    assert sorted(one for page in pages.values() for one in page) == sorted(ids)
    monkeypatch.setattr(wiping, "ERASED_PAGES", 3)
    more = [tombstones(core, ANNA, 300)[-1]]
    settle(core)
    assert sum(len(page) for _name, page in mine(core, ANNA)) <= 3 * ERASED_IN_PAGE
    assert more[0] in [one for _name, page in mine(core, ANNA) for one in page]
    assert ERASED_PAGES == 100


def test_receipts_for_frequent_erasures_are_rate_limited(core: Core) -> None:
    """Each receipt is carried by everybody: three hundred bytes would cost a network megabytes."""
    clock = cast(Clock, core.clock.wall)
    written = 0
    for number in range(FREE + 100):
        (record,) = verified(ANNA.say("meeting", None, PUBLIC, f"m{number}"))
        take(core, [record], frozenset({ANNA.id}))
        before = core.records.last()
        settle(core)
        written += core.records.last() - before
        clock.now += 1
    assert written == FREE
    told = [one for _name, page in mine(core, ANNA) for one in page]
    assert len(told) == FREE
    (other,) = verified(BERT.say("meeting", None, PUBLIC, "m"))
    accept(core, BERT)
    take(core, [other], frozenset({BERT.id}))
    settle(core)
    assert [len(page) for _name, page in mine(core, BERT)] == [1], "others are told at once"
    clock.now += APART
    assert settle(core)
    assert [len(page) for _name, page in mine(core, ANNA)] == [100, 20], "and all of it in the end"


def test_one_tombstone_for_another_is_confirmed_once(core: Core) -> None:
    take(core, verified(ANNA.say("meeting", MEETING, PUBLIC, "m")), frozenset({ANNA.id}))
    for _ in range(5):
        (record,) = verified(ANNA.say("meeting", None, PUBLIC, "m"))
        take(core, [record], frozenset({ANNA.id}))
    assert [one.held for one in core.erasures.owed()] == [True]
    settle(core)
    assert [page for _name, page in mine(core, ANNA)] == [[record.id]]


def test_a_stranger_gets_no_receipt(core: Core) -> None:
    (record,) = verified(STRANGER.say("meeting", None, PUBLIC, "m"))
    take(core, [record], frozenset({STRANGER.id}))
    assert settle(core)
    assert mine(core, STRANGER) == []


def test_erasure_from_before_the_tie_is_not_confirmed(core: Core) -> None:
    old = ANNA.say("meeting", None, PUBLIC, "old", issued=NOW - 1_000)
    take(core, verified(old), frozenset({ANNA.id}))
    assert settle(core)
    assert mine(core, ANNA) == []


def test_a_copy_that_must_not_speak_confirms_later(core: Core) -> None:
    from node.records import stale_copy
    from node.records.transaction import go_on

    ids = tombstones(core, ANNA, 1)
    with core.transaction():
        stale_copy.begin(core, "restored")
    assert not settle(core)
    assert mine(core, ANNA) == []
    go_on(core)
    assert settle(core)
    assert mine(core, ANNA) == [["0", ids]]


def test_an_ended_tie_is_no_erasure(core: Core) -> None:
    """A sealed tombstone of a control record says that something ended, not what was erased."""
    place = Place(core.home_id, Audience.direct([ANNA.id]), "peering", "")
    with act(core) as publisher:
        publisher.write(place, None)
    assert core.erasures.all() == []

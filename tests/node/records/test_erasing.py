"""Erasing over real sockets: who replaces, who confirms, and what stays gone (§6.8)."""

import shutil
import sqlite3
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.erasures.actions import erase_group, erase_meeting, meeting_records
from node.features.groups.actions import current_entry, edit_group
from node.features.meetings.actions import (
    Meeting,
    find_meeting,
    invite,
    known_meetings,
    new_meeting,
    reply,
)
from node.features.recovery.rotate import rotate
from node.store.core import Core
from node.upkeep.wiping import settle
from protocol.audience import PUBLIC
from protocol.kind import Place
from tests.node.features.networks.test_leaving import MEETING, homes_of, joined, meet, titles, up
from tests.node.keeping import with_words
from tests.node.world import Running, befriend, make_home, running, until

MARK = "Quittenbaumzeile"
"""In nothing else that a node keeps."""


def raw(*folders: Path) -> list[str]:
    """The files in which the mark stands, in whatever case the text search keeps it."""
    found = []
    for folder in folders:
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        found += [one.name for one in files if MARK.lower().encode() in one.read_bytes().lower()]
    return found


def confirmed(one: Running) -> set[bytes]:
    return {w.witness for w in one.core.erasures.waiting() if w.confirmed is not None}


def unconfirmed(one: Running) -> set[bytes]:
    return {w.witness for w in one.core.erasures.waiting() if w.confirmed is None}


def wiped(one: Running) -> bool:
    return not one.core.erasures.is_due()


def entry_at(one: Running, author: bytes) -> str | None:
    content = current_entry(one.core, author)
    return content["purpose"] if content else None


def kinds(core: Core) -> list[str]:
    return [one.kind for one in core.erasures.all()]


async def test_everybody_who_had_it_confirms(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "+--") as (a, b, c):
        network = await joined(a, b, c)
        b.say(edit_group, {"purpose": MARK})
        for one in (a, c):
            await until(partial(lambda n: entry_at(n, b.id) == MARK, one), "entry")
        b.say(erase_group)
        # Gamma never meets Beta: the tombstone and the receipt go through Alpha.
        await until(lambda: confirmed(b) == {network, a.id, c.id}, "receipts")
        assert unconfirmed(b) == set()
        await until(lambda: all(map(wiped, (a, b, c))), "bytes")
        assert raw(*(home.path for home in homes)) == []
        assert [entry_at(one, b.id) for one in (a, b, c)] == [None] * 3
        assert kinds(b.core) == ["group"]
    assert raw(*(home.path for home in homes)) == []


async def test_a_sealed_record_and_whoever_carried_it(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "+--") as (a, b, c):
        network = await joined(a, b, c)
        name = meet(b, "private", MARK)
        b.say(invite, find_meeting(b.core, name), [c.id])
        await until(lambda: MARK in titles(c), "invitation through alpha")
        c.say(reply, find_meeting(c.core, name), "accept", {"note": MARK})
        meeting = find_meeting(b.core, name)
        b.say(erase_meeting, meeting)
        assert titles(b) == set()
        c.say(erase_meeting, meeting)
        everybody = {network, a.id, b.id, c.id}
        for one in (b, c):
            await until(lambda one=one: confirmed(one) == everybody - {one.id}, "receipts")
        roles = {w.witness: w.role for w in b.core.erasures.waiting()}
        assert roles == {c.id: "reader", a.id: "carrier", network: "carrier"}
        assert (kinds(b.core), kinds(c.core)) == (["invitation"], ["reply"])
        await until(lambda: all(map(wiped, (a, b, c))), "bytes")
        assert raw(*(home.path for home in homes)) == []


async def test_a_peer_that_slept_confirms_when_it_wakes(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with AsyncExitStack() as stack:
        a = await stack.enter_async_context(running(homes[0]))
        async with running(homes[1], False) as b:
            await befriend(a, b)
            a.say(edit_group, {"purpose": MARK})
            await until(lambda: entry_at(b, a.id) == MARK, "entry")
        asleep = b.id
        a.say(erase_group)
        await until(lambda: wiped(a), "bytes")
        assert (confirmed(a), unconfirmed(a)) == (set(), {asleep})
        assert raw(homes[0].path) == []
        assert raw(homes[1].path) == ["verbund.db"]
        b = await stack.enter_async_context(running(homes[1], False))
        await until(lambda: confirmed(a) == {asleep}, "receipt")
        assert raw(homes[1].path) == []


@pytest.mark.parametrize("returns", ["author", "peer", "both"])
async def test_an_old_copy_brings_nothing_back(tmp_path: Path, returns: str) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta", "Gamma")
    async with up(homes, "+--") as (a, b, c):
        network = await joined(a, b, c)
        b.say(edit_group, {"purpose": MARK})
        for one in (a, c):
            await until(partial(lambda n: entry_at(n, b.id) == MARK, one), "entry")
    old = {"author": homes[1:2], "peer": homes[2:], "both": homes[1:]}[returns]
    for home in old:
        shutil.copytree(home.path, tmp_path / f"old {home.path.name}")
    async with up(homes, "+--") as (a, b, c):
        b.say(erase_group)
        await until(lambda: confirmed(b) == {network, a.id, c.id}, "receipts")
    for home in old:
        shutil.rmtree(home.path)
        shutil.copytree(tmp_path / f"old {home.path.name}", home.path)
    async with up(homes, "+--") as (a, b, c):
        for one in (a, b, c):
            await until(partial(lambda n: entry_at(n, b.id) is None, one), "gone again")
        # Whoever lost what was confirmed hears it again.
        await until(lambda: confirmed(b) == {network, a.id, c.id}, "receipts again")
        await until(lambda: all(map(wiped, (a, b, c))), "bytes")
        assert raw(*(home.path for home in homes)) == []


async def test_erased_and_said_anew(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "+-") as (a, b):
        await befriend(a, b)
        for number in ("first", "second"):
            a.say(edit_group, {"name": "Alpha", "purpose": number})
            await until(lambda number=number: entry_at(b, a.id) == number, "entry")
            a.say(erase_group)
            await until(lambda: unconfirmed(a) == set(), "receipt")
        assert len(a.core.erasures.all()) == 2
        assert confirmed(a) == {b.id}


async def test_a_reader_holds_up_the_bytes_and_the_receipt(tmp_path: Path) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "+-") as (a, b):
        await befriend(a, b)
        a.say(edit_group, {"purpose": MARK})
        await until(lambda: entry_at(b, a.id) == MARK, "entry")
        reader = sqlite3.connect(b.core.home.database, isolation_level=None)
        reader.execute("begin")
        reader.execute("select count(*) from records").fetchone()
        a.say(erase_group)
        await until(lambda: entry_at(b, a.id) is None, "replaced")
        assert not settle(b.core)
        assert (confirmed(a), unconfirmed(a)) == (set(), {b.id})
        reader.close()
        await until(lambda: confirmed(a) == {b.id}, "receipt")
        assert raw(*(home.path for home in homes)) == []


def test_nothing_to_erase(tmp_path: Path) -> None:
    home = make_home(tmp_path, "Alpha")
    core = open_core(home)
    assert erase_group(core, core.home_id) == 1
    with pytest.raises(Problem, match="nothing-to-erase"):
        erase_group(core, core.home_id)
    other = Meeting(bytes(32), "x", None, b"", {})
    with pytest.raises(Problem, match="nothing-to-erase"):
        erase_meeting(core, core.home_id, other)
    assert meeting_records(core, core.home_id, other) == []
    core.close()


def test_a_private_meeting_is_erased(tmp_path: Path) -> None:
    core = open_core(make_home(tmp_path, "Alpha"))
    name = new_meeting(core, core.home_id, "private", {**MEETING, "title": MARK})
    assert erase_meeting(core, core.home_id, find_meeting(core, name)) == 1
    assert (known_meetings(core), core.erasures.is_due()) == ([], False)
    core.close()
    assert raw(tmp_path) == []


def test_signed_again_it_is_the_same_erasure(tmp_path: Path) -> None:
    home, phrase = with_words(tmp_path, "Alpha")
    core = open_core(home)
    erase_group(core, core.home_id)
    place = Place(core.home_id, PUBLIC, "group", "")
    first = core.records.at(place)
    rotate(core, phrase, core.home_id, False)
    second = core.records.at(place)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    (erasure,) = core.erasures.all()
    assert {core.erasures.of_tombstone(one.id) for one in (first, second)} == {erasure.no}
    core.close()


def test_the_text_search_forgets_the_words(tmp_path: Path) -> None:
    """In its index, words are cut where they begin alike: looked at apart from all other bytes."""
    core = open_core(make_home(tmp_path, "Alpha"))
    edit_group(core, core.home_id, {"purpose": MARK})

    def indexed() -> bool:
        blobs = core.db.all("select block from directory_text_data")
        return any(MARK.lower().encode() in blob for (blob,) in blobs)

    assert indexed()
    erase_group(core, core.home_id)
    assert not indexed()
    core.close()
    assert raw(tmp_path) == []

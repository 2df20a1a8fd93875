"""Having everything erased: what goes, what stays, what a backup must not bring back."""

import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from node.app import FEATURES, SCHEMA
from node.base.errors import Problem
from node.base.events import Event
from node.features.circles.actions import come_in, invite, make, write
from node.features.circles.bringing import bring
from node.features.circles.tables import circles
from node.features.mine.consenting import PAGE, Asked, consents_of
from node.features.mine.disclosing import disclosure_views
from node.features.mine.erasing import deletion, erase_person
from node.features.mine.exporting import as_json, document
from node.features.networks.actions import found_network
from node.features.participants.actions import release
from node.features.participants.views import participant_views
from node.features.rules.actions import LESS, begin
from node.features.rules.tables import rules
from node.people.passwords import set_names, set_password
from node.people.persons import Person, persons
from node.people.sessions import Sessions
from node.store.core import Core
from node.store.database import Database
from node.store.erased_rows import erase_row_again, row_key
from protocol.audience import Audience
from protocol.kind import LIFETIME
from tests.node.web.conftest import person
from tests.node.world import Clock, inside, make_core

MARK = "Quittenbaumzeile"
"""In everything that is Ada's, and in nothing else."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    made = make_core(tmp_path, clock=clock)
    yield made
    made.close()


async def filled(core: Core, ada: Person, other: Person) -> Audience:
    """Ada in everything that holds something of a person."""
    network = Audience.network(found_network(core, core.home_id, {"name": "Netz"}))
    fields = {"name": "Ada", "about": MARK, "mail": f"{MARK}@example.org"}
    words = dict.fromkeys(fields, f"Ja, {MARK}")
    release(core, ada.id, network, fields, Asked("de", words, PAGE))
    shared = make(core, other.id, "Garten", None, is_open=False, joins=False)
    invite(core, other.id, shared, ada.id)
    come_in(core, ada.id, shared)
    post = write(core, ada.id, shared, MARK)
    write(core, other.id, shared, "Eine Antwort, die bleibt", post)
    await bring(core, ada.id, shared, post, f"{MARK}.txt", io.BytesIO(MARK.encode()))
    alone = make(core, ada.id, f"Kreis {MARK}", None, is_open=False, joins=False)
    write(core, ada.id, alone, MARK)
    begin(core, ada.id, LESS, {"act": "leave", "needed": 1})
    Sessions(core).begin(ada.id, "password", MARK)
    with core.transaction():
        set_password(core, ada.id, MARK)
        set_names(core, ada.id, "mail", f"{MARK}@example.org")
    return network


def rows_with(core: Core, *marks: str) -> list[str]:
    """Tables in which a person's id, or the mark, stands."""
    found = []
    for (table,) in core.db.all("select name from sqlite_master where type = 'table'"):
        for row in core.db.all(f"select * from {table}"):
            said = " ".join(
                one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
                for one in row
            )
            if any(mark.casefold() in said.casefold() for mark in marks):
                found.append(table)
    return sorted(set(found))


async def test_nothing_of_a_person_is_left(core: Core) -> None:
    ada, other = (person(core, name, key_person=True) for name in ("Ada", "Kim"))
    network = await filled(core, ada, other)
    assert len(rows_with(core, ada.id, MARK)) > 10
    done = erase_person(core, ada.id)
    # The keys of what must not come back name the person, by an id that means nothing any more.
    assert rows_with(core, ada.id, MARK) == ["erased_here"]
    assert participant_views(inside(core), network) == ()
    assert persons(core).get(ada.id) is None
    assert [one.name for one in circles(core).all()] == ["Garten"]
    assert [one.begun_by for one in rules(core).latest(5)] == ["-"]
    assert [one.what for one in done.kept] == ["rules.personal.kept"]
    assert done.tombstones == 1


async def test_its_bytes_are_gone_from_the_file(core: Core, tmp_path: Path) -> None:
    ada, other = (person(core, name, key_person=True) for name in ("Ada", "Kim"))
    await filled(core, ada, other)
    erase_person(core, ada.id)
    data = b"".join(one.read_bytes() for one in core.home.path.glob("verbund.db*"))
    assert MARK.encode() not in data


async def test_last_key_person_names_another_one_first(core: Core) -> None:
    ada = person(core, "Ada", key_person=True)
    person(core, "Kim")
    network = await filled(core, ada, person(core, "Alex"))
    with pytest.raises(Problem, match="last-key-person"):
        erase_person(core, ada.id)
    assert persons(core).get(ada.id) == ada
    assert len(participant_views(inside(core), network)) == 1
    with core.transaction():
        persons(core).add("k", "Robin", ada.standing, 0, key_person=True)
    erase_person(core, ada.id)
    with pytest.raises(Problem, match="mine-no-such-member"):
        erase_person(core, ada.id)  # a form sent twice


async def test_all_or_nothing(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails in the middle leaves everything as it was."""
    ada, other = (person(core, name, key_person=True) for name in ("Ada", "Kim"))
    network = await filled(core, ada, other)
    before = document(inside(core), ada.id, 0)
    nouns = core.followers(Event.FORGOTTEN)

    def fail(_core: Core, _person: str) -> list[object]:
        raise Problem("disk-full")

    monkeypatch.setattr(core, "followers", lambda _event: (*nouns, fail))
    with pytest.raises(Problem, match="disk-full"):
        erase_person(core, ada.id)
    monkeypatch.undo()
    assert document(inside(core), ada.id, 0) == before
    assert len(participant_views(inside(core), network)) == 1


async def test_an_export_while_it_is_erased(core: Core) -> None:
    """Before: everything. Afterwards: nothing but that there is nothing; never a half."""
    ada, other = (person(core, name, key_person=True) for name in ("Ada", "Kim"))
    await filled(core, ada, other)
    said = json.loads(as_json(inside(core), ada.id, 0))
    assert [one["about"] for one in [{"about": MARK}] if MARK in json.dumps(said)] == [MARK]
    assert {"person", "circles", "rules"} <= said["held"].keys()
    assert {one["field"] for one in said["consents"]} == {"name", "mail", "about"}
    assert {one["field"] for one in said["went_out"][0]["fields"]} == {"name", "mail", "about"}
    erase_person(core, ada.id)
    after = document(inside(core), ada.id, 0)
    assert (after["held"], after["consents"], after["went_out"]) == ({}, [], [])


async def test_address_of_the_receipts_says_nothing_and_ends(core: Core, clock: Clock) -> None:
    ada, other = (person(core, name, key_person=True) for name in ("Ada", "Kim"))
    await filled(core, ada, other)
    done = erase_person(core, ada.id)
    found = deletion(core, done.token)
    assert found is not None
    assert len(found.tombstones) == 1
    for wrong in ("", done.token[:-1], done.token + "x", "\x00", "ü" * 50):
        assert deletion(core, wrong) is None
    assert rows_with(core, done.token) == []  # only its digest is kept
    clock.now += LIFETIME
    assert deletion(core, done.token) is None


async def test_a_restored_backup_does_not_bring_a_person_back(core: Core, tmp_path: Path) -> None:
    ada, other = (person(core, name, key_person=True) for name in ("Ada", "Kim"))
    await filled(core, ada, other)
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(copy)) as target:
        core.db.conn.backup(target)
    erase_person(core, ada.id)
    with closing(Database(copy, SCHEMA)) as old, old.writing():
        assert old.one("select 1 from persons where id = ?", (ada.id,))
        for key in core.erasures.here():
            erase_row_again(old, key)
    with closing(Database(copy, SCHEMA)) as old:
        tables = ("persons", "sessions", "passwords", "sign_in_names", "consents", "disclosures")
        left = [
            one
            for one in (*tables, "circle_posts", "circle_files", "circle_pieces", "circles")
            if any(
                MARK in str(row) or ada.id in str(row) for row in old.all(f"select * from {one}")
            )
        ]
        assert left == []
        assert old.one("select count(*) from circle_posts")[0] == 1  # the answer of somebody else


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("persons; drop", "id", "x"),
        ("persons", "id or 1", "x"),
        ("persons", "id", "x' or ''='"),
        ("persons", "id", ""),
        ("", "id", "x"),
    ],
)
def test_keys_of_rows_name_nothing_else(table: str, column: str, value: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        row_key(table, column, value)


def test_keys_of_other_things_erase_nothing(core: Core) -> None:
    person(core, "Ada")
    with core.transaction():
        for key in (
            "meeting/a/b",
            "row/nowhere/id/x",
            "row/persons/nothing/x",
            "row/persons/id/x/y",
            "row/persons/id/x' or '1'='1",
            "",
        ):
            assert not erase_row_again(core.db, key)
    assert len(persons(core).all()) == 1


def test_every_noun_with_a_person_in_its_tables_tells_and_erases() -> None:
    """Whoever keeps something of persons says so."""
    keeping = {
        one.name
        for one in FEATURES
        for handler in one.migrations.values()
        if "person" in str(one.load(handler))
    }
    telling = {one.name for one in FEATURES if {"tell", "erase"} <= one.personal.keys()}
    assert keeping - telling == {"mine"}  # which does the erasing itself


def test_consents_keep_their_words(core: Core, clock: Clock) -> None:
    ada = person(core, "Ada")
    network = Audience.network(found_network(core, core.home_id, {"name": "Netz"}))
    release(core, ada.id, network, {"name": "Ada"}, Asked("de", {"name": "Erste Worte"}))
    clock.now += 86_400
    release(core, ada.id, network, {"name": "Ada B."}, Asked("en", {"name": "Other words"}))
    (consent,) = consents_of(core, ada.id)
    assert (consent.words, consent.language, consent.given) == (
        "Erste Worte",
        "de",
        clock.now - 86_400,
    )
    (view,) = disclosure_views(inside(core), ada.id)
    assert view.fields == (("name", clock.now - 86_400),)
    with pytest.raises(ValueError, match="without the words"):
        release(core, ada.id, network, {"name": "Ada", "mail": "a@example.org"}, Asked("de", {}))

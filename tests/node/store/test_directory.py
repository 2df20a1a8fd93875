"""The directory follows the records; searching takes whatever a person, or somebody else, types."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.records.transaction import take
from node.store import directory
from node.store.core import Core
from node.store.database import Database
from node.store.directory import Directory, put_entries, remove_entries
from node.store.filters import Filters
from protocol.record import verify
from tests.node.world import accept, make_core, verified
from tests.sync.people import NOW, Someone

ANNA = Someone("anna")
BLANK = verify(ANNA.group()).content or {}

# name, region, topics, languages, takes members, purpose
GROUPS = (
    ("Wohnrat Nord", "Hannover", ["Wohnen"], ["de"], True, "Mieterinnen beraten sich."),
    ("Mühlenverein", "Bremen", ["Kultur", "Wohnen"], ["de", "en"], False, "Eine Mühle für alle."),
    ("Straßenchor", "Bremen", ["Kultur"], ["de"], None, "Singen in der Straße, NEAR und OR."),
    ("Café Zwölf", None, [], ["en"], True, "Kaffee und Gespräche."),
)  # fmt: skip


def content(name: str, *fields: Any) -> dict[str, Any]:
    keys = ("region", "topics", "languages", "takes_members", "purpose")
    return {**BLANK, "name": name, **dict(zip(keys, fields, strict=False))}


@pytest.fixture
def found() -> Iterator[Directory]:
    db = Database(":memory:")
    with db.writing():
        put_entries(
            db,
            [(no, no, 1, "group", NOW + no, content(*one)) for no, one in enumerate(GROUPS, 1)],
        )
    yield Directory(db)
    db.close()


SEARCHES: dict[str, list[str]] = {
    "": ["Café Zwölf", "Mühlenverein", "Straßenchor", "Wohnrat Nord"],
    "wohnrat": ["Wohnrat Nord"],
    "WOHN": ["Mühlenverein", "Wohnrat Nord"],
    "nord wohn": ["Wohnrat Nord"],
    "wohn nord": [],  # only the last one may be a beginning
    "müh": ["Mühlenverein"],
    "muhlen": ["Mühlenverein"],
    "mu\u0308hlen": ["Mühlenverein"],
    "zwolf": ["Café Zwölf"],
    "cafe\u0301": ["Café Zwölf"],
    "straße": ["Straßenchor"],
    "bremen kultur": ["Mühlenverein", "Straßenchor"],
    "gibtesnicht": [],
    "wohn gibtesnicht": [],
    # What means something to the search engine means nothing here
    "near": ["Straßenchor"],
    "NEAR(wohn nord)": [],
    "wohn OR chor": [],
    "wohn AND nord": [],
    "NOT wohn": [],
    '"wohnrat nord"': ["Wohnrat Nord"],
    '"': [],
    "*": [],
    "wohn*": ["Mühlenverein", "Wohnrat Nord"],
    "name:wohnrat": [],
    "^wohnrat": ["Wohnrat Nord"],
    "-wohnrat": ["Wohnrat Nord"],
    "wohnrat'; drop table directory; --": [],
    "%": [],
    "_": [],
    "wohnrat_nord": ["Wohnrat Nord"],
    "\x00": [],
    "wohnrat\x00": ["Wohnrat Nord"],
    "😀": [],
    "wohnen " * 1000: ["Mühlenverein", "Wohnrat Nord"],
    "x" * 1_000_000: [],
}


@pytest.mark.parametrize("text", SEARCHES, ids=lambda text: repr(text[:20]))
def test_searching(found: Directory, text: str) -> None:
    hits = found.find(text, Filters(NOW), 10)
    assert sorted(one.name for one in hits.entries) == SEARCHES[text]
    assert (hits.total, hits.capped) == (len(SEARCHES[text]), False)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_text_is_too_strange(text: str) -> None:
    one = Directory(Database(":memory:"))
    assert one.find(text, Filters(NOW), 10).entries == ()
    one.db.close()


FILTERS: dict[str, tuple[Filters, list[str]]] = {
    "topic": (Filters(NOW, topic="Wohnen"), ["Mühlenverein", "Wohnrat Nord"]),
    "topic, exactly": (Filters(NOW, topic="wohnen"), []),
    "region": (Filters(NOW, region="Bremen"), ["Mühlenverein", "Straßenchor"]),
    "language": (Filters(NOW, language="en"), ["Café Zwölf", "Mühlenverein"]),
    "takes members": (Filters(NOW, takes_members=True), ["Café Zwölf", "Wohnrat Nord"]),
    "takes none": (Filters(NOW, takes_members=False), ["Mühlenverein"]),
    "together": (Filters(NOW, topic="Kultur", region="Bremen", language="en"), ["Mühlenverein"]),
    "of some authors": (Filters(NOW, authors=(1, 3)), ["Straßenchor", "Wohnrat Nord"]),
    "of nobody": (Filters(NOW, authors=()), []),
    "of another audience": (Filters(NOW, audiences=(2,)), []),
    "expired": (Filters(NOW + 2), ["Café Zwölf", "Straßenchor"]),
    "hostile": (Filters(NOW, region="' or 1=1 --", topic='"', language="*"), []),
}


@pytest.mark.parametrize("what", FILTERS)
def test_filters(found: Directory, what: str) -> None:
    filters, names = FILTERS[what]
    hits = found.find("", filters, 10)
    assert [one.name for one in hits.entries] == names
    assert found.count(filters) == hits.total == len(names)
    assert sorted(found.numbers(filters)) == sorted(one.no for one in hits.entries)


def test_pages(found: Directory) -> None:
    names = [found.find("", Filters(NOW), 2, offset).entries for offset in (0, 2, 4)]
    assert [len(page) for page in names] == [2, 2, 0]
    assert [one.name for page in names for one in page] == sorted(one[0] for one in GROUPS)


def test_ranking_is_capped(found: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "RANKED", 1)
    hits = found.find("wohn", Filters(NOW), 10)
    assert (len(hits.entries), hits.total, hits.capped) == (1, 1, True)


def test_removing_twice_is_removing_once(found: Directory) -> None:
    for _time in range(2):
        with found.db.writing():
            remove_entries(found.db, [(1,), (77,)])
    assert found.find("wohnrat", Filters(NOW), 10).entries == ()
    assert found.db.all("select * from directory_tags where no = 1") == []
    with found.db.writing():  # SQLite compares the index with the table
        found.db.run(
            "insert into directory_text (directory_text, rank) values ('integrity-check', 1)"
        )


# It follows the records


def names(core: Core, text: str = "") -> list[str]:
    hits = core.directory.find(text, Filters(core.clock()), 10).entries
    return [one.name for one in hits if one.name != "Alpha"]


def test_the_directory_follows_the_records(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    accept(core, ANNA)
    some = [ANNA.say("group", content(name)) for name in ("Erste", "Zweite", "Dritte")]
    history = []
    for raw in (some[0], some[1], some[0], some[2], ANNA.say("group", None), some[2]):
        take(core, verified(raw))
        history.append((names(core), names(core, "erste"), names(core, "dritte")))
    assert history == [
        (["Erste"], ["Erste"], []),
        (["Zweite"], [], []),
        (["Zweite"], [], []),
        (["Dritte"], [], ["Dritte"]),
        ([], [], []),
        ([], [], []),
    ]
    core.close()


def test_two_of_one_place_in_a_batch(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    accept(core, ANNA)
    some = [ANNA.say("group", content(name)) for name in ("Erste", "Zweite", "Dritte")]
    assert take(core, verified(some[1], some[2], some[0])) == [None, None, None]
    assert names(core) == ["Dritte"]
    assert core.db.one("select count(*) from directory")[0] == 2
    core.close()

"""Counting by columns gives what counting rows gives."""

import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from node.store.columns import Columns
from node.store.database import Database
from node.store.directory import OF_ROWS, Directory, put_entries
from node.store.filters import Filters

NOW, PUBLIC, NETWORK = 1_000, 1, 2
TOPICS = ["Kunst", "Musik", "Sport", *(f"Thema {n}" for n in range(60))]
REGIONS = ["Nord", "Süd", None, "Ost"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """400 entries of 150 authors, one in ten expired, own ones under negative numbers."""
    pick = random.Random(7)
    path: Path = tmp_path_factory.mktemp("columns") / "verbund.db"
    db = Database(path)
    put_entries(db, [_entry(no, pick) for no in (*range(-20, 0), *range(5, 1_145, 3))])
    return db


def _entry(no: int, pick: random.Random) -> Any:
    content = {
        "name": f"Gruppe {no}",
        "purpose": None,
        "orientation": None,
        "region": pick.choice(REGIONS),
        "topics": pick.sample(TOPICS[: pick.choice((3, 63))], 2),
        "languages": pick.sample(["de", "en"], pick.choice((0, 1, 2))),
        "takes_members": pick.choice((None, True, False)),
    }
    author = 0 if no < 0 else pick.randrange(1, 150)
    audience = 0 if no < 0 else pick.choice((PUBLIC, PUBLIC, NETWORK))
    form = "entry" if no < 0 else pick.choice(("group", "group", "network"))
    return no, author, audience, form, NOW + pick.choice((0, *range(1, 10))), content


FILTERS = [
    Filters(NOW, topic, region, language, takes, audiences, None, best, form=form)
    for topic, region, language, takes, (audiences, best), form in product(
        (None, "Kunst", "Thema 7", "Nichts"),
        (None, "Nord"),
        (None, "en"),
        (None, True, False),
        ((None, None), ((PUBLIC,), None), (None, PUBLIC)),
        (None, "group", "network"),
    )
]


@pytest.mark.parametrize("limit", [3, 30, 100])
def test_columns_count_like_rows(database: Database, limit: int) -> None:
    columns, rows = Columns(database.all, NOW, PUBLIC), Directory(database)
    for filters in FILTERS:
        matching = columns.matching(filters)
        assert matching.bit_count() == rows.count(filters)
        for what in ("topic", "language", *OF_ROWS):
            expected = rows.counts(what, filters, limit)
            assert columns.counts(what, matching, limit) == expected, (filters, what)


def test_columns_of_nothing(tmp_path: Path) -> None:
    columns = Columns(Database(tmp_path / "verbund.db").all, NOW)
    matching = columns.matching(Filters(NOW, audiences=(PUBLIC,)))
    assert (columns.size, matching) == (0, 0)
    assert columns.counts("topic", matching, 30) == []

"""Looking for people, a page at a time: who is found, counted, in which order."""

import pytest

from node.features.members.columns import add_column
from node.features.members.editing import edit
from node.features.members.listing.tables import PAGE, Query, every, find, values_of
from node.features.members.tables import members
from node.people.persons import Standing, persons
from node.store.core import Core
from tests.node.features.members.people import add

PEOPLE = [
    ("Ada Müller", {"town": "Kiel", "phone": "+49 431 12345", "notes": "spielt Geige"}),
    ("Bea Mueller", {"town": "Lübeck", "mail": "bea@example.org"}),
    ("Cem Weiß-Öztürk", {"street": "Hafenstraße 1"}),
    ("Zoë Abel", {"postcode": "01067"}),
]


@pytest.fixture
def filled(core: Core) -> Core:
    for name, values in PEOPLE:
        add(core, name, **values)
    return core


def names(core: Core, query: Query) -> list[str]:
    return [one.name for one in members(core).some(find(core, query).ids)]


SEARCHES = [
    ("", ["Zoë Abel", "Bea Mueller", "Ada Müller", "Cem Weiß-Öztürk"]),
    ("muller", ["Bea Mueller", "Ada Müller"]),
    ("MÜLLER ADA", ["Ada Müller"]),
    ("weiss", ["Cem Weiß-Öztürk"]),
    ("oeztuerk", ["Cem Weiß-Öztürk"]),
    ("zoe", ["Zoë Abel"]),
    ("Zoe\u0308", ["Zoë Abel"]),
    ("hafenstrasse", ["Cem Weiß-Öztürk"]),
    ("43112345", ["Ada Müller"]),
    ("01067", ["Zoë Abel"]),
    ("geige kiel", ["Ada Müller"]),
    ("bea@", ["Bea Mueller"]),
    ("%", []),
    ("geige lübeck", []),
]


@pytest.mark.parametrize(("text", "found"), SEARCHES)
def test_every_word_is_looked_for_in_every_field(filled: Core, text: str, found: list[str]) -> None:
    assert names(filled, Query(text, everything=True)) == found


@pytest.mark.parametrize("text", ["kiel", "43112345", "geige", "bea@", "01067", "hafenstrasse"])
def test_names_only_are_looked_through_for_members(filled: Core, text: str) -> None:
    assert names(filled, Query(text)) == []
    assert names(filled, Query("abel")) == ["Zoë Abel"]


def test_pages_are_of_fifty_and_the_last_one_is_the_end(core: Core) -> None:
    for at in range(PAGE + 3):
        add(core, f"Person {at:03}")
    first, second, far = (find(core, Query(page=page)) for page in (1, 2, 99))
    assert (len(first.ids), len(second.ids), first.pages) == (PAGE, 3, 2)
    assert far == second
    assert [*first.ids, *second.ids] == every(core, Query())


def test_counts_are_of_everything_else_that_was_chosen(filled: Core) -> None:
    own = add_column(filled, "Size", "choice", choices=("S", "M"))
    ids = every(filled, Query())
    for id, size in zip(ids, ("S", "S", "M"), strict=False):
        edit(filled, id, {own.key: (size,)})
    add(filled, "Fred Müller", standing=Standing.FORMER)
    with filled.transaction():
        persons(filled).change(ids[0], key_person=True)
    found = find(filled, Query("muller"))
    assert (found.count, dict(found.standings)) == (
        2,
        {Standing.MEMBER: 2, Standing.FORMER: 1, None: 3},
    )
    assert dict(find(filled, Query()).roles) == {"key": 1, "treasurer": 0}
    assert find(filled, Query(role="key")).count == 1
    assert values_of(filled, Query(), own) == {"S": 2, "M": 1}
    chosen = Query(values={own.key: "S"})
    assert values_of(filled, chosen, own) == {"S": 2, "M": 1}
    assert find(filled, chosen).count == 2


def test_page_is_read_in_the_order_of_an_index(filled: Core) -> None:
    """Whatever 10,000 people are called: nothing is sorted for a page of fifty."""
    seen: list[str] = []
    filled.db.conn.set_trace_callback(seen.append)
    find(filled, Query(page=1))
    filled.db.conn.set_trace_callback(None)
    (page,) = [sql for sql in seen if "limit" in sql]
    plan = [row[3] for row in filled.db.all(f"explain query plan {page}")]
    assert plan[0] == "SCAN m USING COVERING INDEX members_sort"
    assert not any("TEMP B-TREE" in step for step in plan)

"""Who may be on the list twice: a table that reads like a policy."""

from typing import Any

import pytest

from node.features.members.editing import edit
from node.features.members.tables import say_different
from node.features.members.twins import Twins, twins
from node.store.core import Core
from tests.node.features.members.people import add

MAIL, PHONE = {"mail": "moor@example.org"}, {"phone": "0431 123456"}
WAY = {"street": "Weg 1"}
TABLE: list[tuple[str, dict[str, str], str, dict[str, str], str]] = [
    ("Ada Moor", MAIL, "Ada Moor", MAIL, "mail"),
    ("Ada Moor", PHONE, "Ada Moor", {"phone": "+49 (0)431/123456"}, "phone"),
    ("Ada Moor", MAIL, "A. Moor", {"mail": "Moor@Example.org"}, "mail"),
    ("Ada Moor", MAIL, "Ada", MAIL, "mail"),
    ("Jürgen Weiß", MAIL, "Juergen Weiss", MAIL, "mail"),
    ("Ada Moor", WAY, "Ada Moor", {**WAY, **PHONE}, "street"),
    ("Ada Moor", {}, "Ada Moor", MAIL, "name"),
    ("Ada Moor", {}, "Ada Moor", {}, "name"),
    ("Ada Moor", MAIL, "Bea Moor", MAIL, ""),  # a family shares an address
    ("Ada Moor", PHONE, "Cem Öz", PHONE, ""),
    ("Ada Moor", MAIL, "Ada Moor", PHONE, ""),  # namesakes that can be told apart
    ("Ada Moor", WAY, "Ada Moor", {"street": "Gasse 2"}, ""),
    ("Ada Moor", {}, "Ada Moos", {}, ""),
    ("Ada Moor", {"phone": "12"}, "Bea", {"phone": "12"}, ""),
]


@pytest.mark.parametrize(("one", "first", "other", "second", "why"), TABLE)
def test_pairs(core: Core, one: str, first: Any, other: str, second: Any, why: str) -> None:
    ids = sorted([add(core, one, **first), add(core, other, **second)])
    assert twins(core) == ([Twins(*ids, why)] if why else [])


def test_what_somebody_said_is_two_people_is_not_asked_again(core: Core) -> None:
    ids = [add(core, "Ada Moor"), add(core, "Ada Moor")]
    assert len(twins(core)) == 1
    with core.transaction():
        say_different(core, *ids)
    assert twins(core) == []


def test_pair_goes_when_something_tells_them_apart(core: Core) -> None:
    add(core, "Ada Moor", mail="a@example.org")
    other = add(core, "Ada Moor")
    assert len(twins(core)) == 1
    edit(core, other, {"mail": ("b@example.org",)})
    assert twins(core) == []


def test_number_of_an_office_says_nothing(core: Core) -> None:
    for _one in range(13):
        add(core, "Ada", phone="0431 123456")
    assert twins(core) == []

"""Taking rows in and taking that back: all or nothing, and what others did since stays."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.imports import applying, work
from node.features.imports.applying import Applied, apply, mend, take_back
from node.features.imports.plan import new_fields
from node.features.imports.tables import running, set_running
from node.features.members.changes.tables import begin
from node.features.members.export import write
from node.features.members.tables import members
from node.features.members.types import Membership
from node.people.persons import Standing
from node.store.core import Core
from node.texts import Texts
from tests.node.world import make_core

LIST = """Vorname;Name;E-Mail;PLZ;Eintritt;Austritt;Instrument
Ada;Moor;ada@example.org;24103;1.3.2020;;Geige
Jürgen;Groß;jg@example.org;01067;2019;31.12.2021;Fagott
"""


@pytest.fixture
def core(tmp_path: Path) -> Core:
    return make_core(tmp_path)


def import_(
    core: Core, text: str, answers: Mapping[str, str] | None = None, **fields: str
) -> Applied:
    table = work.table_of(work.read_book(io.BytesIO(text.encode())).sheets[0].lines)
    columns, _known = work.known_columns(core, table)
    columns = [one._replace(field=fields.get(one.header, one.field)) for one in columns]
    rows, basis = work.planned(core, table.lines, columns, answers or {})
    done = apply(core, rows, new_fields(basis))
    with core.transaction():
        work.remember(core, columns)
    return done


def named(core: Core, name: str) -> Any:
    return next(one for one in work.everyone(core) if one.name == name)


TABLES = {
    "persons": "*",
    "members": "id, sort, names, since, until",  # besides: the edition, and words in any order
    "member_values": "*",
    "memberships": "*",
    "member_fields": "*",
    "member_marks": "*",
}


def kept(core: Core) -> dict[str, list[Any]]:
    """All that is known of people; not the notes of what was changed."""
    return {
        table: sorted(map(repr, core.db.all(f"select {columns} from {table}")))
        for table, columns in TABLES.items()
    }


def test_rows_are_taken_in(core: Core) -> None:
    done = import_(core, LIST)
    assert done.counts == {"add": 2, "change": 0, "same": 0, "ask": 0, "refuse": 0}
    ada, jg = named(core, "Ada Moor"), named(core, "Jürgen Groß")
    assert ada.values == {
        "given": ("Ada",), "family": ("Moor",), "mail": ("ada@example.org",), "postcode": ("24103",)
    }  # fmt: skip
    assert (ada.standing, [one.since for one in ada.memberships]) == (
        Standing.MEMBER,
        ["2020-03-01"],
    )
    (membership,) = jg.memberships
    assert (jg.standing, membership.since, membership.until) == (
        Standing.FORMER,
        "2019",
        "2021-12-31",
    )


def test_once_more_adds_nobody(core: Core) -> None:
    import_(core, LIST)
    before = kept(core)
    assert import_(core, LIST).counts["same"] == 2
    assert kept(core) == before


def test_new_column_is_made_and_known_the_next_time(core: Core) -> None:
    import_(core, LIST, Instrument="new")
    (made,) = [one for one in members(core).fields() if one.own]
    assert (made.label, made.kind) == ("Instrument", "text")
    assert named(core, "Ada Moor").first(made.key) == "Geige"
    assert import_(core, LIST).counts["same"] == 2


def test_undo_leaves_all_as_it_was(core: Core) -> None:
    import_(core, "Vorname;Name;E-Mail\nAda;Moor;ada@example.org\n")
    before = kept(core)
    import_(core, LIST, Instrument="new")
    assert kept(core) != before
    done = take_back(core)
    assert (len(done.gone), len(done.back), done.stays) == (1, 1, [])
    assert kept(core) == before
    take_back(core)  # the one before
    assert kept(core)["persons"] == []


def test_nothing_to_take_back(core: Core) -> None:
    with pytest.raises(Problem, match="import-nothing-to-undo"):
        take_back(core)


def test_what_others_changed_since_stays(core: Core) -> None:
    import_(core, "Vorname;Name;E-Mail;Ort\nAda;Moor;ada@example.org;Kiel\n")
    import_(core, LIST.replace("24103", "24105"))
    ada, jg = named(core, "Ada Moor"), named(core, "Jürgen Groß")
    with core.transaction():
        batch = begin(core, "edit", "somebody")
        batch.write(ada.id, {"postcode": ("24106",)})
        batch.write(jg.id, {"phone": ("0351 1",)})
    done = take_back(core)
    assert done.stays == [(jg.id, "person"), (ada.id, "postcode")]
    assert named(core, "Ada Moor").first("postcode") == "24106"
    assert named(core, "Ada Moor").since == ""
    assert named(core, "Jürgen Groß").first("phone") == "0351 1"


def test_open_question_takes_nothing_in(core: Core) -> None:
    before = kept(core)
    with pytest.raises(Problem, match="import-asks") as caught:
        import_(core, LIST.replace("01067", "1067"))
    assert caught.value.values == {"n": 1}
    assert kept(core) == before
    assert import_(core, LIST.replace("01067", "1067"), {"postcode": "offer"}).counts["add"] == 2
    assert named(core, "Jürgen Groß").first("postcode") == "01067"


def test_error_in_the_middle_takes_nothing_in(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kept(core)
    with core.transaction():  # `memberships` is what the second row needs besides
        core.db.run(
            "create trigger t before insert on memberships when new.since = '2019'"
            " begin select raise(abort, 'no'); end"
        )
    with pytest.raises(Exception, match="no"):
        import_(core, LIST)
    assert kept(core) == before
    assert running(core) is None


def test_half_an_import_is_taken_back(core: Core) -> None:
    """As a node leaves it that stopped between two pieces."""
    before = kept(core)
    with core.transaction():
        batch = begin(core, applying.WHAT, "", {})
        set_running(core, batch.no)
        batch.add("Ada Moor", {})
    assert mend(core)
    assert kept(core) == before
    assert (running(core), mend(core)) == (None, False)


def test_rejoining_is_a_membership_of_its_own(core: Core) -> None:
    import_(core, LIST)
    import_(core, "Vorname;Name;E-Mail;Eintritt\nJürgen;Groß;jg@example.org;1.2.2024\n")
    jg = named(core, "Jürgen Groß")
    assert jg.standing is Standing.MEMBER
    assert [(one.since, one.until) for one in jg.memberships] == [
        ("2019", "2021-12-31"),
        ("2024-02-01", ""),
    ]
    take_back(core)
    jg = named(core, "Jürgen Groß")
    assert (jg.standing, jg.memberships) == (
        Standing.FORMER,
        (Membership(2, "2019", until="2021-12-31"),),
    )


def test_last_key_person_stays_a_member(core: Core) -> None:
    import_(core, LIST)
    ada = named(core, "Ada Moor")
    with core.transaction():
        begin(core, "edit").roles(ada.id, key_person=True, treasurer=False)
    import_(core, "Vorname;Name;E-Mail;Austritt\nAda;Moor;ada@example.org;1.2.2024\n")
    ada = named(core, "Ada Moor")
    assert (ada.standing, ada.key_person, ada.until) == (Standing.MEMBER, True, "2024-02-01")


def test_file_of_nobody(core: Core) -> None:
    for text in ("Vorname;Name\n", "Vorname;Name\nVorname;Name\n"):
        with pytest.raises(Problem, match="import-only-headings"):
            import_(core, text)


def test_our_own_address_book_comes_back_the_same(core: Core) -> None:
    import_(core, LIST)
    with core.transaction():
        batch = begin(core, "edit")
        batch.write(
            named(core, "Ada Moor").id, {"phone": ("0431 1", "+49 170 2"), "notes": ("a; b\nc",)}
        )
        batch.add("Chor am Hafen", {"street": ("Kai 1; links",), "town": ("Kiel",)})
    data = write("vcf", work.everyone(core), members(core).fields(), Texts("de"))
    (sheet,) = work.read_book(io.BytesIO(data)).sheets
    table = work.table_of(sheet.lines)
    columns, _known = work.known_columns(core, table)
    rows, _basis = work.planned(core, table.lines, columns, {})
    assert [(one.outcome.value, one.fields) for one in rows] == [("same", {})] * 3

"""What imports under way hold of a person, told and erased."""

import io
from pathlib import Path

import pytest

from node.features.imports import steps
from node.features.imports.applying import silent
from node.features.imports.personal import forget, tell
from node.features.imports.tables import Import, Imports
from node.people.personal import KEYS, Entry, Kept, Part
from node.store.core import Core
from tests.node.features.members.people import add
from tests.node.world import make_core

LIST = b"Vorname;Name;E-Mail;Ort\nAda;Moor;ada@example.org;Kiel\nBo;Beck;bo@example.org;Ulm\n"


@pytest.fixture
def core(tmp_path: Path) -> Core:
    return make_core(tmp_path)


def begun(core: Core, id: str, who: str, *, planned: bool) -> None:
    with core.transaction():
        Imports(core).put(Import(id, core.clock(), who, "list.csv"))
    steps.read_in(core, id, io.BytesIO(LIST), silent)
    if planned:
        steps.plan(core, id)


def test_rows_that_are_somebody_are_told_and_go_with_their_file(core: Core) -> None:
    ada, kim = add(core, "Ada Moor", mail="ada@example.org"), add(core, "Kim Key")
    begun(core, "a" * 32, kim, planned=True)
    begun(core, "b" * 32, ada, planned=False)
    (part,) = tell(core, ada)
    begun_entry = Entry("imports.personal.begun", core.clock(), "time", seen_by=KEYS)
    row = Entry("imports.personal.row", ["2", "town: Kiel"], "list", seen_by=KEYS)
    assert part == Part("imports.personal.title", "imports.personal.why", (begun_entry, row))
    with core.transaction():
        kept = forget(core, ada)
    assert kept == [Kept("imports.personal.kept", "imports.personal.kept_why")]
    assert [(one.id[0], one.who) for one in Imports(core).all()] == [("b", "")]
    assert core.db.all("select * from import_rows") == []
    assert tell(core, ada) == []


def test_somebody_of_whom_nothing_is_here(core: Core) -> None:
    assert tell(core, "nobody") == []
    with core.transaction():
        assert forget(core, "nobody") == []

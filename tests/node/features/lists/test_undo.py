"""What an import replaced comes back, and a dry run writes nothing."""

from typing import Any

import pytest

from node.base.errors import Problem
from node.features.directory.types import DirectoryQuery
from node.features.erasures.actions import erase_group
from node.features.groups.actions import current_entry, edit_group
from node.features.groups.tables import OwnList, own_list, undo_of
from node.features.lists import actions
from node.features.lists.actions import fill_own, import_list, remove_entry
from node.features.lists.file import read
from node.features.lists.following import tidy
from node.features.lists.undo import undo_import
from node.store import pieces
from node.store.core import Core
from tests.node.features.lists.test_actions import code, core, csv
from tests.node.world import inside, page_of

__all__ = ["core"]


def test_undo_puts_back_what_was_replaced(core: Core) -> None:
    import_list(core, read(b"name;region\nA;Kiel\nB;Ulm", "csv"))
    before = own_list(core).entries()
    import_list(core, read(b"name;region\nA;Bonn\nC;Jena", "csv"))
    assert undo_import(core) == (1, 1)
    assert own_list(core).entries() == before
    assert code(undo_import, core)[0] == "nothing-to-undo"
    found = page_of(inside(core), DirectoryQuery(region="Kiel"))
    assert [one.name for one in found.entries] == ["A"]


def test_an_import_that_changes_nothing_leaves_the_last_one_to_undo(core: Core) -> None:
    import_list(core, read(b"name\nA", "csv"))
    import_list(core, read(b"name\nA", "csv"))
    assert undo_import(core) == (1, 0)


def test_remove_can_be_undone(core: Core) -> None:
    import_list(core, read(b"name\nA\nB", "csv"))
    remove_entry(core, "A")
    assert [one["name"] for one in own_list(core).entries()] == ["B"]
    assert code(remove_entry, core, "A") == ("no-such-entry", {"name": "A", "near": []})
    assert undo_import(core) == (0, 1)
    assert [one["name"] for one in own_list(core).entries()] == ["A", "B"]


def everything(core: Core) -> list[str]:
    """All that is in the file, but for what SQLite counts."""
    return [one for one in core.db.conn.iterdump() if "sqlite_" not in one]


def test_dry_runs_write_nothing(core: Core) -> None:
    """Each that there is: a list, one's own entry, a removal, an undoing."""
    import_list(core, read(b"name\nA\nB", "csv"))
    before = everything(core)
    file = read(b"name;region\nA;Kiel\nC;Kiel", "csv")
    assert import_list(core, file, dry_run=True).new == ["C"]
    assert fill_own(core, core.home_id, file, "C", dry_run=True).done is False
    remove_entry(core, "B", dry_run=True)
    assert undo_import(core, dry_run=True) == (2, 0)
    assert everything(core) == before


def test_own_entry_comes_back(core: Core) -> None:
    before = current_entry(core, core.home_id)
    file = read(csv("Hafentreff;group;Wohnen;;;;Kiel;de;ja;Mail=a@b;"), "csv")
    fill_own(core, core.home_id, file, "Hafentreff")
    assert current_entry(core, core.home_id) != before
    assert fill_own(core, core.home_id, file, "Hafentreff").same == ["Hafentreff"]
    assert undo_import(core) == (0, 1)
    assert current_entry(core, core.home_id) == before


def test_own_entry_that_was_changed_since_is_left_alone(core: Core) -> None:
    file = read(csv("Hafentreff;group;Wohnen;;;;Kiel;de;ja;Mail=a@b;"), "csv")
    fill_own(core, core.home_id, file, "Hafentreff")
    edited = edit_group(core, core.home_id, {"region": "Rostock"})
    assert code(undo_import, core)[0] == "changed-since"
    assert current_entry(core, core.home_id) == edited


def test_own_entry_that_was_erased_is_kept_nowhere(core: Core) -> None:
    """Neither as it was before the import, nor can the import be undone after that."""
    file = read(csv("Hafentreff;group;Wohnen;;;;Kiel;de;ja;Mail=a@b;"), "csv")
    fill_own(core, core.home_id, file, "Hafentreff")
    erase_group(core, core.home_id)
    assert undo_of(core) is None
    fill_own(core, core.home_id, file, "Hafentreff")
    assert undo_import(core) == (0, 1)
    assert current_entry(core, core.home_id) is None


def test_entry_comes_back_under_its_number(core: Core) -> None:
    """Links and lists name it by that."""
    import_list(core, read(b"name\nA\nB", "csv"))
    before = own_list(core).number("B")
    remove_entry(core, "B")
    undo_import(core)
    assert own_list(core).number("B") == before


class Stopped(BaseException):
    """As if the process had ended."""


def names(core: Core) -> list[str]:
    return [f"{one['name']} {one['region']}" for one in own_list(core).entries()]


@pytest.fixture
def by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a server: written in pieces, each of one row."""
    monkeypatch.setattr(actions, "has_turn", lambda: True)
    monkeypatch.setattr(pieces, "PIECE_SECONDS", 0.0)


@pytest.mark.usefixtures("by_turns")
@pytest.mark.parametrize("stops", [1, 2, 3])
def test_what_was_left_half_is_taken_back(
    core: Core, stops: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what could be undone before can be again."""
    import_list(core, read(b"name;region\nA;Kiel\nB;Ulm", "csv"))
    before, written = names(core), []
    put = OwnList.put

    def stopping(self: OwnList, content: dict[str, Any], no: int | None = None) -> bool:
        if len(written) == stops:
            raise Stopped
        written.append(content["name"])
        return put(self, content, no)

    file = read(b"name;region\nA;Bonn\nB;Bonn\nC;Bonn\nD;Bonn", "csv")
    with monkeypatch.context() as patch:
        patch.setattr(OwnList, "put", stopping)
        with pytest.raises(Stopped):
            import_list(core, file)
    assert names(core) != before
    tidy(core)
    assert names(core) == before
    assert undo_import(core) == (2, 0)
    assert names(core) == []


@pytest.mark.usefixtures("by_turns")
def test_one_changes_the_list_at_a_time(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two pieces another command may come; it is told, and what is half stays."""
    met: list[str] = []

    def meanwhile() -> None:
        with pytest.raises(Problem) as caught:
            remove_entry(core, "A")
        met.append(caught.value.code)
        tidy(core)

    monkeypatch.setattr(pieces.turns, "breathe", meanwhile)
    import_list(core, read(b"name;region\nA;Kiel\nB;Ulm", "csv"))
    assert set(met) == {"list-busy"}
    assert names(core) == ["A Kiel", "B Ulm"]
    assert remove_entry(core, "A") == "A"

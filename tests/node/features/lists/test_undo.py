"""What an import replaced comes back, and a dry run writes nothing."""

from node.features.directory.types import DirectoryQuery
from node.features.erasures.actions import erase_group
from node.features.groups.actions import current_entry, edit_group
from node.features.groups.tables import own_list, undo_of
from node.features.lists.actions import fill_own, import_list, remove_entry
from node.features.lists.file import read
from node.features.lists.undo import undo_import
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

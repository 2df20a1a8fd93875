"""What imports that are under way hold of a person, and what becomes of it when that person has
all of it erased. What was taken in is the noun members' own."""

from node.features.imports.tables import Imports
from node.people.personal import KEYS, Entry, Kept, Part
from node.store.core import Core


def tell(core: Core, person: str) -> list[Part]:
    """Spreadsheets that the person handed over, and rows of others that are the person."""
    imports = Imports(core)
    entries = [
        Entry("imports.personal.begun", one.made, "time", seen_by=KEYS)
        for one in imports.all()
        if one.who == person
    ]
    for one in imports.with_rows_of(person):
        rows = imports.rows_of(one.id, person)
        said = [f"{key}: {new}" for row in rows for key, (_old, new) in row.fields.items() if new]
        lines = [str(row.line) for row in rows]
        entries.append(Entry("imports.personal.row", [*lines, *said], "list", seen_by=KEYS))
    if not entries:
        return []
    return [Part("imports.personal.title", "imports.personal.why", tuple(entries))]


def forget(core: Core, person: str) -> list[Kept]:
    """Files with a row that is the person go wholly; of others nobody knows who is in them before
    their columns are looked at, so they stay, for some days at most. In a transaction."""
    imports = Imports(core)
    for one in imports.with_rows_of(person):
        for _piece in (*imports.forget_lines(one.id), *imports.forget_rows(one.id)):
            pass
        imports.remove(one.id)
    for one in imports.all():
        if one.who == person:
            one.who = ""
            imports.put(one)
    waiting = any(one.state in ("reading", "columns") for one in imports.all())
    return [Kept("imports.personal.kept", "imports.personal.kept_why")] if waiting else []

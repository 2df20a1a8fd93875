"""What stands under one id comes to stand under another, and back: two persons who are one.

Rules: what moved is noted as JSON can say it, by the rows' keys; back goes only what still stands
where it was moved to. Table and column names are a noun's own, never anybody's words.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from node.store.database import Database

Moved = dict[str, list[str | int]]


class Column(NamedTuple):
    """Where ids of persons stand; `key` names a row."""

    table: str
    key: str
    name: str


def move(db: Database, columns: Sequence[Column], old: str, new: str) -> Moved:
    """Put one id for the other; gives the rows of each column. Inside `Database.writing`."""
    moved: Moved = {}
    for table, key, name in columns:
        rows = db.all(f"select {key} from {table} where {name} = ?", (old,))
        moved[f"{table}.{name}"] = [one.hex() if isinstance(one, bytes) else one for (one,) in rows]
        db.run(f"update {table} set {name} = ? where {name} = ?", (new, old))
    return moved


def move_back(
    db: Database, columns: Sequence[Column], moved: Mapping[str, Any], new: str, old: str
) -> None:
    """The same rows back from `new` to `old`. Inside `Database.writing`."""
    for table, key, name in columns:
        db.many(
            f"update {table} set {name} = ? where {_same(key)} = ? and {name} = ?",
            [(old, one, new) for one in moved.get(f"{table}.{name}", ())],
        )


def _same(key: str) -> str:
    """A key as it was noted: numbers as they are, bytes as digits."""
    return f"case typeof({key}) when 'blob' then lower(hex({key})) else {key} end"

"""Rows of the nouns' own tables that were erased: restoring a backup must not bring them back.

What never was a record is listed as erased by a key (`Erasures.add_here`, docs/protocol.md §6.8).
The key of a row names its table and a column with its value: `row/circle_posts/id/abc`.

>>> row_key("circle_posts", "id", "abc")
'row/circle_posts/id/abc'
"""

import re

from node.store.database import Database

_KEY = re.compile(r"row/([a-z_]{1,60})/([a-z_]{1,60})/([A-Za-z0-9._-]{1,120})")


def row_key(table: str, column: str, value: str | int) -> str:
    """The key of all rows of a table that have this value; ValueError for what is no name or id."""
    key = f"row/{table}/{column}/{value}"
    if _KEY.fullmatch(key) is None:
        raise ValueError("neither a name nor an id")
    return key


def tables_with(db: Database, column: str) -> list[str]:
    """The names of all tables that have this column."""
    sql = (
        "select m.name from sqlite_master m join pragma_table_info(m.name) c"
        " where m.type = 'table' and c.name = ? order by m.name"
    )
    return [row[0] for row in db.all(sql, (column,))]


def erase_row_again(db: Database, key: str) -> bool:
    """Remove rows that were erased after a backup was made; whether there were any.

    Keys of other things, and of tables that the backup does not have, are left alone.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        return False
    table, column, value = found.groups()
    columns = {row[1] for row in db.all(f"pragma table_info({table})")}
    return column in columns and db.run(f"delete from {table} where {column} = ?", (value,)) > 0

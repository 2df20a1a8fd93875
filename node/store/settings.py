"""Settings: small things that this node remembers, by key, as JSON. They never leave it.

Each key, or its beginning, is known to one module only: that which gives its meaning.
"""

import json
from typing import Any

from node.store.database import Database


class Settings:
    """The table of settings. All writing happens inside `Database.writing`."""

    def __init__(self, database: Database) -> None:
        self.db = database

    def get(self, key: str, default: Any = None) -> Any:
        """A setting; `default` if there is none."""
        row = self.db.one("select value from settings where key = ?", (key,))
        return json.loads(row[0]) if row else default

    def set(self, key: str, value: Any) -> None:
        """Keep a setting; None removes it."""
        if value is None:
            self.db.run("delete from settings where key = ?", (key,))
            return
        self.db.run(
            "insert into settings (key, value) values (?, ?)"
            " on conflict (key) do update set value = excluded.value",
            (key, json.dumps(value)),
        )

    def starting_with(self, start: str) -> list[tuple[str, Any]]:
        """All settings whose key begins with `start`, by key."""
        rows = self.db.all(
            "select key, value from settings where substr(key, 1, ?) = ? order by key",
            (len(start), start),
        )
        return [(key, json.loads(value)) for key, value in rows]

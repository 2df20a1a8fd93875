"""What entries of the directory must have, as a condition on its rows."""

from typing import Any, NamedTuple, TypeAlias

_BEST = (
    "not exists (select 1 from directory e where e.author = d.author and e.audience != ?"
    " and d.author != 0 and e.expires > ? and e.no != d.no and (d.audience = ? or e.no > d.no))"
)

_TAGGED = "d.no in (select no from directory_tags where what = ? and value in ({}))"
_HAS_TAG = (
    "exists (select 1 from directory_tags t where t.no = d.no and t.what = ? and t.value in ({}))"
)

Wanted: TypeAlias = "str | tuple[str, ...] | None"
"""A value that entries must have, or one of several spellings of it."""


def spellings(wanted: Wanted) -> tuple[str, ...]:
    """The same as a tuple."""
    return (wanted,) if isinstance(wanted, str) else wanted or ()


class Filters(NamedTuple):
    """What entries must have. `audiences` are numbers of audiences, None for all.

    With the number of the public audience in `best_of`, of each author only the best entry counts:
    one that is meant for fewer than everybody, the latest of those.
    """

    now: int
    topic: Wanted = None
    region: Wanted = None
    language: Wanted = None
    takes_members: bool | None = None
    audiences: tuple[int, ...] | None = None
    authors: tuple[int, ...] | None = None
    best_of: int | None = None
    without: tuple[int, ...] = ()
    """Numbers of entries that are left out: rows of one's own list that speak for themselves."""
    form: str | None = None
    """group, network, or entry: of one's own list."""

    def sql(self, frequent: bool = False) -> tuple[str, list[Any]]:
        """Conditions on `directory d`, and their values.

        If most entries fulfil them, tags are better looked up entry by entry: `frequent`.
        """
        where = ["d.expires > ?"]
        values: list[Any] = [self.now]
        for what, value in (("topic", self.topic), ("language", self.language)):
            if value is not None:
                marks = ", ".join("?" * len(spellings(value)))
                where.append((_HAS_TAG if frequent else _TAGGED).format(marks))
                values += [what, *spellings(value)]
        if self.region is not None:
            where.append(f"d.region in ({', '.join('?' * len(spellings(self.region)))})")
            values += spellings(self.region)
        if self.form is not None:
            where.append("d.form = ?")
            values.append(self.form)
        if self.takes_members is not None:
            where.append("d.takes_members = ?")
            values.append(int(self.takes_members))
        for column, numbers in (("audience", self.audiences), ("author", self.authors)):
            if numbers is not None:
                where.append(f"d.{column} in ({', '.join('?' * len(numbers)) or 'null'})")
                values += numbers
        if self.without:
            where.append(f"d.no not in ({', '.join('?' * len(self.without))})")
            values += self.without
        if self.best_of is not None:
            where.append(_BEST)
            values += (self.best_of, self.now, self.best_of)
        return " and ".join(where), values

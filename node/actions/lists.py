"""One's own list: reading in groups that have no node, and writing the directory out.

Rules: what is read in never leaves the node; all of a file or nothing, unless one asks for the good
rows; a dry run writes nothing; what an import replaced is kept, so that the last one can be undone
(`node.actions.list_undo`); a group that speaks for itself needs no entry, so it is written out
once, in its own words.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from node.actions.find import PART_CHARACTERS
from node.actions.groups import current_entry, edit_group, merged_entry
from node.actions.list_rows import EMPTY, Cell, ListFile, Row
from node.actions.list_undo import remember
from node.core import Core
from node.errors import Problem
from node.reserve import essential
from node.store.directory import Filters
from node.view_types import GroupView, Viewer
from node.views.entries import LIST_ID, entry
from node.views.sight import Sight
from protocol.ids import to_text

STEP = 1_000
"""Rows between two words of progress."""

Progress = Callable[[int, int], None]


def _silent(_done: int, _all: int) -> None:
    return


class Report(NamedTuple):
    """What an import did, or would do: names of entries."""

    new: list[str]
    changed: list[str]
    same: list[str]
    left_out: list[Cell]
    done: bool


def import_list(
    core: Core,
    file: ListFile,
    *,
    partial: bool = False,
    dry_run: bool = False,
    progress: Progress = _silent,
) -> Report:
    """Take the rows of a file into one's own list; `Problem` with all that is wrong with it."""
    if file.problems and not partial:
        raise refused(file.problems)
    with core.transaction():
        before = {one["name"]: one for one in core.notes.entries()}
        report = Report([], [], [], file.problems, not dry_run)
        wanted = [_merged(row, before, report) for row in file.rows]
        changes = [one for one in wanted if one is not None]
        if dry_run or not changes:
            return report
        for done, content in enumerate(changes, 1):
            core.notes.put_entry(content)
            if done % STEP == 0:
                progress(done, len(changes))
        remember(core, report.new, [before[name] for name in report.changed])
    return report


def _merged(row: Row, before: dict[str, Any], report: Report) -> dict[str, Any] | None:
    """The entry after the import, and under which heading it goes; None if it stays as it is."""
    name = row.content["name"]
    old = before.get(name)
    content = {**EMPTY, **(old or {}), **row.content}
    if content == old:
        report.same.append(name)
        return None
    (report.new if old is None else report.changed).append(name)
    return content


def refused(problems: list[Cell]) -> Problem:
    """All that is wrong with a file; nothing was read in."""
    details = [one._asdict() for one in problems]
    return Problem("list-refused", n=len(problems), details=details)


@essential
def remove_entry(core: Core, name: str, *, dry_run: bool = False) -> None:
    """Take one group off one's own list; can be undone."""
    with core.transaction():
        content = next((one for one in core.notes.entries() if one["name"] == name), None)
        if content is None:
            raise Problem("no-such-entry", name=name)
        if not dry_run:
            remember(core, [], [content])
            core.notes.remove_entry(name)


def fill_own(core: Core, own: bytes, file: ListFile, name: str, *, dry_run: bool = False) -> Report:
    """Fill the group's own entry from the row of that name; the other rows don't matter."""
    wanted = name.strip().casefold()
    row = next((one for one in file.rows if one.content["name"].casefold() == wanted), None)
    if row is None:
        raise refused(file.problems) if file.problems else Problem("list-no-row", name=name)
    fields = {key: value for key, value in row.content.items() if key != "kind"}
    with core.transaction():
        before, after = current_entry(core, own), merged_entry(core, own, fields)
        names = [after["name"]]
        if after == before:
            return Report([], [], names, [], not dry_run)
        if not dry_run:
            edit_group(core, own, fields)
            remember(core, [], [], {"id": to_text(own), "before": before, "after": after})
    return Report([], names, [], [], not dry_run)


def find_entry(core: Core, text: str) -> GroupView | None:
    """The entry of one's own list of this name or id; None if a group of that name has a node."""
    row = core.db.one("select no from entries where name = ?", (text.strip(),))
    taken = core.db.one(
        "select 1 from directory where name = ? and author != 0 limit 1", (text.strip(),)
    )
    number = re.fullmatch(LIST_ID + r"(\d{1,15})", text)
    no = int(number[1]) if number else row[0] if row and not taken else None
    return None if no is None else entry(Sight(core, Viewer.INSIDE, core.home_id), -no)


def find_listed(core: Core, text: str) -> GroupView | None:
    """The entry of one's own list that has `text` in its name; `Problem` if several have."""
    wanted = text.strip().casefold()
    if len(wanted) < PART_CHARACTERS:
        return None
    rows = core.db.all("select no, name from entries order by name")
    found = [(no, name) for no, name in rows if wanted in name.casefold()]
    if len(found) > 1:
        some = ", ".join(f"{name} ({LIST_ID}{no})" for no, name in found[:6])
        raise Problem("several-found", text=text, found=some)
    return entry(Sight(core, Viewer.INSIDE, core.home_id), -found[0][0]) if found else None


def directory_entries(core: Core, progress: Progress = _silent) -> Iterator[dict[str, Any]]:
    """The whole directory, as rows of a list, by name; each name once."""
    rows: dict[str, dict[str, Any]] = {}
    views = sorted(_spoken_for(core, progress), key=lambda view: (view.name, view.id))
    for view in views:
        name = view.name if view.name not in rows else f"{view.name} ({view.id[:8]})"
        rows[name] = _row(view, name)
    for content in core.notes.entries():
        rows.setdefault(content["name"], {**EMPTY, **content})
    return iter(sorted(rows.values(), key=lambda row: (row["name"].casefold(), row["name"])))


def _spoken_for(core: Core, progress: Progress) -> Iterator[GroupView]:
    """Groups and networks that speak for themselves."""
    sight = Sight(core, Viewer.INSIDE, core.home_id)
    filters = Filters(sight.now, best_of=sight.public)
    numbers = [no for no in core.directory.numbers(filters) if no > 0]
    for done, no in enumerate(numbers, 1):
        view = entry(sight, no)
        if view is not None:
            yield view
        if done % STEP == 0:
            progress(done, len(numbers))


def _row(view: GroupView, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "kind": view.form,
        "purpose": view.purpose,
        "orientation": view.orientation,
        "topics": list(view.topics),
        "convictions": list(view.convictions),
        "region": view.region,
        "languages": list(view.languages),
        "contacts": [list(one) for one in view.contacts],
        "takes_members": view.takes_members,
        "links": list(view.links),
    }

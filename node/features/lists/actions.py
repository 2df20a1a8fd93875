"""One's own list: reading in groups that have no node, and writing the directory out.

Rules: what is read in never leaves the node; all of a file or nothing, unless one asks for the good
rows; a dry run writes nothing; what an import replaced is kept, so that the last one can be undone
(`node.features.lists.undo`); a group that speaks for itself needs no entry, so it is written out
once, in its own words, and what stands in a file word for word as it says it itself is not taken
into the list: a directory that was written out can be read in again.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.base.naming import best, folds, near
from node.base.turns import breathing, has_turn
from node.features.groups.actions import current_entry, edit_group, merged_entry
from node.features.groups.listed_twice import listed_twice
from node.features.groups.tables import own_list
from node.features.groups.types import GroupView
from node.features.groups.views import entry
from node.features.lists.rows import EMPTY, Cell, ListFile, Row
from node.features.lists.undo import alone, finish, remember, take_back
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.store.core import Core
from node.store.disk_reserve import essential
from node.store.filters import Filters
from node.store.pieces import in_pieces
from protocol.ids import to_text

_MARK = re.compile(rf" \([a-z2-7]{{{SHORT_ID}}}\)$")

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
    with alone(core), _whole(core):
        before = {one["name"]: one for one in own_list(core).entries()}
        report = Report([], [], [], file.problems, not dry_run)
        said = _Said(core)
        rows = breathing(_known_rows(file.rows, before))
        wanted = [_merged(row, before, said, report) for row in rows]
        changes = [one for one in wanted if one is not None]
        if not dry_run and changes:
            replaced = [before[name] for name in report.changed]
            _write(core, report.new, replaced, changes, progress)
        return report


def _whole(core: Core) -> AbstractContextManager[None]:
    """One transaction, unless others wait for their turn."""
    return nullcontext() if has_turn() else core.transaction()


def _write(
    core: Core,
    new: list[str],
    replaced: list[dict[str, Any]],
    changes: list[dict[str, Any]],
    progress: Progress,
) -> None:
    """In pieces; what is left half is taken back (`node.features.lists.undo`)."""
    with core.transaction():
        remember(core, new, replaced, half=True)

    def put(numbered: tuple[int, dict[str, Any]]) -> None:
        done, content = numbered
        own_list(core).put(content)
        if done % STEP == 0:
            progress(done, len(changes))

    try:
        in_pieces(core, enumerate(changes, 1), put)
    except BaseException:  # whoever asked for it is gone, or the disk is full
        take_back(core)
        raise
    with core.transaction():
        finish(core)


def _known_rows(rows: list[Row], before: dict[str, Any]) -> Iterator[Row]:
    """Rows under the names by which one's own list has them already, if only spelled otherwise."""
    left = {row.content["name"] for row in rows}
    spelled: dict[str, list[str]] = {}
    for name in before:
        if name not in left:
            for folded in folds(name):
                spelled.setdefault(folded, []).append(name)
    for row in rows:
        name = row.content["name"]
        found = set() if name in before else {n for f in folds(name) for n in spelled.get(f, ())}
        if len(found) == 1:
            known = found.pop()
            for folded in folds(known):  # one row takes it, another of that name is a new group
                spelled[folded].remove(known)
            row = Row(row.number, {**row.content, "name": known})
        yield row


class _Said:
    """What groups and networks say of themselves, as rows of a list."""

    def __init__(self, core: Core) -> None:
        self._sight = Sight(core, Viewer.INSIDE, core.home_id)
        self._directory = core.directory

    def __contains__(self, content: dict[str, Any]) -> bool:
        """Whether somebody says just this. Of several with one name all but one have their ids
        behind it (`directory_entries`)."""
        name = content["name"]
        for called in {name, _MARK.sub("", name)}:
            for no in self._directory.named(called, self._sight.now):
                view = entry(self._sight, no)
                if view is not None and _row(view, name) == content:
                    return True
        return False


def _merged(row: Row, before: dict[str, Any], said: _Said, report: Report) -> dict[str, Any] | None:
    """The entry after the import, and under which heading it goes; None if it stays as it is."""
    name = row.content["name"]
    old = before.get(name)
    content = {**EMPTY, **(old or {}), **row.content}
    if content == old or (old is None and content in said):
        report.same.append(name)
        return None
    (report.new if old is None else report.changed).append(name)
    return content


def refused(problems: list[Cell]) -> Problem:
    """All that is wrong with a file; nothing was read in."""
    details = [one._asdict() for one in problems]
    return Problem("list-refused", n=len(problems), details=details, words="lists.cell")


@essential
def remove_entry(core: Core, name: str, *, dry_run: bool = False) -> str:
    """Take one group off one's own list and give its name; can be undone."""
    with alone(core), core.transaction():
        content = _meant(core, name)
        if not dry_run:
            remember(core, [], [content])
            own_list(core).remove(content["name"])
    return str(content["name"])


def put_entry(core: Core, content: dict[str, Any], no: int | None = None) -> None:
    """Add one group by hand, or change the one with this number; can be undone.

    `Problem` `entry-there` if another one of that name is on the list, `no-such-entry` if the one
    to be changed is there no more.
    """
    with alone(core), core.transaction():
        mine, name = own_list(core), content["name"]
        old = mine.entry(no) if no is not None else None
        if no is not None and old is None:
            raise Problem("no-such-entry", name=name, near=[])
        known = best(name, [(one, title) for one, title in mine.numbered() if one != no])
        if known:
            raise Problem("entry-there", name=(mine.entry(known[0]) or content)["name"])
        stays = old is not None and old["name"] == name
        remember(core, [] if stays else [name], [old] if old else [])
        if old is not None and not stays:
            mine.remove(old["name"])
        mine.put(content, no)


def _meant(core: Core, text: str) -> dict[str, Any]:
    """The one entry of one's own list that has this name."""
    entries = [(one, str(one["name"])) for one in own_list(core).entries()]
    found = best(text, entries)
    if not found:
        meant = near(text, (name for _one, name in entries))
        raise Problem("no-such-entry", name=text, near=meant)
    if len(found) > 1:
        some = ", ".join(str(one["name"]) for one in found)
        raise Problem("several-found", text=text, found=some)
    return found[0]


def fill_own(core: Core, own: bytes, file: ListFile, name: str, *, dry_run: bool = False) -> Report:
    """Fill the group's own entry from the row of that name; the other rows don't matter."""
    named = [(one, str(one.content["name"])) for one in file.rows]
    row = next(iter(best(name, named)), None)
    if row is None:
        if file.problems:
            raise refused(file.problems)
        meant = near(name, (known for _row, known in named))
        raise Problem("list-no-row", name=name, near=meant)
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


def directory_entries(core: Core, progress: Progress = _silent) -> Iterator[dict[str, Any]]:
    """The whole directory, as rows of a list, by name; each name once."""
    rows: dict[str, dict[str, Any]] = {}
    views = sorted(_spoken_for(core, progress), key=lambda view: (view.name, view.id))
    for view in views:
        name = view.name if view.name not in rows else view.name + f" ({view.id[:SHORT_ID]})"
        rows[name] = _row(view, name)
    speaking = listed_twice(Sight(core, Viewer.INSIDE, core.home_id)).same
    for no, name in own_list(core).numbered():
        if no not in speaking:
            rows.setdefault(name, {**EMPTY, **(own_list(core).entry(no) or {})})
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

"""Changes to people: each in a batch (an edit, an import, a merge), inside `Core.transaction`.

    batch = begin(core, "import", who=asked.person.id, note={"rows": 12})
    id = batch.add("Ada Moor", {"given": ("Ada",), "mail": ("ada@example.org",)}, since="2027-01")
    batch.write(id, {"phone": ("0431 12345",)}, name="Ada Moor")
    batch.belong(id, Membership(no, since, notice, until, reason))

Each change notes what was there before and after it, so that `undo` can bring back what nobody has
changed since, and tell the rest. Parts of a person, as changes name them: the key of a field,
`name`, `standing`, `roles`, `released`, `membership/N`, and `person` for all of a person who was
added or removed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from node.base.collating import digits, searchable, sort_key
from node.base.errors import Problem
from node.features.members.marks import marks_of
from node.features.members.tables import Members, members, released
from node.features.members.types import Change, Member, Membership, Values
from node.people.last_key import is_last
from node.people.names import NAME
from node.people.passwords import set_names
from node.people.persons import Standing, new_id
from node.store.core import Core

MAIL = "mail"
"""What says that somebody signs in with their mail address, too (`people.passwords`)."""

STANDING_CHANGED = 2
"""What `members.stale` says of persons who were added, or are something else to the group now."""


def begin(core: Core, what: str, who: str = "", note: Mapping[str, Any] | None = None) -> "Batch":
    """What is changed together. `who`: the id of the person who does it; empty: by command.

    `note` is what is to be said of it later; no personal data.
    """
    core.db.run(
        "insert into member_batches (what, who, at, note) values (?, ?, ?, ?)",
        (what, who, core.clock(), json.dumps(note or {})),
    )
    (no,) = core.db.one("select last_insert_rowid()")
    return Batch(members(core), no)


def settle(core: Core) -> None:
    """Bring the list after what other nouns and time did: call it before reading the list.

    Who became a member has a membership that lasts, from today if there was none; who became a
    former member has none; whose last day is over is a former member.
    """
    today = day_of(core.clock())
    over = core.db.all(
        "select m.id from members m join persons p on p.id = m.id where m.until != ''"
        " and m.until < substr(?, 1, length(m.until)) and not m.stale and p.standing = 'member'",
        (today,),
    )
    stale = core.db.all("select id, stale from members where stale")
    left = [id for (id,) in over if not is_last(core, id)]
    if not stale and not left:
        return
    with core.transaction():
        batch = begin(core, "settle")
        for id, how in stale:
            batch.settle(id, today, belongs=how == STANDING_CHANGED)
        for id in left:
            batch.stand(id, Standing.FORMER)


_CHANGE = "select no, batch, person, part, edition, before, after from member_changes"


def changes(core: Core, batch: int) -> list[Change]:
    """What a batch changed, in order."""
    return _changes(core, "batch = ?", (batch,))


def changes_back(core: Core, batch: int) -> Iterator[Change]:
    """The same, the newest first; some are read at a time."""
    sql = f"{_CHANGE} where batch = ? and no < ? order by no desc limit 100"
    below = 1 << 62
    while rows := core.db.all(sql, (batch, below)):
        below = rows[-1][0]
        yield from map(_change, rows)


def changed_since(core: Core, id: str, edition: int) -> list[Change]:
    """What was changed of a person after an edition."""
    return _changes(core, "person = ? and edition > ?", (id, edition))


def _changes(core: Core, which: str, values: Any) -> list[Change]:
    return list(map(_change, core.db.all(f"{_CHANGE} where {which} order by no", values)))


def _change(row: Any) -> Change:
    return Change(*row[1:5], *map(json.loads, row[5:]))


class Kept(NamedTuple):
    """A batch: what it was, who did it and when, what is to be said of it, when it was undone."""

    no: int
    what: str
    who: str
    at: int
    note: dict[str, Any]
    undone: int | None


def batch_of(core: Core, no: int) -> Kept | None:
    """A batch."""
    return _kept(core, "no = ?", (no,))


def latest(core: Core, what: str) -> Kept | None:
    """The newest batch of a sort that is not undone."""
    return _kept(core, "what = ? and undone is null", (what,))


def _kept(core: Core, which: str, values: Any) -> Kept | None:
    row = core.db.one(
        "select no, what, who, at, note, undone from member_batches"
        f" where {which} order by no desc limit 1",
        values,
    )
    if row is None:
        return None
    found, what, who, at, note, undone = row
    return Kept(found, what, who, at, json.loads(note), undone)


def note_more(core: Core, no: int, **more: Any) -> None:
    """What is to be said of a batch, besides. Inside `Core.transaction`."""
    kept = batch_of(core, no)
    note = {**(kept.note if kept else {}), **more}
    core.db.run("update member_batches set note = ? where no = ?", (json.dumps(note), no))


def clear_note(core: Core, no: int) -> None:
    """Nothing is to be said of a batch any more. Inside `Core.transaction`."""
    core.db.run("update member_batches set note = '{}' where no = ?", (no,))


def mark_undone(core: Core, no: int) -> None:
    """A batch was undone."""
    core.db.run("update member_batches set undone = ? where no = ?", (core.clock(), no))


class Batch:
    """What is changed together. Inside `Core.transaction`."""

    def __init__(self, members: Members, no: int) -> None:
        self.members = members
        self.db = members.db
        self.no = no

    def add(
        self,
        name: str,
        values: Mapping[str, Values],
        *,
        standing: Standing = Standing.MEMBER,
        since: str = "",
        id: str | None = None,
    ) -> str:
        """Add a person, a membership with it unless it is a newcomer; gives the id.

        `id`: of somebody who has a row in `persons` already.
        """
        core, made = self.members.core, None
        if id is None:
            id, made = new_id(core), core.clock()
            self.members.persons.add(id, name, standing, made)
        member = Member(id, name, standing, values=_cleared(values), edition=1)
        if standing is not Standing.NEWCOMER:
            member = replace(member, memberships=(Membership(self._new(id, since), since),))
        self._index(member)
        self._put(id, member.values)
        self._log(id, "person", 1, None, whole_of(self.members, member, made))
        return id

    def write(self, id: str, values: Mapping[str, Values], name: str | None = None) -> list[str]:
        """Set these fields, and the name unless it is None; gives the parts that changed."""
        old = self._there(id)
        new = {key: one for key, one in values.items() if old.values.get(key, ()) != one}
        changed: list[tuple[str, Any, Any]] = [
            (key, list(old.values.get(key, ())), list(one)) for key, one in new.items()
        ]
        if name is not None and name != old.name:
            self.members.persons.change(id, name=name)
            changed.append(("name", old.name, name))
        for key in new:
            self.db.run("delete from member_values where person = ? and field = ?", (id, key))
        self._put(id, new)
        self._done(old, changed)
        return [part for part, _before, _after in changed]

    def stand(self, id: str, standing: Standing) -> None:
        """Set what a person is to the group; who is no member has no roles."""
        old = self._there(id)
        if standing is not Standing.MEMBER:
            self.roles(id, key_person=False, treasurer=False)
        if standing is not old.standing:
            self.members.persons.change(id, standing=standing)
            self._done(self._there(id), [("standing", old.standing.value, standing.value)])

    def roles(self, id: str, *, key_person: bool, treasurer: bool) -> None:
        """Set the roles of a person."""
        old = self._there(id)
        now = {"key_person": key_person, "treasurer": treasurer}
        before = {"key_person": old.key_person, "treasurer": old.treasurer}
        if now != before:
            self.members.persons.change(id, **now)
            self._done(old, [("roles", before, now)])

    def release(self, id: str, fields: Mapping[str, tuple[int, str]]) -> None:
        """Set which fields a person shows to all members: since when, in which words asked."""
        old = self._there(id)
        before = released(self.members.core, id)
        if before == fields:
            return
        self.db.run("delete from member_released where person = ?", (id,))
        rows = [(id, key, at, wording) for key, (at, wording) in fields.items()]
        self.db.many("insert into member_released values (?, ?, ?, ?)", rows)
        self._done(old, [("released", _noted(before), _noted(fields))])

    def join(self, id: str, since: str) -> int:
        """Begin a membership; gives its number."""
        no = self._new(id, since)
        self._done(self._there(id), [(f"membership/{no}", None, Membership(no, since).noted())])
        return no

    def belong(self, id: str, membership: Membership) -> None:
        """Replace a membership, or bring one back that is gone."""
        old = self._there(id)
        before = next((one for one in old.memberships if one.no == membership.no), None)
        if before == membership:
            return
        self._set_membership(id, membership)
        parts = before and before.noted(), membership.noted()
        self._done(old, [(f"membership/{membership.no}", *parts)])

    def unbelong(self, id: str, no: int) -> None:
        """Take a membership away that should not be there."""
        old = self._there(id)
        before = next((one for one in old.memberships if one.no == no), None)
        if before is not None:
            self.db.run("delete from memberships where no = ?", (no,))
            self._done(old, [(f"membership/{no}", before.noted(), None)])

    def remove(self, id: str) -> None:
        """Take a person away, with everything; the batch has it."""
        old = self._there(id)
        whole = {**whole_of(self.members, old), "released": released(self.members.core, id)}
        self._log(id, "person", old.edition + 1, whole, None)
        self.members.persons.remove(id)

    def bring_back(self, id: str, whole: Mapping[str, Any]) -> None:
        """Add a person again as `remove` noted it."""
        member = _of_whole(id, whole)
        roles = {"key_person": member.key_person, "treasurer": member.treasurer}
        self.members.persons.add(id, member.name, member.standing, whole["made"], **roles)
        for one in member.memberships:
            self._set_membership(id, one)
        self._put(id, member.values)
        shown = [(id, key, *some) for key, some in whole.get("released", {}).items()]
        self.db.many("insert into member_released values (?, ?, ?, ?)", shown)
        self._index(member)
        self._log(id, "person", member.edition, None, whole_of(self.members, member))

    def settle(self, id: str, today: str, *, belongs: bool) -> None:
        """Bring a person after what stands in `persons`; if `belongs`, memberships too."""
        member = self._there(id)
        last = next(iter(member.memberships[-1:]), None)
        lasts = last is not None and last.lasts(today)
        if belongs and member.standing is Standing.MEMBER and not lasts:
            self.join(id, today)
        elif belongs and member.standing is Standing.FORMER and last is not None and lasts:
            self.belong(id, replace(last, until=min(today, last.until or today)))
        self._index(self._there(id))

    # What these are made of

    def _there(self, id: str) -> Member:
        found = self.members.get(id)
        if found is None:
            raise Problem("member-gone")
        return found

    def _done(self, old: Member, changed: Iterable[tuple[str, Any, Any]]) -> None:
        """After one person was changed: what is noted, and by what the person is found."""
        some = list(changed)
        if some:
            now = replace(self._there(old.id), edition=old.edition + 1)
            for part, before, after in some:
                self._log(old.id, part, now.edition, before, after)
            self._index(now)

    def _index(self, member: Member) -> None:
        given, family = member.first("given"), member.first("family")
        names = searchable(member.name, f"{given} {family}", f"{family} {given}")
        every = [one for some in member.values.values() for one in some]
        numbers = filter(None, map(digits, member.values.get("phone", ())))
        words = "\n".join((names, searchable(*every), *numbers))
        sort = sort_key(family, given) if family else sort_key(member.name)
        self.db.run("delete from member_marks where person = ?", (member.id,))
        marks = [(mark, member.id) for mark in marks_of(member)]
        self.db.many("insert or ignore into member_marks values (?, ?)", marks)
        core = self.members.core
        set_names(core, member.id, NAME, member.name)
        set_names(core, member.id, MAIL, *member.values.get("mail", ()))
        self.db.run(
            "insert or replace into members values (?, ?, ?, ?, ?, ?, ?, 0)",
            (member.id, sort, names, words, member.since, member.until, member.edition),
        )

    def _put(self, id: str, values: Mapping[str, Values]) -> None:
        rows = [
            (id, key, place, value)
            for key, some in values.items()
            for place, value in enumerate(some)
        ]
        if rows:
            self.db.many(
                "insert into member_values (person, field, place, value) values (?, ?, ?, ?)", rows
            )

    def _new(self, id: str, since: str) -> int:
        self.db.run(
            "insert into memberships (person, since, notice, until, reason)"
            " values (?, ?, '', '', '')",
            (id, since),
        )
        (no,) = self.db.one("select last_insert_rowid()")
        return int(no)

    def _set_membership(self, id: str, one: Membership) -> None:
        self.db.run(
            "insert or replace into memberships (no, person, since, notice, until, reason)"
            " values (?, ?, ?, ?, ?, ?)",
            (one.no, id, one.since, one.notice, one.until, one.reason),
        )

    def _log(self, id: str, part: str, edition: int, before: Any, after: Any) -> None:
        self.db.run(
            "insert into member_changes (batch, person, part, edition, before, after)"
            " values (?, ?, ?, ?, ?, ?)",
            (self.no, id, part, edition, json.dumps(before), json.dumps(after)),
        )


def whole_of(members: Members, member: Member, made: int | None = None) -> dict[str, Any]:
    """All of a person, as changes note it."""
    if made is None:
        person = members.persons.get(member.id)
        made = person.made if person else members.core.clock()
    return {
        "name": member.name,
        "standing": member.standing.value,
        "key_person": member.key_person,
        "treasurer": member.treasurer,
        "values": {key: list(some) for key, some in member.values.items()},
        "memberships": [one.noted() for one in member.memberships],
        "edition": member.edition,
        "made": made,
    }


def _of_whole(id: str, whole: Mapping[str, Any]) -> Member:
    return Member(
        id,
        whole["name"],
        Standing(whole["standing"]),
        whole["key_person"],
        whole["treasurer"],
        {key: tuple(some) for key, some in whole["values"].items()},
        tuple(Membership(**one) for one in whole["memberships"]),
        whole["edition"] + 1,
    )


def _noted(fields: Mapping[str, tuple[int, str]]) -> dict[str, list[int | str]]:
    return {key: [at, wording] for key, (at, wording) in fields.items()}


def day_of(ts: int) -> str:
    """The day of a time in seconds."""
    return datetime.fromtimestamp(ts, UTC).date().isoformat()


def _cleared(values: Mapping[str, Values]) -> dict[str, Values]:
    return {key: some for key, some in values.items() if some}

"""What becomes of each row: somebody new, a change, nothing, a question, or it is refused. Pure.

Rules: blank never overwrites; what is the same but for the way it is spelled stays as it is; of
mail addresses and phone numbers the new ones come first and the others stay; a day that is less
exact changes nothing; who left and has a later first day has joined anew. Nothing is written here.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from node.base.naming import same
from node.features.imports.cells import Reading, TooLong, cells_of, reading
from node.features.imports.headings import suggested_kind
from node.features.imports.matching import Found, Index, Known, name_of
from node.features.imports.types import (
    BELONGS,
    HOUSE,
    NEW,
    PLACE,
    SINCE,
    Answers,
    Cells,
    Column,
    Outcome,
    Planned,
    Question,
)
from node.features.members.cells import cell_of
from node.features.members.marks import mail_mark, phone_mark
from node.features.members.types import Field, Member, Values
from node.spreadsheets.book import Line

NEW_FIELD = "new:"
"""Before the heading of a column that is yet to be made: the key of its field meanwhile."""

_MARKS: Mapping[str, Callable[[str], str]] = {"mail": mail_mark, "phone": phone_mark}
"""By what values are the same that are written otherwise."""


SHORTEST_ID = 8
"""Characters by which an answer names somebody."""


class Basis(NamedTuple):
    """What a plan is made from."""

    lines: Sequence[Line]
    """Below the headings."""
    columns: Sequence[Column]
    fields: Sequence[Field]
    members: Sequence[Member]
    answers: Answers
    today: date


def new_fields(basis: Basis) -> list[Field]:
    """Columns of the group's own that are yet to be made, under keys that they have meanwhile."""
    found = []
    for column in basis.columns:
        if column.field == NEW:
            cells = [one.cells[column.at] for one in basis.lines if column.at < len(one.cells)]
            kind = suggested_kind(cells, basis.today)
            found.append(Field(f"{NEW_FIELD}{column.header}", column.header, kind))
    return found


def plan(basis: Basis) -> Iterator[Planned]:
    """Each row with what becomes of it, in order."""
    fields = [*basis.fields, *new_fields(basis)]
    columns = [
        one._replace(field=f"{NEW_FIELD}{one.header}") if one.field == NEW else one
        for one in basis.columns
    ]
    planning = _Planning(
        reading(columns, fields, basis.lines, basis.today, basis.answers), fields, basis
    )
    for line in basis.lines:
        yield planning.row(line)


class _Planning:
    def __init__(self, how: Reading, fields: Sequence[Field], basis: Basis) -> None:
        self.how = how
        self.answers = basis.answers
        telling = [one.key for one in fields if one.own and one.kind in ("date", "number")]
        self.here, self.rows = Index(telling), Index(telling)
        self.members = {one.id: one for one in basis.members}
        for member in basis.members:
            self.here.add_member(member)
        self.said: dict[str, Cells] = {}
        """What earlier rows say, by their number."""
        self.claimed: dict[str, str] = {}
        """Who is an earlier row, and which."""

    def row(self, line: Line) -> Planned:
        """What becomes of one row."""
        try:
            cells = cells_of(self.how, line)
        except TooLong as error:
            return Planned(
                line.number, Outcome.REFUSE, "", reason="long", fields={str(error): ("", "")}
            )
        name = name_of(cells.name, cells.values)
        if not (name or cells.values or cells.belongs or cells.questions):
            return Planned(line.number, Outcome.REFUSE, "", reason="blank")
        known = self.here.known(cells)
        who, question, refused = self._find(cells, known)
        answer = self._answer(line.number, question)
        if question is not None and answer is not None:
            who, question = (answer or None), None
        if question is None and not refused:
            earlier = self._earlier(known, who)
            if earlier and self.said[earlier].says == cells.says:
                return Planned(line.number, Outcome.SAME, name, reason="again", who=who)
            if earlier and answer is None:
                question = Question("twice", who=(earlier,))
                answer = self._answer(line.number, question)
                if answer is not None:
                    who, question = (answer or None), None
        if answer == _OUT:
            return Planned(line.number, Outcome.REFUSE, name, reason="left-out")
        if refused or (who is None and question is None and not name):
            return Planned(line.number, Outcome.REFUSE, name, reason=refused or "nameless")
        return self._decided(line.number, cells, known, who, question)

    def _decided(
        self, line: int, cells: Cells, known: Known, who: str | None, question: Question | None
    ) -> Planned:
        there = None if who is None or question is not None else self.members[who]
        about = [one for one in cells.questions if not self._is_there(one, cells, there)]
        questions = (*((question,) if question else ()), *about)
        name = name_of(cells.name, cells.values)
        if question is None:
            self.said[str(line)] = cells
            if who is None:
                self.rows.add(str(line), known)
            else:
                self.claimed.setdefault(who, str(line))
        if there is None:
            found = Planned(line, Outcome.ADD, name, _all_of(cells, name), write=cells)
        else:
            found = _changed(line, there, cells)
        if questions:
            return replace(found, outcome=Outcome.ASK, questions=questions, write=None)
        return found

    def _is_there(self, question: Question, cells: Cells, member: Member | None) -> bool:
        """Whether what is asked about, or what is offered, is there already."""
        if member is None:
            return False
        (what,) = (one.field or "" for one in self.how.columns if one.at == question.column)
        there = stands(member, what)
        if what == HOUSE:
            return there.endswith((f" {question.offer}", f" {question.cell}"))
        if question.cell in member.values.get(what, ()):
            return True
        return bool(there) and there in (cells.raw[what], question.cell, question.offer)

    def _find(self, cells: Cells, known: Known) -> Found:
        return Found(cells.id) if cells.id in self.members else self.here.find(known)

    def _earlier(self, known: Known, who: str | None) -> str:
        """The earlier row that is the same person."""
        if who is not None:
            return self.claimed.get(who, "")
        alike = self.rows.like(known)
        return alike[0] if alike else ""

    def _answer(self, line: int, question: Question | None) -> str | None:
        """An id, nothing for somebody new, `_OUT`; None if nobody said."""
        if question is None:
            return None
        said = self.answers.get(question.key(line)) or self.answers.get(question.code)
        if said == "new":
            return ""
        if said == "out":
            return _OUT
        if said == "offer" and len(question.who) == 1 and question.code != "twice":
            return question.who[0]
        if said is None or len(said) < SHORTEST_ID:
            return None
        meant = [one for one in self.members if one.startswith(said)]
        return meant[0] if len(meant) == 1 else None


_OUT = "\0out"


def _all_of(cells: Cells, name: str) -> dict[str, tuple[str, str]]:
    """All that somebody new has."""
    values = {key: ", ".join(some) for key, some in cells.values.items()}
    found = {"name": name, **values, **cells.belongs}
    return {key: ("", text) for key, text in found.items() if text}


_WITHIN = {HOUSE: "street", PLACE: "postcode"}
"""Fields in which what a column asks about ends up."""


def stands(member: Member, what: str) -> str:
    """What our own file would have in the cell of this column."""
    if what == "name":
        return member.name
    if what in BELONGS:
        return _of_membership(member, what)
    return cell_of(member.values.get(_WITHIN.get(what, what), ()))


def _of_membership(member: Member, what: str) -> str:
    return str(getattr(member.memberships[-1], what)) if member.memberships else ""


def _changed(line: int, member: Member, cells: Cells) -> Planned:
    """What a row changes of somebody who is here."""
    fresh = {what for what, text in cells.raw.items() if text != stands(member, what)}
    values = {
        key: new
        for key, some in cells.values.items()
        if some
        and _is_fresh(key, fresh, cells)
        and (new := _merged(key, member.values.get(key, ()), some)) is not None
    }
    name = _new_name(member, cells, values)
    belongs = _new_belongs(member, cells)
    fields = {
        key: (", ".join(member.values.get(key, ())), ", ".join(new)) for key, new in values.items()
    }
    if name:
        fields = {"name": (member.name, name), **fields}
    anew = is_rejoining(member, belongs.get(SINCE, ""))
    for key, text in belongs.items():
        fields[key] = ("" if anew and key != SINCE else _of_membership(member, key), text)
    if not fields:
        return Planned(line, Outcome.SAME, member.name, who=member.id)
    write = Cells(name, values, belongs)
    return Planned(line, Outcome.CHANGE, member.name, fields, who=member.id, write=write)


def _is_fresh(key: str, fresh: set[str], cells: Cells) -> bool:
    """Whether the column of a field says anything else than what is there. Fields without a column
    of their own came out of others."""
    return key in fresh or key not in cells.raw


def _merged(key: str, old: Values, new: Values) -> Values | None:
    """What a field will hold; None if it stays as it is."""
    if (by := _MARKS.get(key)) is not None:
        there = {by(one) or one for one in old}
        fresh = tuple(one for one in new if (by(one) or one) not in there)
        return (*fresh, *old) if fresh else None
    if key in ("given", "family") and old and not is_respelled(" ".join(old), " ".join(new)):
        return None
    return None if old == new else new


def composed(text: str) -> str:
    """With letters and accents as one character: how a program writes them says nothing."""
    return unicodedata.normalize("NFC", text)


def is_respelled(old: str, new: str) -> bool:
    """Whether a name changes: not where only umlauts or capitals went missing on the way.

    >>> is_respelled("Müller", "MUELLER"), is_respelled("muller", "Müller"), is_respelled("A", "B")
    (False, True, True)
    >>> is_respelled("\N{LATIN CAPITAL LETTER A WITH ACUTE}", "A\N{COMBINING ACUTE ACCENT}")
    False
    """
    if composed(old) == composed(new):
        return False
    poorer = new.isascii() and not old.isascii()
    shouted = (new.isupper() or new.islower()) and not (old.isupper() or old.islower())
    return not (same(old, new) and (poorer or shouted))


def _new_name(member: Member, cells: Cells, values: Mapping[str, Values]) -> str:
    """The name that is shown, if it changes."""
    parts = {key: values.get(key, member.values.get(key, ())) for key in ("given", "family")}
    before = name_of("", member.values)
    if cells.name:
        known = (member.name, before, " ".join(reversed(before.rsplit(" ", 1))))
        if any(one and same(one, cells.name) for one in known):
            alike = same(member.name, cells.name) and is_respelled(member.name, cells.name)
            return cells.name if alike else ""
        return cells.name
    if not values.keys() & {"given", "family"}:
        return ""
    made = name_of("", parts)
    is_made = not before or member.name == before or same(member.name, before)
    return made if is_made and composed(made) != composed(member.name) else ""


def _new_belongs(member: Member, cells: Cells) -> dict[str, str]:
    """What changes of the membership."""
    return {
        key: text
        for key, text in cells.belongs.items()
        if _says_more(_of_membership(member, key), text)
    }


def _says_more(old: str, new: str) -> bool:
    """A day that is less exact says less."""
    return bool(new) and not old.startswith(new)


def is_rejoining(member: Member, since: str) -> bool:
    """Whether a first day begins another membership: after the last one ended."""
    return bool(since) and bool(member.until) and since > member.until


__all__ = ["Basis", "Known", "new_fields", "plan"]

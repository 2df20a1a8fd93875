"""Who a row is: somebody who is here, somebody new, or a question.

| the row has | here is | so it is |
|---|---|---|
| no name, no address | – | nobody: refused |
| no name, an address | one person with it | that person |
| no name, an address | nobody, or several | refused; asked |
| a name and an address | one person with both | that person |
| a name | one person with it, nothing against it | that person |
| a name | one with it, but another address, and nothing else for it | asked: a namesake? |
| a name | several, and the address does not tell | asked: which of them? |
| an address | somebody of another name | asked: two who share it, or a new name? |
| neither is here | – | somebody new |

An address is a mail address or phone number. Against it is: both have one, and none in common. For
it is: the same street, day of birth or number of a member, first day. Of two rows that are the same
person the second is asked about, unless they say the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from node.base.naming import fold
from node.features.imports.types import Cells, Question
from node.features.members.marks import mail_mark, name_marks, phone_mark
from node.features.members.types import Member, Values


class Found(NamedTuple):
    """Whom a row is: an id, or None for somebody new; or a question, or why it is refused."""

    who: str | None = None
    question: Question | None = None
    refused: str = ""


class Known(NamedTuple):
    """By what somebody is known, of the list or of a row."""

    names: frozenset[str]
    mails: frozenset[str]
    phones: frozenset[str]
    besides: frozenset[tuple[str, str]]
    """Street, first day, and days and numbers of the group's own columns."""


def name_of(name: str, values: Mapping[str, Values]) -> str:
    """What a person is called: the whole name, or made of given and family name."""
    parts = [" ".join(values.get(key, ())) for key in ("given", "family")]
    return name or " ".join(one for one in parts if one)


def known_by(name: str, values: Mapping[str, Values], since: str, telling: Iterable[str]) -> Known:
    """`telling`: keys of columns of the group's own that tell people apart."""
    given, family = (" ".join(values.get(key, ())) for key in ("given", "family"))
    texts = {name_of(name, values)}
    if given and family:
        texts |= {f"{given} {family}", f"{family} {given}"}
    last, comma, first = name.partition(",")
    if comma:
        texts.add(f"{first} {last}")
    besides = {(key, fold(one)) for key in ("street", *telling) for one in values.get(key, ())}
    if len(since) == len("2027-06-05"):
        besides.add(("since", since))
    return Known(
        frozenset(one for text in texts for one in name_marks(text)),
        frozenset(filter(None, map(mail_mark, values.get("mail", ())))),
        frozenset(filter(None, map(phone_mark, values.get("phone", ())))),
        frozenset(besides),
    )


class Index:
    """The people who are here, by name, mail address and phone number."""

    def __init__(self, telling: Sequence[str]) -> None:
        self.telling = telling
        self._known: dict[str, Known] = {}
        self._names: dict[str, list[str]] = defaultdict(list)
        self._mails: dict[str, list[str]] = defaultdict(list)
        self._phones: dict[str, list[str]] = defaultdict(list)

    def add(self, id: str, known: Known) -> None:
        """One more."""
        self._known[id] = known
        for table, keys in (
            (self._names, known.names),
            (self._mails, known.mails),
            (self._phones, known.phones),
        ):
            for key in keys:
                table[key].append(id)

    def add_member(self, member: Member) -> None:
        """One more who is on the list."""
        self.add(member.id, known_by(member.name, member.values, member.since, self.telling))

    def known(self, cells: Cells) -> Known:
        """By what the person of a row is known."""
        return known_by(cells.name, cells.values, cells.belongs.get("since", ""), self.telling)

    def find(self, row: Known) -> Found:
        """Who a row is."""
        names = _all(self._names, row.names)
        mails, phones = _all(self._mails, row.mails), _all(self._phones, row.phones)
        reached = {**mails, **phones}
        if not row.names:
            return _nameless(mails or phones)
        both = [one for one in names if one in reached]
        if len(both) > 1:
            both = [one for one in both if one in mails and one in phones] or both
        if len(both) == 1:
            return Found(both[0])
        if names:
            return self._namesakes(list(names), row)
        if reached:
            return Found(question=Question("other-name", who=tuple(reached)))
        return Found()

    def _namesakes(self, names: list[str], row: Known) -> Found:
        alike = [one for one in names if row.besides & self._known[one].besides]
        if len(alike) == 1:
            return Found(alike[0])
        if len(names) == 1 and not _is_against(row, self._known[names[0]]):
            return Found(names[0])
        return Found(question=Question("namesake", who=tuple(names)))

    def like(self, row: Known) -> list[str]:
        """Those of the same name that nothing tells apart from this one."""
        names = _all(self._names, row.names)
        return [one for one in names if not _is_other(row, self._known[one])]


def _all(table: Mapping[str, list[str]], keys: Iterable[str]) -> dict[str, None]:
    return {id: None for key in sorted(keys) if key in table for id in table[key]}


def _nameless(reached: Mapping[str, None]) -> Found:
    if len(reached) == 1:
        return Found(next(iter(reached)))
    if reached:
        return Found(question=Question("several", who=tuple(reached)))
    return Found(refused="nameless")


def _pairs(one: Known, other: Known) -> Iterator[bool]:
    """Of each sort of address that both have: whether none is the same."""
    for mine, theirs in ((one.mails, other.mails), (one.phones, other.phones)):
        if mine and theirs:
            yield mine.isdisjoint(theirs)


def _is_against(one: Known, other: Known) -> bool:
    """Whether both have addresses, and none in common."""
    found = list(_pairs(one, other))
    return bool(found) and all(found)


def _is_other(one: Known, other: Known) -> bool:
    """Whether something tells two rows of a name apart."""
    if any(_pairs(one, other)):
        return True
    mine, theirs = dict(one.besides), dict(other.besides)
    return any(theirs.get(key, text) != text for key, text in mine.items())

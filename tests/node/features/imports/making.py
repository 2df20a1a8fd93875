"""People who are here, and rows of files, with as few words as possible."""

from collections.abc import Mapping, Sequence
from datetime import date

from node.features.imports.headings import guess, headers
from node.features.imports.plan import Basis, plan
from node.features.imports.types import Column, Planned
from node.features.members.types import Field, Member, Membership
from node.people.persons import Standing
from node.spreadsheets.book import Line

TODAY = date(2026, 11, 30)

FIELDS = (
    Field("given"),
    Field("family"),
    Field("mail", kind="mail", many=True),
    Field("phone", kind="phone", many=True),
    *(Field(key) for key in ("street", "postcode", "town", "country", "through")),
    Field("notes", kind="long text"),
    Field("own-1", "Geburtstag", "date"),
    Field("own-2", "Instrument"),
)
LABELS = {"Geburtstag": "own-1", "Instrument": "own-2"}


def person(id: str, name: str, since: str = "", until: str = "", **values: str) -> Member:
    """A member; several values with a line break between them."""
    given, _, family = name.rpartition(" ")
    whole = {
        "given": given,
        "family": family,
        **{k.replace("_", "-"): v for k, v in values.items()},
    }
    kept = {key: tuple(text.split("\n")) for key, text in whole.items() if text}
    return Member(
        id,
        name,
        Standing.MEMBER,
        values=kept,
        memberships=(Membership(1, since, until=until),),
        edition=1,
    )


def lines_of(text: str) -> list[Line]:
    """Lines with cells between `|`; the first has number 1."""
    rows = [[cell.strip() for cell in row.split("|")] for row in text.strip("\n").split("\n")]
    return [Line(number, cells) for number, cells in enumerate(rows, 1)]


def columns_of(text: str, **fields: str | None) -> list[Column]:
    """The columns of a file as they are guessed; `fields` says otherwise, by heading."""
    first, *rest = lines_of(text)
    found = guess(headers(first.cells, len(first.cells)), [one.cells for one in rest], LABELS)
    return [one._replace(field=fields.get(one.header, one.field)) for one in found]


def planned(
    text: str,
    people: Sequence[Member] = (),
    answers: Mapping[str, str] | None = None,
    **fields: str | None,
) -> list[Planned]:
    """What becomes of the rows below the headings."""
    basis = Basis(
        lines_of(text)[1:], columns_of(text, **fields), FIELDS, people, answers or {}, TODAY
    )
    return list(plan(basis))


def outcome(
    text: str, people: Sequence[Member] = (), answers: Mapping[str, str] | None = None
) -> str:
    """What becomes of the last row: its outcome, who it is, and what is asked or said."""
    row = planned(text, people, answers)[-1]
    asked = [one.code for one in row.questions]
    return " ".join(
        [row.outcome.value, *([row.who] if row.who else []), *asked, *row.reason.split()]
    )

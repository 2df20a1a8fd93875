"""The form of a person: a question for each column, in the group's order, and who sees the answer.

Rules: what was imported and is no mail address, number or day stays as it is: it is asked for as
plain text, so that nobody has to mend it before changing something else. Of a field for several
there is always an empty place more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from node.features.members.days import as_date
from node.features.members.editing import LONGEST, LONGEST_TEXT, MOST_VALUES
from node.features.members.types import Field, Member, Values
from node.web import forms
from node.web.answers import MAIL, PHONE
from node.web.forms import Choice, Form, Kind

AUTOCOMPLETE = {
    "given": "given-name",
    "family": "family-name",
    "mail": "email",
    "phone": "tel",
    "street": "street-address",
    "postcode": "postal-code",
    "town": "address-level2",
    "country": "country-name",
}
"""Only for one's own: browsers fill in the person who sits before them."""


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A form for one person, or somebody new; `places`: its fields → column."""

    form: Form
    places: Mapping[str, Field]

    def stands(self, member: Member | None) -> dict[str, Any]:
        """What is there, by the fields of the form."""
        if member is None:
            return {}
        found: dict[str, Any] = {"name": member.name}
        for place, field in self.places.items():
            some = member.values.get(field.key, ())
            at = int(place.partition("_")[2] or 0)
            text = some[at] if at < len(some) else ""
            found[place] = self._asked(place, text)
        return found

    def values(self, filled: Mapping[str, Any]) -> dict[str, Values]:
        """What was filled in, by column."""
        found: dict[str, Values] = {}
        for place, field in self.places.items():
            text = self._said(place, filled[place])
            found[field.key] = (*found.get(field.key, ()), *((text,) if text else ()))
        return {key: tuple(dict.fromkeys(some)) for key, some in found.items()}

    def _asked(self, place: str, text: str) -> Any:
        question = self.form[place]
        if question.kind is Kind.DATE:
            return as_date(text)
        return next((one.value for one in question.choices if one.shown == text), text)

    def _said(self, place: str, value: Any) -> str:
        if isinstance(value, date):
            return value.isoformat()
        shown = {one.value: one.shown for one in self.form[place].choices}
        return shown.get(value) or value or ""


def person_form(
    fields: Sequence[Field], member: Member | None, *, mine: bool, named: bool = True
) -> PersonForm:
    """The form for these columns. `mine`: of who fills it in; `named`: asks for the shown name."""
    places: dict[str, Field] = {}
    questions: list[forms.Field] = []
    for field in fields:
        some = member.values.get(field.key, ()) if member else ()
        count = min(len(some) + 1, MOST_VALUES) if field.many else 1
        for at in range(count):
            place = f"{field.key}_{at}" if at else field.key
            places[place] = field
            questions.append(_question(field, place, some[at] if at < len(some) else "", at, mine))
    if named:
        questions.insert(
            0,
            forms.Field("name", Kind.TEXT, "members.field.name", "members.form.name_hint"),
        )
    return PersonForm(Form("person", *questions, edits=member is not None), places)


def _question(field: Field, place: str, value: str, at: int, mine: bool) -> forms.Field:
    kind = _kind(field, value)
    key, said = f"members.field.{field.key}", {}
    if field.own:
        key, said = "members.form.own", {"label": field.label}
    elif at:
        key = f"members.form.another.{field.key}"
    return forms.Field(
        place,
        kind,
        key,
        f"members.seen.{field.seen.value}",
        optional=True,
        longest=LONGEST_TEXT if kind is Kind.LONG else 0 if kind is Kind.DATE else LONGEST,
        autocomplete=AUTOCOMPLETE.get(field.key, "off") if mine else "off",
        inputmode="decimal" if field.kind == "number" else "",
        choices=_choices(field, value),
        said=said,
    )


def _kind(field: Field, value: str) -> Kind:
    match field.kind:
        case "long text":
            return Kind.LONG
        case "choice" | "yes-no":
            return Kind.CHOICE
        case "date" if not value or as_date(value):
            return Kind.DATE
        case "mail" if not value or MAIL.fullmatch(value):
            return Kind.MAIL
        case "phone" if not value or PHONE.fullmatch(value):
            return Kind.PHONE
    return Kind.TEXT


def _choices(field: Field, value: str) -> tuple[Choice, ...]:
    """Those of the column, and what stands there already; by their places, since texts may be
    anything."""
    if field.kind == "yes-no":
        known = (Choice("yes", "common.yes"), Choice("no", "common.no"))
        return known if value in ("", "yes", "no") else (*known, Choice(value, shown=value))
    if field.kind != "choice":
        return ()
    texts = dict.fromkeys((*field.choices, *((value,) if value else ())))
    return tuple(Choice(f"c{at}", shown=text) for at, text in enumerate(texts))

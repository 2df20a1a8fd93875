"""The forms by which people answer."""

from node.features.answers.types import (
    FIRST,
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_NOTE,
    MOST_PEOPLE,
    NAME,
    NUMBER,
    SAYS,
    Said,
)
from node.web.forms import Choice, Field, Filled, Form, Kind
from node.web.page import Asked

PAGE_BYTES = 16

_SAYS = tuple(Choice(one, f"answers.tap.{one}") for one in SAYS)
_SHOWN = tuple(Choice(one, f"answers.shown.{one}") for one in (NUMBER, FIRST, NAME))

ANSWER = Field("answer", Kind.CHOICE, "answers.label.answer", choices=_SAYS)
PEOPLE = Field(
    "people",
    Kind.NUMBER,
    "answers.label.people",
    "answers.hint.people",
    True,
    least=1,
    most=MOST_PEOPLE,
)
NOTE = Field("note", Kind.LONG, "answers.label.note", "answers.hint.note", True, LONGEST_NOTE)
SHOWN = Field("shown", Kind.CHOICE, "answers.label.shown", "answers.hint.shown", choices=_SHOWN)
NAMED = Field(
    "name", Kind.TEXT, "answers.label.name", "answers.hint.name", longest=LONGEST_NAME,
    autocomplete="name",
)  # fmt: skip
CONTACT = Field(
    "contact", Kind.TEXT, "answers.label.contact", "answers.hint.contact", True, LONGEST_CONTACT,
    autocomplete="email",
)  # fmt: skip

MINE = Form("mine", ANSWER, PEOPLE, NOTE, SHOWN, edits=True)
"""Of who is signed in."""

NEW = Form(
    "answer", NAMED, ANSWER, PEOPLE, NOTE, CONTACT, SHOWN, Field("page", Kind.HIDDEN, longest=100)
)
"""Of who has no account, for the first time."""

CHANGE = Form("answer", NAMED, ANSWER, PEOPLE, NOTE, CONTACT, SHOWN, edits=True)
"""And by the private link."""

MORE = ("people", "note", "contact", "shown")
"""What nobody needs to fill in."""


def said_in(form: Filled) -> Said:
    """What was filled in."""
    return Said(
        form["answer"],
        form["people"] or 1,
        form["note"],
        form["shown"],
        form.values.get("name", ""),
        form.values.get("contact", ""),
    )


def shown(asked: Asked, form: Form, said: Said | None) -> Filled:
    """A form with what stands; before that one person, of whom a number is shown."""
    if said is None:
        return asked.show(form, people=1, shown=NUMBER)
    return asked.show(form, **stands(form, said))


def stands(form: Form, said: Said) -> dict[str, object]:
    """What stands, as far as a form asks it."""
    return {name: value for name, value in said._asdict().items() if _has(form, name)}


def _has(form: Form, name: str) -> bool:
    return any(one.name == name for one in form.fields)

"""Forms: what a noun asks for, and what somebody filled in.

A noun declares a form once (`Form`, `Field`), shows it (`asked.show(FORM, name="…")`), reads it
(`await asked.read(FORM)`), and renders it with the macros of `templates/forms.html`, so that all
forms look, speak and err alike.

Rules:

1. What was typed stays: a form with errors is shown again with everything in it, but for passwords
   and files, which no browser takes back.
2. An error is a text of the noun's or of `web.form`; it stands beside its field and in the summary.
3. A form that changes something is shown with what stands (`edits=True`). If somebody else changed
   that meanwhile, it comes back once: with what they changed, and what was typed on top of it.

>>> FORM = Form("hall", Field("name", Kind.TEXT, "common.label.name"), edits=True)
>>> shown = FORM.blank({"name": "Hall"}, {"name": "Hall"})
>>> shown.edition == FORM.edition({"name": "Hall"}), shown.text("name")
(True, 'Hall')
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from hashlib import blake2b
from typing import Any, NamedTuple

EDITION = "edition"
"""The hidden field that says what stood when the form was shown."""

_DIGITS = 8
"""Of a field's digest: enough to see that it changed."""


class Kind(Enum):
    """What a field holds, and as what it is read."""

    TEXT = "text"
    LONG = "long text"
    MAIL = "mail"
    PHONE = "phone"
    DATE = "date"
    """A `date`."""
    MOMENT = "day and time"
    """Wall time, `YYYY-MM-DDThh:mm` (`node.web.moments`)."""
    END = "end or length"
    """An `int`: minutes after the moment that it ends (`Field.after`)."""
    NUMBER = "number"
    """An `int`."""
    PASSWORD = "password"  # noqa: S105
    CHOICE = "choice"
    """The value of one of the choices."""
    CHOICES = "choices"
    """A tuple of such values."""
    YES = "yes"
    """A `bool`: a box that is ticked or not."""
    FILE = "file"
    """An `Upload`."""
    HIDDEN = "hidden"


LONGEST = {
    Kind.TEXT: 200,
    Kind.LONG: 4_000,
    Kind.MAIL: 254,
    Kind.PHONE: 40,
    Kind.DATE: 60,
    Kind.MOMENT: 80,
    Kind.END: 80,
    Kind.NUMBER: 20,
    Kind.PASSWORD: 500,
    Kind.HIDDEN: 1_000,
}
"""Characters, unless the field says otherwise. A mail address has 254 at most (RFC 5321)."""


class Choice(NamedTuple):
    """One of several: its words are a text (`text`, a key) or stand for themselves (`shown`)."""

    value: str
    text: str = ""
    shown: str = ""


class Wrong(NamedTuple):
    """An error: the key of its text, and what that needs.

    `meant`: it is a question; what was typed can be any of these days or moments, as ISO 8601
    writes them, and one is chosen.
    """

    text: str
    values: Mapping[str, Any] = {}
    meant: tuple[str, ...] = ()


class NotThat(Exception):  # noqa: N818 - becomes words
    """What was typed is not what a field asks for."""

    def __init__(self, text: str, meant: tuple[str, ...] = (), **values: Any) -> None:
        super().__init__(text)
        self.wrong = Wrong(text, values, meant)


class Change(NamedTuple):
    """What somebody else changed meanwhile: the field, what stands now, and whether it was
    changed here, too."""

    field: "Field"
    now: str
    both: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `label` and `hint` are keys of texts, `said` what these need."""

    name: str
    kind: Kind
    label: str = ""
    hint: str = ""
    optional: bool = False
    longest: int = 0
    """Characters (of a file: bytes); 0 is what is usual for its kind."""
    autocomplete: str = ""
    inputmode: str = ""
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    """Of a number; of an end, the most minutes."""
    after: str = ""
    """Of an end: the field with the moment that it ends."""
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def limit(self) -> int:
        """How many characters it takes."""
        return self.longest or LONGEST.get(self.kind, 0)


@dataclass(frozen=True, init=False)
class Form:
    """Some questions that are answered together."""

    name: str
    fields: tuple[Field, ...]
    edits: bool

    def __init__(self, name: str, *fields: Field, edits: bool = False) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "edits", edits)

    def __getitem__(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)

    @property
    def has_file(self) -> bool:
        """Whether a file is sent along."""
        return any(one.kind is Kind.FILE for one in self.fields)

    def with_choices(self, **choices: Iterable[Choice]) -> "Form":
        """The same with the choices that there are now."""
        fields = (
            replace(one, choices=tuple(choices[one.name])) if one.name in choices else one
            for one in self.fields
        )
        return Form(self.name, *fields, edits=self.edits)

    def edition(self, stands: Mapping[str, Any]) -> str:
        """What stands, a digest for each field."""
        return ".".join(_digest(stands.get(one.name)) for one in self.fields)

    def blank(self, typed: Mapping[str, Any], stands: Mapping[str, Any]) -> "Filled":
        """The form before anybody typed: `typed` as texts, from `stands`."""
        edition = self.edition(stands) if self.edits else ""
        return Filled(self, {one: _texts(value) for one, value in typed.items()}, edition=edition)


@dataclass
class Filled:
    """A form and what is in it. `values` are there once it was read and is `ok`."""

    form: Form
    typed: dict[str, tuple[str, ...]]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Wrong] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    edition: str = ""

    @property
    def ok(self) -> bool:
        """Whether all is as it should be, and nobody else changed anything meanwhile."""
        return not self.errors and not self.changes

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def refuse(self, name: str, text: str, meant: tuple[str, ...] = (), **values: Any) -> "Filled":
        """One of the noun's own rules was not kept. An error that stands already stays.

        `meant`: the days or moments that are offered instead (`Wrong.meant`).
        """
        self.errors.setdefault(name, Wrong(text, values, meant))
        return self

    # For the templates

    def text(self, name: str) -> str:
        """What stands in a field."""
        found = self.typed.get(name, ())
        return found[0] if found else ""

    def has(self, name: str, value: str) -> bool:
        """Whether a choice is chosen, or a box ticked."""
        return value in self.typed.get(name, ())


def changes(form: Form, base: str, stands: Mapping[str, Any], now: Mapping[str, str],
            typed: Mapping[str, Any]) -> list[Change]:  # fmt: skip
    """What others changed since `base` was shown: `stands` now, in words `now`.

    `typed`: the values that were read, so that it can be told who else changed what.
    """
    before = base.split(".")
    if len(before) != len(form.fields):
        before = [""] * len(form.fields)
    found = []
    for one, was in zip(form.fields, before, strict=True):
        there = _digest(stands.get(one.name))
        mine = _digest(typed.get(one.name))
        if one.name in stands and there not in (was, mine):
            found.append(Change(one, now.get(one.name, ""), mine != was))
    return found


def _digest(value: Any) -> str:
    plain = "" if value is None else str(value)
    return blake2b(plain.encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, tuple | list | set | frozenset):
        return tuple(map(str, value))
    return (str(value),)

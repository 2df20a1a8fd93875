"""Arguments and facts from the fields of a kind: they are described once, in `protocol`.

An option is called as its field; one that may be repeated stands for one element (`topics`:
`--topic`). Its words are `<noun>.argument.<option>`, those of a fact `<noun>.label.<field>`; what
a choice is called stands under `<noun>.<field>.<choice>`.

>>> from protocol.meetings import MEETING
>>> [one.name for one in arguments("meetings", MEETING.fields, "title", "open_to")]
['--title', '--open-to']
"""

import argparse
from collections.abc import Iterator
from typing import Any

from node.base import formats
from node.cli.arguments import Argument
from node.texts import Texts
from protocol.fields import Fields, Type
from protocol.kinds import KINDS

ROW_CHARACTERS = 100
"""Texts of a list that may be longer stand on a line each."""

_KINDS = {
    "line": ("text", "text"),
    "text": ("text", "text"),
    "url": ("text", "url"),
    "call": ("text", "url"),
    "zone": ("text", "zone"),
    "moment": ("moment", "moment"),
    "boolean": ("yes-no", "yes_no"),
    "choice": ("text", "text"),
    "integer": ("number", "number"),
    "share": ("share", "share"),
    "term": ("term", "term"),
}
"""By the form of a type: the kind of argument, and what stands for its value."""

_MANY = {
    "line": ("many", "text"),
    "url": ("many", "url"),
    "lang": ("languages", "tag"),
    "pair": ("contact", "contact"),
}
"""The same for lists, by the form of their elements."""


def arguments(
    noun: str, fields: Fields, *names: str, required: tuple[str, ...] = ()
) -> tuple[Argument, ...]:
    """The options for these fields; `ValueError` for one that nobody can type."""
    return tuple(_argument(noun, one, fields.types[one], one in required) for one in names)


def _argument(noun: str, name: str, type_: Type, required: bool) -> Argument:
    many = type_.form == "array"
    found = (_MANY if many else _KINDS).get(type_.of.form if many else type_.form)
    if found is None:
        raise ValueError(f"{name}: no option for {type_.form}")
    kind, metavar = found
    return Argument(
        "--" + option(name, type_).replace("_", "-"),
        kind,
        choices=type_.choices,
        metavar=type_.unit or metavar,
        required=required,
        noun=noun,
        usual=type_.usual,
        unit=type_.unit,
    )


def option_of(kind: str, field: str) -> str:
    """The option with which people say what a field of a kind holds (`links`: `--link`)."""
    type_ = KINDS[kind].fields.types.get(field) if kind in KINDS else None
    return "--" + (option(field, type_) if type_ else field).replace("_", "-")


def option(name: str, type_: Type) -> str:
    """What the option for a field is called: one element of a list (`links`: `link`)."""
    plural = type_.form == "array" and name.endswith("s") and not name.endswith("us")
    return name[:-1] if plural else name


def clearing(fields: Fields, *names: str) -> Argument:
    """The option that empties some of these fields."""
    can = tuple(one for one in names if _may_be_empty(fields.types[one]))
    return Argument("--clear", "many", choices=can, metavar="field")


def _may_be_empty(type_: Type) -> bool:
    return type_.optional or type_.form == "array"


def said(args: argparse.Namespace, fields: Fields, *names: str) -> dict[str, Any]:
    """By field: what was said for it. What is to be cleared is there, too, and empty."""
    cleared = getattr(args, "clear", None) or ()
    values = {one: getattr(args, option(one, fields.types[one]), None) for one in names}
    empty: dict[str, Any] = {
        one: [] if fields.types[one].form == "array" else None for one in cleared
    }
    return empty | {one: value for one, value in values.items() if value is not None}


Fact = tuple[str, str | None]


def facts(texts: Texts, noun: str, fields: Fields, view: object, *names: str) -> Iterator[Fact]:
    """Label and value of these fields, which a view has under the same names."""
    for name in names:
        value = getattr(view, name)
        yield texts.label(noun, name), _shown(texts, f"{noun}.{name}", fields.types[name], value)


def _shown(texts: Texts, key: str, type_: Type, value: Any) -> str | None:
    match type_.form, value:
        case "boolean", _:
            said = {None: "unknown", True: "yes", False: "no"}[value]
            return texts(f"common.{said}")
        case _, None:
            return None
        case "choice", _:
            return texts(f"{key}.{value}")
        case "integer", int(count):
            return formats.counted(count, type_.unit, texts)
        case "term", str(said):
            return formats.term(said, texts)
        case "array", _:
            return _listed(texts, type_.of, value)
    return str(value)


def _listed(texts: Texts, type_: Type, values: tuple[Any, ...]) -> str:
    if type_.form == "pair":
        return "\n".join(": ".join(filter(None, one)) for one in values)
    if type_.form == "lang":
        return formats.languages(values, texts)
    if type_.most > ROW_CHARACTERS:
        return "\n".join(values)
    return formats.list_words(values, texts)

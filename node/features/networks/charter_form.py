"""A charter as a form: what is asked, how it is typed, and what it becomes.

Lists of sentences stand one on a line, words after commas. A share and a term are read as people
say them (`node.cli.values`): `2/3`, `60 %`, `two thirds`; `1 year`, `6 months`.
"""

import re
from collections.abc import Mapping
from typing import Any

from node.base import formats
from node.cli import values
from node.cli.problems import rule
from node.lookup.content import tidied
from node.texts import Texts
from node.web.forms import Choice, Field, Filled, Kind
from protocol.fields import Type
from protocol.networks import NETWORK

NAMES = tuple(one for one in NETWORK.fields.names if one not in ("host", "mandate"))

FIRST = ("name", "purpose")
"""What is asked at once; all else stands behind “more”."""

LINES = ("consensus", "links")
"""Lists that have one element on each line."""

WORDS = ("topics", "languages")
"""Lists with commas."""


def _field(name: str) -> Field:
    type_ = NETWORK.fields.types[name]
    label, hint = f"networks.charter.{name}", f"networks.charter_hint.{name}"
    match type_.form:
        case "choice":
            chosen = tuple(
                Choice(one, f"networks.charter_said.{name}.{one}") for one in type_.choices
            )
            return Field(name, Kind.CHOICE, label, hint, choices=chosen)
        case "array":
            kind = Kind.LONG if name in LINES else Kind.TEXT
            return Field(name, kind, label, hint, True, type_.most * (type_.of.most + 2) or 2_000)
        case "text":
            return Field(name, Kind.LONG, label, hint, True, type_.most)
    # Shares and terms are short; what is wrong with them is said in words of their own.
    return Field(name, Kind.TEXT, label, hint, type_.optional, type_.most or 60)


FIELDS = tuple(map(_field, NAMES))


def typed(content: Mapping[str, Any], texts: Texts) -> dict[str, str]:
    """What stands in a charter, as somebody would type it."""
    return {name: _typed(name, content.get(name), texts) for name in NAMES}


def usual(texts: Texts) -> dict[str, str]:
    """What software proposes where nobody said anything."""
    return typed(tidied(NETWORK.fields, {}), texts)


def _typed(name: str, value: Any, texts: Texts) -> str:
    if value is None:
        return ""
    if name == "term":
        return formats.term(value, texts)
    if name == "languages":
        return ", ".join(formats.language(one, texts) for one in value)
    if isinstance(value, list | tuple):
        return ("\n" if name in LINES else ", ").join(value)
    return str(value)


def charter_of(filled: Filled, texts: Texts) -> dict[str, Any]:
    """The fields of the charter in a form that was read; what does not fit is refused there."""
    found: dict[str, Any] = {}
    for name in NAMES:
        if name not in filled.values:
            continue
        type_ = NETWORK.fields.types[name]
        try:
            value = tidied(NETWORK.fields, {name: _read(name, filled[name])}, name)[name]
        except ValueError:
            value = ""
        if not type_(value):
            _refuse(filled, name, type_, value, texts)
        found[name] = value
    return found


def _read(name: str, said: str) -> Any:
    match name:
        case "majority":
            return values.share(said)
        case "term":
            return values.term(said)
        case "languages":
            return [values.language(one) for one in _split(r"[,;\n]", said)]
        case "topics":
            return _split(r"[,;\n]", said)
        case "consensus" | "links":
            return _split(r"\n", said)
    return said or None


def _split(sign: str, said: str) -> list[str]:
    return [one.strip() for one in re.split(sign, said) if one.strip()]


def _refuse(filled: Filled, name: str, type_: Type, value: Any, texts: Texts) -> None:
    if name in ("majority", "term"):
        filled.refuse(name, f"networks.charter_wrong.{name}")
        return
    if type_.form == "array":
        bad = [one for one in value if not type_.of(one)]
        if bad:
            what = bad[0] if len(bad[0]) <= 60 else bad[0][:59] + "…"
            said = {"what": what, "rule": rule(type_.of, texts)}
            filled.refuse(name, "networks.charter_wrong.one", **said)
            return
    filled.refuse(name, "networks.charter_wrong.other", rule=rule(type_, texts))

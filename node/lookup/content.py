"""From what a person typed to the content of a record: tidied, and checked before it is written."""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from node.base.errors import Problem
from protocol.encoding import FORBIDDEN_TEXT
from protocol.errors import Malformed
from protocol.fields import Fields, Type, check_fields, shows
from protocol.kinds import KINDS

_PASTED = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""What comes along from web pages and says only where a line may break."""


def tidy(text: str | None) -> str | None:
    """NFC, without characters that can't be shown and blanks around it; None if nothing is left
    that can be seen (docs/protocol.md §7).
    """
    if text is None:
        return None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    text = _PASTED.sub("", FORBIDDEN_TEXT.sub("", text)).strip()
    return text if shows(text) else None


def tidy_all(texts: Any) -> list[str]:
    """The same for a list; empty ones and repetitions fall away."""
    return list(dict.fromkeys(one for one in map(tidy, texts or ()) if one))


def tidied(spec: Fields, given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Fields as people typed them, tidied by their types: all of `spec`, or those named.

    What is missing is what is usual, nil, or an empty list.
    """
    return {one: _tidied(spec.types[one], given.get(one)) for one in names or spec.names}


def _tidied(type_: Type, value: Any) -> Any:
    match type_.form:
        case "line" | "text" | "url" | "call":
            return tidy(value)
        case "array" if type_.of.form == "pair":
            pairs = [list(map(tidy, one)) for one in value or ()]
            return [one for one in pairs if one[0] is not None]
        case "array":
            return tidy_all(value)
    return type_.usual if value is None else value


def checked(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """`content` in the order of its kind's fields; `Problem` names the field that does not fit."""
    names = KINDS[kind].fields.names
    content = {name: content[name] for name in names}
    check(kind, KINDS[kind].fields, content)
    return content


def check(what: str, spec: Fields, content: dict[str, Any]) -> None:
    """`Problem` names the field that does not fit."""
    try:
        check_fields(what, spec, content)
    except Malformed as error:
        field = error.detail.rpartition(": ")[2]
        value = content.get(field)
        if value is None:
            raise Problem("field-missing", kind=what, field=field) from error
        type_, shown = _at_fault(spec.types.get(field), value), readable(value)
        raise Problem("field-invalid", kind=what, field=field, value=shown, type=type_) from error


def _at_fault(type_: Type | None, value: Any) -> Type | None:
    """The type that something is not of: that of the elements, if a list is not too long."""
    short = type_ is not None and type_.form == "array" and len(value) <= type_.most
    return type_.of if short and type_ is not None else type_


def readable(value: Any) -> str:
    """A value of a field for a message: as people write it, and not too much of it."""
    text = " ".join(FORBIDDEN_TEXT.sub(" ", _words(value)[:1_000]).split())
    return text if len(text) <= 60 else text[:59] + "…"


def _pair(value: Any) -> str:
    return ": ".join(map(_words, filter(None, value))) if isinstance(value, list) else _words(value)


def _words(value: Any) -> str:
    if isinstance(value, list):
        pairs = all(isinstance(one, list) for one in value)
        parts = (
            ": ".join(map(_words, filter(None, one))) if pairs else _words(one) for one in value
        )
        return ", ".join(parts)
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, default=str)

"""From what a browser sent to what a form asked for: the values, or what is wrong with them.

Signs that nobody sees and that change what is around them – controls, directions of writing that
messengers paste along with names and numbers – are dropped: nobody typed them on purpose. Passwords
are taken as they are, but for NFC, so that “ü” is the same from every keyboard (RFC 8265 §4.2).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from aiohttp.web import FileField

from node.base import formats
from node.texts import Texts
from node.web.forms import EDITION, Change, Field, Filled, Form, Kind, NotThat, changes
from node.web.moments import SPOKEN, chosen, read_day_of, read_end, read_moment_of, words
from node.web.plain import plain

YES = "yes"
"""What a ticked box sends."""

MAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
"""Enough to see that it is none: whether it is one, only a mail tells."""

PHONE = re.compile(r"[+(]?[0-9][0-9 ()/.-]{2,}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent. Its name decides nothing."""

    name: str
    file: BinaryIO
    size: int


def read_form(
    form: Form,
    posted: Mapping[str, Any],
    now: datetime,
    texts: Texts,
    stands: Mapping[str, Any] | None = None,
) -> Filled:
    """What is in a form. `stands`: what it edits, as it is now; `now`: wall time."""
    filled = Filled(form, {})
    for one in form.fields:
        given = given_all(posted, one.name)
        said = tuple(given) if one.kind is Kind.PASSWORD else tuple(map(_kept, given))
        if one.kind is not Kind.PASSWORD:
            filled.typed[one.name] = said
        try:
            if one.kind in SPOKEN:
                filled.values[one.name] = _spoken(filled, one, posted, now, texts)
            else:
                filled.values[one.name] = _READ[one.kind](one, said, posted)
        except NotThat as error:
            filled.errors[one.name] = error.wrong
    if form.edits and stands is not None:
        _compare(filled, next(iter(given_all(posted, EDITION)), ""), stands, texts)
    return filled


def _spoken(
    filled: Filled, field: Field, posted: Mapping[str, Any], now: datetime, texts: Texts
) -> Any:
    """A day, a moment or an end: as it was typed, or the reading of it that somebody chose."""
    said = filled.typed[field.name]
    given = {one: given_all(posted, one) for one in posted if one.startswith(field.name + "-")}
    meant = chosen(field.name, given, said[0] if said else "")
    value = _read_spoken(filled, field, (meant,) if meant else said, now)
    if meant and value is not None:  # of an end, the moment that was chosen
        is_end = field.kind is Kind.END
        shown = words(Kind.MOMENT, meant, texts) if is_end else words(field.kind, value, texts)
        filled.typed[field.name] = (shown,)
    return value


def _read_spoken(filled: Filled, field: Field, said: tuple[str, ...], now: datetime) -> Any:
    text = _text(field, said, None)
    if not text:
        return None
    if field.kind is Kind.DATE:
        return read_day_of(text, now)
    if field.kind is Kind.MOMENT:
        return read_moment_of(text, now)
    return read_end(field, text, filled.values.get(field.after), now)


def settle(filled: Filled, texts: Texts) -> Filled:
    """The days and moments as they were understood stand in their fields: “tomorrow” is another
    day by the time that the form is sent again."""
    for one in filled.form.fields:
        if one.kind in SPOKEN and filled.values.get(one.name) is not None:
            filled.typed[one.name] = (words(one.kind, filled.values[one.name], texts),)
    return filled


def _compare(filled: Filled, base: str, stands: Mapping[str, Any], texts: Texts) -> None:
    """What others changed meanwhile comes into the form, where it was not changed here, too."""
    form = filled.form
    filled.edition = form.edition(stands)
    if base == filled.edition:
        return
    shown = {name: shown_value(form[name], value, texts) for name, value in stands.items()}
    found = changes(form, base, stands, shown, filled.values)
    filled.changes = [one for one in found if one.field.name not in filled.errors or not one.both]
    for one in filled.changes:
        if not one.both:
            name = one.field.name
            filled.typed[name] = typed_value(stands[name], texts, form[name].kind)
            filled.errors.pop(name, None)


def typed_value(value: Any, texts: Texts, kind: Kind = Kind.TEXT) -> tuple[str, ...]:
    """A value as somebody would type it.

    >>> typed_value(date(2027, 6, 5), Texts("de")), typed_value(True, Texts("de"))
    (('5. Juni 2027',), ('yes',))
    """
    if value is None or value is False:
        return ()
    if kind in SPOKEN and value != "":
        return (words(kind, value, texts),)
    if value is True:
        return (YES,)
    if isinstance(value, date):
        return (formats.calendar_day(value, texts),)
    return tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value),)


def shown_value(field: Field, value: Any, texts: Texts) -> str:
    """A value in words."""
    called = {one.value: texts(one.text) if one.text else one.shown for one in field.choices}
    if isinstance(value, bool):
        return texts("common.yes" if value else "common.no")
    said = typed_value(value, texts, field.kind)
    return formats.list_words([called.get(one, one) for one in said], texts)


def cleaned(text: str, *, lines: bool = False) -> str:
    r"""Without what nobody sees, in NFC, without blanks around it.

    >>> cleaned("  Anna\u202e\x00 ")
    'Anna'
    """
    found = plain(unicodedata.normalize("NFC", text).replace("\x00", ""))
    if lines:
        return "\n".join(line.rstrip() for line in found.splitlines()).strip()
    return " ".join(found.split())


def given_all(posted: Mapping[str, Any], name: str) -> list[str]:
    """All texts that came under a name."""
    found = posted.getall(name, []) if hasattr(posted, "getall") else [posted.get(name, "")]
    return [one for one in found if isinstance(one, str)]


def _kept(text: str) -> str:
    """As it is shown again: what is harmful in a page is not in it."""
    return plain(text.encode("utf-8", "replace").decode("utf-8"))


def _text(field: Field, said: tuple[str, ...], _posted: Any) -> str:
    text = cleaned(said[0] if said else "", lines=field.kind is Kind.LONG)
    if not text and not field.optional:
        raise NotThat("web.form.missing")
    if len(text) > field.limit:
        raise NotThat("web.form.too_long", n=len(text) - field.limit, limit=field.limit)
    return text


def _matching(pattern: re.Pattern[str], text: str) -> Callable[..., str]:
    def read(field: Field, said: tuple[str, ...], posted: Any) -> str:
        found = _text(field, said, posted)
        if found and not pattern.fullmatch(found):
            raise NotThat(text)
        return found

    return read


def _number(field: Field, said: tuple[str, ...], posted: Any) -> int | None:
    text = _text(field, said, posted)
    if not text:
        return None
    if not re.fullmatch(r"[+-]?[0-9]+", text) or not text.isascii():
        raise NotThat("web.form.no_number")
    number = int(text)
    if field.least is not None and number < field.least:
        raise NotThat("web.form.too_small", least=field.least)
    if field.most is not None and number > field.most:
        raise NotThat("web.form.too_large", most=field.most)
    return number


def _password(field: Field, said: tuple[str, ...], _posted: Any) -> str:
    text = unicodedata.normalize("NFC", said[0] if said else "")
    if not text and not field.optional:
        raise NotThat("web.form.missing")
    if len(text) > field.limit:
        raise NotThat("web.form.too_long", n=len(text) - field.limit, limit=field.limit)
    return text


def _choice(field: Field, said: tuple[str, ...], _posted: Any) -> str:
    known = [one for one in said if one in {choice.value for choice in field.choices}]
    if known:
        return known[0]
    if any(said) or not field.optional:
        raise NotThat("web.form.choose")
    return ""


def _choices(field: Field, said: tuple[str, ...], _posted: Any) -> tuple[str, ...]:
    chosen = [one for one in said if one]
    if set(chosen) - {choice.value for choice in field.choices}:
        raise NotThat("web.form.choose")
    if not chosen and not field.optional:
        raise NotThat("web.form.choose_some")
    return tuple(dict.fromkeys(chosen))


def _yes(field: Field, said: tuple[str, ...], _posted: Any) -> bool:
    ticked = YES in said
    if not ticked and not field.optional:
        raise NotThat("web.form.tick")
    return ticked


def _file(field: Field, _said: Any, posted: Mapping[str, Any]) -> Upload | None:
    found = posted.get(field.name)
    if not isinstance(found, FileField) or not found.filename:
        if field.optional:
            return None
        raise NotThat("web.form.no_file")
    size = found.file.seek(0, 2)
    found.file.seek(0)
    if field.longest and size > field.longest:
        raise NotThat("web.form.file_too_large", mib=field.longest // 2**20)
    return Upload(cleaned(found.filename), found.file, size)  # type: ignore[arg-type]


def _hidden(field: Field, said: tuple[str, ...], _posted: Any) -> str:
    text = said[0] if said else ""
    if len(text) > field.limit:
        raise NotThat("web.form.too_long", n=len(text) - field.limit, limit=field.limit)
    return text


_READ: Mapping[Kind, Callable[..., Any]] = {
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.MAIL: _matching(MAIL, "web.form.no_mail"),
    Kind.PHONE: _matching(PHONE, "web.form.no_phone"),
    Kind.NUMBER: _number,
    Kind.PASSWORD: _password,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.YES: _yes,
    Kind.FILE: _file,
    Kind.HIDDEN: _hidden,
}
"""Kind → its reader, but for those of `SPOKEN`; with `Change` the whole of what a form can say."""

__all__ = ["YES", "Change", "Upload", "cleaned", "given_all", "read_form", "settle", "shown_value",
           "typed_value"]  # fmt: skip

"""How groups, networks and meetings are shown in a terminal."""

from node.base import formats, lookalikes
from node.cli.context import Context
from node.lookup.types import Name
from node.texts import Texts

SHORT_ID = lookalikes.SHORT_ID


def list_of(values: tuple[str, ...], texts: Texts) -> str:
    """Words in a row."""
    return formats.list_words(values, texts)


def languages(tags: tuple[str, ...], texts: Texts) -> str:
    """Names of languages, or their tags."""
    return formats.list_words([language(tag, texts) for tag in tags], texts)


def language(tag: str, texts: Texts) -> str:
    """The name of a language; its tag if we have no name for it."""
    key = f"web.language.{tag.partition('-')[0].lower()}"
    return texts(key) if tag.isascii() and texts.has(key) else tag


def yes_no(value: bool | None, texts: Texts) -> str:
    """Yes, no, or not said."""
    return texts("common.unknown" if value is None else "common.yes" if value else "common.no")


def day(seconds: int | None, texts: Texts) -> str:
    """A day, or nothing."""
    return "" if seconds is None else formats.day(seconds, texts)


def plainly(who: Name, context: Context) -> str:
    """A name beside a column of ids."""
    return str.__str__(who.name) if who.name else context.called(who)

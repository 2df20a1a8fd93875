"""How groups, networks and meetings are shown in a terminal."""

from node.base import formats
from node.cli.context import Context
from node.lookup.types import Name
from node.texts import Texts


def yes_no(value: bool | None, texts: Texts) -> str:
    """Yes, no, or not said."""
    return texts("common.unknown" if value is None else "common.yes" if value else "common.no")


def day(seconds: int | None, texts: Texts) -> str:
    """A day, or nothing."""
    return "" if seconds is None else formats.day(seconds, texts)


def plainly(who: Name, context: Context) -> str:
    """A name beside a column of ids."""
    return str.__str__(who.name) if who.name else context.called(who)

"""When something is: the zone of the group, and days and times as they were typed.

Rules: what can mean two days or two moments (05/06, Tuesday, the hour that the clocks show twice)
or none (the hour that they skip) is asked about at a terminal, and refused with both readings where
nobody can answer. A zone is what somebody said, else what the machine shows; a machine on UTC shows
that of nobody, so a meeting waits until somebody names one. A day needs no such care: it ends a few
hours earlier or later.
"""

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from node.base import formats
from node.base.errors import Problem, UnclearDate
from node.cli import terminal
from node.cli.context import Context
from node.cli.parser import UsageError
from node.cli.values import unclear
from node.lookup.zone import ZONE, zone_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from node.base.dates import Spoken

T = TypeVar("T")


class Moment(NamedTuple):
    """A wall time as records write it, and the zone whose clocks show it."""

    starts: str
    zone: str


def known_zone(context: Context) -> str:
    """The zone that a reader at this node has, as far as it is known."""
    return zone_of(context.core, terminal.environ()).name


def keep_zone(context: Context, zone: str) -> None:
    """Remember where the people of the group live."""
    with context.core.transaction():
        context.core.settings.set(ZONE, zone)


def zone(context: Context, said: str | None) -> str:
    """The zone that was said, else the group's, which is asked for once.

    Where nobody can be asked it is that of the machine; `Problem` if the machine shows none.
    """
    from node.base.zones import read_zone

    if said is not None:
        return read_zone(said)
    known = zone_of(context.core, terminal.environ())
    if known.source != "said" and terminal.is_there():
        answer = terminal.ask(context.t("cli.ask.zone", zone=known.name))
        chosen = read_zone(answer or known.name)
        keep_zone(context, chosen)
        return chosen
    if known.source == "assumed":
        raise Problem("zone-unset")
    return known.name


def moment(context: Context, spoken: "Spoken", where: str) -> Moment:
    """The wall time in `where` that was meant; `UsageError` if it is not one only."""
    from node.base.zones import is_zone, now_in

    if not is_zone(where):  # of a meeting of others, whose machine knows it
        raise Problem("zone-unknown", zone=where)
    now = now_in(where, context.core.clock())
    if spoken.alone and spoken.at is None:  # before anybody is asked which day
        raise _usage(context, UnclearDate("time_missing", spoken.text), "moment")
    starts = _settled(context, spoken, "moment", lambda one: one.moment(now))
    return shown(context, starts, where)


def shown(context: Context, starts: str, where: str) -> Moment:
    """A wall time, or which of the two it can mean where clocks skip it or show it twice.

    Where nobody answers it stays as it is, and is refused where it is written.
    """
    from node.base.zones import is_zone, readings_of

    found = readings_of(starts, where) if is_zone(where) else None
    if found is None:
        return Moment(starts, where)
    readings = {"first": found.first, "second": found.second}
    question = context.t(f"cli.ask.time_{found.what}", when=_when(starts, context), zone=where)
    choices = [
        context.t(f"cli.ask.{found.what}_{which}", when=_when(one, context))
        for which, one in readings.items()
    ]
    chosen = context.choose(question, choices)
    meant = None if chosen is None else [*readings.values()][chosen]
    return Moment(starts, where) if meant is None else Moment(meant, found.zone)


def _when(starts: str, context: Context) -> str:
    return formats.when(starts, None, None, context.texts)


def day(context: Context, spoken: "Spoken") -> "date":
    """The day that was meant; `UsageError` if it is not one only."""
    from node.base.zones import now_in

    today = now_in(known_zone(context), context.core.clock()).date()
    return _settled(context, spoken, "day", lambda one: one.on(today))


def _settled(context: Context, spoken: "Spoken", kind: str, read: "Callable[[Spoken], T]") -> T:
    """What was said, after the person chose which day is meant if it can be several."""
    try:
        return read(spoken)
    except UnclearDate as error:
        chosen = _asked(context, error)
        if chosen is None:
            raise _usage(context, error, kind) from None
        meant = spoken.meant(chosen)
    try:
        return read(meant)
    except UnclearDate as error:
        raise _usage(context, error, kind) from None


def _asked(context: Context, error: UnclearDate) -> "date | None":
    if error.code not in ("ambiguous", "weekday", "other_weekday", "day_missing"):
        return None
    days = [formats.calendar_day(one, context.texts) for one in error.readings]
    question = context.t(f"cli.ask.date_{error.code}", value=error.text)
    chosen = context.choose(question, days)
    return None if chosen is None else error.readings[chosen]


def _usage(context: Context, error: UnclearDate, kind: str) -> UsageError:
    return UsageError(unclear(error, kind, context.texts), "")

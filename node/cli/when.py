"""When something is: the zone of the group, and days and times as they were typed."""

from typing import TYPE_CHECKING

from node.base.errors import UnclearDate
from node.cli import terminal
from node.cli.context import Context
from node.cli.parser import UsageError
from node.cli.values import unclear

if TYPE_CHECKING:
    from datetime import date

    from node.base.dates import Spoken

ZONE = "zone"
"""The setting: where the people of the group live."""


def known_zone(context: Context) -> str:
    """The zone that a reader at this node has, as far as it is known."""
    from node.base.zones import DEFAULT_ZONE, machine_zone

    kept: str | None = context.core.settings.get(ZONE)
    return kept or machine_zone(terminal.environ()) or DEFAULT_ZONE


def keep_zone(context: Context, zone: str) -> None:
    """Remember where the people of the group live."""
    with context.core.transaction():
        context.core.settings.set(ZONE, zone)


def zone(context: Context, said: str | None) -> str:
    """The zone that was said, else the group's, which is asked for once.

    Where nobody can be asked it is guessed, and that is said unless the machine showed it.
    """
    from node.base.zones import machine_zone, read_zone

    if said is not None:
        return read_zone(said)
    kept: str | None = context.core.settings.get(ZONE)
    if kept:
        return kept
    proposed = known_zone(context)
    if terminal.is_there():
        answer = terminal.ask(context.t("cli.ask.zone", zone=proposed))
        chosen = read_zone(answer or proposed)
        keep_zone(context, chosen)
        return chosen
    if machine_zone(terminal.environ()) is None:
        context.progress(context.t("cli.zone_assumed", zone=proposed))
    return proposed


def moment(context: Context, spoken: "Spoken", where: str) -> str:
    """The wall time in `where` that was meant; `UsageError` if it is not one only."""
    from node.base.zones import now_in

    try:
        return spoken.moment(now_in(where, context.core.clock()))
    except UnclearDate as error:
        raise _usage(context, error, "moment") from None


def day(context: Context, spoken: "Spoken") -> "date":
    """The day that was meant; `UsageError` if it is not one only."""
    from node.base.zones import now_in

    try:
        return spoken.on(now_in(known_zone(context), context.core.clock()).date())
    except UnclearDate as error:
        raise _usage(context, error, "day") from None


def _usage(context: Context, error: UnclearDate, kind: str) -> UsageError:
    return UsageError(unclear(error, kind, context.texts), "")

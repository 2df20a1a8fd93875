"""The clock of the machine, and that a person says that it is right (`clock confirm`)."""

from aiohttp import web

from node.base import formats
from node.base.errors import Problem
from node.features.clock.actions import confirm_clock
from node.features.status.views import clock_view, run_out_views
from node.lookup.types import RunOutView
from node.lookup.zone import zone_of
from node.web.page import Asked, Page

CLOCK = "/machine/clock"


def clock(asked: Asked) -> Page:
    """What it shows, what is wrong with it, and what ran out meanwhile."""
    core, t = asked.core, asked.texts
    view, zone = clock_view(asked.sight), zone_of(core)
    doubted = view is not None and view.trouble != "mended"
    values = {
        "shown": asked.moment(core.clock.wall()),
        "zone": zone.name,
        "known": zone.source != "assumed",
        "trouble": formats.clock(view, t) if view else "",
        "doubted": doubted,
        "can_confirm": doubted and core.clock.trouble != "unset",
        "run_out": [_said(asked, one) for one in run_out_views(asked.sight)],
    }
    return Page("machine_clock.html", t("machine.web.name.clock"), "machine", values)


def _said(asked: Asked, one: RunOutView) -> str:
    who, day = one.who.name or one.who.id[:8], formats.day(one.since, asked.texts)
    return asked.texts(f"dates.run_out.{one.kind}", who=who, day=day)


def confirm(asked: Asked) -> web.Response:
    """Go by what it shows."""
    shown = asked.moment(asked.core.clock.wall())
    try:
        again = confirm_clock(asked.core)
    except Problem as problem:
        return asked.refused(CLOCK, problem)
    return asked.go(CLOCK, "machine.web.clock.confirmed", shown=shown, n=again)

"""What does not get through: groups that were not there for long, and what fails by itself."""

from aiohttp import web

from node.base import formats
from node.base.reasons import reason
from node.features.machine.views import unreached_views
from node.store.troubles import troubles
from node.web.page import Asked, Page

UNREACHED = "/machine/unreached"


def unreached(asked: Asked) -> Page:
    """Who and what, since when, and when it is tried again."""
    t = asked.texts
    stuck = [
        t(
            f"status.cli.trouble_{one.what}",
            why=reason(one.why, t),
            day=formats.day(one.at, t),
            home=str(asked.core.home.path),
        )
        for one in troubles(asked.core)
    ]
    away = [{"names": one.names, "minutes": one.minutes} for one in unreached_views(asked.sight)]
    values = {"stuck": stuck, "away": away, "runs": asked.core.server is not None}
    return Page("machine_unreached.html", t("machine.web.name.unreached"), "machine", values)


def again(asked: Asked) -> web.Response:
    """Try all of it at once."""
    server = asked.core.server
    if server is None:
        return asked.go(UNREACHED, "machine.web.unreached.not_running")
    server.dial_again()
    server.tidy_now()
    return asked.go(UNREACHED, "machine.web.unreached.trying")

"""Joins, exits and net by month (E1); members as a file."""

from aiohttp import web

from node.base.turns import away
from node.features.members.changes.tables import settle
from node.features.members.counts import counts
from node.features.members.days import day_words
from node.features.members.export import FORMS, TYPES, write
from node.features.members.list_query import read_list
from node.features.members.listing.tables import every
from node.features.members.pages import SECTION, sees
from node.features.members.picture import picture
from node.features.members.tables import members
from node.web.page import Asked, MissingError, Page

ROWS = 240
"""Months in the table: twenty years."""


def history(asked: Asked) -> Page:
    """How many joined and left, month by month."""
    found = counts(asked.core)
    values = {
        "months": [
            (day_words(one.month, asked.texts), one) for one in reversed(found.months[-ROWS:])
        ],
        "picture": picture(found.months),
        "without_day": found.without_day,
        "only_year": found.only_year,
    }
    return Page("members_history.html", asked.texts("members.history.title"), SECTION, values)


def exporting(asked: Asked) -> Page:
    """Which file, of whom."""
    settle(asked.core)
    fields = members(asked.core).fields()
    listed = read_list(asked.visit.parameters, fields, sees(asked), "/members/export")
    count = len(every(asked.core, listed.query))
    values = {"listed": listed, "forms": FORMS, "count": count}
    return Page("members_export.html", asked.texts("members.export.title"), SECTION, values)


async def export(asked: Asked) -> web.Response:
    """The file. It is made beside the loop that serves: pages go on meanwhile."""
    form = asked.match["form"]
    if form not in FORMS:
        raise MissingError
    data = await asked.core.turns.work(_made, asked, form)
    name = asked.texts("members.export.file")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    kind = {"Content-Type": TYPES[form]}
    return web.Response(body=data, headers={**headers, **kind})


def _made(asked: Asked, form: str) -> bytes:
    settle(asked.core)
    fields = members(asked.core).fields()
    listed = read_list(asked.visit.parameters, fields, sees(asked), "/members/export")
    found = members(asked.core).some(every(asked.core, listed.query))
    with away():
        return write(form, found, fields, asked.texts)

"""What is mine: to read, to take along, to take back, to have erased."""

from datetime import UTC, datetime

from aiohttp import web

from node.base.errors import Problem
from node.features.mine.consenting import consents_of
from node.features.mine.disclosing import disclosure_views, receipt_views
from node.features.mine.erasing import deletion, erase_person, may_erase
from node.features.mine.exporting import as_json, parts_of
from node.features.mine.readable import as_html
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.web import cookies
from node.web.forms import Field, Form, Kind, Wrong
from node.web.page import Asked, MissingError, Page, Panel

ERASE = Form("erase", Field("sure", Kind.YES, "mine.label.sure"))

LONGEST_TOKEN = 100

MANY = 30
"""Groups that a page names of each thing; the file to take along names all."""


def panel(asked: Asked, _id: str) -> Panel | None:
    """On one's own page: the way to here."""
    return Panel("mine_panel.html", {}) if asked.person else None


def data(asked: Asked) -> Page:
    """All of it."""
    return Page("mine.html", asked.texts("mine.web.title"), "me", _values(asked))


def _values(asked: Asked) -> dict[str, object]:
    person = asked.me
    return {
        "parts": parts_of(asked.core, person.id),
        "consents": consents_of(asked.core, person.id),
        "went_out": disclosure_views(asked.sight, person.id),
        "panels": asked.panels_of("me data", person.id),
        "person": person,
        "many": MANY,
    }


def export_json(asked: Asked) -> web.Response:
    """All of it as a file for other software."""
    text = as_json(asked.sight, asked.me.id, asked.core.clock())
    return _file(asked, text, "json", "application/json")


def export_html(asked: Asked) -> web.Response:
    """All of it as one page to keep: it needs nothing from elsewhere."""
    text = as_html(asked.sight, asked.texts, asked.me.id, asked.core.clock())
    return _file(asked, text, "html", "text/html")


def _file(asked: Asked, text: str, ending: str, type_: str) -> web.Response:
    day = datetime.fromtimestamp(asked.core.clock(), UTC).strftime("%Y-%m-%d")
    name = f'attachment; filename="verbund-{day}.{ending}"'
    return web.Response(text=text, content_type=type_, headers={"Content-Disposition": name})


def erase_form(asked: Asked) -> Page:
    """What goes, what stays, and what it takes."""
    return _erase_page(asked, asked.show(ERASE))


def _erase_page(asked: Asked, form: object) -> Page:
    problem = None
    try:
        may_erase(asked.core, asked.me.id)
    except Problem as found:
        last = found.code == "last-key-person"
        problem = "mine.web.only_key" if last else asked.error_key("mine", found.code)
    title = asked.texts("mine.web.erase")
    values = {
        "problem": problem,
        "parts": parts_of(asked.core, asked.me.id),
        "went_out": [
            one for one in disclosure_views(asked.sight, asked.me.id) if one.ended is None
        ],
        "panels": asked.panels_of("me erase", asked.me.id),
    }
    return asked.form_page("mine_erase.html", title, form, "me", **values)  # type: ignore[arg-type]


async def erase(asked: Asked) -> Page | web.Response:
    """Erase everything; this browser is nobody's any more."""
    form = await asked.read(ERASE)
    if form.ok:
        try:
            done = erase_person(asked.core, asked.me.id)
        except Problem as problem:
            form.errors.setdefault("", Wrong(asked.error_key("mine", problem.code), problem.values))
        else:
            response = web.Response(status=303, headers={"Location": f"/erased/{done.token}"})
            cookies.sign_out(response, asked.request)
            return response
    return _erase_page(asked, form)


def erased(asked: Asked) -> Page:
    """Who confirmed that it is gone: for whoever has the address."""
    token = asked.match["token"]
    found = deletion(asked.core, token) if len(token) <= LONGEST_TOKEN else None
    if found is None:
        raise MissingError
    sight = Sight(asked.core, Viewer.INSIDE, asked.core.home_id)  # who has the address was inside
    receipts = receipt_views(sight, found.tombstones)
    values = {"deletion": found, "receipts": receipts, "many": MANY}
    return Page("mine_erased.html", asked.texts("mine.web.erased"), "", values)

"""What somebody sees who has just come in: where they stand, and how they come back."""

from aiohttp import web

from node.features.joining import tables
from node.features.joining.arrivals import give_contact
from node.features.joining.types import LONGEST_CONTACT, Arrival
from node.web.forms import Field, Filled, Form, Kind
from node.web.page import Asked, Page, Panel

CONTACT = Form(
    "contact",
    Field(
        "contact",
        Kind.TEXT,
        "joining.web.contact",
        "joining.web.contact_hint",
        longest=LONGEST_CONTACT,
        autocomplete="email",
    ),
)


def page(asked: Asked) -> Page:
    """Where I stand."""
    return _page(asked, asked.show(CONTACT))


def _page(asked: Asked, filled: Filled) -> Page:
    arrival = tables.arrival_of(asked.core, asked.me.id)
    state = arrival.state if arrival else "let-in"
    values = {
        "state": state,
        "reason": arrival.reason if arrival else "",
        "contact": arrival.contact if arrival else "",
        "asks_contact": _is_asked(arrival),
        "panels": asked.panels_of("welcome", asked.me.id) if state != "declined" else [],
    }
    title = asked.texts(f"joining.web.welcome_{state}", who=asked.me.name)
    return asked.form_page("welcome.html", title, filled, "me", **values)


def _is_asked(arrival: Arrival | None) -> bool:
    """How the group reaches a newcomer: not of who came as somebody of the list."""
    return arrival is not None and arrival.state == "waiting" and arrival.claims is None


async def give_contact_(asked: Asked) -> Page | web.StreamResponse:
    """How the group reaches me. The answer is the same, whether the group knows that or not."""
    filled = await asked.read(CONTACT)
    if not filled.ok:
        return _page(asked, filled)
    if _is_asked(tables.arrival_of(asked.core, asked.me.id)):
        give_contact(asked.core, asked.me.id, filled["contact"])
    return asked.go("/welcome", "joining.web.contact_kept")


def on_my_page(asked: Asked, _id: str) -> Panel | None:
    """As long as nobody has answered, and if the answer was no."""
    arrival = tables.arrival_of(asked.core, asked.me.id)
    if arrival is None or arrival.state == "let-in":
        return None
    return Panel("welcome_on_me.html", {"arrival": arrival})

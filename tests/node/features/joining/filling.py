"""What the node that page tests show has of people who come in."""

from node.features.joining.arrivals import come_in
from node.features.joining.links import make_link
from node.features.joining.types import Wish
from node.people.persons import Standing, new_id, persons
from node.store.core import Core
from tests.node.web.texts import SECRET


def newcomers(core: Core) -> dict[str, str]:
    """A member who never came in, a newcomer, links of both kinds: their ids and secrets."""
    with core.transaction():
        invitee = new_id(core)
        persons(core).add(invitee, f"Anna {SECRET}", Standing.MEMBER, core.clock())
    shared = make_link(core, None, Wish(note=f"Chor {SECRET}"))
    personal = make_link(core, None, Wish("personal", people=(invitee,)))
    return {
        "invitee": invitee,
        "newcomer": come_in(core, shared.token, b"visit", f"Toni {SECRET}"),
        "join": shared.token,
        "invited": personal.token,
        "link": shared.link.id,
    }

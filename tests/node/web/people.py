"""The people of the node that the page tests show."""

from node.features.joining.arrivals import come_in
from node.features.joining.links import make_link
from node.features.joining.types import Wish as LinkWish
from node.features.members.changes.tables import begin
from node.features.members.columns import add_column
from node.people.persons import Standing, new_id, persons
from node.store.core import Core
from tests.node.web.circling import circles, participants
from tests.node.web.texts import LONG, SCRIPT, SECRET
from tests.sync.people import NOW


def people(core: Core) -> dict[str, str]:
    """Two who are one person, somebody who left, and a column of the group's own; their ids."""
    own = add_column(core, "Kann", "choice", choices=("Kochen", SCRIPT[:20]))
    facts = {"mail": ("ute@example.org",), "notes": (SECRET,), "town": (SCRIPT,)}
    names: dict[str, str] = {}
    with core.transaction():
        batch = begin(core, "import")
        for key, name, values in (
            ("member", f"Ute {SECRET}", {**facts, own.key: ("Kochen",)}),
            ("twin", "Ute", {"mail": facts["mail"], "phone": ("0431 222222",)}),
            ("left", f"Otto {LONG[:150]}", {}),
        ):
            given, _, family = name.partition(" ")
            both = {"given": (given,), "family": (family,) if family else ()}
            names[key] = batch.add(name, {**both, **values}, since="2024-05")
        batch.stand(names["left"], Standing.FORMER)
    participants(core, names["member"])
    return names | circles(core, names["member"])


def own_people(core: Core) -> dict[str, str]:
    """A member, who is on the list only; a newcomer; links of both kinds."""
    with core.transaction():
        member = new_id(core)
        persons(core).add(member, f"Anna {SECRET}", Standing.MEMBER, NOW)
    shared = make_link(core, None, LinkWish(note=f"Chor {SECRET}"))
    personal = make_link(core, None, LinkWish("personal", people=(member,)))
    newcomer = come_in(core, shared.token, b"visit", f"Toni {SECRET}")
    names = {"invitee": member, "newcomer": newcomer, "link": shared.link.id}
    return names | {"join": shared.token, "invited": personal.token}

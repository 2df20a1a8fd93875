"""Circles, participants and acts that wait, of the node that the page tests show."""

from node.features.circles.actions import invite, make, write
from node.features.circles.tables import File, files
from node.features.mine.consenting import Asked
from node.features.participants.actions import release
from node.features.rules.actions import begin
from node.features.rules.tables import rules
from node.people.persons import Standing, persons
from node.store.core import Core
from protocol.audience import Audience
from tests.node.web.texts import LONG, SCRIPT, SECRET


def circles(core: Core, ute: str) -> dict[str, str]:
    """An open circle and a closed one, each with what others wrote; an act that waits."""
    with core.transaction():
        keys = [
            persons(core)
            .add(f"key{n}", f"Key {n}", Standing.MEMBER, core.clock(), key_person=True)
            .id
            for n in range(2)
        ]
    garden = make(core, ute, "Garten", SCRIPT, is_open=True, joins=True)
    post = write(core, ute, garden, f"{LONG[:500]}\n{SCRIPT}")
    write(core, ute, garden, "Ja, gern.", post)
    with core.transaction():
        files(core).begin(File("file", garden, ute, None, "n" * 96 + ".pdf", 0, core.clock()))
        files(core).piece("file", 0, b"%PDF-1.7")
        files(core).finish("file", post)
    closed = make(core, ute, f"Kreis {LONG[:70]}", None, is_open=False, joins=False)
    write(core, ute, closed, SECRET)
    invite(core, ute, closed, keys[0])
    with core.transaction():
        rules(core).set_needed("leave", 2)
    begin(core, keys[0], "leave", {"network": "00", "shown": SCRIPT})
    return {"circle": garden, "post": post, "closed_circle": closed}


def participants(core: Core, ute: str) -> None:
    """What somebody released to each of our networks."""
    said = {
        "name": "Ute",
        "about": f"{LONG[:400]}\n{SECRET}",
        "topics": ["Garten", SCRIPT[:80]],
        "mail": "m" * 254,
        "languages": ["de", "xx"],
    }
    words = dict.fromkeys(said, f"Ich bin einverstanden: {SCRIPT}")
    for network in core.ties.parts(core.home_id, core.clock()):
        release(core, ute, Audience.network(network), said, Asked("de", words))

"""What the node that page tests show has of answers."""

from collections.abc import Mapping

from node.features.answers.answering import answer_as_person, answer_by_link, take_back_by_link
from node.features.answers.feeds import make
from node.features.answers.organising import make_link, strike
from node.features.answers.tables import of_meeting
from node.features.answers.types import Said
from node.store.core import Core
from tests.node.web.texts import LONG, SCRIPT, SECRET


def answers(core: Core, names: Mapping[str, str]) -> dict[str, str]:
    """A member's and others' answers, one taken back, one set aside; links to see and give them."""
    public, private = (f"{names['home']}/{names[one]}" for one in ("public", "private"))
    answer_as_person(core, public, names["member"], Said("yes", 2, f"Kuchen {SECRET}", "name"))
    answer_as_person(core, private, names["twin"], Said("no", shown="first"))
    found = {"answer": "a" * 40, "taken_back": "b" * 40}
    for token, said in (
        (found["answer"], Said("yes", 1, "Gern", "number", "Nachbarin")),
        (found["taken_back"], Said("yes", 3, SECRET, "name", f"Weg {SECRET}")),
        ("c" * 40, Said("maybe", 50, f"{LONG[:400]}\n{SCRIPT}", "name", SCRIPT, "w" * 200)),
        ("d" * 40, Said("yes", 5, SECRET, "name", f"Unsinn {SECRET}")),
    ):
        answer_by_link(core, public, token, said)
    take_back_by_link(core, found["taken_back"])
    strike(core, public, [one.id for one in of_meeting(core, public) if "Unsinn" in one.name])
    return {
        **found,
        "come": make_link(core, public),
        "feed": make(core, names["member"], "de"),
    }

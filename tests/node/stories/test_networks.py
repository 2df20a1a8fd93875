"""Three groups with machines on a network and a fourth only by file, all of it on pages: they find
each other, found a network, meet, and part."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.node.stories import steps
from tests.node.stories.stage import Group, Look, Stage, Visitor, stage
from tests.node.web.browsing import CHROMIUM
from tests.node.web.conftest import chromium  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(sys.platform == "darwin", reason="only 127.0.0.1 is there"),
    pytest.mark.timeout(300),
]

HARBOUR, KITCHEN, CHOIR, ORCHARD = "Hafengruppe", "Volxküche", "Chor am Kai", "Streuobstwiese"
NETWORK, NEW_NETWORK = "Verbund am Wasser", "Verbund am Land"


def five_people_answer(host: Group, meeting: str) -> dict[str, Visitor]:
    """Each says as much as they like; the organiser hears a no, too."""
    link = steps.link_for_everybody(host, meeting)
    found = {
        "Ada Moor": steps.answer(host, link, "Ada Moor", "yes", people="2", shown="name"),
        "Bo": steps.answer(host, link, "Bo", "maybe"),
        "Cem Linde": steps.answer(host, link, "Cem Linde", "yes", shown="first"),
        "Dana": steps.answer(host, link, "Dana", "no", note="Bin verreist"),
        "Eli": steps.answer(host, link, "Eli", "yes", shown="number"),
    }
    host.sees(*found, "Bin verreist", at=f"{meeting}/answers")
    return found


def they_hear_of_it(host: Group, meeting: str, people: dict[str, Visitor]) -> None:
    """Whoever said something before it moved is asked again on their own page."""
    ada, bo = people["Ada Moor"], people["Bo"]
    ada.goes(ada.where).sees("Alte Werft", ada.t("answers.web.moved_form"))
    steps.change_answer(ada, "no")
    steps.withdraw(bo)
    host.sees("Ada Moor", "Cem Linde", at=f"{meeting}/answers")


def come_and_go_by_file(host: Group, guest: Group, network: str, folder: Path) -> None:
    """Nobody reaches it: charter, application, admission, leaving and receipt go by stick."""
    steps.meet_by_file(host, guest, folder)
    steps.hand_over(host, guest, folder)
    steps.apply(guest, network, NETWORK, "Wir haben kein Netz")
    steps.hand_over(guest, host, folder)
    steps.admit(host, network, guest, "Wir haben kein Netz")
    steps.hand_over(host, guest, folder)
    guest.sees(guest.t("networks.standing.member"), at=network)
    guest.sees("Klapptische", at="/exchange")
    steps.leave(guest, network, NETWORK)
    steps.hand_over(guest, host, folder)
    host.sees(host.t("networks.standing.left"), at=network)
    steps.hand_over(host, guest, folder)
    guest.sees(f"{host.name}, ", at=f"{network}/left")


def two_leave_together(there: Stage, network: str, meeting: str) -> None:
    """While the machine of the network is off. It sees that they are gone when it is back."""
    harbour, kitchen, choir = there[HARBOUR], there[KITCHEN], there[CHOIR]
    steps.find_each_other(kitchen, choir)
    harbour.switches_off()
    pact = steps.propose(kitchen, network, choir, NEW_NETWORK)
    steps.sign(choir, pact, NEW_NETWORK)
    for one in (kitchen, choir):
        one.sees(one.t("pacts.state.done"), at=pact)
        one.sees(NEW_NETWORK, at="/networks")
    new = steps.page_of(choir, NEW_NETWORK)
    choir.sees(KITCHEN, CHOIR, choir.t("networks.standing.member"), at=new)
    choir.sees("Sommerrat", NEW_NETWORK, at=meeting)
    choir.sees("Lastenrad", at="/exchange")
    harbour.switches_on()
    harbour.sees(harbour.t("networks.standing.left"), at=network)
    harbour.sees_not("Lastenrad", at="/exchange")
    kitchen.sees(f"{HARBOUR}, ", at=f"{network}/left")


def the_former_host_comes_back(there: Stage, network: str) -> None:
    """It asks where the others are now, and they say no; what it looked after is empty."""
    harbour, kitchen = there[HARBOUR], there[KITCHEN]
    new = steps.page_of(harbour, NEW_NETWORK)
    assert new != network
    steps.apply(harbour, new, NEW_NETWORK, "Wir wollen wieder dabei sein")
    steps.decline(kitchen, new, harbour, "Erst reden wir")
    harbour.sees(harbour.t("networks.standing.declined"), "Erst reden wir", at=new)
    harbour.sees_not(harbour.t("networks.web.members_hidden"), at=network)


def play(there: Stage) -> None:
    harbour, kitchen, choir = there[HARBOUR], there[KITCHEN], there[CHOIR]
    steps.find_each_other(harbour, kitchen)
    network = steps.found(harbour, NETWORK, "Damit niemand allein ist")
    steps.join(harbour, kitchen, network, NETWORK)
    steps.find_each_other(harbour, choir)
    steps.join(harbour, choir, network, NETWORK)
    meeting = steps.announce(kitchen, network, "Sommerrat", "in 3 Wochen um 18 Uhr")
    steps.invite(kitchen, meeting, harbour, choir)
    steps.accept(choir, meeting, 4)
    people = five_people_answer(kitchen, meeting)
    steps.move_meeting(kitchen, meeting, "in 4 Wochen um 19 Uhr", "Alte Werft", "Regen")
    choir.sees("Alte Werft", at=meeting)
    they_hear_of_it(kitchen, meeting, people)
    tables = steps.offer(harbour, network, "Klapptische", 12, "Stück")
    steps.take(choir, tables, "Klapptische", 4, "Wir holen sie am Freitag")
    harbour.sees(CHOIR, "Wir holen sie am Freitag", at=tables)
    steps.offer(kitchen, network, "Lastenrad", 1, "Stück")
    harbour.sees("Lastenrad", at="/exchange")
    come_and_go_by_file(harbour, there[ORCHARD], network, there.folder)
    two_leave_together(there, network, meeting)
    the_former_host_comes_back(there, network)
    assert there.errors() == []


LOOKS = [
    Look(360, "de"),
    *(
        pytest.param(Look(*one), marks=pytest.mark.pages)
        for one in ((360, "en"), (1280, "de"), (1280, "en"))
    ),
]


@pytest.mark.parametrize("look", LOOKS, ids=lambda one: f"{one.width}-{one.language}")
def test_the_whole_life_of_a_network(chromium: Any, tmp_path: Path, look: Look) -> None:  # noqa: F811
    with stage(tmp_path, chromium, look, (HARBOUR, KITCHEN, CHOIR), (ORCHARD,)) as there:
        play(there)

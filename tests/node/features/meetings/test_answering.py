"""Inviting, answering, adopting and calling off on pages, on two nodes that meet in one process."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from node.base.errors import Problem
from node.features.meetings.actions import cancel, edit_meeting, known_meetings, reply
from node.features.peers.actions import accept_peer, end_peer
from node.lookup.zone import ZONE
from node.store.core import Core
from node.store.peer_kinds import note
from protocol.ids import to_text
from protocol.kinds import KINDS
from tests.node.by_hand import exchange
from tests.node.features.meetings.test_announcing import announced, hidden
from tests.node.web.conftest import Serve, Site, person
from tests.node.world import Clock, accept, make_core, wind
from tests.sync.people import NOW, Someone


class Two(NamedTuple):
    """Chor invites, Hafen is invited; a key person of each at their pages."""

    chor: Site
    hafen: Site

    def meet(self) -> None:
        exchange(self.chor.core, self.hafen.core, rounds=1)


@pytest.fixture
def cores(tmp_path: Path) -> Iterator[list[Core]]:
    made = [make_core(tmp_path, name) for name in ("Chor", "Hafen")]
    one, other = made
    exchange(one, other, rounds=1)
    accept_peer(one, one.home_id, other.home_id)
    accept_peer(other, other.home_id, one.home_id)
    exchange(one, other, rounds=1)
    for core in made:
        with core.transaction():
            core.settings.set(ZONE, "Europe/Berlin")
    yield made
    for core in made:
        core.close()


@pytest.fixture
async def two(cores: list[Core], serve: Serve) -> Two:
    sites = []
    for core in cores:
        site = await serve(core)
        site.sign_in(person(core, "Käthe", key_person=True))
        sites.append(site)
    return Two(*sites)


async def invited(two: Two, **said: str) -> str:
    """A meeting to which Hafen is invited; gives where it is."""
    where = await announced(two.chor, **{"to": "private"} | said)
    guest = to_text(two.hafen.core.home_id)
    sent = {"guest": guest, "note": "Bringt Kuchen", "step": "save"}
    answer = await two.chor.post(f"{where}/invite", sent)
    assert answer.status == 303, await answer.text()
    two.meet()
    return where


async def test_invited_group_accepts(two: Two) -> None:
    where = await invited(two, capacity="10")
    assert "Noch keine Antwort" in await two.chor.text(where)
    page = await two.hafen.text(where)
    assert "Ihr seid eingeladen" in page
    assert "Bringt Kuchen" in page
    form = hidden(await two.hafen.text(f"{where}/answer/accept"))
    done = await two.hafen.post(f"{where}/answer/accept", form | {"people": "4", "note": "Gern"})
    assert done.status == 303
    assert "Chor bekommt die Antwort beim nächsten Kontakt" in await two.hafen.text(where)
    two.meet()
    page = await two.chor.text(where)
    assert "Zugesagt: 1" in page
    assert "Kommt 4" in page
    assert "6 Plätze sind noch frei." in page
    again = hidden(await two.hafen.text(f"{where}/answer/accept"))
    assert again["people"] == "4"


async def test_counter_proposal_is_checked_and_adopted(two: Two) -> None:
    where = await invited(two)
    form = hidden(await two.hafen.text(f"{where}/answer/counter"))
    assert form["place"] == "Haus am Hafen"
    same = await two.hafen.post(f"{where}/answer/counter", form)
    assert "Das ist dasselbe wie bisher" in await same.text()
    typed = form | {"starts": "6.6. 18 Uhr", "place": "Garten"}
    page = await (await two.hafen.post(f"{where}/answer/counter", typed)).text()
    assert "<ins><bdi>So, 6. Juni 2027, 18:00 Uhr</bdi></ins>" in page
    assert "Wer sieht das: <bdi>nur Chor</bdi>" in page
    sent = hidden(page) | {"step": "save"}
    assert (await two.hafen.post(f"{where}/answer/counter", sent)).status == 303
    two.meet()
    page = await two.chor.text(where)
    assert "Gegenvorschlag:" in page
    assert "Hafen schlägt für „Sommerrat“ etwas anderes vor" in await two.chor.text("/")
    adopt = f"{where}/adopt/{to_text(two.hafen.core.home_id)}"
    assert f'href="{adopt}"' in page
    page = await two.chor.text(adopt)
    assert "<del><bdi>Haus am Hafen</bdi></del>" in page
    assert "Neu gefragt wird: Hafen" in page
    assert (await two.chor.post(adopt, hidden(page))).status == 303
    (meeting,) = known_meetings(two.chor.core)
    assert (meeting.content["starts"], meeting.content["place"]) == ("2027-06-06T18:00", "Garten")
    assert adopt not in await two.chor.text(where)  # it says so now
    assert "etwas anderes vor" not in await two.chor.text("/")
    two.meet()
    assert "Das Treffen wurde nach eurer Antwort geändert" in await two.hafen.text(where)
    assert "Geändert nach eurer Antwort, bitte neu antworten: Sommerrat" in await two.hafen.text(
        "/"
    )


async def test_proposal_that_was_taken_back_is_not_adopted(two: Two) -> None:
    where = await invited(two)
    form = hidden(await two.hafen.text(f"{where}/answer/counter"))
    sent = form | {"place": "Garten", "step": "save"}
    await two.hafen.post(f"{where}/answer/counter", sent)
    two.meet()
    adopt = f"{where}/adopt/{to_text(two.hafen.core.home_id)}"
    shown = hidden(await two.chor.text(adopt))
    await two.hafen.post(f"{where}/answer/counter", sent | {"place": "Keller"})
    two.meet()
    answer = await two.chor.post(adopt, shown)
    assert answer.status == 422
    page = await answer.text()
    assert "Inzwischen hat sich etwas geändert" in page
    assert "Keller" in page
    form = hidden(await two.hafen.text(f"{where}/answer/accept"))
    await two.hafen.post(f"{where}/answer/accept", form)
    two.meet()
    assert (await two.chor.post(adopt, hidden(page))).status == 303
    assert "hat ihren Vorschlag zurückgenommen" in await two.chor.text(where)
    assert [one.content["place"] for one in known_meetings(two.chor.core)] == ["Haus am Hafen"]


async def test_called_off_is_told_and_not_answered(two: Two) -> None:
    where = await invited(two)
    form = hidden(await two.hafen.text(f"{where}/answer/accept"))
    await two.hafen.post(f"{where}/answer/accept", form)
    two.meet()
    page = await two.chor.text(f"{where}/cancel")
    assert "Davon erfahren, mit eurem Grund: Hafen" in page
    assert "Zugesagt haben schon: Hafen" in page
    await two.chor.post(f"{where}/cancel", {"reason": "Der Saal ist vergeben"})
    two.meet()
    page = await two.hafen.text(where)
    assert "Abgesagt: Der Saal ist vergeben" in page
    assert f"{where}/answer/accept" not in page
    answer = await two.hafen.post(f"{where}/answer/accept", form | {"note": "Doch"})
    assert answer.status == 422
    assert "Doch" in await answer.text()


async def test_answer_means_what_was_seen(two: Two) -> None:
    where = await invited(two)
    form = hidden(await two.hafen.text(f"{where}/answer/accept"))
    (meeting,) = known_meetings(two.chor.core)
    edit_meeting(two.chor.core, meeting.host, meeting, {"place": "Garten"})
    two.meet()
    answer = await two.hafen.post(f"{where}/answer/accept", form | {"people": "3"})
    page = await answer.text()
    assert answer.status == 422
    assert "Inzwischen hat sich etwas geändert" in page
    assert "Garten" in page
    assert hidden(page)["people"] == "3"
    assert (await two.hafen.post(f"{where}/answer/accept", hidden(page))).status == 303


async def test_answer_after_the_end(two: Two) -> None:
    where = await invited(two)
    form = hidden(await two.hafen.text(f"{where}/answer/accept"))
    wind(two.hafen.core, Clock(NOW + 150 * 86_400))
    two.hafen.sign_in(person(two.hafen.core, "Klaus", key_person=True))
    form = hidden(await two.hafen.text(f"{where}/answer/accept"))
    answer = await two.hafen.post(f"{where}/answer/accept", form | {"people": "3"})
    assert answer.status == 422
    page = await answer.text()
    assert "Das Treffen ist schon vorbei. Eure Antwort wurde nicht verschickt" in page
    assert hidden(page)["people"] == "3"
    assert f"{where}/answer/accept" not in await two.hafen.text(where)
    (meeting,) = known_meetings(two.hafen.core)
    with pytest.raises(Problem, match="meeting-over"):
        reply(two.hafen.core, two.hafen.core.home_id, meeting, "decline", {})


@pytest.mark.parametrize(
    ("people", "words"),
    [("0", "Kommt niemand?"), ("11", "nur 10 Plätze"), ("1001", "zu viel"), ("viele", "Zahl")],
)
async def test_numbers_that_can_not_be(people: str, words: str, two: Two) -> None:
    where = await invited(two, capacity="10")
    form = hidden(await two.hafen.text(f"{where}/answer/accept"))
    answer = await two.hafen.post(f"{where}/answer/accept", form | {"people": people})
    assert answer.status == 422
    assert words in await answer.text()


async def test_group_that_just_left_is_named_and_the_others_stay_chosen(two: Two) -> None:
    where = await announced(two.chor)
    core, guest = two.chor.core, two.hafen.core.home_id
    end_peer(core, core.home_id, guest)
    sent = {"guest": to_text(guest), "note": "Bringt Kuchen", "step": "save"}
    answer = await two.chor.post(f"{where}/invite", sent)
    page = await answer.text()
    assert answer.status == 422
    assert "Inzwischen nicht mehr zu erreichen: Hafen" in page
    assert "Bringt Kuchen" in page
    searched = await two.chor.post(f"{where}/invite", {"q": "hafen", "step": "search"})
    assert "nicht mit euch verbunden" in await searched.text()


async def test_what_was_chosen_stays_through_a_search(two: Two) -> None:
    where = await announced(two.chor)
    guest = to_text(two.hafen.core.home_id)
    searched = await two.chor.post(
        f"{where}/invite", {"q": "nirgends", "guest": guest, "step": "search"}
    )
    page = await searched.text()
    assert "Ausgewählt: eine Gruppe" in page
    assert hidden(page)["guest"] == guest
    assert "Keine Gruppe gefunden" in page


async def test_nobody_chosen_and_nobody_known(two: Two) -> None:
    where = await announced(two.chor)
    for sent in ({}, {"guest": "x" * 52}, {"guest": to_text(two.chor.core.home_id)}):
        answer = await two.chor.post(f"{where}/invite", sent | {"step": "save"})
        assert answer.status == 422
        assert "Wähle mindestens eine Gruppe aus" in await answer.text()


async def test_invited_to_a_meeting_called_off(two: Two) -> None:
    where = await announced(two.chor)
    (meeting,) = known_meetings(two.chor.core)
    cancel(two.chor.core, meeting.host, meeting, "Regen")
    sent = {"guest": to_text(two.hafen.core.home_id), "step": "save"}
    answer = await two.chor.post(f"{where}/invite", sent)
    assert answer.status == 422
    assert "Das Treffen ist abgesagt" in await answer.text()


async def test_one_answers_others_meetings_and_changes_ones_own(two: Two) -> None:
    where = await invited(two)
    for way in ("edit", "invite", "cancel", f"adopt/{to_text(two.chor.core.home_id)}"):
        assert (await two.hafen.get(f"{where}/{way}")).status == 404
    assert (await two.chor.get(f"{where}/answer/accept")).status == 404
    assert (await two.hafen.get(f"{where}/answer/perhaps")).status == 404


async def test_two_groups_of_one_name_are_told_apart(
    two: Two, tmp_path: Path, serve: Serve
) -> None:
    twin = make_core(tmp_path / "twin", "Hafen")
    try:
        core = two.chor.core
        exchange(core, twin, rounds=1)
        accept_peer(core, core.home_id, twin.home_id)
        accept_peer(twin, twin.home_id, core.home_id)
        exchange(core, twin, rounds=1)
        where = await announced(two.chor)
        page = await two.chor.text(f"{where}/invite")
        for one in (two.hafen.core, twin):
            assert f"Hafen ({to_text(one.home_id)[:8]}" in page
    finally:
        twin.close()


async def test_many_groups_are_shown_fifty_at_a_time(two: Two) -> None:
    core = two.chor.core
    for n in range(60):
        accept(core, Someone(f"group {n}"))
    where = await announced(two.chor)
    page = await two.chor.text(f"{where}/invite")
    boxes = re.findall(r'name="guest" value="([a-z2-7]+)"', page)
    assert len(boxes) == 50
    assert "Weitere zeigen (noch 11)" in page
    sent = [("guest", one) for one in boxes[:3]] + [("shown", "50"), ("step", "more")]
    page = await (await two.chor.post(f"{where}/invite", sent)).text()
    assert "Ausgewählt: 3 Gruppen" in page
    assert len(re.findall(r'name="guest"', page)) == 61
    assert "Weitere zeigen" not in page


async def test_group_with_older_software_is_named_and_can_not_be_chosen(two: Two) -> None:
    core, guest = two.chor.core, two.hafen.core.home_id
    with core.transaction():
        note(core.settings, [guest], KINDS.keys() - {"invitation"})
    where = await announced(two.chor)
    page = await two.chor.text(f"{where}/invite")
    assert "<bdi>Hafen</bdi>: die Software ihres Rechners ist zu alt" in page
    assert 'name="guest"' not in page
    answer = await two.chor.post(f"{where}/invite", {"guest": to_text(guest), "step": "save"})
    assert answer.status == 422
    assert "Inzwischen nicht mehr zu erreichen: Hafen" in await answer.text()


async def test_erased_after_a_preview(two: Two) -> None:
    where = await invited(two)
    form = hidden(await two.hafen.text(f"{where}/answer/accept"))
    await two.hafen.post(f"{where}/answer/accept", form)
    assert "Unsere Antwort löschen" in await two.hafen.text(where)
    page = await two.hafen.text(f"{where}/erase")
    assert "Chor löscht eure Antwort beim nächsten Kontakt" in page
    assert (await two.hafen.post(f"{where}/erase")).status == 303
    assert "Ihr habt noch nicht geantwortet" in await two.hafen.text(where)
    page = await two.chor.text(f"{where}/erase")
    assert "Niemand erfährt dabei, dass es ausfällt" in page
    assert (await two.chor.post(f"{where}/erase")).status == 303
    assert (await two.chor.get(where)).status == 404
    two.meet()
    assert (await two.hafen.get(where)).status == 404
    assert (await two.chor.get(f"{where}/erase")).status == 404


async def test_forms_sent_twice_do_it_once(two: Two) -> None:
    where = await invited(two)
    guest = to_text(two.hafen.core.home_id)
    again = await two.chor.post(f"{where}/invite", {"guest": guest, "step": "save"})
    assert again.status == 303
    assert "Diese Gruppen sind schon eingeladen" in await two.chor.text(where)

    form = hidden(await two.chor.text(f"{where}/edit")) | {"place": "Garten", "step": "save"}
    for _ in range(2):
        assert (await two.chor.post(f"{where}/edit", form)).status == 303
    assert "niemand wird noch einmal gefragt" in await two.chor.text(where)

    two.meet()
    counter = f"{where}/answer/counter"
    form = hidden(await two.hafen.text(counter)) | {"place": "Keller", "step": "save"}
    for _ in range(2):
        assert (await two.hafen.post(counter, form)).status == 303
    two.meet()
    adopt = f"{where}/adopt/{guest}"
    form = hidden(await two.chor.text(adopt))
    for _ in range(2):
        assert (await two.chor.post(adopt, form)).status == 303
    assert [one.content["place"] for one in known_meetings(two.chor.core)] == ["Keller"]
    assert "niemand wird noch einmal gefragt" in await two.chor.text(where)

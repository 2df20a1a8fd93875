"""Meetings of others: who of us goes there is ours to know. And what stands on pages of others."""

import pytest

from node.features.answers import tables
from node.features.answers.answering import answer_as_person
from node.features.answers.occasions import occasion
from node.features.answers.organising import close, make_link, strike
from node.features.answers.types import Said
from node.features.answers.views import summary
from node.features.meetings.actions import invite, reply
from node.features.peers.actions import accept_peer
from node.people.persons import Person, Standing
from node.store.core import Core
from tests.node.by_hand import exchange
from tests.node.features.answers.conftest import Browser, Meet, known, meet_at
from tests.node.features.answers.test_answering import refused
from tests.node.features.answers.test_pages import signed_in
from tests.node.web.conftest import person
from tests.node.world import make_core


@pytest.fixture
def other(core: Core, tmp_path_factory: pytest.TempPathFactory) -> Core:
    """A partner group, which closes with the test's process."""
    made = make_core(tmp_path_factory.mktemp("other"), "Hafen")
    exchange(core, made, rounds=1)
    accept_peer(core, core.home_id, made.home_id)
    accept_peer(made, made.home_id, core.home_id)
    exchange(core, made, rounds=1)
    return made


async def test_who_of_us_goes_to_a_meeting_of_others(
    core: Core, other: Core, browser: Browser, member: Person
) -> None:
    id_ = meet_at(other, title="Hafenfest", capacity=1)
    exchange(core, other, rounds=1)
    site = await signed_in(browser, member)
    await site.text(f"/meetings/{id_}")
    assert (await site.post(f"/meetings/{id_}/tap", {"answer": "yes"})).status == 303
    answer_as_person(core, id_, person(core, "Kim").id, Said("yes", 4))  # their seats are theirs
    html = await site.text(f"/meetings/{id_}")
    assert "Wer von uns kommt" in html
    assert "frei" not in html[html.index('id="answers"') :]
    assert other.db.one("select count(*) from answers")[0] == 0
    outside = await browser()
    assert (await outside.get(f"/meetings/{id_}/answer")).status == 404
    for act in (make_link, lambda c, i: close(c, i, closed=True), lambda c, i: strike(c, i, [])):
        assert refused(act, core, id_) == "meeting-not-yours"
    other.close()


async def test_groups_that_accepted_take_seats(core: Core, other: Core, member: Person) -> None:
    id_ = meet_at(core, capacity=5)
    exchange(core, other, rounds=1)
    invite(core, core.home_id, known(core, id_), [other.home_id])
    exchange(core, other, rounds=1)
    reply(other, other.home_id, known(other, id_), "accept", {"people": 4})
    exchange(core, other, rounds=1)
    one = occasion(core, id_)
    assert one is not None
    found = summary(core, one)
    assert (found.sums.groups, found.left) == (4, 1)
    assert refused(answer_as_person, core, id_, member.id, Said("yes", 2)) == "answers-few-left"
    assert refused(answer_as_person, core, id_, member.id, Said("yes")) == ""
    other.close()


@pytest.mark.parametrize("standing", list(Standing))
async def test_page_of_a_meeting_for_each_who_is_signed_in(
    core: Core, meet: Meet, browser: Browser, standing: Standing
) -> None:
    site = await signed_in(browser, person(core, "Kim", standing))
    ids = meet(), meet(title="b", open_to="members"), meet(title="c", open_to="invited")
    taps = ["Ich komme" in await site.text(f"/meetings/{one}") for one in ids]
    member = standing is Standing.MEMBER
    assert taps == [True, member, member]


async def test_own_data_names_answers_and_the_calendar(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    id_ = meet()
    answer_as_person(core, id_, member.id, Said("yes", 2, "Mit Kuchen"))
    site = await signed_in(browser, member)
    html = await site.text("/me/data")
    for words in ("Antworten zu Treffen", "Sommerrat", "Mit Kuchen", f"/meetings/{id_}/mine"):
        assert words in html
    assert "Kalender" in await site.text("/me")
    assert tables.feeds_of(core, member.id) == []

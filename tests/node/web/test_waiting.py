"""“Waiting for you” on the first page: what there is of each noun, for whom, and where it leads."""

from pathlib import Path

import pytest

from node.features.meetings.actions import find_meeting, invite, new_meeting, reply
from node.people.persons import Standing
from node.store import troubles
from protocol.ids import to_text
from tests.node.by_hand import acquainted, exchange
from tests.node.web.conftest import Serve, Site, person
from tests.node.web.html import Document, check
from tests.node.web.texts import MEETING
from tests.node.world import make_core


def links(page: Document, site: Site) -> dict[str, int]:
    """Where the list leads, and how often."""
    known = {
        value: f"{{{name}}}" for name, value in (site.world.names if site.world else {}).items()
    }
    found: dict[str, int] = {}
    for href in page.hrefs_in("waiting"):
        for value, name in known.items():
            href = href.replace(value, name)
        found[href] = found.get(href, 0) + 1
    return found


async def test_key_person_sees_what_waits(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    page = check(await site.text("/"))
    assert page.inside_of("h2")[0] == "Wartet auf dich"
    between_groups = {
        path: n
        for path, n in links(page, site).items()
        if path.startswith(("/networks", "/pacts", "/meetings"))
    }
    assert between_groups == {
        "/networks/{network}/applications/{nobody}": 1,
        "/networks/{network}/proposals/{proposal}": 1,
        **dict.fromkeys(
            (f"/pacts/{{{one}}}" for one in ("open", "hostile_pact", "signed", "agreed", "late")), 1
        ),
        "/meetings/{rkslp}/intern": 1,  # changed after we answered
        # People said whether they come.
        **dict.fromkeys(
            (f"/meetings/{{home}}/{{{one}}}/answers" for one in ("public", "private")), 1
        ),
    }


async def test_invitation_waits_until_it_is_answered(serve: Serve, tmp_path: Path) -> None:
    ours, theirs = make_core(tmp_path, "Alpha"), make_core(tmp_path, "Beta")
    acquainted([ours, theirs])
    starts = {**MEETING, "starts": "2027-05-01T10:00"}
    name = new_meeting(theirs, theirs.home_id, "public", starts)
    invite(theirs, theirs.home_id, find_meeting(theirs, name), [ours.home_id])
    exchange(theirs, ours, rounds=1)
    site = await serve(ours)
    site.sign_in(person(ours, key_person=True))
    path = f"/meetings/{to_text(theirs.home_id)}/{name}"
    assert check(await site.text("/")).hrefs_in("waiting") == [path]
    reply(ours, ours.home_id, find_meeting(ours, name), "decline", {})
    assert check(await site.text("/")).hrefs_in("waiting") == []
    ours.close()
    theirs.close()


@pytest.mark.parametrize("language", ["de", "en"])
async def test_new_group_has_nothing_to_do(new_site: Site, language: str) -> None:
    new_site.sign_in(person(new_site.core, key_person=True))
    page = check(await new_site.text("/", language), language)
    assert links(page, new_site) == {}
    assert {"de": "Gerade nichts.", "en": "Nothing just now."}[language] in page.text


async def test_outside_nothing_is_said_of_it(site: Site) -> None:
    assert "Wartet auf dich" not in await site.text("/")


async def test_what_acts_for_the_group_waits_for_those_who_may(site: Site) -> None:
    site.sign_in(person(site.core, standing=Standing.MEMBER))
    assert links(check(await site.text("/")), site) == {}


async def test_what_the_machine_can_not_do(new_site: Site) -> None:
    new_site.sign_in(person(new_site.core, key_person=True))
    troubles.note(new_site.core, "backup", "disk-full")
    assert links(check(await new_site.text("/")), new_site) == {"/machine/unreached": 1}

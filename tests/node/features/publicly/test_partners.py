"""Partners' public meetings on one's own pages: chosen, with their source, gone when they are."""

from typing import Any

import pytest

from node.features.networks.show_publicly import show_publicly
from node.features.peers.actions import end_peer, name_peer
from node.features.publicly.views import partner_meetings
from node.lookup.showing import partners_named, released
from node.records.transaction import take
from node.texts import LANGUAGES
from protocol.audience import PUBLIC
from protocol.ids import from_text, to_text
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check
from tests.node.web.texts import HOSTILE_MEETING, MEETING, SECRET
from tests.node.world import seal_to, verified
from tests.sync.people import NOW, Someone

PLACES = ("/", "/meetings", "/news.atom", "/meetings.ics")
TITLE = "Fest am Kanal"


def hosts(site: Site) -> set[str]:
    return {one.host.id for one in partner_meetings(site.sight())}


class Partner:
    """A partner group without a node: what it says to everybody arrives here."""

    def __init__(self, site: Site, name: str) -> None:
        self.core, self.who, self.later = site.core, Someone(name), 0
        assert to_text(self.who.id) == site.path(f"{{{name}}}")

    def says(self, said: dict[str, Any] | None) -> None:
        """Its meeting as it stands now; None: erased."""
        self.later += 1
        raw = self.who.say("meeting", said, PUBLIC, "fest", issued=NOW + self.later)
        assert take(self.core, verified(raw)) == [None]

    def invites(self, **changes: object) -> None:
        self.says({**HOSTILE_MEETING, **MEETING, "title": TITLE, **changes})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_home_and_meetings_show_what_partners_invite_to(site: Site, language: str) -> None:
    title, of = {"de": ("Von unseren Partnern", "Stand"), "en": ("From our partners", "as of")}[
        language
    ]
    for path in ("/", "/meetings"):
        html = await site.text(path, language)
        check(html, language)
        document = Document(html)
        assert title in document.text
        assert of in document.text
        assert site.path("/groups/{hostile}") in document.hrefs_in("partners")
        assert site.path("/meetings/{hostile}/strange.meeting") in document.hrefs_in("partners")
        assert not [one for one in document.hrefs_in("partners") if site.path("{home}") in one]
        assert SECRET not in html


async def test_outside_no_meeting_stands_twice(site: Site) -> None:
    hrefs = Document(await site.text("/meetings")).hrefs
    meetings = [one for one in hrefs if one.startswith("/meetings/") and one.count("/") == 3]
    assert len(meetings) == len(set(meetings))


async def test_chosen_on_the_page(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    page = Document(await site.text("/publicly"))
    ids = {one["value"] for one in page.all("input") if one.get("name") == "partners"}
    assert {site.path("{hostile}"), site.path("{partner}"), site.path("{kiel}")} <= ids
    assert not {site.path("{waiting}"), site.path("{gone}"), site.path("{network}")} & ids
    assert "Wer das sieht: alle" in page.text
    answer = await site.post("/publicly", {"partners": site.path("{kiel}")})
    assert answer.status == 303
    assert "Eine Partnergruppe steht auf" in Document(await site.text("/publicly")).text
    networks = {from_text(site.path(f"{{{one}}}")) for one in ("network", "open_network")}
    assert released(site.core) - networks == {from_text(site.path("{kiel}"))}
    assert hosts(site) == set()
    await site.post("/publicly", {"partners": site.path("{hostile}")})
    assert hosts(site) == {site.path("{hostile}")}


async def test_who_vanished_meanwhile_or_never_was_one_is_not_chosen(site: Site) -> None:
    """A page left open, and what somebody made up."""
    site.sign_in(person(site.core, key_person=True))
    berlin = from_text(site.path("{berlin}"))
    end_peer(site.core, site.core.home_id, berlin)
    before = released(site.core)
    for name in ("berlin", "waiting", "network", "home"):
        answer = await site.post("/publicly", {"partners": site.path(f"{{{name}}}")})
        html = await answer.text()
        assert (answer.status, SECRET in html) == (422, False)
        assert "Die Verbindung mit ihr ist zu Ende" in html
    assert released(site.core) == before - {berlin}


async def test_members_don_t_choose(site: Site) -> None:
    site.sign_in(person(site.core, "Member"))
    assert (await site.get("/publicly")).status == 403
    assert "/publicly" not in Document(await site.text("/")).hrefs


async def test_what_is_called_off_or_erased_goes_at_once(site: Site) -> None:
    partner, path = Partner(site, "rkslp"), site.path("/meetings/{rkslp}/fest")
    partner.invites()
    assert TITLE in await site.text("/")
    partner.invites(cancelled="Regen")
    for page in ("/", "/meetings"):
        assert path not in Document(await site.text(page)).hrefs
    partner.invites()
    assert TITLE in await site.text("/meetings")
    partner.says(None)
    for page in PLACES:
        assert TITLE not in await site.text(page)


@pytest.mark.parametrize("ends", ["tie", "choice"])
async def test_what_ends_takes_it_off_all_pages_at_once(site: Site, ends: str) -> None:
    Partner(site, "berlin").invites()
    berlin = from_text(site.path("{berlin}"))
    for page in PLACES:
        assert TITLE in await site.text(page)
    if ends == "tie":
        end_peer(site.core, site.core.home_id, berlin)
    else:
        show_publicly(site.core, berlin, False)
    for page in PLACES:
        assert TITLE not in await site.text(page)


async def test_partner_that_is_only_named_is_not_listed(site: Site) -> None:
    """Naming a tie chooses nothing: the meetings stand on the page of the entry alone (§6.9)."""
    core, berlin = site.core, from_text(site.path("{berlin}"))
    partner = Partner(site, "berlin")
    partner.invites()
    show_publicly(core, berlin, False)
    name_peer(core, core.home_id, berlin, shown=True)
    keys = {core.home_id: core.ring.held[0].sealing[0].public}
    content = {"peer": core.home_id, "shown": True}
    raw = seal_to(partner.who, core.home_id, keys, "peering", "", content)
    assert take(core, verified(raw)) == [None]
    assert berlin in partners_named(core, core.clock())
    for page in PLACES:
        assert TITLE not in await site.text(page)
    assert TITLE in await site.text("/groups/{berlin}")


async def test_only_what_is_for_everybody(site: Site) -> None:
    """Also for who is inside, and sees more of the partner elsewhere."""
    await site.enter()
    found = partner_meetings(site.sight())
    assert {one.audience for one in found} == {"public"}
    assert not [one for one in found if one.note or one.answers or SECRET in one.title]


async def test_own_meetings_are_not_among_them(site: Site) -> None:
    assert hosts(site)
    assert not hosts(site) & {site.path("{home}"), site.path("{network}")}


async def test_without_partners_the_page_says_what_to_do(new_site: Site) -> None:
    assert "Von unseren Partnern" not in await new_site.text("/")
    await new_site.enter()
    assert "noch mit keiner anderen verbunden" in await new_site.text("/publicly")
    assert "/publicly" in Document(await new_site.text("/meetings")).hrefs

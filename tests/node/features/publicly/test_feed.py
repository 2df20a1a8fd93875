"""The feed of news, read by `feedparser`: what is in it, when it changes, that it is sent once."""

from typing import Any

import feedparser
import pytest

from node.features.exchange.actions import publish
from node.features.meetings import feed as feeds
from node.features.meetings.actions import cancel, find_meeting, new_meeting
from node.features.publicly.atom import MOST
from node.store.core import Core
from protocol.audience import PUBLIC
from tests.node.web.conftest import Site
from tests.node.web.html import RIGHT_TO_LEFT
from tests.node.web.texts import MEETING, SECRET, TABLES
from tests.node.web.world import World


async def news(site: Site, language: str = "de") -> Any:
    answer = await site.get("/news.atom", headers={"Accept-Language": language})
    assert answer.content_type == "application/atom+xml"
    found = feedparser.parse(await answer.read())
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def entry(found: Any, ending: str) -> Any:
    (one,) = [one for one in found.entries if one.id.endswith(ending)]
    return one


async def test_readers_get_meetings_and_offers(site: Site) -> None:
    found = await news(site)
    assert found.feed.title == "Neues von Die Mitläufer"
    assert found.feed.id == site.path("urn:verbund:news:{home}")
    meeting = entry(found, site.path("{home}/{public}"))
    assert meeting.title == MEETING["title"]
    assert MEETING["place"] in meeting.summary
    assert meeting.author == "Die Mitläufer"
    assert meeting.link == f"http://{site.root.host}:{site.root.port}" + site.path(
        "/meetings/{home}/{public}"
    )
    assert (await site.get(meeting.link.removeprefix(str(site.root).rstrip("/")))).status == 200
    offer = entry(found, site.path("{home}/{tables}"))
    assert (offer.title, offer.tags[0].term) == (f"Angebot: {TABLES['title']}", "offer")
    strange = entry(found, "strange.meeting")
    assert strange.author != "Die Mitläufer"
    assert "bench" not in str(found.entries)


async def test_nothing_from_inside_is_in_it(site: Site) -> None:
    for enters in (False, True):
        if enters:
            await site.enter()
        text = await site.text("/news.atom")
        assert SECRET not in text
        for name in ("private", "projector", "bench"):
            assert site.path(f"{{{name}}}") not in text
        assert not RIGHT_TO_LEFT.search(text)


async def test_called_off_says_so_and_keeps_its_id(site: Site, world: World) -> None:
    before = await news(site)
    name = site.path("{public}")
    world.clock.now += 60
    cancel(site.core, site.core.home_id, find_meeting(site.core, name), "Der Saal ist zu")
    after = await news(site)
    old, new = (entry(found, name) for found in (before, after))
    assert (old.id, new.title) == (new.id, f"Abgesagt: {MEETING['title']}")
    assert "Der Saal ist zu" in new.content[0].value
    assert new.updated_parsed > old.updated_parsed
    assert after.feed.updated_parsed == new.updated_parsed
    assert after.entries[0].id == new.id  # the latest first
    english = await news(site, "en")
    assert entry(english, name).title.startswith("Called off: ")


async def test_unchanged_feed_is_not_sent_twice(site: Site, world: World) -> None:
    first = await site.get("/news.atom")
    tag = {"If-None-Match": first.headers["ETag"]}
    world.clock.now += 3_600  # an hour later the same bytes
    known = await site.get("/news.atom", headers=tag)
    assert (known.status, await known.read()) == (304, b"")
    until = world.clock.now + 86_400
    publish(site.core, site.core.home_id, "offer", PUBLIC, {"title": "Leiter"}, until)
    changed = await site.get("/news.atom", headers=tag)
    assert changed.status == 200
    assert "Angebot: Leiter" in await changed.text()


async def test_new_group_has_an_empty_feed(new_site: Site) -> None:
    found = await news(new_site)
    assert (found.entries, found.feed.title) == ([], "Neues von Neue Gruppe")


async def test_feed_is_bounded(new_site: Site, new_core: Core) -> None:
    until = new_core.clock() + 86_400
    for number in range(MOST + 20):
        publish(new_core, new_core.home_id, "offer", PUBLIC, {"title": f"Stuhl {number}"}, until)
    assert len((await news(new_site)).entries) == MOST


@pytest.mark.parametrize(
    "title", ["</title><script>alert(1)</script>", "a & b <c> ]]> \uffff", "שלום"]
)
async def test_titles_stay_text(new_site: Site, new_core: Core, title: str) -> None:
    said = {**MEETING, "title": title}
    new_meeting(new_core, new_core.home_id, "public", said)
    raw = await new_site.text("/news.atom")
    assert "<script" not in raw
    (one,) = (await news(new_site)).entries
    assert one.title_detail.type == "text/plain"


async def test_pages_lead_to_it(site: Site) -> None:
    for page in ("/", "/meetings"):
        html = await site.text(page)
        assert '<link rel="alternate" type="application/atom+xml" href="/news.atom">' in html


async def test_other_ports_are_no_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each port in `Host` made the feed anew: ports are not compared, and a stranger names any."""
    made, make = [], feeds.Feed._make

    async def counted(self: Any, *said: Any) -> Any:
        made.append(said)
        return await make(self, *said)

    monkeypatch.setattr(feeds.Feed, "_make", counted)
    for port in range(1, 21):
        host = f"127.0.0.1:{port}"
        answer = await site.get("/news.atom", headers={"Host": host, "Accept-Language": "de"})
        body = await answer.text()
        assert f'href="http://{host}/news.atom"' in body
        assert ".invalid" not in body
    assert len(made) == 1

"""A partner's public meeting, from its node to our public page: two real nodes over sockets."""

from pathlib import Path

from node.features.exchange.actions import publish
from node.features.meetings.actions import cancel, find_meeting, invite, new_meeting
from node.features.meetings.views import meeting_views
from node.features.networks.show_publicly import show_publicly
from node.features.peers.actions import end_peer
from node.features.publicly.views import news_meetings, partner_meetings
from protocol.audience import PUBLIC
from tests.days import day
from tests.node.features.networks.test_leaving import homes_of, up
from tests.node.web.conftest import Serve
from tests.node.web.texts import MEETING
from tests.node.world import Running, befriend, inside, outside, until

PLACES = ("/", "/meetings", "/news.atom", "/meetings.ics")


def titles(one: Running) -> list[str]:
    return [view.title for view in partner_meetings(inside(one.core))]


def heard(one: Running) -> set[str]:
    return {view.title for view in meeting_views(inside(one.core), past=False)}


async def test_partner_invites_and_calls_off(tmp_path: Path, serve: Serve) -> None:
    homes = homes_of(tmp_path, "Alpha", "Beta")
    async with up(homes, "+-") as (a, b):
        await befriend(a, b)
        said = {**MEETING, "title": "Sommerfest", "starts": f"{day(20)}T19:00"}
        name = b.say(new_meeting, "public", said)
        between = b.say(new_meeting, "private", {**said, "title": "Nur wir zwei"})
        b.say(invite, find_meeting(b.core, between), [a.id])
        b.say(publish, "offer", PUBLIC, {"title": "Leiter"}, b.core.clock() + 86_400)
        site = await serve(a.core)
        await until(lambda: heard(a) == {"Sommerfest", "Nur wir zwei"}, "meetings")
        for page in PLACES:  # nobody chose it yet
            assert "Sommerfest" not in await site.text(page)
        show_publicly(a.core, b.id, True)
        assert titles(a) == ["Sommerfest"]
        for page in PLACES:
            text = await site.text(page)
            assert "Sommerfest" in text
            assert "Nur wir zwei" not in text
        assert "Leiter" not in await site.text("/news.atom")  # what others offer is their news
        b.say(cancel, find_meeting(b.core, name), "Regen")
        await until(lambda: titles(a) == [], "called off")
        assert "Abgesagt: Sommerfest" in await site.text("/news.atom")
        assert "Sommerfest" not in await site.text("/")
        b.say(end_peer, a.id)
        await until(lambda: news_meetings(outside(a.core)) == (), "tie is over")
        for page in PLACES:
            assert "Sommerfest" not in await site.text(page)

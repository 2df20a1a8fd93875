"""Data that machines read on public pages: the fields that schema.org and search engines want."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from node.features.meetings.actions import new_meeting
from node.features.meetings.views import meeting_views
from node.features.publicly.json_ld import data_script, event
from node.store.core import Core
from protocol.ids import to_text
from tests.node.web.conftest import Site
from tests.node.web.html import check
from tests.node.web.texts import CHARTER, HOME, MEETING, SCRIPT, SECRET
from tests.node.world import outside

MARKS = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)

EVENT = (
    "@context",
    "@type",
    "name",
    "startDate",
    "endDate",
    "eventStatus",
    "location",
    "organizer",
)
"""What every event has; name, startDate and location are what search engines ask for."""


async def data(site: Site, path: str) -> list[dict[str, Any]]:
    html = await site.text(path)
    check(html)
    return [json.loads(one) for one in MARKS.findall(html)]


async def test_home_says_which_organization_it_is(site: Site) -> None:
    (said,) = await data(site, "/")
    assert (said["@context"], said["@type"]) == ("https://schema.org", "Organization")
    assert said["name"] == HOME["name"]
    assert said["description"] == HOME["purpose"]
    assert said["knowsAbout"] == HOME["topics"]
    assert said.keys() <= {
        *("@context", "@type", "name", "url", "description", "areaServed", "knowsAbout"),
        *("knowsLanguage", "sameAs", "contactPoint"),
    }


async def test_entry_of_a_partner_is_one_too(site: Site) -> None:
    (said,) = await data(site, "/groups/{utopie}")
    assert said["@type"] == "Organization"
    assert said["name"]


async def test_network_is_one_too(site: Site) -> None:
    (said,) = await data(site, "/networks/{network}")
    assert (said["@type"], said["name"]) == ("Organization", CHARTER["name"])
    assert await data(site, "/networks/{open_network}")  # with a name that is a script
    assert SECRET not in json.dumps(said)


async def test_meeting_is_an_event(site: Site) -> None:
    (said,) = await data(site, "/meetings/{home}/{public}")
    assert [one for one in EVENT if one not in said] == []
    assert said["name"] == MEETING["title"]
    starts, ends = (datetime.fromisoformat(said[name]) for name in ("startDate", "endDate"))
    assert starts.utcoffset() is not None  # with its zone
    assert starts.strftime("%Y-%m-%dT%H:%M") == MEETING["starts"]
    assert ends > starts
    assert said["eventStatus"] == "https://schema.org/EventScheduled"
    place = {"@type": "Place", "name": MEETING["place"], "address": MEETING["place"]}
    assert said["location"] == [place, {"@type": "VirtualLocation", "url": MEETING["link"]}]
    assert said["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert said["organizer"]["name"] == HOME["name"]


async def test_called_off_says_so(site: Site) -> None:
    (said,) = await data(site, "/meetings/{home}/{cancelled}")
    assert said["eventStatus"] == "https://schema.org/EventCancelled"


async def test_title_with_a_script_ends_nothing(site: Site) -> None:
    path = "/meetings/{hostile}/strange.meeting"
    html = await site.text(path)
    check(html)
    assert html.count("</script>") == html.count("<script")
    for one in await data(site, path):
        assert one["name"].startswith(SCRIPT[:20])


@pytest.mark.parametrize(
    "text",
    [
        "</script>",
        "<!--",
        "<script",
        "]]>",
        "&lt;/script&gt;",
        "\u2028\u2029",
        "'\"\\",
        "\U0001f600",
    ],
)
def test_data_is_escaped_and_read_back(text: str) -> None:
    element = str(data_script({"name": text}))
    inner = element.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(inner) == {"name": text}
    assert inner.isascii()
    assert not re.search("[<>&']", inner)


async def test_who_is_signed_in_gets_none(inside: Site) -> None:
    for path in ("/", "/groups/{utopie}", "/meetings/{home}/{public}"):
        assert MARKS.findall(await inside.text(path)) == []


async def test_nothing_from_inside_is_in_it(site: Site) -> None:
    for path in ("/", "/groups/{hostile}", "/meetings/{home}/{public}"):
        assert SECRET not in json.dumps(await data(site, path))


@pytest.mark.parametrize(
    ("changes", "mode", "where"),
    [
        ({"place": None, "link": "https://meet.example.org/a"}, "Online", ["VirtualLocation"]),
        ({"link": "https://meet.example.org/a"}, "Mixed", ["Place", "VirtualLocation"]),
        ({"place": "Saal", "link": None}, "Offline", ["Place"]),
    ],
)
def test_where_it_is(new_core: Core, changes: dict[str, Any], mode: str, where: list[str]) -> None:
    new_meeting(new_core, new_core.home_id, "public", {**MEETING, **changes})
    (view,) = meeting_views(outside(new_core), past=False)
    said = event(view, "https://group.example.org")
    assert said is not None
    found = said["location"] if isinstance(said["location"], list) else [said["location"]]
    assert [one["@type"] for one in found] == where
    assert said["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert said["url"].startswith("https://group.example.org/meetings/")
    assert said["organizer"]["url"].endswith(f"/groups/{to_text(new_core.home_id)}")


def test_unknown_zone_has_no_moment(new_core: Core) -> None:
    from dataclasses import replace

    new_meeting(new_core, new_core.home_id, "public", MEETING)
    (view,) = meeting_views(outside(new_core), past=False)
    assert event(replace(view, zone="Mars/Olympus_Mons", starts_at=None), "") is None
    assert event(replace(view, audience="network:x"), "") is None
    assert event(replace(view, place=None, link="javascript:alert(1)"), "") is None

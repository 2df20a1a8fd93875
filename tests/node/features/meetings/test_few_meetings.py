"""A page reads what it shows: how many meetings there are besides costs no further queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from node.features.meetings.actions import new_meeting
from node.features.meetings.views import meeting_views
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.store.core import Core
from protocol.ids import to_text
from tests.node.web.conftest import Site

SLACK = 2
"""Queries more, for 100 times as many meetings: one for each 500 records that are read."""


@contextmanager
def counted(core: Core) -> Iterator[list[str]]:
    seen: list[str] = []
    core.db.conn.set_trace_callback(seen.append)
    yield seen
    core.db.conn.set_trace_callback(None)


def meets(core: Core, first: int, last: int, where: str = "public") -> None:
    """Meetings of these numbers, an hour after each other."""
    begin = datetime.fromtimestamp(core.clock(), UTC) + timedelta(days=2)
    with core.transaction():
        for number in range(first, last):
            starts = (begin + timedelta(hours=number)).isoformat(timespec="minutes")[:16]
            said = {"title": f"Treffen {number}", "starts": starts, "zone": "Europe/Berlin"}
            new_meeting(core, core.home_id, where, {**said, "minutes": 60, "place": "Saal"})


@pytest.mark.parametrize("is_inside", [False, True])
@pytest.mark.parametrize("path", ["/", "/groups/{me}"])
async def test_page_asks_no_more_for_many_meetings(
    path: str, is_inside: bool, new_site: Site
) -> None:
    core = new_site.core
    if is_inside:
        await new_site.enter()
    address = path.format(me=to_text(core.home_id))
    asked = []
    for first, last in ((0, 5), (5, 500)):
        meets(core, first, last)
        await new_site.text(address)  # what is kept between pages is there
        with counted(core) as seen:
            assert "Treffen 0" in await new_site.text(address)
        asked.append(len(seen))
    assert asked[1] <= asked[0] + SLACK, asked


def test_views_of_a_host_are_the_next_of_all_views(new_core: Core) -> None:
    meets(new_core, 0, 4)
    meets(new_core, 4, 7, "private")
    for viewer in Viewer:
        sight = Sight(new_core, viewer, new_core.home_id)
        every = meeting_views(sight, past=False)
        assert len(every) == (7 if viewer is Viewer.INSIDE else 4)
        assert meeting_views(sight, past=False, host=new_core.home_id, most=5) == every[:5]
        assert meeting_views(sight, past=False, host=bytes(32), most=5) == ()

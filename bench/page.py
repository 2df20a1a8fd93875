"""Pages of a group of 10,000 people, with 20,000 known groups and 1,000 meetings: server time.

A line for each page, `page/<page>`: the 95th percentile of the milliseconds that it takes of the
processor, in all threads, as a key person's browser on the same machine asks over HTTP, one page
after the other; what that browser takes itself is in it. `wall` is the same by the clock on the
wall, which counts what else the machine does. Beside it: a form of this node that shows no data at
all, in the same run. A page must not be heavier than 60 kB either. `page/feed` is the calendar with
all meetings, made anew after one of them changed; `page/feed-unchanged` what who has it is told.

Another noun adds its pages in `PAGES`: a name and a function that gives the next address to ask
for; what it needs in the node it makes in `PREPARED`.
"""

import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from bench.corpus import COMMON, REGIONS
from bench.filling import filled
from bench.meetings import fill_meetings
from bench.people import fill_people
from bench.result import Result, median, percentile, say
from node.base.tuning import tune_collector
from node.features import FEATURES
from node.features.meetings.actions import edit_meeting, find_meeting, known_meetings
from node.links.manager import Links
from node.people.persons import persons
from node.people.sessions import Sessions
from node.store.core import Core
from node.web.server import make_app
from protocol.ids import to_text

PEOPLE, GROUPS, MEETINGS = 10_000, 20_000, 1_000
EACH = 80
"""Requests of each page."""
FIRST = 5
"""Requests before those that are counted: templates are read at the first."""
WANTED_MS = 50.0
WANTED_BYTES = 60_000
BARE = "/members/new"

Addresses = Callable[[Core, random.Random], Iterator[str]]
"""Gives the addresses to ask for, one after the other, for ever."""


def same(path: str) -> Addresses:
    """One page, always the same."""
    return lambda _core, _pick: itertools.repeat(path)


def member_lists(_core: Core, pick: random.Random) -> Iterator[str]:
    """The list, as people look at it: first page, later ones, a search, another order."""
    while True:
        yield "/members"
        yield f"/members?page={pick.randint(2, PEOPLE // 50)}"
        yield f"/members?q={pick.choice(('muller', 'weiss', 'anna k', 'kiel', '0431'))}"
        yield "/members?sort=-since&who=all"


def member_pages(core: Core, pick: random.Random) -> Iterator[str]:
    """Somebody's page."""
    ids = [one.id for one in persons(core).all()]
    while True:
        yield f"/members/{pick.choice(ids)}"


def directories(_core: Core, pick: random.Random) -> Iterator[str]:
    """The directory, as people look at it: pages of it, filters, words, the table."""
    while True:
        yield "/directory"
        yield f"/directory?page={pick.randint(2, GROUPS // 50)}&sort=region"
        yield f"/directory?topic={pick.choice(COMMON)}&takes=yes&kind=group"
        yield f"/directory?region={pick.choice((*REGIONS, 'nordstat', 'Süd', 'westmoor'))}"
        yield f"/directory?q={pick.choice(('musik', 'kultur beratung', 'xyzzy'))}&region=Nordstadt"
        yield f"/directory?view=table&sort=new&page={pick.randint(1, GROUPS // 50)}"


def groups(core: Core, pick: random.Random) -> Iterator[str]:
    """A group's page."""
    rows = core.db.all("select i.id from directory d join identities i on i.no = d.author")
    while True:
        yield f"/groups/{to_text(pick.choice(rows)[0])}"


def meetings(core: Core, pick: random.Random) -> Iterator[str]:
    """A meeting's page."""
    home, names = to_text(core.home_id), _meetings(core)
    while True:
        yield f"/meetings/{home}/{pick.choice(names)}"


def _meetings(core: Core) -> list[str]:
    return [one.name for one in known_meetings(core, core.home_id)]


def feeds(core: Core, pick: random.Random) -> Iterator[str]:
    """The calendar, a little later each time: after somebody changed a meeting."""
    names = _meetings(core)
    for turn in itertools.count():
        meeting = find_meeting(core, pick.choice(names))
        edit_meeting(core, core.home_id, meeting, {"topic": f"Nachbarschaft {turn}"})
        yield "/meetings.ics"


def member_forms(core: Core, pick: random.Random) -> Iterator[str]:
    """The form of somebody."""
    return (f"{one}/edit" for one in member_pages(core, pick))


PAGES: Mapping[str, Addresses] = {
    "members": member_lists,
    "member": member_pages,
    "member-edit": member_forms,
    "members-print": same("/members/print"),
    "members-history": same("/members/history"),
    "members-twins": same("/members/twins"),
    "members-columns": same("/members/columns"),
    "home": same("/"),
    "directory": directories,
    "group": groups,
    "meetings": same("/meetings"),
    "meeting": meetings,
    "ties": same("/ties"),
    "feed-unchanged": same("/meetings.ics"),
    "feed": feeds,
}

FEED_MS = 150.0
LARGER: Mapping[str, tuple[float, int]] = {"feed": (FEED_MS, 2_000_000)}
"""Of what is no page: milliseconds and bytes that are wanted."""

KNOWN = frozenset({"feed-unchanged"})
"""Asked for by who has it already."""

PREPARED: tuple[Callable[[Core], object], ...] = (
    lambda core: fill_people(core, PEOPLE),
    lambda core: fill_meetings(core, MEETINGS),
)


class Spent(NamedTuple):
    """Of one request: milliseconds of the processor and on the wall, and bytes."""

    ms: float
    wall: float
    size: int


def run() -> Iterator[Result]:
    """Each page, after one another."""
    with tempfile.TemporaryDirectory() as folder:
        core = filled(Path(folder) / "node", GROUPS)
        for prepare in PREPARED:
            prepare(core)
        tune_collector()
        spent = asyncio.run(_asked(core))
        core.close()
    bare = percentile([one.ms for one in spent.pop(BARE)], 95)
    for name, some in spent.items():
        p95 = percentile([one.ms for one in some], 95)
        size = max(one.size for one in some)
        wall = percentile([one.wall for one in some], 95)
        say(f"{name}: median {median([one.ms for one in some]):.1f} ms, at most {size:,} bytes")
        wanted_ms, wanted_bytes = LARGER.get(name, (WANTED_MS, WANTED_BYTES))
        good = p95 <= wanted_ms and size <= wanted_bytes
        more = {"wall": round(wall, 2), "bytes": size}
        wish = f"≤ {wanted_ms:g} ms, ≤ {wanted_bytes:,} bytes"
        ratio, to = round(p95 / bare, 1), "a form without any data"
        yield Result(f"page/{name}", round(p95, 2), "ms", ratio, to, wish, good, more)


async def _asked(core: Core) -> dict[str, list[Spent]]:
    server = TestServer(make_app(core, Links(core), None, FEATURES))
    await server.start_server()
    key = persons(core).key_persons()[0]
    jar = CookieJar(unsafe=True)
    jar.update_cookies(
        {f"verbund-{server.port}": Sessions(core).begin(key.id, "bench", "")}, server.make_url("/")
    )
    pick = random.Random(1)
    sources = {name: addresses(core, pick) for name, addresses in PAGES.items()}
    sources[BARE] = itertools.repeat(BARE)
    spent: dict[str, list[Spent]] = {name: [] for name in sources}
    async with ClientSession(cookie_jar=jar) as browser:
        for _turn in range(FIRST + EACH):  # in turns: what else the machine does meets all
            for name, source in sources.items():
                address = str(server.make_url(next(source)))
                spent[name].append(await _one(browser, address, name in KNOWN))
    await server.close()
    return {name: some[FIRST:] for name, some in spent.items()}


async def _one(browser: ClientSession, address: str, known: bool) -> Spent:
    headers = {"Accept-Language": "de"}
    if known:
        async with browser.get(address, headers=headers) as answer:
            headers["If-None-Match"] = answer.headers["ETag"]
    began, busy = time.perf_counter(), time.process_time()
    async with browser.get(address, headers=headers) as answer:
        body = await answer.read()
    assert answer.status == (304 if known else 200), (address, answer.status)
    busy, took = time.process_time() - busy, time.perf_counter() - began
    return Spent(busy * 1e3, took * 1e3, len(body))

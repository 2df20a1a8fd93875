"""Searching a directory of 100,000 groups, as the page does it.

The corpus goes through the real intake (`bench.filling`): identity, membership, admission and entry
of each group. Its vocabulary is skewed as in real texts; the queries below are made from its words,
a different one each time, asked by somebody inside: outside only few are shown. The first page
of each is timed with all that the page shows: hits, total and the counts of the filters.

Beside it the same words are looked up in the same FTS5 table by a bare query: no ranking, no
filters, no joins, the first 50 row numbers.
"""

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.corpus import COMMON, REGIONS, Words
from bench.filling import filled
from bench.result import Result, median, percentile, say
from node.base.tuning import tune_collector
from node.features.directory.counting import Facets
from node.features.directory.types import DirectoryQuery
from node.features.directory.views import find_page
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from node.store.core import Core

GROUPS = 100_000
EACH = 60
"""Queries of each class."""

WANTED, WANTED_P95 = 5.0, 50.0

CLASSES = ("rare", "two words", "common", "prefix", "with filter", "no words")


class Spent(NamedTuple):
    """Milliseconds of one query, and of the bare one; `busy` are those of the processor."""

    which: str
    node: float
    busy: float
    bare: float


def queries(words: Words, pick: random.Random) -> Iterator[tuple[str, DirectoryQuery]]:
    """A query of each class, over and over.

    * rare: a made-up word; most are in a handful of entries
    * two words: a made-up word and one of the 23 that are everywhere
    * common: one of these 23; it is in tens of thousands of entries
    * prefix: the first three letters of a made-up word
    * with filter: a common word or none, in one of 40 regions, or with one of 23 topics
    * no words: the first page of all, or of those that take members
    """
    topic, region = "topic", "region"
    while True:
        rare, common = pick.choice(words.rare), pick.choice(COMMON)
        filters = ({topic: pick.choice(COMMON)}, {region: pick.choice(REGIONS)})
        yield "rare", DirectoryQuery(text=rare)
        yield "two words", DirectoryQuery(text=f"{rare} {common}")
        yield "common", DirectoryQuery(text=common)
        yield "prefix", DirectoryQuery(text=rare[:3])
        text = pick.choice((common, ""))
        yield "with filter", DirectoryQuery(text=text, **pick.choice(filters))
        yield "no words", DirectoryQuery(takes_members=pick.choice((None, True)))


def run() -> Iterator[Result]:
    """Over all queries, of which something is wanted; and for each class, to be seen."""
    with tempfile.TemporaryDirectory() as folder:
        say(f"taking in {GROUPS:,} groups")
        began = time.perf_counter()
        core = filled(Path(folder) / "node", GROUPS)
        say(f"in {time.perf_counter() - began:.0f} s")
        tune_collector()
        spent = _measure(core)
        core.close()
    yield from _results("search", spent)
    for which in CLASSES:
        name = f"search/{which.replace(' ', '-')}"
        for result in _results(name, [one for one in spent if one.which == which]):
            yield result._replace(wanted="shown beside", ok=True)


def _measure(core: Core) -> list[Spent]:
    facets, source = Facets(), queries(Words(1), random.Random(1))
    spent = []
    for _ in range(EACH * len(CLASSES)):
        which, query = next(source)
        began, busy = time.perf_counter(), time.thread_time()
        page = find_page(Sight(core, Viewer.INSIDE, core.home_id), query, facets)
        node, busy = time.perf_counter() - began, time.thread_time() - busy
        assert page.entries or which in ("rare", "two words", "prefix"), query
        spent.append(Spent(which, node * 1e3, busy * 1e3, _bare(core, query.text) * 1e3))
    return spent


def _bare(core: Core, text: str) -> float:
    match = " ".join(f'"{word}"' for word in text.split()) + "*"
    began = time.perf_counter()
    if text:
        sql = "select rowid from directory_text where directory_text match ? limit 50"
        core.db.all(sql, (match,))
    else:
        core.db.all("select no from directory order by name limit 50")
    return time.perf_counter() - began


def _results(name: str, spent: list[Spent]) -> Iterator[Result]:
    nodes, bare = [one.node for one in spent], [one.bare for one in spent]
    say(f"{name}: median {median([one.busy for one in spent]):.2f} ms of processor time")
    to = "bare FTS5 query, no ranking, no joins"
    for end, value, other, wanted in (
        ("", median(nodes), median(bare), WANTED),
        ("/p95", percentile(nodes, 95), percentile(bare, 95), WANTED_P95),
    ):
        ratio = round(value / other, 1)
        wish = f"≤ {wanted:g}"
        yield Result(name + end, round(value, 3), "ms", ratio, to, wish, value <= wanted)

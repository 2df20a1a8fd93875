"""The list of meetings: what an address asks for, and what it finds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from node.features.groups.views import entry_of
from node.features.meetings.types import MeetingView
from node.lookup.sight import Sight
from node.web.links import with_query
from protocol.ids import from_text

LONGEST = 200
"""Characters of what somebody searches for; more is no search but a paste."""

PER_PAGE = 50

FEW = 5
"""So many are looked through by eye: no search stands above them."""

DIGITS = 4
"""Of the number of a page."""

MOST_CHOICES = 40
"""In a filter: the most frequent ones."""


@dataclass(frozen=True, slots=True)
class Search:
    """What an address asks for; a network by its name, as meetings show it."""

    words: str = ""
    topic: str = ""
    region: str = ""
    network: str = ""
    past: bool = False
    page: int = 1

    def path(self, **changes: object) -> str:
        """The address of this search with some of it changed; it starts at the first page."""
        asked = replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]
        pairs = [
            ("past", "1" if asked.past else ""),
            ("q", asked.words),
            ("topic", asked.topic),
            ("region", asked.region),
            ("network", asked.network),
            ("page", str(asked.page) if asked.page > 1 else ""),
        ]
        return with_query("/meetings", pairs) + "#results"

    @property
    def narrowed(self) -> bool:
        """Whether it leaves any out."""
        return bool(self.words or self.topic or self.region or self.network)

    @property
    def all(self) -> str:
        """The address that leaves none out."""
        return Search(past=self.past).path()


def read_search(parameters: Mapping[str, str]) -> Search:
    """What makes no sense is left out: anybody may have written an address."""
    said = {name: " ".join(value[:LONGEST].split()) for name, value in parameters.items()}
    page = said.get("page", "")
    return Search(
        words=said.get("q", ""),
        topic=said.get("topic", ""),
        region=said.get("region", ""),
        network=said.get("network", ""),
        past=said.get("past") == "1",
        page=int(page) if page.isascii() and page.isdigit() and len(page) <= DIGITS else 1,
    )


class Choice(NamedTuple):
    """One value of a filter, and how many meetings have it."""

    value: str
    shown: str
    number: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A meeting, and the region of the group that invites to it."""

    meeting: MeetingView
    region: str


def listed(sight: Sight, meetings: Iterable[MeetingView]) -> list[Listed]:
    """Each with the region that its host says."""
    regions: dict[str, str] = {}
    found = []
    for one in meetings:
        host = one.host.id
        if host not in regions:
            entry = entry_of(sight, from_text(host))
            regions[host] = (entry.region or "") if entry else ""
        found.append(Listed(one, regions[host]))
    return found


def matching(some: Iterable[Listed], search: Search) -> list[MeetingView]:
    """Those that are asked for."""
    words = search.words.casefold().split()
    return [
        one.meeting
        for one in some
        if (not search.topic or (one.meeting.topic or "").casefold() == search.topic.casefold())
        and (not search.region or one.region.casefold() == search.region.casefold())
        and (not search.network or _network(one.meeting) == search.network)
        and (not words or _has(one, words))
    ]


def _has(one: Listed, words: list[str]) -> bool:
    said = one.meeting
    parts = (said.title, said.topic, said.place, said.text, said.host.name, one.region)
    text = " ".join(part for part in parts if part).casefold()
    return all(word in text for word in words)


def _network(meeting: MeetingView) -> str:
    return meeting.audience_name or ""


def choices(some: Iterable[Listed]) -> dict[str, list[Choice]]:
    """What can be filtered by, with counts."""
    some = list(some)
    return {
        "topics": _counted(one.meeting.topic or "" for one in some),
        "regions": _counted(one.region for one in some),
        "networks": _counted(_network(one.meeting) for one in some),
    }


def _counted(values: Iterable[str]) -> list[Choice]:
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for value in values:
        if value:
            counts[value.casefold()] += 1
            shown.setdefault(value.casefold(), value)
    found = [Choice(shown[key], shown[key], n) for key, n in counts.most_common(MOST_CHOICES)]
    return sorted(found, key=lambda one: one.shown.casefold())

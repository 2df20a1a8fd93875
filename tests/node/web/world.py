"""A small world to show: the groups of examples/groups.csv, a network, meetings, a departure.

`World` is a `PageViews` over plain data with a simple search, and `Hall` a `Doors` with one code.
"""

from collections import Counter
from dataclasses import replace
from types import SimpleNamespace
from typing import BinaryIO

from node.features.bundles.types import BundleView
from node.features.directory.types import DirectoryPage, DirectoryQuery
from node.features.erasures.types import ConfirmationView, ErasureView
from node.features.groups.types import GroupView
from node.features.meetings.types import AnswerView, CounterView, MeetingView
from node.features.networks.types import DepartureView, MemberView, NetworkView
from node.features.pacts.types import PactView
from node.features.peers.types import PeerView
from node.features.status.types import StatusView
from node.lookup.types import ContradictionView, Name, Viewer
from tests.node.web.neighbours import (
    BIDI,
    GROUPS,
    HIDDEN,
    HOME,
    HOSTILE,
    LONG,
    NETWORK,
    NOW,
    OPEN_NETWORK,
    SCRIPT,
    SECRET,
    an_id,
    name_of,
)
from tests.node.web.pacts import PACTS

PUBLIC = MeetingView(
    id="offenes-treffen",
    host=name_of(HOME),
    title="Offenes Treffen für alle, die begleiten wollen",
    topic="Begleitung zu Ämtern",
    text="Wir stellen uns vor.\nFür Kaffee ist gesorgt.",
    starts="2026-12-05T19:00",
    zone="Europe/Berlin",
    starts_at=1_796_493_600,
    minutes=120,
    place="Nachbarschaftshaus, Großer Saal",
    link="https://call.example.org/treffen",
    open_to="everybody",
    capacity=40,
    cancelled=None,
    audience="public",
    issued=NOW - 86_400,
    own=True,
    answers=(
        AnswerView(name_of(GROUPS[2]), True, "accept", 3, f"Wir freuen uns {SECRET}", None, True),
        AnswerView(name_of(GROUPS[3]), True, None),
        AnswerView(
            name_of(GROUPS[5]),
            False,
            "counter",
            counter=CounterView("2026-12-06T10:00", "Europe/Berlin", 45, SECRET, None),
        ),
    ),
)
CANCELLED = replace(
    PUBLIC,
    id="abgesagt",
    title="Werkstatt Öffentlichkeitsarbeit",
    starts="2026-12-20T10:30",
    starts_at=1_797_759_000,
    cancelled="Der Raum steht nicht zur Verfügung",
    answers=(),
)
STRANGE = replace(
    PUBLIC,
    id="strange.meeting",
    host=name_of(HOSTILE),
    title=SCRIPT + LONG[:160],
    topic=BIDI,
    text=LONG,
    zone="Mars/Olympus_Mons",
    starts_at=None,
    place="p" * 300,
    link="javascript:alert(6)",
    own=False,
    answers=(),
)
SECRET_MEETING = replace(
    PUBLIC,
    id="intern",
    title=f"Kernkreis {SECRET}",
    host=name_of(GROUPS[0]),
    audience=f"network:{NETWORK.id}",
    audience_name=NETWORK.name,
    open_to="members",
    starts="2026-12-08T18:00",
    own=False,
    invited=True,
    note=f"Kommt bitte {SECRET}",
    answers=(),
)
PAST = replace(PUBLIC, id="vergangen", title="Sommerfest", starts="2026-07-04T15:00", answers=())

STATUS = StatusView(
    own=(HOME,),
    home=f"/home/anna/{SECRET}",
    running=True,
    address="https://mitlaeufer.example.org",
    endpoints=("https://mitlaeufer.example.org",),
    peers=(
        PeerView(name_of(GROUPS[0]), "active", True, NOW - 86_400),
        PeerView(name_of(GROUPS[3]), "waiting", False, NOW - 3600),
        PeerView(Name(an_id("gone"), None), "ended", False),
    ),
    networks=(NETWORK,),
    departures=(
        DepartureView(
            Name(an_id("old"), "Alter Verbund"),
            NOW - 86_400,
            (name_of(GROUPS[0]),),
            (name_of(GROUPS[6]),),
        ),
        DepartureView(Name(an_id("older"), "Noch älterer Verbund"), NOW - 9 * 86_400, (), ()),
    ),
    pacts=PACTS,
    applications=(
        MemberView(Name(an_id("nobody"), None), "applied", NOW, None, f"Bitte {SECRET}"),
    ),
    upcoming=(PUBLIC,),
    groups_known=1234,
    set_aside={"bad-signature": 3, "unknown-kind": 1200},
    contradictions=(
        ContradictionView(name_of(HOME), True, ("meeting",), 1, NOW - 86_400),
        ContradictionView(name_of(HOSTILE), False, ("endpoint", "group"), 7, NOW),
        ContradictionView(Name(an_id("nobody"), None), False, ("group",), 1, NOW),
    ),
)


ERASED = (
    ErasureView(
        kind="group",
        author=name_of(HOME),
        erased=NOW - 3 * 86_400,
        until=NOW + 90 * 86_400,
        over=False,
        wiped=NOW - 3 * 86_400,
        backups_until=NOW + 25 * 86_400,
        confirmed=(ConfirmationView(name_of(GROUPS[2]), NOW - 2 * 86_400, carried=False),),
        missing=(name_of(GROUPS[3]), name_of(HOSTILE)),
        missing_carriers=(name_of(GROUPS[4]),),
        untied=(name_of(GROUPS[5]),),
    ),
    ErasureView(
        kind="other",
        author=name_of(HOME),
        erased=NOW - 300 * 86_400,
        until=NOW - 100 * 86_400,
        over=True,
        wiped=None,
        backups_until=None,
    ),
)


class World:
    """The views over the data above, which tests may change."""

    def __init__(self) -> None:
        self.home_group = HOME
        self.groups = [*GROUPS, HOSTILE, HIDDEN]
        self.all_networks = [NETWORK, OPEN_NETWORK]
        self.upcoming = [PUBLIC, SECRET_MEETING, CANCELLED, STRANGE]
        self.bygone = [PAST]
        self.state = STATUS
        self.erased = ERASED
        self.capped = False
        self.asked: list[DirectoryQuery] = []

    def home(self, viewer: Viewer) -> GroupView:
        return self.home_group

    def directory(self, query: DirectoryQuery, viewer: Viewer) -> DirectoryPage:
        self.asked.append(query)
        hits = [group for group in self._groups(viewer) if _fits(group, query)]
        first = (query.page - 1) * query.per_page
        return DirectoryPage(
            entries=tuple(hits[first : first + query.per_page]),
            total=len(hits),
            capped=self.capped,
            page=query.page,
            pages=-(-len(hits) // query.per_page),
            topics=_counted(topic for group in hits for topic in group.topics),
            regions=_counted(group.region for group in hits if group.region),
            languages=_counted(language for group in hits for language in group.languages),
        )

    def group(self, id: str, viewer: Viewer) -> GroupView | None:
        return _only([group for group in self._groups(viewer) if group.id.startswith(id)])

    def networks(self, viewer: Viewer) -> tuple[NetworkView, ...]:
        if viewer is Viewer.INSIDE:
            return tuple(self.all_networks)
        return tuple(
            replace(network, standing=None, held_here=False, members=None, proposals=())
            for network in self.all_networks
        )

    def network(self, id: str, viewer: Viewer) -> NetworkView | None:
        return _only([found for found in self.networks(viewer) if found.id.startswith(id)])

    def meetings(self, viewer: Viewer, past: bool) -> tuple[MeetingView, ...]:
        found = self.bygone if past else self.upcoming
        if viewer is Viewer.INSIDE:
            return tuple(found)
        return tuple(replace(m, answers=()) for m in found if m.audience == "public")

    def edition(self) -> object:
        return tuple(self.upcoming), tuple(self.bygone), self.home_group

    def shown(self) -> object:
        return None

    def meeting(self, host_id: str, name: str, viewer: Viewer) -> MeetingView | None:
        known = self.meetings(viewer, past=False) + self.meetings(viewer, past=True)
        return _only([m for m in known if m.host.id.startswith(host_id) and m.id == name])

    def pacts(self) -> tuple[PactView, ...]:
        return self.state.pacts

    def erasures(self) -> tuple[ErasureView, ...]:
        return self.erased

    def status(self) -> StatusView:
        return self.state

    def _groups(self, viewer: Viewer) -> list[GroupView]:
        inside = viewer is Viewer.INSIDE
        return [group for group in self.groups if inside or group.audience == "public"]


class Broken(World):
    """Views whose store fails."""

    def home(self, viewer: Viewer) -> GroupView:
        raise RuntimeError(f"disk gone {SECRET}")


class Hall:
    """Doors with one code that works once."""

    def __init__(self) -> None:
        self.codes = {"one-time-code"}
        self.tokens: set[str] = set()

    def enter(self, code: str) -> str | None:
        if code not in self.codes:
            return None
        self.codes.remove(code)
        self.tokens.add("a-token")
        return "a-token"

    def is_inside(self, token: str) -> bool:
        return token in self.tokens

    def leave(self, token: str) -> None:
        self.tokens.discard(token)


class Pack:
    """Bundles of a few words; whatever is handed in is said to be from the first neighbour."""

    def write(self, recipient: str, out: BinaryIO) -> None:
        out.write(recipient.encode())

    def read(self, source: BinaryIO) -> BundleView:
        return BundleView(name_of(GROUPS[0]), 12, 3, {"expired": 2, "over-limit": 1}, 1, 250, 7)


PATHS = SimpleNamespace(
    outside=[
        "/",
        "/directory",
        "/directory?q=begleitung&takes=yes",
        "/directory?q=nirgends",
        f"/groups/{HOSTILE.id}",
        f"/groups/{GROUPS[6].id}",
        "/networks",
        f"/networks/{NETWORK.id}",
        f"/networks/{OPEN_NETWORK.id}",
        "/meetings",
        "/meetings?past=1",
        f"/meetings/{HOME.id}/offenes-treffen",
        f"/meetings/{HOME.id}/abgesagt",
        f"/meetings/{HOSTILE.id}/strange.meeting",
        "/peer",
    ],
    inside=[
        "/ties",
        "/erasures",
        "/bundles",
        *(f"/pacts/{pact.id}" for pact in PACTS),
        f"/groups/{HIDDEN.id}",
        f"/meetings/{GROUPS[0].id}/intern",
    ],
    missing=["/nowhere", "/groups/abc", f"/groups/{an_id('x')}", "/networks/zzzz", "/meetings/a/b"],
)


def _fits(group: GroupView, query: DirectoryQuery) -> bool:
    said = " ".join(
        [group.name, group.purpose or "", group.region or "", *group.topics, *group.convictions]
    ).casefold()
    return (
        all(word in said for word in query.text.casefold().split())
        and query.topic in (None, *group.topics)
        and query.region in (None, group.region)
        and query.language in (None, *group.languages)
        and query.takes_members in (None, group.takes_members)
    )


def _counted(values: object) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(values).items()))  # type: ignore[call-overload]


def _only(found: list) -> object:  # type: ignore[type-arg]
    return found[0] if len(found) == 1 else None

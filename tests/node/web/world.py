"""A small world to show: the groups of examples/groups.csv, a network, meetings, a departure.

`World` is a `PageViews` over plain data with a simple search, and `Hall` a `Doors` with one code.
Beside the ordinary there is a hostile neighbour, whose every text tries something.
"""

import csv
from collections import Counter
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from types import SimpleNamespace

from node.view_types import (
    AnswerView,
    CounterView,
    DepartureView,
    DirectoryPage,
    DirectoryQuery,
    GroupView,
    MeetingView,
    MemberView,
    Name,
    NetworkView,
    PeerView,
    StatusView,
    Viewer,
)
from tests.node.web.proposals import proposal

NOW = 1_796_000_000
"""30 November 2026."""

EXAMPLES = Path(__file__).parents[3] / "examples/groups.csv"
SECRET = "Nur-für-uns-3141"
"""Stands in everything that outside must not see."""

LONG = "x" * 4000
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>"
BIDI = "\u202egnp.exe \u2066abc"


def an_id(seed: str) -> str:
    """An id as text."""
    digits = "abcdefghijklmnopqrstuvwxyz234567"
    return "".join(digits[b % 32] for b in blake2b(seed.encode(), digest_size=52).digest())


def _split(text: str, by: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(by) if part.strip())


def example_groups() -> list[GroupView]:
    """The rows of the example list."""
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return [
        GroupView(
            id=an_id(row["name"]),
            form=row["kind"],
            name=row["name"],
            purpose=row["purpose"] or None,
            orientation=row["orientation"] or None,
            topics=_split(row["topics"], ","),
            convictions=_split(row["convictions"], ";"),
            region=row["region"] or None,
            languages=_split(row["languages"], ","),
            contacts=tuple((kind, None) for kind in _split(row["contact"], ",")),
            takes_members={"yes": True, "no": False}.get(row["takes_new_members"]),
            links=_split(row["link"], ","),
            issued=NOW - 86_400,
            expires=NOW + 300 * 86_400,
        )
        for row in rows
    ]


HOSTILE = GroupView(
    id=an_id("hostile"),
    form="group",
    name=SCRIPT + BIDI,
    purpose=LONG,
    orientation=SCRIPT,
    topics=(SCRIPT, "y" * 80, BIDI),
    convictions=("z" * 500, SCRIPT),
    region="r" * 120,
    languages=("de", "xx-<b>", "zzz"),
    contacts=((SCRIPT, "javascript:alert(3)"), ("Post", "a" * 200), ("Mail", "hallo@example.org")),
    takes_members=False,
    links=(
        "javascript:alert(4)",
        "https://user:pw@example.org/",
        "https://example.org/" + "l" * 480,
        "http://exa\u202emple.org/",
        "data:text/html,hi",
    ),
)
HIDDEN = GroupView(
    id=an_id("hidden"), form="entry", name=f"Stammtisch {SECRET}", audience="direct:x"
)
HOME = example_groups()[1]
HOME = replace(
    HOME,
    own=True,
    contacts=(
        ("Sprechstunde", "Di 18 Uhr"),
        ("E-Mail", "hallo@example.org"),
        ("Telefon", "+49 30 1234"),
    ),
)
GROUPS = [HOME if group.id == HOME.id else group for group in example_groups()]


def _name(group: GroupView) -> Name:
    return Name(group.id, group.name)


NETWORK = NetworkView(
    id=an_id("network"),
    name="Sozialer Verbund Nord",
    purpose="Gruppen, die einander kennen, voneinander lernen und zusammen handeln.",
    motto="Sozial, sicher, standhaft",
    orientation="sozial, überparteilich",
    consensus=("Austausch auch mit Andersdenkenden", "Keine Zusammenarbeit mit Nazis"),
    topics=("Soziales", "Demokratie"),
    region="Schleswig-Holstein",
    languages=("de", "en"),
    admission="decision",
    majority=67,
    term=365,
    host=_name(GROUPS[0]),
    mandate=NOW + 200 * 86_400,
    links=("https://example.org/verbund",),
    standing="member",
    held_here=True,
    members=(
        MemberView(_name(HOME), "member", NOW - 90 * 86_400),
        MemberView(_name(GROUPS[2]), "member", NOW - 40 * 86_400),
        MemberView(_name(GROUPS[4]), "expelled", NOW - 9 * 86_400, reason=f"Grund {SECRET}"),
        MemberView(Name(an_id("nobody"), None), "applied", message=f"Bitte {SECRET}\nGruß"),
    ),
    unconfirmed=(_name(GROUPS[2]),),
    proposals=(proposal(_name(GROUPS[2]), _name(GROUPS[0]), NOW, SCRIPT, f"Weil {SECRET}"),),
)
OPEN_NETWORK = replace(
    NETWORK,
    id=an_id("open network"),
    name=SCRIPT,
    purpose=LONG,
    motto=BIDI,
    admission="open",
    mandate=NOW - 86_400,
    standing=None,
    held_here=False,
    members=None,
    links=("javascript:alert(5)",),
)

PUBLIC = MeetingView(
    id="offenes-treffen",
    host=_name(HOME),
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
    own=True,
    answers=(
        AnswerView(_name(GROUPS[2]), True, "accept", 3, f"Wir freuen uns {SECRET}", None, True),
        AnswerView(_name(GROUPS[3]), True, None),
        AnswerView(
            _name(GROUPS[5]),
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
    host=_name(HOSTILE),
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
    host=_name(GROUPS[0]),
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
        PeerView(_name(GROUPS[0]), "active", True, NOW - 86_400),
        PeerView(_name(GROUPS[3]), "waiting", False, NOW - 3600),
        PeerView(Name(an_id("gone"), None), "ended", False),
    ),
    networks=(NETWORK,),
    departures=(
        DepartureView(
            Name(an_id("old"), "Alter Verbund"),
            NOW - 86_400,
            (_name(GROUPS[0]),),
            (_name(GROUPS[6]),),
        ),
        DepartureView(Name(an_id("older"), "Noch älterer Verbund"), NOW - 9 * 86_400, (), ()),
    ),
    applications=(
        MemberView(Name(an_id("nobody"), None), "applied", NOW, None, f"Bitte {SECRET}"),
    ),
    upcoming=(PUBLIC,),
    groups_known=1234,
    set_aside={"bad-signature": 3, "unknown-kind": 1200},
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

    def meeting(self, host_id: str, name: str, viewer: Viewer) -> MeetingView | None:
        known = self.meetings(viewer, past=False) + self.meetings(viewer, past=True)
        return _only([m for m in known if m.host.id.startswith(host_id) and m.id == name])

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
    inside=["/ties", f"/groups/{HIDDEN.id}", f"/meetings/{GROUPS[0].id}/intern"],
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

"""What whoever looks gets to see: outside only what is public, inside all that the node holds."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from node.app import open_core
from node.features.directory.counting import Facets
from node.features.directory.types import DirectoryQuery
from node.features.groups.actions import edit_group, group_content
from node.features.groups.types import GroupView
from node.features.groups.views import entry_by_text, home_entry
from node.features.lists.actions import import_list
from node.features.lists.file import read
from node.features.meetings.actions import find_meeting, invite, new_meeting, reply
from node.features.meetings.views import meeting_by_name, meeting_views
from node.features.networks.actions import apply_to_network, decide, found_network, leave_network
from node.features.networks.show_publicly import show_publicly
from node.features.networks.views import network_by_text, network_views
from node.features.peers.actions import accept_peer, end_peer
from node.features.status.views import status_view
from node.lookup.names import find_network
from node.lookup.types import Name
from node.records.transaction import act, take
from node.store.core import Core
from node.store.serve_settings import Server
from protocol.audience import PUBLIC, Audience
from protocol.ids import to_text
from protocol.kind import Place
from protocol.record import verify_all
from sync.gate import Verdict, gate
from tests.node.world import inside, make_home, outside, page_of

NOW = 1_795_000_000
MEETING = {
    "title": "Council",
    "starts": "2026-12-05T19:00",
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Hall",
}


class Clock:
    """A clock that stands still until it is turned."""

    now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("node.store.timekeeper.time.time", made)
    return made


def core_of(folder: Path, name: str, clock: Clock) -> Core:
    return open_core(make_home(folder, name, topics=["Housing"], region="Kiel"), clock=clock)


@pytest.fixture
def ours(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    core = core_of(tmp_path, "Ours", clock)
    yield core
    core.close()


@pytest.fixture
def theirs(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    core = core_of(tmp_path, "Theirs", clock)
    yield core
    core.close()


def give(giver: Core, taker: Core, kinds: list[str] | None = None) -> None:
    now = giver.clock()
    headers = giver.records.headers(now) if kinds is None else giver.records.headers(now, kinds)
    refs = [one.ref for one in headers if gate(taker.own, one, giver.ties, now) is not Verdict.NO]
    take(taker, verify_all(giver.records.envelopes(refs)), frozenset(giver.own))


def exchange(one: Core, other: Core) -> None:
    for _round in range(2):
        give(one, other)
        give(other, one)


@pytest.fixture
def network(ours: Core, theirs: Core) -> bytes:
    """A network that we look after and of which they are members; we are peers too."""
    give(ours, theirs, ["identity"])
    give(theirs, ours, ["identity"])
    accept_peer(ours, ours.home_id, theirs.home_id)
    accept_peer(theirs, theirs.home_id, ours.home_id)
    found = found_network(ours, ours.home_id, {"name": "Netz", "motto": "Together"})
    exchange(ours, theirs)
    apply_to_network(theirs, theirs.home_id, find_network(theirs, "Netz"), "Hello")
    give(theirs, ours)
    decide(ours, found, theirs.home_id, "admitted")
    exchange(ours, theirs)
    return found


def test_home(ours: Core) -> None:
    view = home_entry(outside(ours), ours.home_id)
    assert view == GroupView(
        id=to_text(ours.home_id),
        form="group",
        name="Ours",
        topics=("Housing",),
        region="Kiel",
        own=True,
        issued=NOW,
        expires=NOW + 180 * 86_400,
    )
    assert home_entry(inside(ours), ours.home_id) == view


def test_home_without_an_entry(ours: Core) -> None:
    with act(ours) as publisher:
        publisher.write(Place(ours.home_id, PUBLIC, "group", ""), None)
    short = to_text(ours.home_id)[:8]
    assert home_entry(outside(ours), ours.home_id) == GroupView(
        to_text(ours.home_id), "group", short, own=True
    )


def test_outside_sees_no_ties(ours: Core, theirs: Core, network: bytes) -> None:
    assert network_by_text(outside(ours), to_text(network)) is None
    assert network_views(outside(ours)) == ()
    assert [one.name for one in page_of(outside(ours), DirectoryQuery()).entries] == ["Ours"]
    show_publicly(ours, network, True)
    stranger = network_by_text(outside(ours), to_text(network))
    member = network_by_text(inside(ours), to_text(network))
    assert stranger is not None
    assert member is not None
    assert (stranger.standing, stranger.members, stranger.held_here) == (None, None, False)
    assert (member.standing, member.held_here) == ("member", True)
    assert [(one.who.name, one.standing, one.message) for one in member.members or ()] == [
        ("Ours", "member", None),
        ("Theirs", "member", "Hello"),
    ]
    us = Name(to_text(ours.home_id), "Ours")
    assert (stranger.name, stranger.motto, stranger.host) == ("Netz", "Together", us)
    assert network_views(outside(ours)) == (stranger,)
    assert network_views(inside(ours)) == (member,)
    for entry in page_of(outside(ours), DirectoryQuery()).entries:
        assert entry.networks == ()
        assert entry.own is (entry.name == "Ours")


def test_inside_sees_networks_in_common(ours: Core, theirs: Core, network: bytes) -> None:
    view = entry_by_text(inside(ours), to_text(theirs.home_id))
    assert view is not None
    assert view.networks == (Name(to_text(network), "Netz"),)
    found = page_of(inside(ours), DirectoryQuery(network=to_text(network)[:8]))
    assert [one.name for one in found.entries] == ["Netz", "Ours", "Theirs"]
    assert page_of(outside(ours), DirectoryQuery(network=to_text(network))).entries == ()


def test_who_is_no_part_sees_no_members(ours: Core, theirs: Core, network: bytes) -> None:
    leave_network(theirs, theirs.home_id, network)
    view = network_by_text(inside(theirs), to_text(network))
    assert view is not None
    assert (view.standing, view.members) == ("left", None)


def to_members(core: Core, network: bytes, **fields: object) -> None:
    """Another entry of the home group, for the members of a network only."""
    content = group_content({"name": "Members only", **fields})
    with act(core) as publisher:
        place, epoch = publisher.to_network(core.home_id, network, "group", "")
        publisher.write(place, content, epoch=epoch)


def test_best_entry_of_an_author(ours: Core, theirs: Core, network: bytes) -> None:
    to_members(theirs, network, topics=["Secret"])
    give(theirs, ours)
    id = to_text(theirs.home_id)
    known = page_of(inside(ours), DirectoryQuery())
    assert [one.name for one in known.entries] == ["Members only", "Netz", "Ours"]
    assert (known.total, known.topics) == (3, (("Housing", 1), ("Secret", 1)))
    show_publicly(ours, network, True)
    show_publicly(ours, theirs.home_id, True)
    public = page_of(outside(ours), DirectoryQuery())
    assert [one.name for one in public.entries] == ["Netz", "Ours", "Theirs"]
    assert public.topics == (("Housing", 2),)
    for text in ("secret", "members"):
        assert len(page_of(inside(ours), DirectoryQuery(text=text)).entries) == 1
        assert page_of(outside(ours), DirectoryQuery(text=text)).entries == ()
    seen, shown = entry_by_text(inside(ours), id), entry_by_text(outside(ours), id)
    assert seen is not None
    assert shown is not None
    assert (seen.name, seen.audience) == ("Members only", "network")
    assert (shown.name, shown.audience) == ("Theirs", "public")


def test_sealed_entries_and_names(ours: Core, theirs: Core, network: bytes) -> None:
    place = Place(theirs.home_id, Audience.direct([ours.home_id]), "group", "")
    with act(theirs) as publisher:
        publisher.write(place, group_content({"name": "For you"}))
        publisher.write(Place(theirs.home_id, PUBLIC, "group", ""), None)
    new_meeting(theirs, theirs.home_id, "public", MEETING)
    give(theirs, ours)
    show_publicly(ours, theirs.home_id, True)
    id = to_text(theirs.home_id)
    found = page_of(inside(ours), DirectoryQuery(text="you")).entries
    assert [one.name for one in found] == ["For you"]
    assert entry_by_text(outside(ours), id) is None
    assert meeting_views(inside(ours), past=False)[0].host == Name(id, "For you")
    assert meeting_views(outside(ours), past=False)[0].host == Name(id, None)


def test_own_list_is_inside_only(ours: Core) -> None:
    import_list(ours, read(b"name;topics\nList;Own list", "csv"))
    (found,) = page_of(inside(ours), DirectoryQuery(topic="Own list")).entries
    assert (found.form, found.name, found.audience) == ("entry", "List", "private")
    assert entry_by_text(inside(ours), found.id) == found
    assert entry_by_text(outside(ours), found.id) is None
    page = page_of(outside(ours), DirectoryQuery())
    assert (page.total, page.topics) == (1, (("Housing", 1),))
    assert page_of(outside(ours), DirectoryQuery(topic="Own list")).total == 0
    assert [
        entry_by_text(inside(ours), id) for id in ("entry-", "entry-x", "entry-9", "entry-²")
    ] == [None] * 4


def test_counts_follow_what_is_stored(ours: Core) -> None:
    facets = Facets()
    assert page_of(inside(ours), DirectoryQuery(), facets).topics == (("Housing", 1),)
    edit_group(ours, ours.home_id, {"topics": ["Music"]})
    assert page_of(inside(ours), DirectoryQuery(), facets).topics == (("Music", 1),)
    import_list(ours, read(b"name;topics\nB;Music", "csv"))
    assert page_of(inside(ours), DirectoryQuery(), facets).topics == (("Music", 2),)
    page = page_of(outside(ours), DirectoryQuery(region="Kiel"), facets)
    assert (page.total, page.regions) == (1, (("Kiel", 1),))


def test_pages(ours: Core) -> None:
    rows = "\n".join(f"G{n:03};x{n % 3}" for n in range(120))
    import_list(ours, read(f"name;topics\n{rows}".encode(), "csv"))
    page = page_of(inside(ours), DirectoryQuery(page=3))
    assert (page.total, page.pages, page.page, len(page.entries)) == (121, 3, 3, 21)
    assert page_of(inside(ours), DirectoryQuery(page=4)).entries == ()
    assert len(page_of(inside(ours), DirectoryQuery(per_page=9999)).entries) == 121
    assert page_of(inside(ours), DirectoryQuery(topic="x1", per_page=10)).pages == 4
    assert page_of(inside(ours), DirectoryQuery(text="g0", per_page=10, page=2)).total == 100


def test_ids_and_their_beginnings(ours: Core, theirs: Core, network: bytes) -> None:
    for shown in (network, theirs.home_id):
        show_publicly(ours, shown, True)
    id = to_text(theirs.home_id)
    for length in (4, 5, 17, 51, 52):
        found = entry_by_text(outside(ours), id[:length])
        assert found is not None
        assert found.id == id
    assert network_by_text(outside(ours), to_text(network)[:4]) is not None
    for wrong in ("", id[:3], id[:20].upper(), "0189", id + "a", "aaaa", "ä" * 4):
        assert entry_by_text(inside(ours), wrong) is None
    assert network_by_text(inside(ours), id) is None


def test_meetings(ours: Core, theirs: Core, network: bytes, clock: Clock) -> None:
    own, host = ours.home_id, to_text(ours.home_id)
    names = [
        new_meeting(ours, own, "public", {**MEETING, "title": "Fair"}),
        new_meeting(ours, own, network, {**MEETING, "starts": "2026-12-04T19:00"}),
        new_meeting(ours, own, "private", {**MEETING, "title": "Talk"}),
    ]
    invite(ours, own, find_meeting(ours, "Talk"), [theirs.home_id], "Come")
    exchange(ours, theirs)
    reply(theirs, theirs.home_id, find_meeting(theirs, "Talk"), "accept", {"people": 2})
    exchange(ours, theirs)
    assert [one.title for one in meeting_views(outside(ours), past=False)] == ["Fair"]
    assert meeting_views(outside(theirs), past=False) == ()
    show_publicly(theirs, ours.home_id, True)
    assert [one.title for one in meeting_views(outside(theirs), past=False)] == ["Fair"]
    assert meeting_views(inside(ours), past=False)[0].title == "Council"
    assert {one.title: one.audience for one in meeting_views(inside(ours), past=False)} == {
        "Fair": "public",
        "Council": "network",
        "Talk": "private",
    }
    public = meeting_by_name(outside(ours), host, names[0])
    assert public is not None
    assert (public.own, public.answers, public.id) == (False, (), f"{host}/{names[0]}")
    assert (public.starts_at, public.host.name) == (1_796_493_600, "Ours")
    assert [meeting_by_name(outside(ours), host, name) for name in names[1:]] == [None, None]
    assert meeting_by_name(outside(theirs), host, names[2]) is None
    talk = meeting_by_name(inside(ours), host[:6], names[2])
    assert talk is not None
    assert [(one.guest.name, one.answer, one.people, one.invited) for one in talk.answers] == [
        ("Theirs", "accept", 2, True)
    ]
    seen = meeting_by_name(inside(theirs), host, names[2])
    assert seen is not None
    assert (seen.invited, seen.my_answer, seen.note, seen.answers) == (True, "accept", "Come", ())
    clock.now = 1_796_493_600 + 90 * 60
    assert [one.title for one in meeting_views(outside(ours), past=True)] == ["Fair"]
    assert meeting_views(outside(ours), past=False) == ()


def test_status(ours: Core, theirs: Core, network: bytes) -> None:
    connected = status_view(inside(ours, lambda peer: peer == theirs.home_id))
    assert [one.name for one in connected.own] == ["Ours", "Netz"]
    assert (connected.home, connected.groups_known) == (str(ours.home.path), 3)
    assert [(one.who.name, one.state, one.connected) for one in connected.peers] == [
        ("Theirs", "active", True)
    ]
    assert [one.name for one in connected.networks] == ["Netz"]
    end_peer(theirs, theirs.home_id, ours.home_id)
    assert [one.state for one in status_view(inside(theirs)).peers] == ["ended"]
    give(theirs, ours)
    assert [one.state for one in status_view(inside(ours)).peers] == ["ended"]


def test_status_names_who_has_not_confirmed(ours: Core, theirs: Core, network: bytes) -> None:
    leave_network(theirs, theirs.home_id, network)
    (departure,) = status_view(inside(theirs)).departures
    assert (departure.network.name, departure.left) == ("Netz", NOW)
    assert [one.name for one in departure.missing] == ["Netz", "Ours"]
    exchange(theirs, ours)
    (departure,) = status_view(inside(theirs)).departures
    assert departure.missing == ()
    assert [one.name for one in departure.confirmed] == ["Netz", "Ours"]


def test_applications_wait(ours: Core, theirs: Core, network: bytes) -> None:
    leave_network(theirs, theirs.home_id, network)
    exchange(ours, theirs)
    apply_to_network(theirs, theirs.home_id, network, "Again")
    give(theirs, ours)
    (waiting,) = status_view(inside(ours)).applications
    assert (waiting.who.name, waiting.standing, waiting.message) == ("Theirs", "applied", "Again")


@pytest.mark.parametrize("server", [None, Server("http://x", 1)])
def test_running(server: Server | None, ours: Core) -> None:
    ours.server = server
    status = status_view(inside(ours))
    found = (True, "http://x") if server else (False, None)
    assert (status.running, status.address) == found


def test_looking_writes_nothing(ours: Core, theirs: Core, network: bytes) -> None:
    before = ours.db.conn.total_changes
    for sight in (inside(ours), outside(ours)):
        home_entry(sight, ours.home_id)
        page_of(sight, DirectoryQuery(text="a", network=to_text(network)))
        network_views(sight)
        meeting_views(sight, past=False)
        entry_by_text(sight, "aaaa")
    status_view(inside(ours))
    assert ours.db.conn.total_changes == before


def test_outside_never_meets_a_private_word(ours: Core, theirs: Core, network: bytes) -> None:
    secret = "Geheim"
    to_members(theirs, network, purpose=secret)
    import_list(ours, read(f"name\n{secret}".encode(), "csv"))
    new_meeting(ours, ours.home_id, network, {**MEETING, "title": secret})
    new_meeting(ours, ours.home_id, "private", {**MEETING, "text": secret})
    invite(ours, ours.home_id, find_meeting(ours, "Council"), [theirs.home_id], secret)
    exchange(ours, theirs)
    for core in (ours, theirs):
        seen = [
            home_entry(outside(core), core.home_id),
            network_views(outside(core)),
            meeting_views(outside(core), past=False),
            page_of(outside(core), DirectoryQuery()),
            page_of(outside(core), DirectoryQuery(text=secret)),
        ]
        assert secret not in str(seen)
        assert secret in str(
            [
                asdict(page_of(inside(core), DirectoryQuery())),
                meeting_views(inside(core), past=False),
            ]
        )


def test_of_very_many_those_with_the_word_in_their_name_come_first(
    ours: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.store.directory.RANKED", 3)
    rows = "\n".join(f"G{n};choir" for n in range(9))
    import_list(ours, read(f"name;purpose\n{rows}\nChoir of Kiel;sing".encode(), "csv"))
    page = page_of(inside(ours), DirectoryQuery(text="choir"))
    assert (page.total, page.capped, page.entries[0].name) == (3, True, "Choir of Kiel")
    page = page_of(inside(ours), DirectoryQuery(text="sing"))
    assert (page.total, page.capped) == (1, False)

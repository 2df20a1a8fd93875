"""A stranger reads everything that a node shows: who is tied to whom must not stand there."""

import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from node.app import SCHEMA, open_core
from node.features import FEATURES
from node.features.directory.types import DirectoryQuery
from node.features.groups.views import entry_by_text, home_entry
from node.features.lists.actions import import_list
from node.features.lists.file import read
from node.features.meetings.actions import find_meeting, invite, new_meeting
from node.features.meetings.views import meeting_views
from node.features.networks.actions import apply_to_network, found_network, leave_network
from node.features.networks.show_publicly import show_publicly
from node.features.peers.actions import end_peer
from node.features.recovery.backup import restore
from node.features.start.actions import initialise
from node.features.status.views import status_view
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.links.manager import Links
from node.records.transaction import take
from node.store.core import UNRECONCILED, Core
from node.upkeep.backup_file import backup
from node.web.server import make_app
from protocol.audience import Audience
from protocol.ids import to_name, to_text
from tests.node.world import Clock, accept, inside, make_core, outside, page_of, verified, wind
from tests.sync.people import Someone, entropy

PARTNER, PAST, MEMBER = (Someone(name) for name in ("pflaumenhof", "quittengarten", "birnbaum"))
NET, LEFT = (Someone(name, [MEMBER.id]) for name in ("obstwiese", "streuobst"))
EPOCH = entropy("epoch", size=16)
WORDS = ("pflaumenhof", "quittengarten", "birnbaum", "obstwiese", "streuobst", "mostfest")
MEETING = {
    "starts": "2027-03-05T19:00",
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Saal",
    "open_to": "everybody",
}
"""Some weeks after the clock of these tests."""


def alone(folder: Path) -> Core:
    """A node that knows nobody."""
    core = make_core(folder)
    for title, starts in (("Offener Abend", "2027-03-05T19:00"), ("Fest", "2027-04-05T19:00")):
        new_meeting(core, core.home_id, "public", {**MEETING, "title": title, "starts": starts})
    return core


def tie(core: Core) -> bytes:
    """All ties that there are, standing and past, with what they bring; gives the own network."""
    for one in (PARTNER, PAST):
        accept(core, one)
        take(
            core,
            verified(
                one.seals([_keys(core)], "peering", "", {"peer": core.home_id, "shown": False})
            ),
        )
    some = [one.introduction() for one in (MEMBER, NET, LEFT)]
    some += [NET.charter(MEMBER), LEFT.charter(MEMBER)]
    some += [one.group() for one in (PARTNER, PAST)] + [PARTNER.endpoint()]
    some += [one.meeting(f"mostfest-{one.name}") for one in (PARTNER, PAST)]
    assert set(take(core, verified(*some), frozenset({MEMBER.id, NET.id, LEFT.id}))) == {None}
    for net in (NET, LEFT):
        apply_to_network(core, core.home_id, net.id, "Hallo")
        bond = core.ties.bond(net.id, core.home_id)
        assert bond is not None
        assert bond.membership is not None
        said = {"member": core.home_id, "decision": "admitted", "reason": None}
        where = (Audience.network(net.id), to_name(core.home_id), bond.membership.epoch)
        more = [net.say("admission", said, *where)]
        more += [MEMBER.joins(net, EPOCH), net.admits(MEMBER, EPOCH)]
        assert set(take(core, verified(*more))) == {None}
    more = [MEMBER.group(), NET.meeting("mostfest-obstwiese")]
    assert set(take(core, verified(*more))) == {None}
    end_peer(core, core.home_id, PAST.id)
    leave_network(core, core.home_id, LEFT.id)
    own = found_network(core, core.home_id, {"name": "mostfest-Netz"})
    new_meeting(core, core.home_id, NET.id, {**MEETING, "title": "mostfest intern"})
    new_meeting(core, core.home_id, "private", {**MEETING, "title": "mostfest privat"})
    invite(core, core.home_id, find_meeting(core, "mostfest privat"), [PARTNER.id], "mostfest?")
    import_list(core, read(b"name;topics\nmostfest-Verein;Obst", "csv"))
    return own


class _Keys(NamedTuple):
    """What sealing needs of a group."""

    id: bytes
    public: bytes

    @property
    def sealing(self) -> "_Keys":
        return self


def _keys(core: Core) -> Any:
    held = core.ring.held[0]
    return _Keys(held.id, held.sealing[0].public)


def values(own: bytes) -> dict[str, list[str]]:
    """What strangers write into addresses: whole ids, beginnings of them, and nonsense."""
    ids = [to_text(one) for one in (PARTNER.id, PAST.id, MEMBER.id, NET.id, LEFT.id, own)]
    ids += [one[:4] for one in ids] + ["entry-1", "aaaa", "zzzzzzzz", "x" * 70, "%2e%2e"]
    names = [f"mostfest-{one.name}" for one in (PARTNER, PAST, NET)] + ["zzzz"]
    kinds = ["offer", "want", "zzzz"]
    said = {"id": ids, "host": ids, "author": ids, "kind": kinds}
    return said | {"name": names, "code": ["zzzz"]}


def addresses(app: web.Application, own: bytes) -> Iterator[str]:
    """Every address that the node answers, with everything that could stand in it."""
    said = values(own)
    for resource in app.router.resources():
        paths = [resource.canonical]
        for name in re.findall(r"\{(\w+)\}", resource.canonical):
            paths = [
                path.replace(f"{{{name}}}", one)
                for path in paths
                for one in said.get(name, ["zzzz"])
            ]
        yield from paths
    yield "/nowhere"
    yield "/meetings?past=1"
    for word in (*WORDS, "Obst", "m"):
        yield f"/directory?q={word}"
    for what in ("topic=Obst", "region=Kiel", "language=de", "takes=yes", "page=2"):
        yield f"/directory?{what}"
    for one in said["id"]:
        yield f"/directory?network={one}"
    yield "/directory?lang=en"
    yield "/networks?lang=en"


DRAWN = re.compile(rb'name="token" value="[0-9a-f]{32}"')
"""What each visitor's forms contain, and no other's."""

Answers = dict[str, tuple[int, tuple[tuple[str, str], ...], bytes]]


async def read_all(core: Core, own: bytes, method: str = "GET") -> Answers:
    """What a stranger gets: status, headers and body of every address."""
    app = make_app(core, Links(core), None, FEATURES)
    server, found = TestServer(app), {}
    server.port = 0
    await server.start_server()
    base = f"http://127.0.0.1:{server.port}"
    try:
        async with aiohttp.ClientSession() as session:
            for path in sorted(set(addresses(app, own))):
                asked = session.request(method, f"{base}{path}", allow_redirects=False)
                async with asked as answer:
                    raw = await answer.read()
                    body = DRAWN.sub(b"", raw.replace(base.encode(), b"here"))
                    # A tag of what names its own address is another one at each port.
                    drawn = ("Date", "Set-Cookie", *(("Etag",) if base.encode() in raw else ()))
                    said = {k: v for k, v in answer.headers.items() if k not in drawn}
                    found[path] = (answer.status, tuple(sorted(said.items())), body)
    finally:
        await server.close()
    return found


async def test_ties_are_not_read_from_the_pages(tmp_path: Path) -> None:
    """Public pages: a node with many ties answers a stranger as the same node without any."""
    clock = Clock()
    core = alone(tmp_path)
    shutil.copytree(core.home.path, tmp_path / "Bare")
    own = tie(core)
    wind(core, clock)
    with_ties = await read_all(core, own)
    posted = await read_all(core, own, "POST")
    core.close()
    bare = open_core(Home(tmp_path / "Bare"), clock=clock)
    assert with_ties.keys() >= {"/", "/networks", "/meetings.ics", "/.well-known/verbund"}
    different = [
        path for path, said in (await read_all(bare, own)).items() if with_ties[path] != said
    ]
    assert different == []
    assert {p: s for p, s in (await read_all(bare, own, "POST")).items() if posted[p] != s} == {}
    bare.close()
    for path, (_status, _headers, body) in with_ties.items():
        hits = [word for word in WORDS if word.encode() in body and word not in path]
        assert hits in ([], ["mostfest"]) if "mostfest" in path else hits == [], path


async def test_what_is_hidden_and_what_is_not_there_are_one(tmp_path: Path) -> None:
    """Public pages: a group that is known and one that nobody knows get the same answer."""
    core = alone(tmp_path)
    own = tie(core)
    wind(core, Clock())
    found = await read_all(core, own)
    core.close()
    for start in ("/groups/", "/networks/", "/pacts/", "/bundles/"):
        nobody = found[f"{start}zzzzzzzz"]
        for one in (PARTNER, PAST, MEMBER, NET, LEFT):
            id_ = to_text(one.id)
            status, headers, body = found[start + id_]
            told = (status, headers, body.replace(id_.encode(), b"zzzzzzzz"))
            assert (told[0], told[2]) == (nobody[0], nobody[2])
            assert _without_length(headers) == _without_length(nobody[1])


def _without_length(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [one for one in headers if one[0] != "Content-Length"]


async def test_what_was_released_is_shown_as_long_as_the_tie_stands(tmp_path: Path) -> None:
    """Public pages: by name, what its author says to everybody, and nothing of the tie."""
    core = alone(tmp_path)
    own = tie(core)
    wind(core, Clock())
    show_publicly(core, PARTNER.id, True)
    show_publicly(core, NET.id, True)
    found = await read_all(core, own)
    group, net = found[f"/groups/{to_text(PARTNER.id)}"], found[f"/networks/{to_text(NET.id)}"]
    assert (group[0], net[0]) == (200, 200)
    assert b"mostfest-pflaumenhof" in found["/meetings"][2]
    assert b"mostfest-obstwiese" in found["/meetings.ics"][2]
    said = b"".join(body for _status, _headers, body in found.values())
    for word in ("quittengarten", "birnbaum", "streuobst", to_text(MEMBER.id)):
        told = [path for path, one in found.items() if word.encode() in one[2]]
        assert all(word in path for path in told), "a host who was not released, too"
    assert to_text(PARTNER.id).encode() in said
    end_peer(core, core.home_id, PARTNER.id)
    leave_network(core, core.home_id, NET.id)
    accept(core, PARTNER)
    again = await read_all(core, own)
    assert again[f"/groups/{to_text(PARTNER.id)}"][0] == 404
    assert again["/networks"][2].count(b"obstwiese") == 0
    core.close()


async def test_what_is_hidden_leaves_the_calendar_at_once(tmp_path: Path) -> None:
    """Public pages: the feed is made for each change, also of what is shown."""
    core, clock = alone(tmp_path), Clock()
    tie(core)
    wind(core, clock)
    async with (
        TestServer(make_app(core, Links(core), None, FEATURES)) as server,
        aiohttp.ClientSession() as session,
    ):

        async def told() -> bool:
            async with session.get(server.make_url("/meetings.ics")) as answer:
                return b"pflaumenhof" in await answer.read()

        assert not await told()
        show_publicly(core, PARTNER.id, True)
        assert await told()
        show_publicly(core, PARTNER.id, False)
        assert not await told()
        show_publicly(core, PARTNER.id, True)
        assert await told()
        end_peer(core, core.home_id, PARTNER.id)
        assert not await told()
    core.close()


async def test_an_old_copy_shows_nothing_that_may_be_erased(tmp_path: Path) -> None:
    """A restored node: until it was reconciled nobody outside sees anything of before."""
    home, clock = Home(tmp_path / "Ours"), Clock()
    words = initialise(
        home, {"name": "Ours"}, None, secrets.token_bytes, clock, schema=SCHEMA
    ).words
    core = open_core(home, clock=clock)
    new_meeting(core, core.home_id, "public", {**MEETING, "title": "mostfest"})
    backup(core, tmp_path / "old", False, lambda _done, _total: None)
    core.close()
    restored = Home(tmp_path / "Restored")
    restore(restored, tmp_path / "old", Phrase.read(words), lambda _done, _total: None, SCHEMA)
    core = open_core(restored, clock=clock)
    found = await read_all(core, bytes(32))
    assert {path for path, one in found.items() if b"mostfest" in one[2]} <= {
        path for path in found if "mostfest" in path
    }
    with core.transaction():
        core.settings.set(UNRECONCILED, None)
    assert b"mostfest" in (await read_all(core, bytes(32)))["/meetings"][2]
    core.close()


def test_an_old_copy_hides_what_others_wrote(tmp_path: Path) -> None:
    """A restored node: inside, too; names stay, so that one sees who is waited for."""
    core = alone(tmp_path)
    tie(core)
    id_ = to_text(PARTNER.id)
    assert "mostfest-pflaumenhof" in {one.title for one in meeting_views(inside(core), past=False)}
    with core.transaction():
        core.settings.set(UNRECONCILED, {"since": core.clock(), "why": "restored"})
    hosts = {one.host.name for one in meeting_views(inside(core), past=False)}
    assert hosts == {"Alpha"}
    found = page_of(inside(core), DirectoryQuery()).entries
    assert [one.name for one in found] == ["Alpha", "mostfest-Netz", "mostfest-Verein"]
    assert page_of(inside(core), DirectoryQuery(text="pflaumenhof")).entries == ()
    assert entry_by_text(inside(core), id_) is None
    assert "pflaumenhof" in [one.who.name for one in status_view(inside(core)).peers]
    assert page_of(outside(core), DirectoryQuery()).total == 0
    assert home_entry(outside(core), core.home_id).name == to_text(core.home_id)[:8]
    core.close()

"""Hostile strangers and peers, over real sockets: each is shown the door, and nobody else hurt."""

import secrets
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from crypto.channel import Exchange
from crypto.hashing import digest
from node.base.errors import Problem
from node.features.meetings.actions import find_meeting, invite, known_meetings, new_meeting
from node.features.networks.actions import found_network
from node.features.peers.actions import end_peer, invite_peer
from node.links import link as link_module
from node.records.transaction import take
from protocol.control_state import Relation
from protocol.encoding import encode
from protocol.kinds import KINDS
from sync.about import About
from sync.frames import MESSAGE_BYTES, Ack, End, Have, Records, Refresh
from sync.handshake_shapes import sought
from sync.round_limits import STALL_SECONDS
from sync.states import State
from tests.node.hostile import OPENING, Hostile, connect, plain_end
from tests.node.world import (
    Clock,
    Running,
    accept,
    befriend,
    make_core,
    make_home,
    running,
    until,
    verified,
    wind,
)
from tests.sync.people import Someone

PEER, STRANGER = Someone("peer"), Someone("stranger")
MEETING = {
    "title": "Fest",
    "starts": "2027-03-05T19:00",
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus der Vereine",
}


# Before anything is agreed


async def test_wrong_subprotocol(node: Running) -> None:
    async with connect(node, protocols=["chat"]) as one:
        assert await one.rest() == []
        assert one.ws.close_code == 1002


async def test_no_websocket(node: Running) -> None:
    async with aiohttp.ClientSession() as client, client.get(f"{node.url}/link") as answer:
        assert answer.status == 400


async def test_text(node: Running) -> None:
    async with connect(node) as one:
        await one.ws.send_str("hallo")
        assert await one.rest() == []


async def test_a_huge_message(node: Running) -> None:
    async with connect(node) as one:
        await one.ws.send_bytes(bytes(3_000_000))
        assert await one.rest() == []


@pytest.mark.parametrize("garbage", [b"", b"\xc1", b"\x90", b"\x91" * 900, b"GET /", bytes(70_000)])
async def test_garbage_instead_of_the_first_message(node: Running, garbage: bytes) -> None:
    async with connect(node) as one:
        await one.send(garbage)
        assert plain_end(await one.rest()) == ["end", "protocol"]


async def test_more_than_a_handshake_may_have(node: Running) -> None:
    async with connect(node) as one:
        await one.send(bytes(262_145))
        assert plain_end(await one.rest()) == ["end", "bounds"]


@pytest.mark.parametrize(
    ("message", "closed"),
    [("a text", 1003), (bytes(MESSAGE_BYTES), None), (bytes(MESSAGE_BYTES + 1), 1009)],
)
async def test_the_longest_message_and_what_is_none(
    node: Running, message: str | bytes, closed: int | None
) -> None:
    """§8.1: the longest is heard, and answered by an `end`; a text, or a longer one, by nothing."""
    async with connect(node) as one:
        if isinstance(message, str):
            await one.ws.send_str(message)
        else:
            await one.ws.send_bytes(message)
        heard = await one.rest()
        if closed is None:
            assert plain_end(heard) == ["end", "bounds"]
        else:
            assert (heard, one.ws.close_code) == ([], closed)


async def test_a_session_speaks_for_what_it_proved(node: Running) -> None:
    """A network founded meanwhile is proven in the next session, and nothing of it is in this."""
    async with connect(node) as one:
        await session(node, one)
        await until(lambda: node.links.sessions, "session")
        network = found_network(node.core, node.id, {"name": "Netz"})
        node.links.stored()
        frames = await one.hear()
        assert [frame for frame in frames if isinstance(frame, End)] == [End("changed")]
        sent = [raw for frame in frames if isinstance(frame, Records) for raw in frame.envelopes]
        assert not [raw for raw in sent if network in raw]
        assert not [frame for frame in frames if isinstance(frame, Have)]
    async with connect(node) as two:
        assert await two.shake_hands(PEER, node) == ""
        assert two.proven == (node.id, network)


async def test_a_link_is_used_for_one_identity_and_all_are_shown_then(
    node: Running, tmp_path: Path
) -> None:
    """Who uses a link is a peer by the identity that it names; a network is no secret then."""
    group, network = Someone("guest"), Someone("guest's net", founders=[Someone("guest").id])
    for who, also in ((group, (network,)), (network, (group,))):
        link = invite_peer(node.core, node.id)
        async with connect(node) as one:
            assert (
                await one.shake_hands(group, node, link.code, also=(network,), guest=who.id) == ""
            )
            await until(lambda: node.links.sessions, "session")
            (found,) = node.links.sessions.values()
            assert found.secure is not None
            assert found.secure.peer == (group.id, network.id)
        assert node.core.ties.accepts(node.id, who.id, node.core.clock())
        assert node.core.ties.accepts(node.id, also[0].id, node.core.clock()) is (who is network)
        await until(lambda: not node.links.sessions, "over")


async def test_who_does_not_know_what_we_send_is_told_of(node: Running) -> None:
    """Before anybody relies on it; until the other machine says that it knows it (§8.2)."""
    old = tuple(kind for kind in KINDS if kind != "invitation")
    day = datetime.fromtimestamp(node.core.clock() + 30 * 86_400, UTC)
    fields = {**MEETING, "starts": day.strftime("%Y-%m-%dT19:00")}
    name = new_meeting(node.core, node.id, "public", fields)
    meeting = find_meeting(node.core, name)
    for kinds, told in ((old, True), ((), True), (tuple(KINDS), False), ((), False)):
        async with connect(node) as one:
            assert await one.shake_hands(PEER, node, about=About(None, kinds)) == ""
            await until(lambda: node.links.sessions, "session")
        await until(lambda: not node.links.sessions, "over")
        if told:
            with pytest.raises(Problem, match="machine-too-old"):
                invite(node.core, node.id, meeting, [PEER.id])
        else:
            invite(node.core, node.id, meeting, [PEER.id])


async def test_garbage_instead_of_a_proof(node: Running) -> None:
    async with connect(node) as one:
        public = Exchange(secrets.token_bytes(32)).public
        seek = sought(node.id, public, bytes(32))
        await one.send(encode(["verbund", [1], public, bytes(32), seek]))
        assert [await one.answer(), await one.answer()][0] is not None
        await one.send(secrets.token_bytes(500))
        assert len(await one.rest()) == 1  # an `end`, encrypted


async def test_nothing_at_all(node: Running) -> None:
    node.links.handshake_seconds = 0.05
    async with connect(node) as one:
        assert plain_end(await one.rest()) == ["end", "time"]


async def test_one_byte_at_a_time(node: Running) -> None:
    """The bound is for all of the handshake, not for each message."""
    node.links.handshake_seconds = 0.1
    async with connect(node) as one:
        await one.ws.ping()
        assert plain_end(await one.rest()) == ["end", "time"]


async def test_a_replayed_handshake(node: Running) -> None:
    async with connect(node) as good:
        assert await good.shake_hands(PEER, node) == ""
        recorded = list(good.sent)
    async with connect(node) as one:
        for data in recorded:
            await one.send(data)
        await one.rest()
        assert one.secure is None
    await until(lambda: not node.links.sessions, "the good one is over, too")


# Who, and where to


async def test_newcomer_is_let_in_by_tie_or_code(node: Running) -> None:
    """§8.2 as a table. What a refused one is told is always the same."""
    mine = invite_peer(node.core, node.id)
    other = secrets.token_bytes(16)
    old, now = secrets.token_bytes(16), node.core.clock()
    with node.core.transaction():
        node.core.codes.add(digest(old), node.id, now - 10, now)
    one, two = Someone("one"), Someone("two")
    table: list[tuple[str, Someone, bytes | None, dict[str, Any], str]] = [
        ("a stranger", STRANGER, None, {}, "not-accepted"),
        ("with a code that nobody gave out", STRANGER, other, {}, "not-accepted"),
        ("with a code that ran out", STRANGER, old, {}, "not-accepted"),
        ("a good code, another host", one, mine.code, {"host": "x.example:80"}, "wrong-address"),
        ("a good code, somebody else", one, mine.code, {"expected": PEER.id}, "wrong-address"),
        ("a good code", one, mine.code, {}, ""),
        ("the same code again, by another", two, mine.code, {}, "not-accepted"),
        ("the same code again, by the same", one, mine.code, {}, ""),
        ("a peer", PEER, None, {}, ""),
        ("a peer at another host", PEER, None, {"host": "x.example:80"}, "wrong-address"),
        ("a peer that looks for another", PEER, None, {"expected": STRANGER.id}, "wrong-address"),
    ]
    found = {}
    for what, who, code, changes, _end in table:
        async with connect(node) as visitor:
            end = await visitor.shake_hands(who, node, code, **changes)
            # A dialler that looks for another notices by itself, as it should.
            found[what] = end
    assert found == {row[0]: row[4] for row in table}
    assert set(node.core.ties.accepted(node.id, node.core.clock())) == {PEER.id, one.id}
    assert set(node.core.ties.identities) == {node.id, PEER.id, one.id}


async def test_a_key_that_is_not_the_identitys(node: Running) -> None:
    liar = Someone("liar")
    liar.id, liar.links = PEER.id, PEER.links
    async with connect(node) as one:
        assert await one.shake_hands(liar, node) == "not-accepted"


async def test_busy(node: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.links.seats.HANDSHAKES", 0)
    async with connect(node) as one:
        assert plain_end(await one.rest()) == ["end", "busy"]


async def test_a_full_disk_ends_the_handshake_for_later(
    node: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = invite_peer(node.core, node.id).code
    guest = Someone("guest")
    db = node.core.db
    db.run("create table filler (x)")
    db.run(f"pragma max_page_count = {db.one('pragma page_count')[0]}")
    with node.core.transaction():
        db.run(
            "create temp trigger full before insert on records"
            " begin insert into filler values (zeroblob(10000000)); end"
        )
    async with connect(node) as one:
        assert await one.shake_hands(guest, node, code) == "busy"
    db.run("drop trigger full")
    db.run("pragma max_page_count = 1000000")
    async with connect(node) as one:
        assert await one.shake_hands(guest, node, code) == ""


# In a session


async def session(node: Running, one: Hostile) -> None:
    assert await one.shake_hands(PEER, node) == ""
    await one.say(OPENING)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (Refresh(0), "protocol"),  # only the answering side asks for it
        (Ack(b"12345678", ()), "protocol"),  # of something that was never sent
        (End("shutdown"), None),
    ],
)
async def test_a_frame_that_is_not_due(node: Running, what: Any, code: str | None) -> None:
    async with connect(node) as one:
        await session(node, one)
        await one.say(what)
        assert [f.code for f in await one.hear() if isinstance(f, End)] == ([code] if code else [])


async def test_garbage_in_a_session(node: Running) -> None:
    async with connect(node) as one:
        await session(node, one)
        await one.send(secrets.token_bytes(100))
        assert await one.end() == "protocol"


async def test_a_flood_of_bad_records(node: Running) -> None:
    """The first ones are refused one by one; after the bound it is over."""
    async with connect(node) as one:
        await session(node, one)
        for start in range(0, 1200, 400):
            some = tuple(b"bad %d" % n for n in range(start, start + 400))
            await one.say(Records(some))
        frames = await one.hear()
        refused = [code for f in frames if isinstance(f, Ack) for _short, code in f.refused]
        assert set(refused) == {"malformed"}
        assert 1000 <= len(refused) <= 1200
        assert [f.code for f in frames if isinstance(f, End)] == ["bounds"]
    assert node.core.refused.counts() == {"malformed": len(refused)}
    assert node.core.db.one("select count(*) from refused")[0] <= 1000


async def test_a_flood_and_goodbye(node: Running) -> None:
    """Over while frames wait to be stored: the link goes all the same."""
    async with connect(node) as one:
        await session(node, one)
        frames = [Records(tuple(b"%d bad %d" % (part, n) for n in range(500))) for part in range(8)]
        await one.say(*frames, End("shutdown"))
        await until(lambda: not node.links.connections, "gone")


async def test_more_than_the_window(node: Running) -> None:
    async with connect(node) as one:
        await session(node, one)
        await one.say(Records(tuple(b"%d" % n for n in range(1001))))
        assert await one.end() == "bounds"


async def test_a_peer_that_stops_reading(node: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """It never says goodbye either: the node hangs up, and goes on."""
    monkeypatch.setattr(link_module, "CLOSE_SECONDS", 0.05)
    async with connect(node) as one:
        await session(node, one)
        await until(lambda: node.links.sessions, "session")
        (link,) = node.links.sessions.values()
        await until(lambda: link.session and link.session.state is State.RESTING, "opened")
        one.ws._response.connection.transport.pause_reading()
        for _number in range(20):
            node.say(new_meeting, "public", {**MEETING, "text": "x" * 3900})
        await until(lambda: link.session and link.session.outbox.flying, "records on their way")
        clock: Any = node.core.clock.wall
        node.links.tick()
        clock.now += STALL_SECONDS + 2
        node.links.tick()
        await until(lambda: not node.links.sessions, "hung up")
        assert link.end_code == "time"


async def test_a_peer_that_does_not_hang_up(node: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "CLOSE_SECONDS", 0.05)
    async with connect(node, autoclose=False) as one:
        await session(node, one)
        await until(lambda: node.links.sessions, "session")
        (link,) = node.links.sessions.values()
        link.end("shutdown")
        await until(lambda: not node.links.connections, "gone without the other's goodbye")


async def test_a_second_session_of_the_same_side_takes_over(node: Running) -> None:
    async with connect(node) as first, connect(node) as second:
        await session(node, first)
        await until(lambda: node.links.sessions, "first")
        assert await second.shake_hands(PEER, node) == ""
        assert await first.end() == "replaced"
        assert len(node.links.sessions) == 1
        await second.say(OPENING)
        assert node.links.connected(PEER.id)


async def test_both_dial_at_once(tmp_path: Path) -> None:
    """The one dialled by the smaller home stays, on both sides."""
    clock = Clock()
    homes = [make_home(tmp_path, name, clock) for name in ("Alpha", "Beta")]
    async with running(homes[0], clock=clock) as a, running(homes[1], clock=clock) as b:
        await befriend(a, b)
        for _time in range(3):
            old = [link for one in (a, b) for link in one.links.sessions.values()]
            for link in old:
                link.end("shutdown")
            for target in (*a.links.targets.values(), *b.links.targets.values()):
                target.not_before = 0.0
            await until(partial(_renewed, (a, b), old), "one each")
        smaller = min(a, b, key=lambda one: one.id)
        a.say(new_meeting, "public", MEETING)
        await until(lambda: known_meetings(b.core), "they talk")
        dialled = {one.id: [s.secure.dialled for s in one.links.sessions.values() if s.secure]
                   for one in (a, b)}  # fmt: skip
        assert sorted(map(len, dialled.values())) == [1, 1]
        assert dialled[a.id] != dialled[b.id]
        assert smaller.id in dialled


def _renewed(nodes: tuple[Running, ...], old: list[Any]) -> bool:
    now = [link for one in nodes for link in one.links.sessions.values()]
    return len(now) == len(nodes) and not set(now) & set(old)


async def test_former_peer_takes_nothing_more(tmp_path: Path) -> None:
    """The session goes on to tell of the end; when nobody remembers it, it is revoked."""
    clock = Clock()
    homes = [make_home(tmp_path, name, clock) for name in ("Alpha", "Beta")]
    async with running(homes[0], clock=clock) as a, running(homes[1], False, clock) as b:
        await befriend(a, b)
        await until(lambda: a.links.sessions and b.links.sessions, "session")
        a.say(end_peer, b.id)
        await until(lambda: not b.core.ties.accepts(a.id, b.id, b.core.clock()), "told of the end")
        b.say(new_meeting, "public", MEETING)
        a.say(new_meeting, "public", MEETING)
        a.core.reload()
        assert a.core.ties.relation(a.id, b.id, a.core.clock()) is Relation.FORMER
        b.say(end_peer, a.id)
        await until(lambda: not a.core.ties.accepts(b.id, a.id, a.core.clock()), "the other, too")
        ended: list[str] = [str(len(known_meetings(one.core))) for one in (a, b)]
        assert ended == ["1", "1"]
        (link,) = a.links.sessions.values()
        for one in (a, b):
            now = one.core.clock()
            wind(one.core, Clock(now + 401 * 86_400))
        a.links.refresh()
        await until(lambda: not a.links.sessions, "revoked")
        assert link.end_code == "revoked"


async def test_nobody_keeps_another_from_being_reached(tmp_path: Path) -> None:
    """A peer says that it lives where another one does: both have their turn."""
    clock = Clock()
    homes = [make_home(tmp_path, name, clock) for name in ("Alpha", "Beta")]
    async with running(homes[0], clock=clock) as a, running(homes[1], False, clock) as b:
        await befriend(a, b)
        liar = PEER
        accept(b.core, liar)
        raw = liar.say("endpoint", {"url": a.url, "tls": None}, name="x")
        assert take(b.core, verified(raw)) == [None]
        for link in list(b.links.sessions.values()):
            link.end("shutdown")
        await until(lambda: not b.links.sessions)
        (target,) = b.links.wanted()
        assert {one for _tls, one in target.others} == {a.id, liar.id}
        await until(partial(b.links.connected, a.id), "reached all the same")


def test_a_code_is_kept_by_its_digest_only(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    code = secrets.token_bytes(16)
    with core.transaction():
        core.codes.add(digest(code), core.home_id, 0, 2**40)
    assert code not in core.home.database.read_bytes()
    core.close()

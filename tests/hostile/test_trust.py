"""Attacks on who may: on trust that nobody gave, what others may read, what was taken back."""

import secrets
from pathlib import Path

from node.features.meetings.actions import find_meeting, invite, new_meeting
from node.features.peers.actions import accept_peer, end_peer, invite_peer
from node.records.transaction import take
from node.upkeep.tidying import tidy
from protocol.audience import PUBLIC
from protocol.control_state import Relation
from protocol.kind import Place
from protocol.record import Record, reread, verify
from sync.frames import Records
from tests.hostile.stage import (
    MEETING,
    PEER,
    STRANGER,
    Stage,
    attack,
    listen,
    outcome,
    outcomes,
    titles,
)
from tests.node.hostile import connect
from tests.node.world import accept, network_of, until, verified
from tests.sync.people import NOW, Someone

SECRET = "Zwergenaufstand"


def not_for(who: Someone, heard: list[Record]) -> list[Record]:
    """What somebody heard and may not have: of networks, or sealed to others."""
    return [
        one
        for one in heard
        if one.audience.scope == "network"
        or (one.audience.scope == "direct" and who.id not in (*one.audience.ids, one.author))
    ]


async def test_only_who_may_read_is_served(stage: Stage) -> None:
    """Synapse CVE-2022-39335: served to who was not entitled. A peer claims to be a member."""
    alpha, beta = stage.alpha, stage.beta
    network = await network_of(alpha, beta)
    alpha.say(new_meeting, network, {**MEETING, "title": SECRET})
    await until(lambda: SECRET in titles(beta), "members are served")
    name = alpha.say(new_meeting, "public", {**MEETING, "title": "offen"})
    alpha.say(invite, find_meeting(alpha.core, name), [beta.id])
    heard = await listen(stage, networks=(network,))
    assert not_for(PEER, heard) == []
    assert "offen" in {(one.content or {}).get("title") for one in heard if one.kind == "meeting"}


async def test_only_what_may_be_passed_on(stage: Stage) -> None:
    """Pixelfed CVE-2025-30741: other servers' private posts leaked through this one."""
    alpha, beta = stage.alpha, stage.beta
    network = await network_of(alpha, beta)
    name = beta.say(new_meeting, network, {**MEETING, "title": SECRET})
    await until(lambda: SECRET in titles(alpha), "held here")
    beta.say(invite, find_meeting(beta.core, name), [alpha.id])
    await until(
        lambda: any(one.author == beta.id for one in alpha.core.records.opened("invitation", 0)),
        "sealed to us",
    )
    heard = await listen(stage, networks=(network,))
    assert not_for(PEER, heard) == []
    assert SECRET not in repr([one.content for one in heard])


async def test_who_is_out_is_out(stage: Stage) -> None:
    """Mastodon CVE-2026-23961, CVE-2025-62175: suspended, and still in and out.

    Ended on an open connection: nothing more is taken in, and nothing new goes out.
    """
    alpha = stage.alpha
    async with attack(alpha) as one:
        assert await outcome(one, PEER.meeting("before")) is None
        alpha.say(end_peer, PEER.id)
        assert await outcome(one, PEER.meeting("after")) in ("not-for-you", "end: revoked")
        alpha.say(new_meeting, "public", {**MEETING, "title": SECRET})
        await stage.serves()
        alpha.links.sessions[PEER.id].end("shutdown")
        sent = [frame for frame in await one.hear() if isinstance(frame, Records)]
    kinds = {verify(raw).kind for frame in sent for raw in frame.envelopes}
    assert kinds <= {"sealed"}, "that it is over, and nothing else"
    assert alpha.core.records.at(Place(PEER.id, PUBLIC, "meeting", "after")) is None
    async with connect(alpha) as one:
        if await one.shake_hands(PEER, alpha) == "":  # to hear that it is over
            assert await one.ws.close()


async def test_trust_is_given_by_people_only(stage: Stage) -> None:
    """Nextcloud CVE-2021-32656: automatic trust. What others say makes nobody a peer."""
    alpha = stage.alpha
    before = set(alpha.core.ties.accepted(alpha.id, NOW))
    async with attack(alpha) as one:
        assert await outcome(one, STRANGER.introduction()) in (None, "not-for-you")
        peering = STRANGER.say(
            "peering", {"peer": alpha.id, "shown": False}
        )  # in the open, to everybody
        wrong = [peering, STRANGER.endpoint(), STRANGER.accepts(PEER), PEER.accepts(STRANGER)]
        assert None not in await outcomes(one, *wrong)
    async with connect(alpha) as one:
        assert await one.shake_hands(STRANGER, alpha) == "not-accepted"
    assert set(alpha.core.ties.accepted(alpha.id, NOW)) == before
    assert STRANGER.id not in {target.expected for target in alpha.links.wanted()}


async def test_a_link_can_be_taken_back(stage: Stage) -> None:
    """iroh#2823: tickets can't be revoked. A code works once, for a time, and is no identity."""
    alpha, guest = stage.alpha, Someone("guest")
    code = invite_peer(alpha.core, alpha.id).code
    async with connect(alpha) as one:
        assert await one.shake_hands(guest, alpha, code) == ""
    alpha.say(end_peer, guest.id)
    for who in (STRANGER, Someone("thief")):
        async with connect(alpha) as one:
            assert await one.shake_hands(who, alpha, code) == "not-accepted"
    late = invite_peer(alpha.core, alpha.id).code
    stage.clock.now += 8 * 86_400
    async with connect(alpha) as one:
        assert await one.shake_hands(STRANGER, alpha, late) == "not-accepted"
    stage.clock.now -= 8 * 86_400
    assert not alpha.core.ties.accepts(alpha.id, guest.id, NOW)


async def test_nothing_is_heard_twice(stage: Stage) -> None:
    """nextcloud/lookup-server#157, social#2040, Gitlawb/node#253: replayed for ever, to anybody.

    A recorded handshake is worth nothing: later, at another node, or with other words behind it.
    """
    accept(stage.beta.core, PEER)
    stage.beta.links.stored()
    async with attack(stage.alpha) as good:
        assert await outcome(good, PEER.meeting("fest")) is None
        recorded = list(good.sent)
    for node in (stage.alpha, stage.beta):
        links = set(node.links.connections)
        async with connect(node) as one:
            for data in recorded:
                await one.send(data)
            await one.rest()
            assert one.secure is None
        await until(lambda: set(node.links.connections) <= links, "gone")  # noqa: B023
        assert not node.links.connected(PEER.id)


async def test_an_end_is_told_and_can_be_undone(stage: Stage) -> None:
    """Mastodon#25526, GoToSocial#3079: defederation destroys relations, and tells nobody."""
    alpha, beta = stage.alpha, stage.beta
    await stage.serves()
    before = titles(alpha)
    alpha.say(end_peer, beta.id)
    await until(lambda: not beta.core.ties.accepts(alpha.id, beta.id, NOW), "it is told")
    assert alpha.core.ties.relation(alpha.id, beta.id, NOW) is Relation.FORMER
    assert beta.core.ties.accepts(beta.id, alpha.id, NOW), "its own word stays"
    alpha.say(accept_peer, beta.id)
    await until(lambda: beta.core.ties.accepts(alpha.id, beta.id, NOW), "again")
    await stage.serves()
    assert before <= titles(alpha)


async def test_what_was_erased_does_not_come_back(stage: Stage) -> None:
    """strfry#152, PortOS#1069: deleted things come back. Tombstones are compared, too."""
    old = PEER.meeting("fest")
    place = Place(PEER.id, PUBLIC, "meeting", "fest")
    accept(stage.beta.core, PEER)
    stage.beta.links.stored()
    for node in (stage.alpha, stage.beta):
        async with attack(node) as one:
            assert await outcome(one, old) is None
            assert await outcome(one, PEER.say("meeting", None, name="fest")) is None
    for node in (stage.alpha, stage.beta):
        await until(lambda: _is_erased(node, place), "erased")  # noqa: B023
        async with attack(node) as one:
            assert await outcome(one, old) is None, "known already: there is something newer"
        tidy(node.core)
        assert _is_erased(node, place)
        node.core.reload()
        assert take(node.core, verified(old)) == [None]
        assert _is_erased(node, place)


def _is_erased(node: object, place: Place) -> bool:
    record = node.core.records.at(place)
    return record is not None and record.body is None


def on_disk(folder: Path) -> bytes:
    """Everything in a node's folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_erased_is_gone(stage: Stage) -> None:
    """Synapse#1287, #3547: redacted content stayed, and was served. Gone: table, index, log."""
    core, mark = stage.alpha.core, secrets.token_hex(12)
    group = {**(verify(PEER.group()).content or {}), "purpose": f"Wir {mark} uns"}
    meeting = {**(verify(PEER.meeting("fest")).content or {}), "text": mark}
    async with attack(stage.alpha) as one:
        assert await outcome(one, PEER.say("group", group)) is None
        assert await outcome(one, PEER.say("meeting", meeting, name="fest")) is None
        assert on_disk(core.home.path).count(mark.encode()) >= 2
        assert await outcome(one, PEER.say("group", None)) is None
        assert await outcome(one, PEER.say("meeting", None, name="fest")) is None
    tidy(core)  # as the running node does every hour
    assert mark.encode() not in on_disk(core.home.path)
    heard = await listen(stage)
    assert mark.encode() not in b"".join(one.raw for one in heard)
    assert all(reread(one.raw).id == one.id for one in heard)

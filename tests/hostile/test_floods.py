"""Attacks by mass and by malformed messages: the attacker's session ends, and nobody else's."""

import asyncio
import secrets
import time
from typing import Any

import pytest

from node.features.peers.actions import name_peer
from node.records import intake
from node.records.transaction import take
from protocol.audience import PUBLIC, Audience
from protocol.encoding import encode
from protocol.kind import Place, Seq
from protocol.record import RECORD_TYPE, compose, open_envelope, seal_envelope, verify
from protocol.sealed import outer_name
from sync.frames import Ack, End, Records, encode_frame
from tests.hostile.stage import PEER, STRANGER, Stage, attack, keys_of, outcome, told
from tests.node.hostile import OPENING, connect
from tests.node.world import Running, accept, until, verified
from tests.sync.people import NOW, Someone, entropy


def to_nobody(home: bytes, number: int) -> bytes:
    """Sealed to a node and to somebody who does not exist: nobody can open it."""
    audience = Audience.direct([home, entropy("nobody", number)])
    garbage = {"wraps": [bytes(80)] * 3, "box": bytes(60_000)}
    return PEER.say("sealed", garbage, audience, outer_name(entropy("name", number, size=16)))


async def test_budgets_of_a_peer(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Synapse CVE-2024-31208: crafted events burn CPU and disk. Bytes, rows and refusals end."""
    monkeypatch.setattr(intake, "OUTSIDE_BY_ONE", 20)
    before, began = stage.count(), time.process_time()
    async with attack(stage.alpha) as one:
        some = [to_nobody(stage.alpha.id, number) for number in range(60)]
        codes = [await told(one, *some[at : at + 10]) for at in range(0, 60, 10)]
        assert sum(codes, start=type(codes[0])()) == {None: 20, "over-limit": 40}
    assert stage.count() == before + 20
    key, payload, _signature = open_envelope(PEER.meeting("fest"))
    async with attack(stage.alpha) as one:
        for start in range(0, 1_200, 400):
            bad = [encode([1, key, payload + bytes([n % 256, n // 256]), bytes(64)])
                   for n in range(start, start + 400)]  # fmt: skip
            await one.say(Records(tuple(bad)))
        await stage.serves()
        assert await one.end() == "bounds"
    assert time.process_time() - began < 20, "a thousand bad records are no work"
    assert stage.count() <= before + 22
    assert stage.alpha.core.db.one("select count(*) from refused")[0] <= 1_000


async def test_one_bad_record_stops_nothing(stage: Stage) -> None:
    """Synapse CVE-2025-30355, CVE-2023-32323: one event stops federation.

    Bad ones among good ones, in one message: each has its own answer, and the session goes on.
    """
    fest = verify(PEER.meeting("fest"))
    body = fest.content or {}
    seq = 2**62
    place = Place(PEER.id, PUBLIC, "meeting", "far")
    bad = {
        "malformed": seal_envelope(PEER.key, RECORD_TYPE, b"\x91" * 5_000 + b"\xc0"),
        "future": PEER.say("meeting", body, name="f", issued=NOW + 86_400),
        "expired": PEER.say("meeting", body, name="e", issued=NOW - 900, lives=300),
        "bad-signature": _altered(PEER.meeting("s")),
        "unknown-key": compose(
            PEER.key, Place(PEER.id, PUBLIC, "meeting", "k"), Seq(1, seq, 1), NOW - 1, NOW + 9, body
        ),
        "not-for-you": STRANGER.meeting("s"),
    }
    extreme = compose(PEER.key, place, Seq(0, seq, 2**64 - 1), NOW - 1, NOW + 9, body)
    good = [PEER.meeting(f"g{number}") for number in range(6)]
    mixed = [one for pair in zip(bad.values(), good, strict=True) for one in pair]
    async with attack(stage.alpha) as one:
        assert await told(one, *mixed, extreme) == {None: 7, **dict.fromkeys(bad, 1)}
        assert await outcome(one, PEER.meeting("after")) is None
    names = {h.name for h in stage.alpha.core.records.headers(NOW, ["meeting"], author=PEER.id)}
    assert names == {*(f"g{number}" for number in range(6)), "far", "after"}


def _altered(envelope: bytes) -> bytes:
    return envelope[:-2] + bytes([envelope[-2] ^ 1]) + envelope[-1:]


async def test_what_is_not_for_us_is_counted_only(stage: Stage) -> None:
    """Records that this node may not hold: refused, counted exactly, kept nowhere."""
    before, foreign = stage.count(), Audience.direct([STRANGER.id])
    some = [
        PEER.say("sealed", {"wraps": [bytes(80)] * 2, "box": bytes(300)}, foreign,
                 outer_name(secrets.token_bytes(16)))
        for _ in range(300)
    ]  # fmt: skip
    async with attack(stage.alpha) as one:
        found = await told(one, *some)
    assert found == {"not-for-you": 300}
    assert stage.alpha.core.refused.counts() == {"not-for-you": 300}
    assert stage.count() == before
    kept = repr(stage.alpha.core.db.all("select code, kind, detail from refused"))
    assert PEER.id.hex() not in kept
    assert STRANGER.id.hex() not in kept


GARBAGE = {
    "nothing": b"",
    "no encryption": encode_frame(End("shutdown")),
    "noise": bytes(range(256)) * 9,
    "as large as may be": bytes(1_048_000),
}
MALFORMED: dict[str, Any] = {
    "no array": b"\xc0",
    "an unknown frame": encode(["symbols?", 1]),
    "a field too many": encode(["settled", 1, 2]),
    "an answer to nothing": encode_frame(Ack(bytes(8), ())),
    "too deep": b"\x91" * 2_000,
    "endless": encode(["ack", bytes(8 * 100_000), []]),
}


@pytest.mark.parametrize("what", [*GARBAGE, *MALFORMED])
async def test_a_malformed_message_ends_one_session(stage: Stage, what: str) -> None:
    """strfry#152, #168: a malformed sync message aborts the program. Sessions are isolated."""
    links = set(stage.alpha.links.connections)
    async with attack(stage.alpha) as one:
        assert one.secure is not None
        data = GARBAGE.get(what)
        await one.send(one.secure.encrypt(MALFORMED[what]) if data is None else data)
        assert await one.end() in ("protocol", "bounds")
    await until(
        lambda: set(stage.alpha.links.connections) == links, "the honest link is the same one"
    )


async def test_all_nodes_come_to_one_state(stage: Stage) -> None:
    """Synapse CVE-2022-31152, Matrix CVE-2025-49090: servers judge the same events differently.

    A peer of both says two different things under one number, a different one to each, in another
    order. Both nodes come to hold the same.
    """
    accept(stage.beta.core, PEER)
    assert take(stage.beta.core, verified(PEER.group())) == [None]
    for node in (stage.alpha, stage.beta):  # all want these ties to be named: so both list PEER
        name_peer(node.core, node.id, PEER.id, True)
        tie = PEER.seals([keys_of(node)], "peering", "", {"peer": node.id, "shown": True})
        assert take(node.core, verified(tie)) == [None]
        node.links.stored()
    content = verify(PEER.meeting("fest")).content or {}
    place = Place(PEER.id, PUBLIC, "meeting", "fest")

    def at(counter: int, title: str) -> bytes:
        body = {**content, "title": title}
        return compose(PEER.key, place, Seq(0, 2**40, counter), NOW - 9, NOW + 999_999, body)

    one, other, old = at(5, "one"), at(5, "other"), at(4, "old")
    async with attack(stage.alpha) as to_alpha, attack(stage.beta) as to_beta:
        for session, said in ((to_alpha, (old, one)), (to_beta, (other, old))):
            for raw in said:
                assert await outcome(session, raw) is None
    wins = min((one, other), key=lambda raw: verify(raw).id)

    def held(node: Running) -> bytes | None:
        record = node.core.records.at(place)
        return None if record is None else record.raw

    await until(lambda: held(stage.alpha) == held(stage.beta) == wins, "the same everywhere")


async def test_many_sessions_of_one(stage: Stage) -> None:
    """One peer, many connections: the newest replaces the others, and nobody else is hurt."""
    async with asyncio.TaskGroup() as group:
        for _ in range(12):
            group.create_task(_open_and_leave(stage))
    assert stage.alpha.links.connected(stage.beta.id)


async def _open_and_leave(stage: Stage) -> None:
    async with connect(stage.alpha) as one:
        if await one.shake_hands(Someone("peer"), stage.alpha) == "":
            await one.say(OPENING)

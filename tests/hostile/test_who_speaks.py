"""Attacks on who said what: signatures, keys, chains, encodings."""

import secrets
from typing import Any

import pytest

from crypto.errors import BadSignature
from crypto.hashing import digest
from crypto.signing import SigningKey
from crypto.signing import verify as verify_signature
from node.features.groups.actions import edit_group
from node.links.descriptor import NODE_TYPE, open_descriptor
from node.records.transaction import take
from protocol import record as record_module
from protocol.audience import PUBLIC
from protocol.encoding import decode, encode
from protocol.errors import Forged
from protocol.identity import authorise_rotation
from protocol.ids import to_name
from protocol.kind import Place, Seq
from protocol.record import (
    FIELDS,
    RECORD_TYPE,
    Record,
    compose,
    open_envelope,
    seal_envelope,
    verify,
)
from sync.proof import HELLO_TYPE
from tests.hostile.stage import PEER, STRANGER, Stage, attack, outcome, outcomes
from tests.node.hostile import connect, plain_end
from tests.node.world import verified
from tests.sync.people import NOW, Someone, entropy

NETWORK = Someone("network of the peer", [PEER.id])


def payload_of(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = decode(open_envelope(raw)[1])
    return found


def entry(stage: Stage, author: bytes) -> Record | None:
    """A group's entry, as Alpha holds it."""
    return stage.alpha.core.records.at(Place(author, PUBLIC, "group", ""))


async def test_author_follows_from_the_key(stage: Stage) -> None:
    """Mastodon CVE-2024-23832: a peer writes as somebody else. The key says who the author is."""
    edit_group(stage.beta.core, stage.beta.id, {"region": "Kiel"})
    await stage.serves()
    before = entry(stage, stage.beta.id)
    assert before is not None
    changed = {**payload_of(before.raw), "seq": [0, 2**40, 1]}
    forged = seal_envelope(PEER.key, RECORD_TYPE, encode(changed))
    async with attack(stage.alpha) as one:
        assert await outcome(one, forged) == "not-for-you"  # nor is it asked who wrote it
        erased = {**changed, "body": None, "expires": changed["issued"] + 34_560_000}
        erasing = seal_envelope(PEER.key, RECORD_TYPE, encode(erased))
        assert await outcome(one, erasing) == "not-for-you"
    assert take(stage.alpha.core, verified(forged, erasing)) == ["wrong-author"] * 2
    after = entry(stage, stage.beta.id)
    assert after is not None
    assert after.raw == before.raw


async def test_signed_bytes_are_of_one_type_and_order(stage: Stage) -> None:
    """Mastodon CVE-2026-46349, cosign CVE-2022-35929: signed data in another order or type."""
    key, payload, signature = open_envelope(PEER.group())
    fields = decode(payload)
    rearranged = encode(dict(reversed(list(fields.items()))))
    longer = payload.replace(b"\xa4kind", b"\xd9\x04kind", 1)
    assert longer != payload
    attempts = [encode([1, key, other, signature]) for other in (rearranged, longer)]
    types = (NODE_TYPE, HELLO_TYPE, b"verbund/link/1", b"")
    attempts += [seal_envelope(PEER.key, other, payload) for other in types]
    async with attack(stage.alpha) as one:
        assert await outcomes(one, *attempts) == {"bad-signature"}
        for resigned in (rearranged, longer):
            assert await outcome(one, seal_envelope(PEER.key, RECORD_TYPE, resigned)) == "malformed"
    with pytest.raises(Forged):
        open_descriptor(encode([1, key, payload, signature]))


async def test_unverified_bytes_become_no_record(stage: Stage) -> None:
    """Misskey CVE-2023-49079: the signature is not looked at. No other way leads to a `Record`."""
    key, payload, signature = open_envelope(PEER.meeting("fest"))
    other = open_envelope(PEER.meeting("other"))[2]
    bad = [bytes(64), other, signature[:-1] + bytes([signature[-1] ^ 1]), signature[::-1]]
    attempts = [encode([1, key, payload, one]) for one in bad]
    attempts.append(encode([1, bytes(32), payload, signature]))
    attempts.append(encode([1, STRANGER.key.public, payload, signature]))
    before = stage.count()
    async with attack(stage.alpha) as one:
        assert await outcomes(one, *attempts) == {"bad-signature"}
        assert await outcome(one, encode([1, key, payload])) == "malformed"
    assert stage.count() == before
    with pytest.raises(TypeError):
        Record(PEER.meeting("fest"))


async def test_an_id_is_its_keys(stage: Stage) -> None:
    """Misskey CVE-2024-52591: an id that is not the sender's. Ids are digests of the first keys."""
    liar = Someone("liar")
    liar.id = stage.beta.id
    raw = liar.say("identity", {"links": liar.links}, name=to_name(digest(liar.links[-1][0])))
    async with attack(stage.alpha) as one:
        assert await outcome(one, raw) == "wrong-author"
    async with connect(stage.alpha) as one:
        assert await one.shake_hands(liar, stage.alpha) == "not-accepted"
    assert stage.alpha.links.connected(stage.beta.id)


async def test_verified_before_authorised_before_parsed(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fedify CVE-2025-54888: processed before actor and key were matched."""
    parsed: list[bytes] = []
    parse = record_module._parse

    def noted(raw: bytes, key: bytes, payload: bytes) -> Record:
        parsed.append(raw)
        return parse(raw, key, payload)

    monkeypatch.setattr(record_module, "_parse", noted)
    key, payload, signature = open_envelope(PEER.meeting("fest"))
    bomb, meeting = encode([1, key, b"\x91" * 5_000, signature]), PEER.meeting("early")
    assert payload
    async with attack(stage.alpha) as one:
        assert await outcome(one, bomb) == "bad-signature"
    async with connect(stage.alpha) as one:  # before it said who it is
        await one.send(encode(["records", [meeting]]))
        assert plain_end(await one.rest()) == ["end", "protocol"]
    assert {bomb, meeting} & set(parsed) == set()


async def test_keys_have_one_use(stage: Stage) -> None:
    """matrix-js-sdk CVE-2022-39250: one id or key taken for another.

    A rotation key, a network's key, the key of another link, or an id sign nothing of a group's.
    """
    payload = open_envelope(PEER.meeting("fest"))[1]
    rotation = SigningKey(entropy(PEER.name, "rotation", 1))
    signature = PEER.key.sign(RECORD_TYPE, payload)
    other_link = encode({**decode(payload), "seq": [1, 1, 1]})
    async with attack(stage.alpha) as one:
        assert await outcome(one, NETWORK.introduction()) in (None, "not-for-you")
        for key in (rotation, NETWORK.key):
            assert await outcome(one, seal_envelope(key, RECORD_TYPE, payload)) == "wrong-author"
        for not_a_key in (PEER.id, PEER.sealing.public):
            raw = encode([1, not_a_key, payload, signature])
            assert await outcome(one, raw) == "bad-signature"
        raw = seal_envelope(PEER.key, RECORD_TYPE, other_link)
        assert await outcome(one, raw) == "unknown-key"


async def test_every_door_verifies(stage: Stage) -> None:
    """Synapse CVE-2019-18835: some endpoints did not verify. Live, in a proof, in `behind`."""
    chain = stage.alpha.core.ties.identities[stage.beta.id]
    forger = Someone("forger")
    forger.rotate()
    forger.links = [*chain.elements, forger.links[1]]
    forger.id, forger.number = stage.beta.id, 1
    forged = forger.introduction()
    async with attack(stage.alpha) as one:
        assert await outcome(one, forged) in ("against-the-rules", "malformed", "bad-signature")
    async with connect(stage.alpha) as one:
        assert await one.shake_hands(forger, stage.alpha) == "not-accepted"
    async with connect(stage.alpha) as one:  # a link with a code is a door, too
        end = await one.shake_hands(forger, stage.alpha, secrets.token_bytes(16))
        assert end == "not-accepted"
    assert stage.alpha.core.ties.identities[stage.beta.id].current.number == 0


async def test_points_that_fit_any_message(stage: Stage) -> None:
    """PyNaCl CVE-2025-69277: keys of small order, or spelt twice, make signatures worthless."""
    payload = open_envelope(PEER.meeting("fest"))[1]
    small = [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"]
    async with attack(stage.alpha) as one:
        for key in small:
            for signature in (bytes(64), key + bytes(32), b"\x01" + bytes(63)):
                raw = encode([1, key, payload, signature])
                assert await outcome(one, raw) == "bad-signature"
            link = {**decode(STRANGER.links[0][0]), "signing": key}
            links = [[encode(link), None]]
            author, name = digest(links[0][0]), to_name(digest(links[0][0]))
            values = [author, ["public"], "identity", name, [0, 1, 1], NOW, 253_402_300_799, None]
            body = dict(zip(FIELDS, [*values, encode({"links": links})], strict=True))
            raw = encode([1, key, encode(body), key + bytes(32)])
            assert await outcome(one, raw) in ("bad-signature", "against-the-rules")
            with pytest.raises(BadSignature):
                verify_signature(key, RECORD_TYPE, payload, key + bytes(32))


async def test_one_spelling_of_a_signature(stage: Stage) -> None:
    """Ed25519 edge vectors: libraries disagree. S + L is the same signature elsewhere, not here."""
    order = 2**252 + 27742317777372353535851937790883648493
    key, payload, signature = open_envelope(PEER.meeting("fest"))
    scalar = int.from_bytes(signature[32:], "little") + order
    assert scalar < 2**256
    malleable = encode([1, key, payload, signature[:32] + scalar.to_bytes(32, "little")])
    async with attack(stage.alpha) as one:
        assert await outcome(one, malleable) == "bad-signature"
        assert await outcome(one, encode([1, key, payload, signature])) is None


LAX = {
    "a key twice": lambda body: b"\x8c" + body[1:] + b"\xa4name\xa1x",
    "a longer integer": lambda body: body.replace(b"\xa7minutes\x5a", b"\xa7minutes\xcc\x5a"),
    "a float": lambda body: body.replace(b"\xa7minutes\x5a", b"\xa7minutes\xcb" + bytes(8)),
    "not a number": lambda body: body.replace(
        b"\xa7minutes\x5a", b"\xa7minutes\xcb\x7f\xf8" + bytes(6)
    ),
    "a timestamp": lambda body: body.replace(b"\xa7minutes\x5a", b"\xa7minutes\xd6\xff" + bytes(4)),
    "another extension": lambda body: body.replace(b"\xa7minutes\x5a", b"\xa7minutes\xd4\x01\x00"),
    "a thousand levels": lambda _body: b"\x91" * 1_000 + b"\xc0",
    "bytes behind": lambda body: body + b"\x00",
    "a key that is no text": lambda body: body.replace(b"\xa7minutes", b"\x07", 1),
}
"""What msgpack takes by default and the protocol does not."""


@pytest.mark.parametrize("how", LAX)
async def test_msgpack_is_strict(stage: Stage, how: str) -> None:
    """msgpack 1.2 accepts duplicate keys, long integers, NaN, 1,024 levels; a timestamp passes."""
    fields = payload_of(PEER.meeting("fest"))
    body = LAX[how](fields["body"])
    assert body != fields["body"]
    before = stage.count()
    async with attack(stage.alpha) as one:
        raw = seal_envelope(PEER.key, RECORD_TYPE, encode({**fields, "body": body}))
        assert await outcome(one, raw) == "malformed"
        outer = LAX[how](encode(fields).replace(b"\xa4kind", b"\xa7minutes\x5a\xa4kind"))
        raw = seal_envelope(PEER.key, RECORD_TYPE, outer)
        assert await outcome(one, raw) == "malformed"
    assert stage.count() == before


async def test_an_old_chain_does_not_come_back(stage: Stage) -> None:
    """Mastodon#22116, Misskey#9877: cached keys. The chain is pushed; the old one is history."""
    who = Someone("peer")
    old = who.meeting("old")
    rotation = SigningKey(entropy(who.name, "rotation", 1))
    who.rotate()
    assert who.links[1] == authorise_rotation(who.links[1][0], rotation)
    async with attack(stage.alpha) as one:
        assert await outcome(one, who.meeting("new")) == "unknown-key"
        assert await outcome(one, who.introduction()) is None
        assert await outcome(one, who.meeting("new")) is None, "the same link, the new key"
        assert await outcome(one, old) is None, "an old key is good for thirty days more"
        stage.clock.now += 31 * 86_400
        assert await outcome(one, PEER.meeting("newer")) == "expired"
    async with connect(stage.alpha) as one:
        assert await one.shake_hands(PEER, stage.alpha) in ("not-accepted", "connection")
    stage.clock.now -= 31 * 86_400


async def test_clocks_order_nothing(stage: Stage) -> None:
    """A record from the future is refused, and a later date does not beat a higher number."""
    place = Place(PEER.id, PUBLIC, "meeting", "fest")
    content = {**(verify(PEER.meeting("fest")).content or {})}

    def at(counter: int, issued: int, title: str) -> bytes:
        body = {**content, "title": title}
        return compose(PEER.key, place, Seq(0, 9, counter), issued, issued + 3_000_000, body)

    async with attack(stage.alpha) as one:
        assert await outcome(one, at(5, NOW - 1_000_000, "counts")) is None
        assert await outcome(one, at(4, NOW, "later, but less")) is None
        assert await outcome(one, at(9, NOW + 700, "from the future")) == "future"
        assert await outcome(one, at(9, NOW - 4_000_000, "over")) == "expired"
    found = stage.alpha.core.records.at(place)
    assert found is not None
    assert (found.content or {})["title"] == "counts"

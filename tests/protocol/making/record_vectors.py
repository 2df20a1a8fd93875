"""`envelopes.json` (§3) and `records.json` (§4): what `verify` and `check` say of whole records."""

from collections.abc import Iterator
from typing import Any

import msgpack

from crypto.hashing import digest
from crypto.signing import SigningKey
from protocol.audience import PUBLIC, Audience
from protocol.encoding import ENVELOPE_BYTES, PAYLOAD_BYTES, encode
from protocol.exchange import STANDING_SECONDS
from protocol.ids import to_name, to_text
from protocol.kind import LIFETIME, Place, Seq
from protocol.participants import LASTS_SECONDS
from protocol.record import RECORD_TYPE
from protocol.sealed import OUTSIDE
from tests.protocol.making.cast import EXPIRES, ISSUED, NOW, Actor, Cast, epoch_of, made
from tests.protocol.making.examples import MEETING, examples
from tests.protocol.making.readable import readable
from tests.protocol.making.record_making import ENDPOINT, Case, fine, payload_of, refusal, signed
from tests.protocol.making.record_rules import Rotated, decisions, old_keys

ABOUT_ENVELOPES = (
    "docs/protocol.md §3. `record` is an envelope in hex; for long ones `parts` are [hex,"
    " times], to be joined. `expect` is `ok` (with `key` and"
    " `payload`) or the code of §4.1 with which decoding or verifying it ends. No identity needs to"
    " be known."
)

ABOUT_RECORDS = (
    "docs/protocol.md §4, §6.3, §7. First take in the envelopes of `known`, in order, at the time"
    " `now`. Then judge `record` by itself, at its own `now` where it has one: `ok` (with the"
    " fields of its payload, and the body decoded) or the code of §4.1. The gate (§6.5) is not"
    " asked."
)

# Envelopes


def envelope_cases() -> list[Case]:
    """§3."""
    hub = Cast().hub
    payload = encode(payload_of(hub))
    key, other = hub.signing(), SigningKey(made("another key"))
    signature = key.sign(RECORD_TYPE, payload)
    good = encode([1, key.public, payload, signature])
    bad: dict[str, tuple[Any, str]] = {
        "version 2": ([2, key.public, payload, signature], "unknown-version"),
        "version 2 of another shape": ([2, {"more": []}], "unknown-version"),
        "version 0": ([0, key.public, payload, signature], "unknown-version"),
        "version 1.0": ([1.0, key.public, payload, signature], "malformed"),
        "version true": ([True, key.public, payload, signature], "malformed"),
        "version as text": (["1", key.public, payload, signature], "malformed"),
        "version 2 with a float": ([2, 1.5], "malformed"),
        "no signature": ([1, key.public, payload], "malformed"),
        "a fifth element": ([1, key.public, payload, signature, None], "malformed"),
        "empty": ([], "malformed"),
        "a map": ({"version": 1}, "malformed"),
        "key as text": ([1, "x" * 32, payload, signature], "malformed"),
        "key too short": ([1, key.public[:-1], payload, signature], "malformed"),
        "payload as a map": ([1, key.public, {}, signature], "malformed"),
        "signature too long": ([1, key.public, payload, signature + b"\0"], "malformed"),
        "signature nil": ([1, key.public, payload, None], "malformed"),
        "another key": ([1, other.public, payload, signature], "bad-signature"),
        "key of order 1": ([1, b"\1" + bytes(31), payload, signature], "bad-signature"),
        "signature of zeros": ([1, key.public, payload, bytes(64)], "bad-signature"),
        "S + L": ([1, key.public, payload, _plus_order(signature)], "bad-signature"),
        "signed as a link": (
            [1, key.public, payload, key.sign(b"verbund/link/1", payload)],
            "bad-signature",
        ),
        "signed without its type": (
            [1, key.public, payload, key.sign(b"", payload)],
            "bad-signature",
        ),
        "payload changed": ([1, key.public, payload[:-1] + b"\xc2", signature], "bad-signature"),
    }
    cases = [
        {
            "name": "as it should be",
            "record": good.hex(),
            "expect": "ok",
            "key": key.public.hex(),
            "payload": payload.hex(),
        }
    ]
    cases += [refusal(name, msgpack.packb(value), code) for name, (value, code) in bad.items()]
    cases += [
        refusal("trailing byte", good + b"\0", "malformed"),
        refusal("cut off", good[:-1], "malformed"),
        refusal("nothing", b"", "malformed"),
        refusal("array 16", b"\xdc\x00\x04" + good[1:], "malformed"),
        _long("66,001 bytes", _of_size(key, ENVELOPE_BYTES + 1)),
        _long("payload of 65,537 bytes", _of_payload(key, PAYLOAD_BYTES + 1)),
    ]
    return cases


def _plus_order(signature: bytes) -> bytes:
    """The second spelling of a signature, which a lax verifier takes."""
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order
    return signature[:32] + s.to_bytes(32, "little")


def _long(name: str, raw: bytes) -> Case:
    """The payload is zeros only; they are not written out."""
    head, tail = raw[:42], raw[-66:]
    parts = [[head.hex(), 1], ["00", len(raw) - 108], [tail.hex(), 1]]
    return {"name": name, "parts": parts, "expect": "malformed"}


def _of_payload(key: SigningKey, size: int) -> bytes:
    payload = bytes(size)
    return encode([1, key.public, payload, key.sign(RECORD_TYPE, payload)])


def _of_size(key: SigningKey, size: int) -> bytes:
    spare = len(_of_payload(key, PAYLOAD_BYTES)) - PAYLOAD_BYTES
    return _of_payload(key, size - spare)


# Records


def known() -> list[str]:
    """What was taken in before."""
    return [raw.hex() for raw in (*Cast().records(), *Rotated().records())]


def record_cases() -> list[Case]:
    """§4, §6.3 and the rules of kinds."""
    cast = Cast()
    cast.records()  # so that counters go on
    return [
        *_good(cast),
        *_shapes(cast.hub),
        *_times(cast.hub),
        *_authors(cast),
        *_audiences(cast),
        *_epochs(cast),
        *_rules(cast),
        *old_keys(),
        *decisions(cast),
    ]


def _good(cast: Cast) -> Iterator[Case]:
    for kind, example in examples(cast).items():
        if example.sealed:
            continue
        raw = cast.hub.introduction() if kind == "identity" else example.record()
        yield fine(f"{kind}: as it should be", raw)
        if example.kind.erasable:
            yield fine(f"{kind}: tombstone", example.record(content=None))


def _shapes(hub: Actor) -> Iterator[Case]:
    """The table of §4."""
    good = payload_of(hub)
    names = list(good)
    wrong: dict[str, Any] = {
        "author too short": good | {"author": hub.id[:-1]},
        "author as text": good | {"author": to_text(hub.id)},
        "kind with a capital": good | {"kind": "Endpoint"},
        "kind empty": good | {"kind": ""},
        "kind of 33 characters": good | {"kind": "x" * 33},
        "kind nil": good | {"kind": None},
        "name with a capital": good | {"name": "Home"},
        "name with a slash": good | {"name": "../home"},
        "name of 65 characters": good | {"name": "x" * 65},
        "name nil": good | {"name": None},
        "name with a line feed": good | {"name": "home\n"},
        "name empty where it must not be": good | {"name": ""},
        "name where none may be": good | {"kind": "group", "body": None},
        "seq of two": good | {"seq": [0, 1]},
        "seq of four": good | {"seq": [0, 1, 2, 3]},
        "seq a number": good | {"seq": 1},
        "seq negative": good | {"seq": [0, 1, -1]},
        "seq with a boolean": good | {"seq": [False, 1, 1]},
        "seq: link of 2³²": good | {"seq": [2**32, 1, 1]},
        "seq: float": good | {"seq": [0, 1, 1.0]},
        "epoch too short": good | {"epoch": bytes(15)},
        "body a map": good | {"body": ENDPOINT},
        "body text": good | {"body": "x"},
        "audience text": good | {"audience": "public"},
        "audience empty": good | {"audience": []},
        "audience: another word": good | {"audience": ["private"]},
        "audience: public and an id": good | {"audience": ["public", hub.id]},
        "audience: network without id": good | {"audience": ["network"]},
        "audience: two networks": good | {"audience": ["network", bytes(32), hub.id]},
        "without epoch": {name: good[name] for name in names if name != "epoch"},
        "extra field": good | {"more": None},
        "another order": {name: good[name] for name in reversed(names)},
        "an array": list(good.values()),
        "a float for a time": good | {"issued": float(ISSUED)},
        "a timestamp for a time": good | {"issued": msgpack.Timestamp(ISSUED)},
        "no MessagePack": b"\xc1",
        "trailing byte in the payload": encode(good) + b"\0",
        "payload cut off": encode(good)[:-1],
        "key twice": b"\x8a" + encode(good)[1:] + encode("body") + encode(good["body"]),
        "payload in map 16": b"\xde\x00\x09" + encode(good)[1:],
        "17 levels in the body": good | {"body": bytes.fromhex("91" * 17 + "c0")},
    }
    for name, value in wrong.items():
        yield refusal(name, signed(hub, value), "malformed")
    yield from _kinds_of_the_future(hub, good)


def _kinds_of_the_future(hub: Actor, good: dict[str, Any]) -> Iterator[Case]:
    """§4.9."""
    unknown = good | {"kind": "petition", "name": "a.b", "body": b"whatever it will be"}
    erased = {"body": None, "expires": ISSUED + LIFETIME}
    for name, change in {
        "a kind of the future": {},
        "a kind of the future: the shortest, without a name": {"kind": "q", "name": ""},
        "a kind of the future: erased": erased,
        "a kind of the future: lives 400 days": {"expires": ISSUED + LIFETIME},
    }.items():
        raw = signed(hub, unknown | change)
        payload = {name: value for name, value in (unknown | change).items() if name != "body"}
        found = refusal(name, raw, "ok")
        yield found | {"fields": readable(payload), "body": None, "unread": True}
    for name, change in {
        "a kind of the future: 33 characters": {"kind": "a" * 33},
        "a kind of the future: directly": {"audience": ["direct", bytes(32)]},
        "a kind of the future: an epoch to everybody": {"epoch": bytes(16)},
        "a kind of the future: by a member, without an epoch": {"audience": ["network", bytes(32)]},
        "a kind of the future: lives a second longer": {"expires": ISSUED + LIFETIME + 1},
        "a kind of the future: erased for a day": erased | {"expires": ISSUED + 86_400},
        "a kind of the future: another name": {"name": "A"},
    }.items():
        yield refusal(name, signed(hub, unknown | change), "malformed")


def _times(hub: Actor) -> Iterator[Case]:
    """§4.5, §4.6."""
    rows: list[tuple[str, int, int, str]] = [
        ("issued 10 minutes ahead", NOW + 600, NOW + 700, "ok"),
        ("issued 10 minutes and a second ahead", NOW + 601, NOW + 700, "future"),
        ("expires in a second", ISSUED, NOW + 1, "ok"),
        ("expires now", ISSUED, NOW, "expired"),
        ("expired a year ago", NOW - LIFETIME - 9, NOW - LIFETIME, "expired"),
        ("lives 400 days", ISSUED, ISSUED + LIFETIME, "ok"),
        ("lives a second longer", ISSUED, ISSUED + LIFETIME + 1, "malformed"),
        ("expires when it was issued", ISSUED, ISSUED, "malformed"),
        ("expires before", ISSUED, ISSUED - 1, "malformed"),
        ("issued before 1970", -1, NOW, "malformed"),
        ("issued at the end of time", 2**64 - 2, 2**64 - 1, "future"),
    ]
    for name, issued, expires, code in rows:
        raw = signed(hub, payload_of(hub, issued=issued, expires=expires))
        yield fine(name, raw) if code == "ok" else refusal(name, raw, code)
    short = payload_of(hub, body=None, expires=EXPIRES - 1)
    yield refusal("tombstone that lives a second too short", signed(hub, short), "malformed")
    chain = encode({"links": hub.elements})
    name = to_name(digest(hub.elements[-1][0]))
    fields = {"kind": "identity", "name": name, "body": chain}
    yield refusal("identity that expires", signed(hub, payload_of(hub, **fields)), "malformed")
    late = signed(hub, payload_of(hub))
    yield refusal("the same record 400 days later", late, "expired") | {"now": EXPIRES}


def _authors(cast: Cast) -> Iterator[Case]:
    """§4.2."""
    hub, north, stranger = cast.hub, cast.north, cast.stranger
    foreign = signed(north, payload_of(hub))
    yield refusal("by north at a place of hub", foreign, "wrong-author")
    yield refusal(
        "by a stranger at a place of hub", signed(stranger, payload_of(hub)), "wrong-author"
    )
    yield refusal("by a stranger", signed(stranger, payload_of(stranger)), "unknown-key")
    ahead = payload_of(hub, seq=[1, hub.incarnation, 100])
    yield refusal("under a link that has not arrived", signed(hub, ahead), "unknown-key")


def _audiences(cast: Cast) -> Iterator[Case]:
    """Each kind to each audience that it may not have; and direct ones in the open (§4.3, §7)."""
    network = Audience.network(cast.alliance.id)
    north = Audience.direct([cast.north.id])
    for kind, example in examples(cast).items():
        if not example.kind.erasable:
            continue
        for audience in (PUBLIC, network, north):
            if audience.scope in example.kind.audiences and (audience != north or kind in OUTSIDE):
                continue
            place = Place(example.author.id, audience, kind, example.place.name)
            raw = example.author.record(kind, None, place.audience, place.name)
            yield refusal(f"{kind} to {audience.scope}", raw, "malformed")
    hub, seq = cast.hub, Seq(0, cast.hub.incarnation, 100)
    ids = sorted(made(f"id {number}") for number in range(33))
    sealed = {"kind": "sealed", "name": "a" * 26, "body": None, "seq": list(seq)}
    rows: dict[str, list[Any]] = {
        "direct to nobody": ["direct"],
        "direct to 33": ["direct", *ids],
        "direct, not ascending": ["direct", ids[1], ids[0]],
        "direct, one twice": ["direct", ids[0], ids[0]],
        "direct, an id of 31 bytes": ["direct", ids[0][:31]],
        "direct, to the author too": ["direct", *sorted([ids[0], hub.id])],
    }
    for name, audience_array in rows.items():
        raw = signed(hub, payload_of(hub, **sealed, audience=audience_array))
        yield refusal(name, raw, "malformed")
    raw = signed(hub, payload_of(hub, **sealed, audience=["direct", *ids[:32]]))
    yield fine("direct to 32", raw)


def _epochs(cast: Cast) -> Iterator[Case]:
    """§6.3."""
    hub, south, west, alliance = cast.hub, cast.south, cast.west, cast.alliance
    network = Audience.network(alliance.id)

    def meeting(author: Actor, epoch: bytes | None) -> bytes:
        return author.record("meeting", MEETING, network, "plenum", epoch=epoch)

    yield fine("content by the network itself", meeting(alliance, None))
    rows: list[tuple[str, bytes, str]] = [
        ("epoch missing", meeting(hub, None), "malformed"),
        ("epoch of the network itself", meeting(alliance, bytes(16)), "malformed"),
        ("by a member, with another epoch", meeting(hub, bytes(16)), "unknown-tie"),
        ("by one who left", meeting(south, epoch_of("south")), "not-a-member"),
        ("by an applicant", meeting(west, epoch_of("west")), "unknown-tie"),
        (
            "by a member, with the epoch of another",
            meeting(cast.north, epoch_of("hub")),
            "unknown-tie",
        ),
        ("epoch in public", hub.record("group", None, epoch=bytes(16)), "malformed"),
        ("membership without epoch", hub.record("membership", None, network), "malformed"),
    ]
    for name, raw, code in rows:
        yield refusal(name, raw, code)


def _rules(cast: Cast) -> Iterator[Case]:
    """The rules of kinds that need to know identities or times (§7.5, §7.6, §7.19, §7.23–§7.25)."""
    hub, north, alliance = cast.hub, cast.north, cast.alliance
    charter = examples(cast)["network"].content
    stranger = Actor("unheard of", (cast.stranger,))
    itself = Audience.network(alliance.id)
    rows: list[tuple[str, bytes, str]] = [
        ("charter by a group", hub.record("network", charter), "against-the-rules"),
        ("membership in a group", hub.joins(north, "x"), "against-the-rules"),
        ("membership in itself", alliance.joins(alliance, "x"), "against-the-rules"),
        ("membership in an unknown network", hub.joins(stranger, "x"), "unknown-key"),
        ("admission by a group", hub.answers(north, "x"), "against-the-rules"),
        (
            "admission by another than the network",
            hub.record("admission", None, itself, to_name(north.id), epoch=bytes(16)),
            "against-the-rules",
        ),
        (
            "admission erased, its name no id",
            alliance.record("admission", None, itself, "north", epoch=bytes(16)),
            "malformed",
        ),
    ]
    for kind in ("offer", "want"):
        late = examples(cast)[kind].record(expires=ISSUED + STANDING_SECONDS + 1)
        rows.append((f"{kind} that stands for more than 90 days", late, "against-the-rules"))
    participant = examples(cast)["participant"]
    late = participant.record(expires=ISSUED + LASTS_SECONDS + 1)
    rows.append(("participant that stands for more than 90 days", late, "against-the-rules"))
    everybody = participant.record(audience=PUBLIC, epoch=None)
    rows.append(("participant for everybody", everybody, "malformed"))
    rows += _of_statements(cast)
    for name, raw, code in rows:
        yield refusal(name, raw, code)


def _of_statements(cast: Cast) -> list[tuple[str, bytes, str]]:
    """Who keeps a list, and who answers it (§7.24, §7.25)."""
    alliance, statement = cast.alliance, examples(cast)["statement"]
    epoch = epoch_of("hub")
    by_group = statement._replace(author=cast.hub, epoch=epoch)
    by_itself = examples(cast)["stance"]._replace(author=alliance, epoch=None)
    return [
        ("statement by a member", by_group.record(), "against-the-rules"),
        ("statement erased by a member", by_group.record(content=None), "against-the-rules"),
        ("statement for everybody", statement.record(audience=PUBLIC), "malformed"),
        ("statement with an epoch", statement.record(epoch=epoch), "malformed"),
        ("stance by the network itself", by_itself.record(), "against-the-rules"),
        ("stance without epoch", examples(cast)["stance"].record(epoch=None), "malformed"),
    ]

"""`sealed.json`: opening what was sealed to several (§7.11), or closed (§7.12)."""

from typing import Any

from crypto.sealing import pad
from protocol.audience import Audience
from protocol.encoding import encode
from protocol.ids import to_name, to_text
from tests.protocol.making.cast import Actor, Cast, epoch_of, made, sealed_content
from tests.protocol.making.examples import MEETING, NEW_CHARTER, examples, founding

ABOUT = (
    "docs/protocol.md §7.11, §7.12. `record` is an envelope of kind `sealed` or `closed`, and"
    " verifies. `seeds` are the sealing seeds that the reader holds (crypto_box_seed_keypair)."
    " `expect` is `ok`, with `kind`, `name` and `body` (hex, null in a tombstone) of what is"
    " inside, or the code of §4.1. No tie is needed to decide."
)

Case = dict[str, Any]


def cases() -> list[Case]:
    """Good ones, then what a hostile author may put inside."""
    cast = Cast()
    return [*_good(cast), *_shut(cast), *_hostile(cast), *_closed(cast)]


def record_of(
    cast: Cast,
    readers: list[Actor],
    inner: bytes,
    label: str,
    padded: bytes | None = None,
    kind: str = "sealed",
) -> bytes:
    """The envelope that hub seals, or closes, for these readers around some bytes."""
    name = to_text(made(label, 16))
    content = sealed_content(cast.hub, readers, name, inner, padded=padded)
    return cast.hub.record(kind, content, Audience.direct(one.id for one in readers), name)


def inner_map(kind: Any, name: Any, body: Any) -> bytes:
    """What stands inside."""
    return encode({"kind": kind, "name": name, "body": body})


def _good(cast: Cast) -> list[Case]:
    found = []
    for kind, example in examples(cast).items():
        if not example.kind.inner:
            continue
        name, body = example.place.name, example.body
        raw = record_of(cast, [cast.north], inner_map(kind, name, body), f"good {kind}")
        found.append(_ok(f"{kind} to one", raw, cast.north, kind, name, body))
    group = examples(cast)["group"].body
    three = [cast.north, cast.south, cast.west]
    raw = record_of(cast, three, inner_map("group", "", group), "three")
    found += [
        _ok(f"group to three, opened by {one}", raw, one, "group", "", group) for one in three
    ]
    found.append(_ok("opened by its author", raw, cast.hub, "group", "", group))
    raw = record_of(cast, [cast.north], inner_map("meeting", "plenum", None), "tombstone")
    found.append(_ok("inner tombstone", raw, cast.north, "meeting", "plenum", None))
    name = to_name(epoch_of("north"))
    raw = record_of(cast, [cast.north], inner_map("receipt", name, None), "receipt")
    found.append(_ok("inner tombstone of a receipt", raw, cast.north, "receipt", name, None))
    return found


def _shut(cast: Cast) -> list[Case]:
    """Nothing wrong inside, but it does not open."""
    hub, north = cast.hub, cast.north
    audience = Audience.direct([north.id])
    inner = inner_map("peering", "", encode({"peer": north.id, "shown": False}))
    good = record_of(cast, [north], inner, "closed")
    name = to_text(made("context", 16))
    content = sealed_content(hub, [north], name, inner)
    moved = hub.record("sealed", content, audience, to_text(made("elsewhere", 16)))
    box = content["box"]
    changed = hub.record(
        "sealed", content | {"box": box[:-1] + bytes([box[-1] ^ 1])}, audience, name
    )
    short = hub.record("sealed", content | {"box": box[:39]}, audience, name)
    zeros = hub.record("sealed", content | {"wraps": [bytes(80)] * 2}, audience, name)
    erased = hub.record("sealed", None, audience, name)
    return [
        _bad("opened by somebody else", good, cast.west),
        _bad("with no key at all", good, None),
        _bad("moved to another name", moved, north),
        _bad("a byte of the box changed", changed, north),
        _bad("a box of 39 bytes", short, north),
        _bad("wraps of zeros", zeros, north),
        _bad("erased", erased, north),
    ]


def _hostile(cast: Cast) -> list[Case]:
    north = cast.north
    peering = encode({"peer": north.id, "shown": False})
    good = inner_map("peering", "", peering)
    rows: dict[str, tuple[bytes, str]] = {
        "unknown kind": (inner_map("petition", "", b""), "unknown-kind"),
        "sealed twice": (inner_map("sealed", "a" * 26, None), "malformed"),
        "a kind that never is direct": (inner_map("network", "", None), "malformed"),
        "identity": (inner_map("identity", "", encode({"links": []})), "malformed"),
        "kind nil": (inner_map(None, "", peering), "malformed"),
        "kind an array": (inner_map([], "", peering), "malformed"),
        "name nil": (inner_map("peering", None, peering), "malformed"),
        "name with a slash": (inner_map("meeting", "a/b", encode(MEETING)), "malformed"),
        "name where none may be": (inner_map("peering", "x", peering), "malformed"),
        "body a map": (inner_map("peering", "", {"peer": north.id, "shown": False}), "malformed"),
        "body of another kind": (inner_map("peering", "", encode(MEETING)), "malformed"),
        "peering with another": (
            inner_map("peering", "", encode({"peer": bytes(32), "shown": False})),
            "malformed",
        ),
        "receipt erased, its name no epoch": (inner_map("receipt", "x", None), "malformed"),
        "another order": (encode({"name": "", "kind": "peering", "body": peering}), "malformed"),
        "a field more": (
            encode({"kind": "peering", "name": "", "body": peering, "seq": 1}),
            "malformed",
        ),
        "an array": (encode(["peering", "", peering]), "malformed"),
        "no MessagePack": (b"\xc1", "malformed"),
        "nothing": (b"", "malformed"),
    }
    found = [
        _bad(name, record_of(cast, [north], inner, name), north, code)
        for name, (inner, code) in rows.items()
    ]
    two = record_of(cast, [north, cast.west], good, "two")
    found.append(_bad("peering to two", two, north))
    padded = pad(good)
    shapes = {
        "not padded": good,
        "padded with ones": padded[:-1] + b"\1",
        "padded too far": padded + bytes(256),
        "length beyond the end": b"\xff\xff\xff\xff" + padded[4:],
        "three bytes": b"\0\0\0",
        "empty": b"",
    }
    for name, plain in shapes.items():
        raw = record_of(cast, [north], b"", "padding " + name, padded=plain)
        found.append(_bad(f"padding: {name}", raw, north))
    return found


def _closed(cast: Cast) -> list[Case]:
    """Pacts: inside closed records, and nothing else there; and never inside sealed ones."""
    north, west, south = cast.north, cast.west, cast.south
    known, found = examples(cast), []
    for kind in ("pact", "signature", "certificate"):
        example = known[kind]
        pact = founding(cast, NEW_CHARTER)
        content: dict[str, Any] = {
            "pact": pact.content,
            "signature": pact.signed(cast.hub),
            "certificate": pact.certificate(map(pact.signature, (cast.hub, north))),
        }[kind]
        body = encode(content)
        inner = inner_map(kind, pact.name, body)
        raw = record_of(cast, [north, west, south], inner, f"closed {kind}", kind="closed")
        found.append(_ok(f"closed: {kind}", raw, west, kind, pact.name, body))
        erased = inner_map(kind, pact.name, None)
        raw = record_of(cast, [north], erased, f"closed {kind} erased", kind="closed")
        found.append(_ok(f"closed: {kind} erased", raw, north, kind, pact.name, None))
        erased = inner_map(kind, "x", None)
        raw = record_of(cast, [north], erased, f"closed {kind} named otherwise", kind="closed")
        found.append(_bad(f"closed: {kind} erased, its name no digest", raw, north))
        renamed = inner_map(kind, "0" * 64, body)
        raw = record_of(cast, [north, west, south], renamed, f"renamed {kind}", kind="closed")
        found.append(_bad(f"closed: {kind} under another name", raw, north))
        raw = record_of(cast, [north, west, south], inner, f"sealed {kind}")
        found.append(_bad(f"{kind} inside a sealed record", raw, north))
        raw = record_of(cast, [north, west], inner, f"without a carrier {kind}", kind="closed")
        if kind == "pact":
            found.append(_bad("closed: pact, to fewer than are asked", raw, north))
        assert example.kind.closed
    for kind, example in known.items():
        if example.kind.inner or kind in ("sealed", "closed", "identity", "network"):
            name = example.place.name
            inner = inner_map(kind, name, example.body)
            raw = record_of(cast, [north], inner, f"{kind} in closed", kind="closed")
            found.append(_bad(f"closed: {kind} inside", raw, north))
    inner = inner_map("petition", "", b"")
    raw = record_of(cast, [north], inner, "petition in closed", kind="closed")
    found.append(_bad("closed: unknown kind inside", raw, north, "unknown-kind"))
    return [*found, *_carried(cast)]


def _carried(cast: Cast) -> list[Case]:
    """A carrier's wrap opens nothing; those of the others do."""
    example = examples(cast)["closed"]
    pact = founding(cast, NEW_CHARTER)
    raw, body = example.record(), encode(pact.signed(cast.hub))
    readers = (cast.north, cast.west, cast.hub)
    found = [
        _ok(f"closed, with a carrier: opened by {one}", raw, one, "signature", pact.name, body)
        for one in readers
    ]
    return [*found, _bad("closed, with a carrier: for the carrier", raw, cast.south)]


def _ok(name: str, raw: bytes, reader: Actor, kind: str, inner: str, body: bytes | None) -> Case:
    return {
        "name": name,
        "record": raw.hex(),
        "seeds": [reader.sealing().seed.hex()],
        "expect": "ok",
        "kind": kind,
        "inner_name": inner,
        "body": None if body is None else body.hex(),
    }


def _bad(name: str, raw: bytes, reader: Actor | None, code: str = "malformed") -> Case:
    seeds = [reader.sealing().seed.hex()] if reader else []
    return {"name": name, "record": raw.hex(), "seeds": seeds, "expect": code}

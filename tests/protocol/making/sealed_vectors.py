"""`sealed.json`: opening what was sealed to several (§7.11)."""

from typing import Any

from crypto.sealing import pad
from protocol.audience import Audience
from protocol.encoding import encode
from protocol.ids import to_name, to_text
from tests.protocol.making.cast import Actor, Cast, epoch_of, made, sealed_content
from tests.protocol.making.examples import MEETING, examples

ABOUT = (
    "docs/protocol.md §7.11. `record` is an envelope of kind `sealed`, and verifies. `seeds` are"
    " the sealing seeds that the reader holds (crypto_box_seed_keypair). `expect` is `ok`, with"
    " `kind`, `name` and `body` (hex, null in a tombstone) of what is inside, or the code of §4.1."
    " No tie is needed to decide."
)

Case = dict[str, Any]


def cases() -> list[Case]:
    """Good ones, then what a hostile author may put inside."""
    cast = Cast()
    return [*_good(cast), *_closed(cast), *_hostile(cast)]


def record_of(
    cast: Cast, readers: list[Actor], inner: bytes, label: str, padded: bytes | None = None
) -> bytes:
    """The envelope that hub seals for these readers around some bytes."""
    name = to_text(made(label, 16))
    content = sealed_content(cast.hub, readers, name, inner, padded=padded)
    return cast.hub.record("sealed", content, Audience.direct(one.id for one in readers), name)


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


def _closed(cast: Cast) -> list[Case]:
    """Nothing wrong inside, but it does not open."""
    hub, north = cast.hub, cast.north
    audience = Audience.direct([north.id])
    inner = inner_map("peering", "", encode({"peer": north.id}))
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
    peering = encode({"peer": north.id})
    good = inner_map("peering", "", peering)
    rows: dict[str, tuple[bytes, str]] = {
        "unknown kind": (inner_map("pact", "", b""), "unknown-kind"),
        "sealed twice": (inner_map("sealed", "a" * 26, None), "malformed"),
        "a kind that never is direct": (inner_map("network", "", None), "malformed"),
        "identity": (inner_map("identity", "", encode({"links": []})), "malformed"),
        "kind nil": (inner_map(None, "", peering), "malformed"),
        "kind an array": (inner_map([], "", peering), "malformed"),
        "name nil": (inner_map("peering", None, peering), "malformed"),
        "name with a slash": (inner_map("meeting", "a/b", encode(MEETING)), "malformed"),
        "name where none may be": (inner_map("peering", "x", peering), "malformed"),
        "body a map": (inner_map("peering", "", {"peer": north.id}), "malformed"),
        "body of another kind": (inner_map("peering", "", encode(MEETING)), "malformed"),
        "peering with another": (
            inner_map("peering", "", encode({"peer": bytes(32)})),
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

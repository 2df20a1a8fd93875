"""`descriptors.json`: what a node says about itself at `/.well-known/verbund` (§9.1)."""

from typing import Any

from crypto.signing import SigningKey
from protocol.audience import PUBLIC, Audience
from protocol.encoding import encode
from protocol.record import seal_envelope
from tests.protocol.making.cast import NOW, Actor, made
from tests.protocol.making.examples import GROUP
from tests.protocol.making.readable import readable

ABOUT = (
    "docs/protocol.md §9.1. `descriptor` is what a node answered. `expect` is `ok`, with the"
    " fields, or the code of §4.1 with which whoever asked sets it aside. No tie is needed to"
    " decide."
)

Case = dict[str, Any]

NODE = b"verbund/node/1"


def content(home: Actor) -> dict[str, Any]:
    """As it should be: what the example of §9.1 shows."""
    return {
        "ids": [home.id],
        "urls": ["https://verbund.example:8480"],
        "tls": made("certificate"),
        "versions": [1],
        "issued": NOW,
        "identity": home.introduction(),
        "entry": None,
    }


def sealed(fields: Any, key: SigningKey, type_: bytes = NODE) -> bytes:
    """The envelope around these fields, or around bytes."""
    return seal_envelope(key, type_, fields if isinstance(fields, bytes) else encode(fields))


def cases() -> list[Case]:
    """Good and bad."""
    home, other, rotated = Actor("hub"), Actor("north"), Actor("hub")
    rotated.rotate()
    key, good = home.signing(), content(home)
    alliance = Actor("alliance", (home, other))
    full = {"ids": [home.id, alliance.id], "urls": [f"http://[::{n}]:80" for n in range(8)]}
    many = [home.id, *(made(f"id {n}") for n in range(16))]
    found = [
        _ok("one group", good, key),
        _ok("with a network, eight addresses, no certificate", good | full | {"tls": None}, key),
        _ok("no address", good | {"urls": []}, key),
        _ok("16 identities", good | {"ids": many[:16]}, key),
        _ok("after a rotation", content(rotated), rotated.signing()),
        _ok("speaks newer versions, too", good | {"versions": [1, 2]}, key),
        _ok("with an entry", good | {"entry": _entry(home)}, key),
    ]
    changes: dict[str, tuple[dict[str, Any], str]] = {
        "no identity": ({"ids": []}, "wrong-author"),
        "another home": ({"ids": [other.id]}, "wrong-author"),
        "home not first": ({"ids": [alliance.id, home.id]}, "wrong-author"),
        "an id twice": ({"ids": [home.id, home.id]}, "malformed"),
        "17 identities": ({"ids": many}, "malformed"),
        "an id of 31 bytes": ({"ids": [home.id[:31]]}, "malformed"),
        "ids nil": ({"ids": None}, "malformed"),
        "nine addresses": ({"urls": good["urls"] * 9}, "malformed"),
        "an address with a path": ({"urls": ["https://a.example/x"]}, "malformed"),
        "a certificate of 31 bytes": ({"tls": bytes(31)}, "malformed"),
        "version 0": ({"versions": [0]}, "malformed"),
        "17 versions": ({"versions": [*range(1, 18)]}, "malformed"),
        "issued negative": ({"issued": -1}, "malformed"),
        "issued in the year 10000": ({"issued": 253_402_300_800}, "malformed"),
        "identity nil": ({"identity": None}, "malformed"),
        "identity no envelope": ({"identity": b"\xc1"}, "malformed"),
        "identity an endpoint": ({"identity": _endpoint(home)}, "malformed"),
        "identity of another": ({"identity": other.introduction()}, "wrong-author"),
        "identity altered": ({"identity": _altered(good["identity"])}, "bad-signature"),
        "identity signed by another": ({"identity": _foreign(home, other)}, "wrong-author"),
        "entry no envelope": ({"entry": b"\xc1"}, "malformed"),
        "entry an endpoint": ({"entry": _endpoint(home)}, "malformed"),
        "entry erased": ({"entry": home.record("group", None)}, "malformed"),
        "entry for a network": (
            {"entry": _entry(home, Audience.network(alliance.id), bytes(16))},
            "malformed",
        ),
        "entry of another": ({"entry": _entry(other)}, "wrong-author"),
        "entry altered": ({"entry": _altered(_entry(home))}, "bad-signature"),
        "a field more": ({"more": None}, "malformed"),
    }
    for name, (change, code) in changes.items():
        found.append(_bad(name, sealed(good | change, key), code))
    order = {field: good[field] for field in reversed(good)}
    raw = sealed(good, key)
    rows: dict[str, tuple[bytes, str]] = {
        "another order": (sealed(order, key), "malformed"),
        "an array": (sealed(list(good.values()), key), "malformed"),
        "a trailing byte inside": (sealed(encode(good) + b"\0", key), "malformed"),
        "a trailing byte": (raw + b"\0", "malformed"),
        "cut off": (raw[:-1], "malformed"),
        "version 2 of the envelope": (raw[:1] + b"\2" + raw[2:], "unknown-version"),
        "a byte of the signature changed": (_altered(raw), "bad-signature"),
        "signed as a record": (sealed(good, key, b"verbund/record/1"), "bad-signature"),
        "signed by another": (sealed(good, other.signing()), "wrong-author"),
        "signed by the key before the rotation": (
            sealed(content(rotated), rotated.signing(0)),
            "wrong-author",
        ),
    }
    return [*found, *(_bad(name, bytes_, code) for name, (bytes_, code) in rows.items())]


def _endpoint(home: Actor) -> bytes:
    return home.record("endpoint", {"url": "https://a.example", "tls": None}, name="a")


def _entry(home: Actor, audience: Audience = PUBLIC, epoch: bytes | None = None) -> bytes:
    return home.record("group", GROUP, audience, epoch=epoch)


def _foreign(home: Actor, other: Actor) -> bytes:
    """The home's chain in a record that another key signed."""
    posing = Actor("hub")
    posing.signing = lambda _link=-1: other.signing()
    posing.elements = home.elements
    return posing.introduction()


def _altered(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


def _ok(name: str, fields: dict[str, Any], key: SigningKey) -> Case:
    found = {"name": name, "descriptor": sealed(fields, key).hex(), "expect": "ok"}
    return found | {"fields": readable(fields)}


def _bad(name: str, raw: bytes, code: str) -> Case:
    return {"name": name, "descriptor": raw.hex(), "expect": code}

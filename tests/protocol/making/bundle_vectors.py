"""`bundles.json`: whole bundles, good and bad, built by the steps of §10.1."""

from collections.abc import Sequence
from typing import Any

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from crypto.hashing import digest
from protocol.encoding import encode
from tests.protocol.making.cast import NOW, Actor, made, wrap_for
from tests.protocol.making.readable import readable

ABOUT = (
    "docs/protocol.md §10. A reader with the sealing keys of `seeds` (as in §5.5) reads `bundle`,"
    " knowing nobody. `expect` is `ok`, with the `statement`, the identities that are `proven`,"
    " home first, the digests of the records in whole parts, in order (`records`), the numbers of"
    " the parts that are `lost`, and whether something follows (`surplus`); or why nothing is read:"
    " `none` (no bundle), `version`, `others` (sealed for somebody else), `cut`, `altered`, or"
    " `not-accepted`, if the home is not proven."
)

Case = dict[str, Any]
PART, KEY = 131_072, made("bundle key")
FIRST = b"verbund-bundle-1\n"


def seal(number: int, plain: bytes) -> bytes:
    """A sealed part; number 0 is the head."""
    nonce = number.to_bytes(24, "big")
    return crypto_aead_xchacha20poly1305_ietf_encrypt(plain, b"", nonce, KEY)


def framed(envelopes: Sequence[bytes]) -> list[bytes]:
    """Parts before they are sealed."""
    found, plain = [], b""
    for one in envelopes:
        if len(plain) + 4 + len(one) > PART:
            found.append(plain.ljust(PART, b"\0"))
            plain = b""
        plain += len(one).to_bytes(4, "big") + one
    return [*found, plain] if plain else found


class Bundle:
    """A bundle, step by step, so that a case can break any of them."""

    def __init__(
        self, writers: Sequence[Actor], envelopes: Sequence[bytes], reader: Actor | None = None
    ) -> None:
        self.writers, self.reader, self.records = writers, reader, len(envelopes)
        self.plain = framed(envelopes)
        self.type = b"verbund/bundle/1"
        self.introductions = [one.introduction() for one in writers]

    def statement(self, **changed: Any) -> dict[str, Any]:
        """Of these parts."""
        said: dict[str, Any] = {
            "for": self.reader.id if self.reader else None,
            "made": NOW,
            "records": self.records,
            "last": len(self.plain[-1]) if self.plain else 0,
            "digests": b"".join(digest(one) for one in self.parts()),
        }
        return said | changed

    def parts(self) -> list[bytes]:
        """Sealed."""
        return [seal(number, plain) for number, plain in enumerate(self.plain, 1)]

    def head(self, statement: bytes) -> list[Any]:
        """Signed."""
        proofs = []
        for one in self.writers:
            signed = encode(["bundle", one.id, digest(statement)])
            proofs.append([one.id, one.signing().public, one.signing().sign(self.type, signed)])
        return [statement, proofs, self.introductions]

    def wrapped(self) -> bytes:
        """The key, for the reader or for everybody."""
        if self.reader is None:
            return bytes(48) + KEY
        return wrap_for(KEY, self.reader.sealing().public, "bundle")

    def file(self, head: Any = None, statement: Any = None) -> bytes:
        """All of it."""
        said = encode(self.statement() if statement is None else statement)
        raw = encode(self.head(said) if head is None else head)
        return self.around(raw) + b"".join(self.parts())

    def around(self, raw: bytes) -> bytes:
        """Start and head."""
        sealed = seal(0, raw)
        return FIRST + self.wrapped() + len(sealed).to_bytes(4, "big") + sealed


def example() -> tuple[dict[str, Any], bytes]:
    """The one of §10.1: its statement and all bytes."""
    hub = Actor("hub")
    bundle = Bundle([hub], [_entry(hub)])
    return bundle.statement(), bundle.file()


def _entry(by: Actor) -> bytes:
    return by.record("endpoint", {"url": "https://a.example", "tls": None}, name="a")


def cases() -> list[Case]:
    """All of them; those that are read first."""
    return [*_whole(), *_damaged(), *_heads(), *_unproven(), *_starts()]


def _whole() -> list[Case]:
    hub, north = Actor("hub"), Actor("north")
    net = Actor("net", [hub])
    few = [_entry(hub) for _ in range(3)]
    rotated = Actor("hub")
    rotated.rotate()
    return [
        _ok("for everybody", Bundle([hub], few)),
        _ok("sealed", Bundle([hub], few, north)),
        _ok("nothing in it", Bundle([hub], [], north)),
        _ok("two identities", Bundle([hub, net], [*few, net.introduction()], north)),
        _ok("after a rotation", Bundle([rotated], few, north)),
    ]


def _damaged() -> list[Case]:
    hub, north = Actor("hub"), Actor("north")
    bundle = Bundle([hub], [_entry(hub)], north)
    raw = bundle.file()
    some = [b"\xc0" * 65_500, b"\xc1" * 65_500, b"\xc2" * 100]
    two = Bundle([hub], some, north)
    inside = len(two.file()) - len(b"".join(two.parts())) + 5
    cases = [
        _ok("something behind it", bundle, raw + b"\0", surplus=True),
        _ok("the last byte cut", bundle, raw[:-1], lost=[1]),
        _ok("the last part cut off", bundle, raw[: -len(bundle.parts()[0])], lost=[1]),
        _ok("the last byte changed", bundle, _flipped(raw, len(raw) - 1), lost=[1]),
        _ok("one of two parts changed", two, _flipped(two.file(), inside), lost=[1]),
    ]
    entry = _entry(hub)
    shapes = {
        "a length beyond the part": (len(entry) + 1).to_bytes(4, "big") + entry,
        "something behind the zeros": b"\0\0\0\0" + b"\1",
        "a length cut off": len(entry).to_bytes(4, "big") + entry + b"\0\0\1",
        "1,001 envelopes": b"\0\0\0\1\xc0" * 1_001,
    }
    for name, plain in shapes.items():
        bundle = Bundle([hub], [entry], north)
        bundle.plain = [plain]
        cases.append(_ok(name, bundle, lost=[1]))
    return cases


def _flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def _heads() -> list[Case]:
    hub, north = Actor("hub"), Actor("north")
    few = [_entry(hub)]
    sealed, everybody = Bundle([hub], few, north), Bundle([hub], few)
    said = sealed.statement()
    changes: dict[str, dict[str, Any]] = {
        "sealed for everybody": {"for": None},
        "made before 1970": {"made": -1},
        "made after the year 9999": {"made": 253_402_300_800},
        "more records than fit": {"records": 4_096_001},
        "a last part that is too long": {"last": 131_073},
        "a last part that is empty": {"last": 0},
        "half a digest": {"digests": said["digests"][:-1]},
        "no digest of a part": {"digests": b""},
        "digests that are text": {"digests": "x" * 32},
        "a field more": {"more": None},
    }
    found = [
        _bad(name, sealed, sealed.file(statement=said | change), "altered")
        for name, change in changes.items()
    ]
    order = {field: said[field] for field in reversed(said)}
    statement = encode(said)
    good = sealed.head(statement)
    raw = sealed.file()
    heads: dict[str, bytes] = {
        "fields in another order": sealed.file(statement=order),
        "open, but for somebody": everybody.file(statement=everybody.statement() | {"for": hub.id}),
        "a head of two": sealed.file(good[:2]),
        "a head of four": sealed.file([*good, None]),
        "a head that is a map": sealed.file({"statement": statement}),
        "no identity": sealed.file([statement, [], []]),
        "no identity record": sealed.file([statement, good[1], []]),
        "an identity twice": sealed.file([statement, good[1] * 2, good[2] * 2]),
        "a key too short": sealed.file([statement, [[hub.id, b"x", bytes(64)]], good[2]]),
        "a trailing byte in the head": sealed.around(encode(good) + b"\0"),
        "a byte of the head changed": _flipped(raw, 200),
        "a length of the head that is less": raw[:97] + b"\0\0\1\0" + raw[101:],
        "no length of the head": raw[:97] + bytes(4) + raw[101:],
        "a head of half a gigabyte": raw[:97] + b"\x20\0\0\0" + raw[101:],
    }
    return [*found, *(_bad(name, sealed, bytes_, "altered") for name, bytes_ in heads.items())]


def _unproven() -> list[Case]:
    hub, north = Actor("hub"), Actor("north")
    few = [_entry(hub)]
    rotated = Actor("hub")
    rotated.rotate()
    bundle = Bundle([hub], few, north)
    statement = encode(bundle.statement())
    _statement, proofs, introductions = bundle.head(statement)
    (id_, key, signature) = proofs[0]
    old = rotated.signing(0)
    signed = encode(["bundle", id_, digest(statement)])
    other = Bundle([hub], few, north)
    other.type = b"verbund/hello/1"
    wrong: dict[str, Any] = {
        "signed as a handshake": other.head(statement),
        "signed for another bundle": bundle.head(encode(bundle.statement(made=NOW - 1))),
        "a signature changed": [statement, [[id_, key, _flipped(signature, 9)]], introductions],
        "the identity of somebody else": [statement, proofs, [north.introduction()]],
        "an endpoint as identity": [statement, proofs, few],
        "the key before the rotation": [
            statement,
            [[id_, old.public, old.sign(b"verbund/bundle/1", signed)]],
            [rotated.introduction()],
        ],
        "signed by somebody else": [
            statement,
            [[id_, north.signing().public, north.signing().sign(b"verbund/bundle/1", signed)]],
            introductions,
        ],
    }
    wrong["signed for another bundle"][0] = statement
    return [_bad(name, bundle, bundle.file(head), "not-accepted") for name, head in wrong.items()]


def _starts() -> list[Case]:
    hub, north = Actor("hub"), Actor("north")
    bundle = Bundle([hub], [_entry(hub)], north)
    raw = bundle.file()
    rows = {
        "nothing": (b"", "none"),
        "something else": (b"PK\3\4 an archive of another kind", "none"),
        "a backup": (b"verbund-backup-1\n" + raw[17:], "none"),
        "another version": (b"verbund-bundle-2\n" + raw[17:], "version"),
        "no line feed": (b"verbund-bundle-12" + raw[17:], "version"),
        "cut in the first line": (raw[:9], "cut"),
        "cut in the wrap": (raw[:60], "cut"),
        "cut in the head": (raw[:300], "cut"),
        "a byte of the wrap changed": (_flipped(raw, 20), "others"),
        "sealed for somebody else": (Bundle([hub], [_entry(hub)], Actor("south")).file(), "others"),
        "48 zeros and another key": (raw[:17] + bytes(80) + raw[97:], "altered"),
    }
    return [_bad(name, bundle, bytes_, code) for name, (bytes_, code) in rows.items()]


def _ok(
    name: str,
    bundle: Bundle,
    raw: bytes | None = None,
    *,
    lost: Sequence[int] = (),
    surplus: bool = False,
) -> Case:
    records = [
        digest(one).hex()
        for number, plain in enumerate(bundle.plain, 1)
        if number not in lost
        for one in _unframed(plain)
    ]
    return _case(name, bundle, bundle.file() if raw is None else raw, "ok") | {
        "statement": readable(bundle.statement()),
        "proven": [one.id.hex() for one in bundle.writers],
        "records": records,
        "lost": list(lost),
        "surplus": surplus,
    }


def _unframed(plain: bytes) -> list[bytes]:
    found, at = [], 0
    while size := int.from_bytes(plain[at : at + 4], "big"):
        found.append(plain[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def _bad(name: str, bundle: Bundle, raw: bytes, code: str) -> Case:
    return _case(name, bundle, raw, code)


def _case(name: str, bundle: Bundle, raw: bytes, code: str) -> Case:
    seeds = [bundle.reader.sealing().seed.hex()] if bundle.reader else []
    return {"name": name, "seeds": seeds, "bundle": raw.hex(), "expect": code}

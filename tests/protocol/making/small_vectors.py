"""`words.json`, `dsse.json`, `order.json` and `peer_links.json`: the small files."""

import base64
from typing import Any

from crypto.hashing import digest
from crypto.signing import SigningKey, pae
from crypto.words import Purpose, words_from_entropy
from protocol.encoding import encode
from protocol.kind import Seq
from protocol.peering import PeerLink
from tests.protocol.making.cast import NOW, Actor, made

ABOUT_WORDS = (
    "docs/protocol.md §5.5, §5.1. 24 BIP-39 words give the entropy; purpose, number of the"
    " identity and number of the link give each seed; `link_0` is the payload of the first link"
    " that follows, and `id` its digest. `invalid` are texts that are no recovery words."
)

ABOUT_DSSE = (
    "docs/protocol.md §3. `pae` is what is signed for this `type` and `payload`; `signature` is"
    " that of `seed` over it, Ed25519. `expect` is `ok` or `bad-signature`, for the verifier."
)

ABOUT_ORDER = (
    "docs/protocol.md §4.4. Two records at one place: `counts` says which of them stands, `a` or"
    " `b`, whichever arrives first. `contradiction` is true where a person is told."
)

ABOUT_PEER_LINKS = (
    "docs/protocol.md §9.3. `link` is a one-time invitation; blanks and line ends around it do not"
    " matter. `expect` is `ok`, with the fields, or `malformed`."
)

Case = dict[str, Any]


def words_cases() -> list[Case]:
    """A group, and the second network that it founded."""
    found = []
    for label, index in (("words of a group", 0), ("words of a group", 2)):
        entropy = made(label)
        founders = (Actor("founder 0"), Actor("founder 1")) if index else ()
        actor = Actor(label, founders, entropy=entropy, index=index)
        seeds = [
            {"purpose": purpose.value, "link": link, "seed": actor.seed(purpose, link).hex()}
            for purpose in Purpose
            for link in (0, 1)
        ]
        found.append(
            {
                "name": f"identity {index}",
                "words": words_from_entropy(entropy),
                "entropy": entropy.hex(),
                "identity": index,
                "seeds": seeds,
                "signing": actor.signing().public.hex(),
                "sealing": actor.sealing().public.hex(),
                "next": digest(actor.rotation(1).public).hex(),
                "founders": [one.hex() for one in actor.founders],
                "link_0": actor.elements[0][0].hex(),
                "id": actor.id.hex(),
                "rotated_element": encode(actor.rotated()).hex(),
            }
        )
    return found


def invalid_words() -> list[Case]:
    """What a person may type."""
    words = words_from_entropy(made("words of a group")).split()
    return [
        {"name": "a word too few", "words": " ".join(words[:-1])},
        {"name": "a word too many", "words": " ".join([*words, words[0]])},
        {"name": "not in the list", "words": " ".join(["verbund", *words[1:]])},
        {"name": "checksum", "words": " ".join([*words[1:], words[0]])},
        {"name": "nothing", "words": ""},
    ]


def dsse_cases() -> list[Case]:
    """The types of §3, and signatures that do not fit."""
    key = SigningKey(made("dsse"))
    payload = encode({"motto": "Gemeinsam statt allein"})
    types = ("record", "link", "majority", "hello", "node")
    found = [_signed(key, f"verbund/{name}/1", payload) for name in types]
    found.append(_signed(key, "verbund/record/1", b""))
    found.append(_signed(key, "http://example.com/HelloWorld", b"hello world"))
    good = _signed(key, "verbund/record/1", payload)
    other = SigningKey(made("dsse 2")).public.hex()
    flipped = bytearray.fromhex(good["signature"])
    flipped[0] ^= 1
    changes: dict[str, dict[str, str]] = {
        "another type": {"type": "verbund/link/1"},
        "another payload": {"payload": payload[:-1].hex()},
        "another key": {"public": other},
        "a byte of R changed": {"signature": flipped.hex()},
        "signature cut": {"signature": good["signature"][:-2]},
        "the type's border moved": {"type": "verbund/record/", "payload": "31" + payload.hex()},
    }
    for name, change in changes.items():
        bad = {key: value for key, value in good.items() if key not in ("seed", "pae")}
        found.append(bad | change | {"name": name, "expect": "bad-signature"})
    return found


def _signed(key: SigningKey, type_: str, payload: bytes) -> Case:
    return {
        "name": f"{type_}, {len(payload)} bytes",
        "type": type_,
        "payload": payload.hex(),
        "pae": pae(type_.encode(), payload).hex(),
        "seed": key.seed.hex(),
        "public": key.public.hex(),
        "signature": key.sign(type_.encode(), payload).hex(),
        "expect": "ok",
    }


def order_cases() -> list[Case]:
    """`a` is made with a smaller `seq` unless the two are equal."""
    actor = Actor("order")
    actor.rotate()
    start = actor.incarnation
    rows: list[tuple[str, Seq, Seq]] = [
        ("counter", Seq(0, start, 1), Seq(0, start, 2)),
        ("counter, as numbers", Seq(0, start, 9), Seq(0, start, 10)),
        ("counter, largest", Seq(0, start, 2**63), Seq(0, start, 2**64 - 1)),
        ("incarnation before counter", Seq(0, start, 99), Seq(0, start + 2**32, 1)),
        ("link before incarnation", Seq(0, 2**64 - 1, 2**64 - 1), Seq(1, start, 1)),
    ]
    found = []
    for name, older, newer in rows:
        a, b = _endpoint(actor, older, "a"), _endpoint(actor, newer, "b")
        found.append(_pair(name, a, b, "b"))
    late = actor.record("endpoint", None, name="home", issued=NOW - 9_999, seq=Seq(0, start, 2))
    found.append(_pair("clocks order nothing", _endpoint(actor, Seq(0, start, 1), "a"), late, "b"))
    for number in range(3):
        seq = Seq(0, start, number)
        a, b = _endpoint(actor, seq, f"x{number}"), _endpoint(actor, seq, f"y{number}")
        smaller = "a" if _id(actor, a) < _id(actor, b) else "b"
        found.append(_pair(f"equal seq {number}: smaller id", a, b, smaller, contradiction=True))
    same = _endpoint(actor, Seq(0, start, 5), "same")
    found.append(_pair("the same record", same, same, "a"))
    return found


def _endpoint(actor: Actor, seq: Seq, host: str) -> bytes:
    content = {"url": f"https://{host}.example", "tls": None}
    return actor.record("endpoint", content, name="home", seq=seq)


def _id(actor: Actor, raw: bytes) -> bytes:
    """The digest of the payload, cut out of the envelope: 3 bytes before it, 66 after it."""
    start = raw.index(actor.id) - len(b"\x89\xa6author\xc4\x20")
    return digest(raw[start:-66])


def _pair(name: str, a: bytes, b: bytes, counts: str, *, contradiction: bool = False) -> Case:
    return {
        "name": name,
        "a": a.hex(),
        "b": b.hex(),
        "counts": counts,
        "contradiction": contradiction,
    }


def peer_link_cases() -> list[Case]:
    """Good ones, and what copying and ill will make of them."""
    id_, code, tls = made("host"), made("code", 16), made("certificate")
    url = "https://verbund.example:8480"
    good = PeerLink(id_, url, tls, code, NOW + 86_400)
    plain = PeerLink(id_, "http://[::1]:8480", None, code, NOW)
    text = str(good)
    head, _, secret = text.partition("#")
    bad = {
        "cut off": text[:-3],
        "a character more": text + "A",
        "padded": text + "==",
        "not base64url": text[:-1] + "!",
        "a blank inside": text.replace("#", "# "),
        "empty secret": head + "#",
        "no secret": head,
        "another address in front": "https://evil.example/peer#" + secret,
        "another path": url + "/link#" + secret,
        "not an address": "verbund",
        "empty": "",
        "1,401 characters": text + "A" * (1_401 - len(text)),
        "version 2": _link(url, [2, id_, url, tls, code, NOW]),
        "address with a path": _link(url + "/x", [1, id_, url + "/x", tls, code, NOW]),
        "code too short": _link(url, [1, id_, url, tls, code[:-1], NOW]),
        "a certificate of 31 bytes": _link(url, [1, id_, url, tls[:-1], code, NOW]),
        "expires negative": _link(url, [1, id_, url, tls, code, -1]),
        "a field missing": _link(url, [1, id_, url, tls, code]),
        "a field more": _link(url, [1, id_, url, tls, code, NOW, None]),
        "a map": _link(url, {"id": id_}),
        "not MessagePack": head + "#wQ",
    }
    found = [_peer_link("with a certificate", text, good), _peer_link("plain", str(plain), plain)]
    found.append(_peer_link("blanks around", f"  {text}\n", good))
    return found + [{"name": name, "link": one, "expect": "malformed"} for name, one in bad.items()]


def _link(url: str, value: Any) -> str:
    return url + "/peer#" + base64.urlsafe_b64encode(encode(value)).decode().rstrip("=")


def _peer_link(name: str, text: str, link: PeerLink) -> Case:
    return {
        "name": name,
        "link": text,
        "expect": "ok",
        "id": link.id.hex(),
        "url": link.url,
        "tls": link.tls.hex() if link.tls else None,
        "code": link.code.hex(),
        "expires": link.expires,
    }

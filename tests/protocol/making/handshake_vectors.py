"""`handshake.json`: a whole transcript, then what else a side may hear (§8.2)."""

from typing import Any

from nacl.bindings import crypto_secretstream_xchacha20poly1305_TAG_FINAL

from protocol.encoding import encode
from tests.protocol.making.cast import Actor, made
from tests.protocol.making.talk import HELLO, HOST, Held, Talk, held

ABOUT = (
    "docs/protocol.md §8.2. `transcript` is one handshake, step by step; seeds are for"
    " crypto_kx_seed_keypair and Ed25519. In `cases` a side of `sides`, with its seed, nonce and"
    " identities, hears `incoming`, message by message (each hex, or a list of `parts`); it holds"
    " the `identity` envelopes in `known`. Random is only what it sends, so its own messages 3 to 5"
    " differ from the transcript in header and ciphertext. `expect` is `ok`, with the proven `ids`,"
    " home first, and the `code` heard; or the code of `end`, which this side sends unless `by` is"
    " `other`. Where it knows a chain by which another key counts it shows `shown` in `behind`;"
    " where the other side does that, `behind` is what it hears. Side `dialler` wants `expected`,"
    " or that of the case. Whether the other side is welcome is not asked: take it that it is."
)

Case = dict[str, Any]
EARLIER = " earlier"
CODE = made("code", 16)
LARGE = 262_145


class Scene:
    """The home groups of both sides, and their handshake."""

    def __init__(self) -> None:
        self.talk = Talk()
        self.hub, self.north = held(Actor("hub")), held(Actor("north"))

    def third(self) -> list[Any]:
        return self.talk.third([self.hub])

    def fourth(self, *holdings: Held, **more: Any) -> list[Any]:
        return self.talk.fourth(holdings or [self.north], **({"expected": self.hub.id} | more))

    def hears_third(self, message: Any, *more: Any) -> list[str]:
        """What D hears when this is message 3, and those follow."""
        plain = [encode(one) for one in (message, *more)]
        return [self.talk.second.hex(), *(self.talk.a.push(one).hex() for one in plain)]

    def hears_fourth(self, message: Any) -> list[str]:
        """What A hears when this is message 4."""
        return [self.talk.first.hex(), self.talk.d.push(encode(message)).hex()]


def sides() -> dict[str, Any]:
    """What each side is and wants."""
    scene = Scene()
    talk = scene.talk
    dialler = _side(scene.north, Actor("north"), talk.d_seed, talk.d_nonce)
    answerer = _side(scene.hub, Actor("hub"), talk.a_seed, talk.a_nonce)
    wants = {"expected": scene.hub.id.hex(), "host": HOST, "code": None}
    return {"dialler": dialler | wants, "answerer": answerer | {"hosts": [HOST]}}


def _side(one: Held, actor: Actor, seed: bytes, nonce: bytes) -> Case:
    mine = {
        "id": one.id.hex(),
        "signing_seed": actor.signing().seed.hex(),
        "signing": one.key.public.hex(),
        "identity": one.envelope.hex(),
    }
    return {"seed": seed.hex(), "nonce": nonce.hex(), "holds": [mine]}


def transcript() -> dict[str, str]:
    """Every step of the handshake of `sides`, in hexadecimal."""
    scene = Scene()
    talk, hub, north = scene.talk, scene.hub, scene.north
    third, fourth = scene.third(), scene.fourth()
    fifth = talk.fifth(hub, north.id)
    signed = (
        talk.signed("answer", hub.id),
        talk.signed("dial", north.id, hub.id, HOST),
        talk.signed("accept", hub.id, north.id),
    )
    values = {
        "dialler_seed": talk.d_seed,
        "dialler_secret": talk.d_secret,
        "dialler_public": talk.d_public,
        "dialler_nonce": talk.d_nonce,
        "answerer_seed": talk.a_seed,
        "answerer_secret": talk.a_secret,
        "answerer_public": talk.a_public,
        "answerer_nonce": talk.a_nonce,
        "message_1": talk.first,
        "message_2": talk.second,
        "transcript": talk.transcript,
        "answerer_sends_under": talk.a_to_d,
        "dialler_sends_under": talk.d_to_a,
        "tag_key": talk.tag_key,
        "signed_in_message_3": signed[0],
        "signature_in_message_3": third[1][0][2],
        "plain_3": encode(third),
        "message_3": talk.a.push(encode(third)),
        "signed_in_message_4": signed[1],
        "signature_in_message_4": fourth[1][0][2],
        "plain_4": encode(fourth),
        "message_4": talk.d.push(encode(fourth)),
        "signed_in_message_5": signed[2],
        "signature_in_message_5": fifth[1],
        "plain_5": encode(fifth),
        "message_5": talk.a.push(encode(fifth)),
    }
    return {name: value.hex() for name, value in values.items()}


def cases() -> list[Case]:
    """Both sides, good and bad."""
    return [*_plain(), *_dialler(), *_acceptances(), *_answerer(), *_chains(), *_counts()]


def _plain() -> list[Case]:
    """Messages 1 and 2, which are alike, and ends."""
    talk = Talk()
    good = ["verbund", 1, talk.d_public, talk.d_nonce]
    rows: dict[str, Any] = {
        "version 2": ["verbund", 2, *good[2:]],
        "another name": ["hello", *good[1:]],
        "a nonce of 31 bytes": [*good[:3], bytes(31)],
        "a fifth element": [*good, None],
        "a map": {"verbund": 1},
        "an ephemeral key of 31 bytes": [*good[:2], bytes(31), good[3]],
        "an ephemeral key of low order": [*good[:2], bytes(32), good[3]],
        "an ephemeral key that is not canonical": [*good[:2], b"\xff" * 31 + b"\x7f", good[3]],
        "an acceptance at once": ["accept", bytes(64)],
        "an end with a code of its own": ["end", "because"],
        "an end without a code": ["end"],
    }
    found = []
    for side, number in (("answerer", 1), ("dialler", 2)):
        for name, value in rows.items():
            found.append(_bad(f"message {number}: {name}", side, [encode(value).hex()]))
        trailing = (talk.first if number == 1 else talk.second) + b"\0"
        found.append(_bad(f"message {number}: a trailing byte", side, [trailing.hex()]))
        found.append(_bad(f"message {number}: empty", side, [""]))
        large = [[["00", LARGE]]]
        found.append(_bad(f"message {number}: more than 256 KiB", side, large, "bounds"))
    busy = encode(["end", "busy"]).hex()
    found.append(_bad("the other side is busy", "dialler", [busy], "busy") | {"by": "other"})
    return found


def _dialler() -> list[Case]:
    """Message 3."""
    s, earlier = Scene(), Talk(EARLIER)
    talk, hub, north = s.talk, s.hub, s.north
    good = s.hears_third(s.third(), talk.fifth(hub, north.id))
    found = [_ok("the dialler hears the answerer out", "dialler", good, [hub])]
    s = Scene()
    both = [s.hub, held(Actor("alliance", (Actor("hub"), Actor("north"))))]
    heard = s.hears_third(s.talk.third(both), s.talk.fifth(s.hub, s.north.id))
    wanted = {"expected": both[1].id.hex()}
    found.append(_ok("the one wanted is not the home", "dialler", heard, both) | wanted)
    rows: dict[str, Any] = {
        "signature for message 4": [_swap(s.third(), talk.dial(hub, hub.id)), "not-accepted"],
        "passed on from another handshake": [earlier.third([hub]), "not-accepted"],
        "expected is not nil": [_put(s.third(), 3, hub.id), "protocol"],
        "host is not nil": [_put(s.third(), 4, HOST), "protocol"],
        "code is not nil": [_put(s.third(), 5, CODE), "protocol"],
        "an element missing": [s.third()[:5], "protocol"],
        "accepted before it proved anything": [talk.fifth(hub, north.id), "protocol"],
    }
    for name, (message, code) in rows.items():
        heard = Scene().hears_third(message)
        found.append(_bad(f"message 3: {name}", "dialler", heard, code))
    heard = Scene().hears_third(s.third())
    other = _bad("message 3: the one wanted is not there", "dialler", heard, "wrong-address")
    found.append(other | {"expected": north.id.hex()})
    replayed = [talk.second.hex(), earlier.a.push(encode(earlier.third([hub]))).hex()]
    found.append(_bad("message 3: replayed from another handshake", "dialler", replayed))
    found.append(_bad("message 3: in the plain", "dialler", [talk.second.hex(), plain(s.third())]))
    heard = Scene().hears_third(["end", "shutdown"])
    ended = _bad("the other side ends before message 3", "dialler", heard, "shutdown")
    return [*found, ended | {"by": "other"}]


def _acceptances() -> list[Case]:
    """Message 5."""
    s = Scene()
    talk, hub, north = s.talk, s.hub, s.north
    swapped = hub.key.sign(HELLO, talk.signed("accept", north.id, hub.id))
    rows: dict[str, tuple[Any, str]] = {
        "signed by another": (["accept", talk.fifth(north, north.id)[1]], "not-accepted"),
        "homes swapped": (["accept", swapped], "not-accepted"),
        "of another handshake": (Talk(EARLIER).fifth(hub, north.id), "not-accepted"),
        "no signature": (["accept", None], "protocol"),
        "a third element": ([*talk.fifth(hub, north.id), None], "protocol"),
        "a second proof": (s.third(), "protocol"),
    }
    found = [
        _bad(f"message 5: {name}", "dialler", Scene().hears_third(s.third(), message), code)
        for name, (message, code) in rows.items()
    ]
    heard = Scene().hears_third(s.third(), ["end", "not-accepted"])
    refused = _bad("the other side does not accept", "dialler", heard, "not-accepted")
    return [*found, refused | {"by": "other"}]


def _answerer() -> list[Case]:
    """Message 4."""
    s, earlier = Scene(), Talk(EARLIER)
    talk, hub, north = s.talk, s.hub, s.north
    found = [_ok("the answerer hears the dialler", "answerer", s.hears_fourth(s.fourth()), [north])]
    s = Scene()
    heard = s.hears_fourth(s.fourth(code=CODE))
    invited = _ok("the answerer hears a code", "answerer", heard, [north])
    found.append(invited | {"code": CODE.hex()})
    foreign = held(Actor("west"))
    group = Actor("north").record("endpoint", {"url": "https://a.example", "tls": None}, name="a")
    rows: dict[str, tuple[Any, str]] = {
        "signature of zeros": (_swap(s.fourth(), [*north[:1], north.key.public, bytes(64)]), ""),
        "signature for message 3": (_swap(s.fourth(), talk.answer(north)), ""),
        "signed for another host": (_swap(s.fourth(), talk.dial(north, hub.id, "a:1")), ""),
        "signed for another expected": (_swap(s.fourth(), talk.dial(north, north.id)), ""),
        "passed on from another handshake": (earlier.fourth([north], hub.id), ""),
        "another's key": (_swap(s.fourth(), [north.id, *talk.dial(foreign, hub.id)[1:]]), ""),
        "another's envelope": (_put(s.fourth(), 2, [foreign.envelope]), ""),
        "an envelope that is no `identity`": (_put(s.fourth(), 2, [group]), ""),
        "an envelope that is none": (_put(s.fourth(), 2, [b"\xc1"]), ""),
        "wrong expected": (s.fourth(expected=north.id), "wrong-address"),
        "wrong host": (s.fourth(host="other.example:8480"), "wrong-address"),
        "host without its port": (s.fourth(host="verbund.example"), "wrong-address"),
        "host in upper case": (s.fourth(host=HOST.upper()), "wrong-address"),
        "expected is nil": (_put(s.fourth(), 3, None), "protocol"),
        "host is nil": (_put(s.fourth(), 4, None), "protocol"),
        "host of 301 characters": (s.fourth(host="a" * 301), "protocol"),
        "a code of 15 bytes": (s.fourth(code=CODE[:15]), "protocol"),
        "an element more": ([*s.fourth(), None], "protocol"),
        "a map": ({"proof": None}, "protocol"),
    }
    for name, (message, code) in rows.items():
        heard = Scene().hears_fourth(message)
        found.append(_bad(f"message 4: {name}", "answerer", heard, code or "not-accepted"))
    old = [earlier.first.hex(), earlier.d.push(encode(earlier.fourth([north], hub.id))).hex()]
    found.append(_bad("messages 1 and 4: replayed from another handshake", "answerer", old))
    return [*found, *_broken(s.fourth())]


def _broken(message: list[Any]) -> list[Case]:
    """The right message 4, as the wrong bytes."""
    good, raw = encode(message), Scene().hears_fourth(message)
    first, whole = raw[0], bytes.fromhex(raw[1])
    final = Talk().d.push(good, crypto_secretstream_xchacha20poly1305_TAG_FINAL)
    long = b"\x96\xda\x00\x05" + good[2:]  # "proof" as a text of 16-bit length
    rows = {
        "a trailing byte inside": Talk().d.push(good + b"\0"),
        "not the shortest encoding": Talk().d.push(long),
        "a trailing byte": whole + b"\0",
        "cut off": whole[:-1],
        "a byte changed": whole[:-1] + bytes([whole[-1] ^ 1]),
        "without the header": whole[24:],
        "the tag FINAL": final,
        "in the plain": good,
        "empty": b"",
    }
    found = [_bad(f"message 4: {n}", "answerer", [first, x.hex()]) for n, x in rows.items()]
    large = [first, [["00", LARGE - len(first) // 2]]]
    return [*found, _bad("more than 256 KiB in one direction", "answerer", large, "bounds")]


def _chains() -> list[Case]:
    """A chain that grew, forked, or can't be checked."""
    old, new, fork = Actor("north"), Actor("north"), Actor("north")
    new.rotate()
    fork.rotate(compromised=True)
    young, grown, forked = held(old), held(new), held(fork)
    mixed = Held(young.id, grown.key, young.envelope)
    unsure = Actor("unsure", (Actor("u"), Actor("v")))
    unsure.elements.append(
        unsure.voted(sorted((Actor("u"), Actor("v")), key=lambda one: one.id), [Actor("u")])
    )
    network = held(unsure)
    s = Scene()
    rows: list[tuple[str, list[Held], list[Held], str]] = [
        ("shows a longer chain than the known one", [grown], [young], "ok"),
        ("shows a shorter chain, signs with the known key", [mixed], [grown], "ok"),
        ("shows a shorter chain, signs with its old key", [young], [grown], "not-accepted"),
        ("shows a fork of the known chain", [forked], [grown], "not-accepted"),
        ("a network whose majority is not known: left out", [s.north, network], [], "ok"),
        ("a home whose majority is not known", [network, s.north], [], "not-accepted"),
    ]
    found = []
    for name, shown, known, expect in rows:
        heard = Scene().hears_fourth(s.fourth(*shown))
        good = expect == "ok"
        case = (
            _ok(name, "answerer", heard, shown[:1])
            if good
            else _bad(name, "answerer", heard, expect)
        )
        case |= {"known": [one.envelope.hex() for one in known]}
        found.append(case | ({"shown": case["known"]} if name in BEHIND else {}))
    return [*found, *_left_behind(grown)]


BEHIND = ("shows a shorter chain, signs with its old key", "shows a fork of the known chain")


def _left_behind(grown: Held) -> list[Case]:
    """The other side knows a newer chain than the one shown, or says so at the wrong time."""
    s, envelope = Scene(), grown.envelope
    told = ["behind", [envelope]]
    heard = s.hears_third(s.third(), told)
    good = _bad("is told that it is behind", "dialler", heard, "not-accepted")
    rows = {
        "behind before the proof": Scene().hears_third(told),
        "behind, nothing shown": Scene().hears_third(s.third(), ["behind", []]),
        "behind, a field too many": Scene().hears_third(s.third(), [*told, None]),
        "behind, 17 shown": Scene().hears_third(s.third(), ["behind", [b"x"] * 17]),
    }
    first = _bad("a dialler tells that it is behind", "answerer", Scene().hears_fourth(told))
    by = {"by": "other", "expect": "not-accepted", "behind": [envelope.hex()]}
    return [
        good | by,
        first | by,
        *(_bad(name, "dialler", incoming) for name, incoming in rows.items()),
    ]


def _counts() -> list[Case]:
    """How many identities."""
    s = Scene()
    many = [held(Actor(f"one of many {n}")) for n in range(17)]
    one, proof, envelope = s.north, s.fourth()[1][0], s.north.envelope
    rows: dict[str, Any] = {
        "no identity": _put(_put(s.fourth(), 1, []), 2, []),
        "an identity twice": _put(_put(s.fourth(), 1, [proof] * 2), 2, [envelope] * 2),
        "a proof without its envelope": _put(s.fourth(one, many[0]), 2, [envelope]),
        "1,041 envelopes": _put(s.fourth(), 2, [envelope, *[b""] * 1_040]),
        "17 identities": s.fourth(*many),
        "an id of 31 bytes": _swap(s.fourth(), [one.id[:31], *proof[1:]]),
        "a key of 31 bytes": _swap(s.fourth(), [one.id, proof[1][:31], proof[2]]),
        "a signature of 63 bytes": _swap(s.fourth(), [*proof[:2], proof[2][:63]]),
        "a proof of four": _swap(s.fourth(), [*proof, None]),
        "an envelope of 66,001 bytes": _put(s.fourth(), 2, [bytes(66_001)]),
        "proofs are a map": _put(s.fourth(), 1, {}),
    }
    found = [
        _ok("16 identities", "answerer", Scene().hears_fourth(s.fourth(*many[:16])), many[:16])
    ]
    return found + [
        _bad(f"message 4: {name}", "answerer", Scene().hears_fourth(message))
        for name, message in rows.items()
    ]


def plain(message: list[Any]) -> str:
    """Not encrypted."""
    return encode(message).hex()


def _put(message: list[Any], at: int, value: Any) -> list[Any]:
    return [*message[:at], value, *message[at + 1 :]]


def _swap(message: list[Any], proof: list[Any]) -> list[Any]:
    """With this one proof instead."""
    return _put(message, 1, [proof])


def _ok(name: str, side: str, incoming: list[Any], proven: list[Held]) -> Case:
    ids = [one.id.hex() for one in proven]
    found = {"name": name, "side": side, "incoming": incoming, "expect": "ok", "ids": ids}
    return found | {"code": None}


def _bad(name: str, side: str, incoming: list[Any], code: str = "protocol") -> Case:
    return {"name": name, "side": side, "incoming": incoming, "expect": code}

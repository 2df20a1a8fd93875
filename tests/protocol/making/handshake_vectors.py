"""`handshake.json`: a whole transcript, then what else a side may hear (§8.2)."""

from typing import Any

from nacl.bindings import crypto_secretstream_xchacha20poly1305_TAG_FINAL

from crypto.hashing import digest
from protocol.encoding import decode, encode
from tests.protocol.making.cast import ISSUED, Actor, made
from tests.protocol.making.talk import A_ABOUT, D_ABOUT, HELLO, HOST, Held, Talk, held

ABOUT = (
    "docs/protocol.md §8.2. `transcript` is one handshake, step by step; seeds are for"
    " crypto_kx_seed_keypair and Ed25519. In `cases` a side of `sides`, with its seed, nonce,"
    " identities and what it says `about` itself, hears `incoming`, message by message (each hex,"
    " or a list of `parts`); it holds the `identity` envelopes in `known`, and all that it holds"
    " concerns the other side. Random is only what it sends, so its own messages from 3 on differ"
    " from the transcript in header and ciphertext. `expect` is `ok`, with the `ids` proven in the"
    " end, home first, what the other side says `about` itself, the `code` heard and for whom"
    " (`guest`); or the code of `end`, which this side sends unless `by` is `other`. Where it knows"
    " a chain by which another key counts it shows `shown` in `behind`; where the other side does"
    " that, `behind` is what it hears. Side `dialler` wants `expected`, or that of the case."
    " Whether the other side is welcome is not asked: take it that it is."
)

Case = dict[str, Any]
EARLIER = " earlier"
CODE = made("code", 16)
LARGE = 262_145
NONE: list[Any] = ["also", [], []]


class Scene:
    """The home groups of both sides, and their handshake."""

    def __init__(self, wanted: bytes | None = None) -> None:
        self.hub, self.north = held(Actor("hub")), held(Actor("north"))
        self.talk = Talk(wanted or self.hub.id)

    def third(self) -> list[Any]:
        return self.talk.third(self.hub)

    def fourth(self, *holdings: Held, **more: Any) -> list[Any]:
        return self.talk.fourth(holdings or [self.north], **({"expected": self.hub.id} | more))

    def fifth(self, *more: Held) -> list[Any]:
        return self.talk.fifth(self.hub, self.north.id, more)

    def hears_third(self, message: Any, *more: Any) -> list[str]:
        """What D hears when this is message 3, and those follow."""
        plain = [encode(one) for one in (message, *more)]
        return [self.talk.second.hex(), *(self.talk.a.push(one).hex() for one in plain)]

    def hears_fourth(self, message: Any, *more: Any) -> list[str]:
        """What A hears when this is message 4, and those follow."""
        plain = [encode(one) for one in (message, *more)]
        return [self.talk.first.hex(), *(self.talk.d.push(one).hex() for one in plain)]


def sides() -> dict[str, Any]:
    """What each side is and wants."""
    scene = Scene()
    talk = scene.talk
    dialler = _side(scene.north, Actor("north"), talk.d_seed, talk.d_nonce, D_ABOUT)
    answerer = _side(scene.hub, Actor("hub"), talk.a_seed, talk.a_nonce, A_ABOUT)
    wants = {"expected": scene.hub.id.hex(), "host": HOST, "code": None}
    return {"dialler": dialler | wants, "answerer": answerer | {"hosts": [HOST]}}


def _side(one: Held, actor: Actor, seed: bytes, nonce: bytes, about: bytes) -> Case:
    mine = {
        "id": one.id.hex(),
        "signing_seed": actor.signing().seed.hex(),
        "signing": one.key.public.hex(),
        "identity": one.envelope.hex(),
    }
    return {"seed": seed.hex(), "nonce": nonce.hex(), "about": about.hex(), "holds": [mine]}


def transcript() -> dict[str, str]:
    """Every step of the handshake of `sides`, in hexadecimal."""
    scene = Scene()
    talk, hub, north = scene.talk, scene.hub, scene.north
    third, fourth, fifth = scene.third(), scene.fourth(), scene.fifth()
    signed = (
        talk.signed("answer", hub.id),
        talk.signed("dial", north.id, hub.id, HOST, digest(D_ABOUT)),
        talk.signed("accept", hub.id, north.id, digest(A_ABOUT)),
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
        "signature_in_message_5": fifth[2],
        "plain_5": encode(fifth),
        "message_5": talk.a.push(encode(fifth)),
        "plain_6": encode(NONE),
        "message_6": talk.d.push(encode(NONE)),
    }
    return {name: value.hex() for name, value in values.items()}


def cases() -> list[Case]:
    """Both sides, good and bad."""
    found = [*_plain(), *_seeking(), *_dialler(), *_acceptances(), *_answerer()]
    return [*found, *_abouts(), *_turns(), *_chains(), *_counts()]


def _plain() -> list[Case]:
    """Messages 1 and 2, and ends."""
    scene = Scene()
    talk, seek = scene.talk, decode(scene.talk.first)[4]
    found = []
    for side, number, tail in (("answerer", 1, [seek]), ("dialler", 2, [])):
        public, nonce = talk.d_public, talk.d_nonce
        good = ["verbund", [1], public, nonce]
        rows: dict[str, Any] = {
            "another name": ["hello", *good[1:]],
            "a version that is no list": ["verbund", 1, *good[2:]],
            "no version": ["verbund", [], *good[2:]],
            "version 0": ["verbund", [0, 1], *good[2:]],
            "version 65,537": ["verbund", [1, 65_537], *good[2:]],
            "versions out of order": ["verbund", [2, 1], *good[2:]],
            "a version twice": ["verbund", [1, 1], *good[2:]],
            "17 versions": ["verbund", list(range(1, 18)), *good[2:]],
            "a nonce of 31 bytes": [*good[:3], bytes(31)],
            "an ephemeral key of 31 bytes": [*good[:2], bytes(31), good[3]],
            "an ephemeral key of low order": [*good[:2], bytes(32), good[3]],
            "an ephemeral key that is not canonical": [*good[:2], b"\xff" * 31 + b"\x7f", nonce],
        }
        for name, value in rows.items():
            raw = encode([*value, *tail]).hex()
            found.append(_bad(f"message {number}: {name}", side, [raw]))
        odd: dict[str, Any] = {
            "an element more": [*good, *tail, None],
            "an element less": [*good, *tail][:-1],
            "a map": {"verbund": 1},
            "an acceptance at once": ["accept", bytes(64)],
            "an end with a code of its own": ["end", "because"],
            "an end without a code": ["end"],
        }
        for name, value in odd.items():
            found.append(_bad(f"message {number}: {name}", side, [encode(value).hex()]))
        other = [encode(["verbund", [2, 3], public, nonce, *tail]).hex()]
        found.append(_bad(f"message {number}: only other versions", side, other, "version"))
        trailing = (talk.first if number == 1 else talk.second) + b"\0"
        found.append(_bad(f"message {number}: a trailing byte", side, [trailing.hex()]))
        found.append(_bad(f"message {number}: empty", side, [""]))
        large = [[["00", LARGE]]]
        found.append(_bad(f"message {number}: more than 256 KiB", side, large, "bounds"))
    busy = encode(["end", "busy"]).hex()
    found.append(_bad("the other side is busy", "dialler", [busy], "busy") | {"by": "other"})
    return found


def _seeking() -> list[Case]:
    """Whom message 1 names, and the versions that it offers."""
    scene = Scene()
    newer = Talk(scene.hub.id)
    newer.offer([1, 2, 9], scene.hub.id)
    heard = [newer.first.hex(), newer.d.push(encode(newer.fourth([scene.north], scene.hub.id)))]
    found = [
        _ok(
            "message 1: newer versions are offered, too",
            "answerer",
            [heard[0], heard[1].hex(), newer.d.push(encode(NONE)).hex()],
            [scene.north],
        )
    ]
    # In between somebody takes the newer version away: what D signs is of another transcript.
    stripped, told = Talk(scene.hub.id), Talk(scene.hub.id)
    told.offer([1, 2], scene.hub.id)
    stripped.transcript = told.transcript
    fourth = stripped.fourth([scene.north], scene.hub.id)
    cut = [stripped.first.hex(), stripped.d.push(encode(fourth)).hex()]
    found.append(_bad("message 1: a version was taken away", "answerer", cut, "not-accepted"))
    wrong = Talk(scene.north.id)
    name = "message 1: seeks somebody who is not here"
    found.append(_bad(name, "answerer", [wrong.first.hex()], "wrong-address"))
    moved = [*decode(wrong.first)[:4], decode(Talk(scene.hub.id, EARLIER).first)[4]]
    name = "message 1: the seek of another handshake"
    found.append(_bad(name, "answerer", [plain(moved)], "wrong-address"))
    name = "message 1: a seek of 31 bytes"
    return [*found, _bad(name, "answerer", [plain([*moved[:4], bytes(31)])])]


def _dialler() -> list[Case]:
    """Message 3."""
    s, earlier = Scene(), Talk(Scene().hub.id, EARLIER)
    talk, hub, north = s.talk, s.hub, s.north
    good = s.hears_third(s.third(), s.fifth())
    found = [_ok("the dialler hears the answerer out", "dialler", good, [hub])]
    alliance = held(Actor("alliance", (Actor("hub"), Actor("north"))))
    s = Scene(alliance.id)
    heard = s.hears_third(s.talk.third(alliance), s.fifth(s.hub))
    wanted = {"expected": alliance.id.hex()}
    name = "the one wanted is not the home"
    found.append(_ok(name, "dialler", heard, [hub, alliance]) | wanted)
    s = Scene()
    heard = s.hears_third(s.third(), s.fifth(alliance))
    found.append(_ok("another identity in message 5", "dialler", heard, [hub, alliance]))
    s = Scene()
    both = _put(_put(s.third(), 1, [talk.answer(hub), talk.answer(alliance)]), 2, [])
    both[2] = [hub.envelope, alliance.envelope]
    rows: dict[str, Any] = {
        "signature for message 4": [_swap(s.third(), talk.dial(hub, hub.id)), "not-accepted"],
        "passed on from another handshake": [earlier.third(hub), "not-accepted"],
        "two identities": [both, "protocol"],
        "no identity": [_put(_put(s.third(), 1, []), 2, []), "protocol"],
        "another one than was sought": [talk.third(north), "wrong-address"],
        "host is not nil": [_put(s.third(), 3, HOST), "protocol"],
        "code is not nil": [_put(s.third(), 4, [north.id, CODE]), "protocol"],
        "about is not nil": [_put(s.third(), 5, A_ABOUT), "protocol"],
        "an element missing": [s.third()[:5], "protocol"],
        "accepted before it proved anything": [s.fifth(), "protocol"],
        "another turn before it proved anything": [NONE, "protocol"],
    }
    for name, (message, code) in rows.items():
        heard = Scene().hears_third(message)
        found.append(_bad(f"message 3: {name}", "dialler", heard, code))
    replayed = [talk.second.hex(), earlier.a.push(encode(earlier.third(hub))).hex()]
    found.append(_bad("message 3: replayed from another handshake", "dialler", replayed))
    found.append(_bad("message 3: in the plain", "dialler", [talk.second.hex(), plain(s.third())]))
    for code in ("shutdown", "wrong-address"):
        heard = Scene().hears_third(["end", code])
        ended = _bad(f"the other side ends before message 3: {code}", "dialler", heard, code)
        found.append(ended | {"by": "other"})
    return found


def _acceptances() -> list[Case]:
    """Message 5."""
    s = Scene()
    talk, hub, north = s.talk, s.hub, s.north
    good = s.fifth()
    alliance = held(Actor("alliance", (Actor("hub"), Actor("north"))))
    about = digest(A_ABOUT)
    swapped = hub.key.sign(HELLO, talk.signed("accept", north.id, hub.id, about))
    other = hub.key.sign(HELLO, talk.signed("accept", hub.id, north.id, digest(D_ABOUT)))
    by_north = north.key.sign(HELLO, talk.signed("accept", hub.id, north.id, about))
    wrong = s.fifth(alliance)
    wrong[3][0][2] = bytes(64)
    rows: dict[str, tuple[Any, str]] = {
        "signed by another": (_put(good, 2, by_north), "not-accepted"),
        "homes swapped": (_put(good, 2, swapped), "not-accepted"),
        "signed for another `about`": (_put(good, 2, other), "not-accepted"),
        "of another handshake": (Talk(hub.id, EARLIER).fifth(hub, north.id), "not-accepted"),
        "a home that was not proven": (_put(good, 1, north.id), "protocol"),
        "a home that is not the first": (
            _put(s.fifth(alliance, held(Actor("west"))), 1, held(Actor("west")).id),
            "protocol",
        ),
        "a further identity, its signature wrong": (wrong, "not-accepted"),
        "the identity of message 3 again": (s.fifth(hub), "protocol"),
        "no signature": (_put(good, 2, None), "protocol"),
        "about is nil": (_put(good, 5, None), "protocol"),
        "an element more": ([*good, None], "protocol"),
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
    s, earlier = Scene(), Talk(Scene().hub.id, EARLIER)
    talk, hub, north = s.talk, s.hub, s.north
    heard = s.hears_fourth(s.fourth(), NONE)
    found = [_ok("the answerer hears the dialler", "answerer", heard, [north])]
    alliance = held(Actor("alliance", (Actor("hub"), Actor("north"))))
    for guest in (north, alliance):
        s = Scene()
        shown = [north, alliance][: 1 + (guest is alliance)]
        heard = s.hears_fourth(s.fourth(*shown, invited=[guest.id, CODE]), NONE)
        name = "a code" if guest is north else "a code, for another than the home"
        invited = _ok(f"the answerer hears {name}", "answerer", heard, shown)
        found.append(invited | {"code": CODE.hex(), "guest": guest.id.hex()})
    s = Scene()
    foreign = held(Actor("west"))
    group = Actor("north").record("endpoint", {"url": "https://a.example", "tls": None}, name="a")
    rows: dict[str, tuple[Any, str]] = {
        "signature for message 3": (_swap(s.fourth(), talk.answer(north)), ""),
        "signed for another host": (_swap(s.fourth(), talk.dial(north, hub.id, "a:1")), ""),
        "signed for another expected": (_swap(s.fourth(), talk.dial(north, north.id)), ""),
        "signed for another `about`": (_put(s.fourth(), 5, A_ABOUT), ""),
        "passed on from another handshake": (earlier.fourth([north], hub.id), ""),
        "another's key": (_swap(s.fourth(), [north.id, *talk.dial(foreign, hub.id)[1:]]), ""),
        "another's envelope": (_put(s.fourth(), 2, [foreign.envelope]), ""),
        "an envelope that is no `identity`": (_put(s.fourth(), 2, [group]), ""),
        "an envelope that is none": (_put(s.fourth(), 2, [b"\xc1"]), ""),
        "wrong host": (s.fourth(host="other.example:8480"), "wrong-address"),
        "host without its port": (s.fourth(host="verbund.example"), "wrong-address"),
        "host in upper case": (s.fourth(host=HOST.upper()), "wrong-address"),
        "wrong host, and a wrong signature": (
            _put(_swap(s.fourth(), talk.answer(north)), 3, "other.example:8480"),
            "wrong-address",
        ),
        "wrong host, and a code for nobody": (
            s.fourth(host="other.example:8480", invited=[foreign.id, CODE]),
            "protocol",
        ),
        "host is nil": (_put(s.fourth(), 3, None), "protocol"),
        "host of 301 characters": (s.fourth(host="a" * 301), "protocol"),
        "a code of 15 bytes": (s.fourth(invited=[north.id, CODE[:15]]), "protocol"),
        "a code without for whom": (_put(s.fourth(), 4, CODE), "protocol"),
        "a code for somebody who is not shown": (s.fourth(invited=[hub.id, CODE]), "protocol"),
        "an element more": ([*s.fourth(), None], "protocol"),
        "a map": ({"proof": None}, "protocol"),
    }
    for name, (message, code) in rows.items():
        heard = Scene().hears_fourth(message)
        found.append(_bad(f"message 4: {name}", "answerer", heard, code or "not-accepted"))
    old = [earlier.first.hex(), earlier.d.push(encode(earlier.fourth([north], hub.id))).hex()]
    found.append(_bad("messages 1 and 4: replayed from another handshake", "answerer", old))
    return [*found, *_broken(s.fourth())]


def _abouts() -> list[Case]:
    """What a side says about itself: bytes that hold a map."""
    good = {"time": ISSUED, "kinds": ["group", "identity"], "features": [], "wants": b""}
    fine: dict[str, Any] = {
        "no time": good | {"time": None},
        "nothing known": good | {"kinds": []},
        "128 kinds, 64 features": good | {"kinds": _names(128), "features": _names(64)},
        "features": good | {"features": ["a", "b-c"]},
        "wants": good | {"wants": made("wants", 64) * 4},
        "the end of the year 9999": good | {"time": 253_402_300_799},
    }
    odd: dict[str, Any] = {
        "a time before 1970": good | {"time": -1},
        "a time after the year 9999": good | {"time": 253_402_300_800},
        "kinds out of order": good | {"kinds": ["identity", "group"]},
        "a kind twice": good | {"kinds": ["group", "group"]},
        "a kind that is no name": good | {"kinds": ["Group"]},
        "65 features": good | {"features": _names(65)},
        "129 kinds": good | {"kinds": _names(129)},
        "wants of 255 bytes": good | {"wants": bytes(255)},
        "wants of 272 bytes": good | {"wants": bytes(272)},
        "a field too many": good | {"more": None},
        "a field too few": {"time": ISSUED, "kinds": [], "features": []},
        "another order": {"kinds": [], "time": ISSUED, "features": [], "wants": b""},
        "an array": [ISSUED, [], [], b""],
    }
    found = []
    for name, value in fine.items():
        s, about = Scene(), encode(value)
        heard = s.hears_fourth(s.fourth(about=about), NONE)
        row = _ok(f"about: {name}", "answerer", heard, [s.north])
        found.append(row | {"about": about.hex()})
    for name, value in odd.items():
        s, about = Scene(), encode(value)
        found.append(_bad(f"about: {name}", "answerer", s.hears_fourth(s.fourth(about=about))))
    return found


def _names(count: int) -> list[str]:
    """Ascending."""
    return sorted(f"k-{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(count))


def _turns() -> list[Case]:
    """Message 6 and what follows it."""
    s = Scene()
    alliance = held(Actor("alliance", (Actor("hub"), Actor("north"))))
    second = held(Actor("second alliance", (Actor("hub"), Actor("north"))))
    one = s.talk.also(s.talk.dial(alliance, s.hub.id), of=[alliance])
    heard = s.hears_fourth(s.fourth(), one)
    found = [_ok("a further identity in message 6", "answerer", heard, [s.north, alliance])]
    s = Scene()
    mine = s.talk.also(s.talk.dial(alliance, s.hub.id), of=[alliance])
    wrong = s.talk.also(s.talk.answer(alliance), of=[alliance])
    again = s.talk.also(s.talk.dial(s.north, s.hub.id), of=[s.north])
    rows: dict[str, tuple[Any, str]] = {
        "signed as the other side": (wrong, "not-accepted"),
        "somebody who was shown": (again, "protocol"),
        "an envelope without a proof": (["also", [], [alliance.envelope]], "protocol"),
        "a proof without its envelope": ([*mine[:2], []], "protocol"),
        "an element more": ([*NONE, None], "protocol"),
        "something else": (["listed", b"", bytes(16)], "protocol"),
    }
    for name, (message, code) in rows.items():
        s = Scene()
        heard = s.hears_fourth(s.fourth(), message)
        found.append(_bad(f"message 6: {name}", "answerer", heard, code))
    s = Scene()
    heard = s.hears_third(s.third(), s.fifth(alliance, second))
    name = "two further identities in message 5"
    return [*found, _ok(name, "dialler", heard, [s.hub, alliance, second])]


def _broken(message: list[Any]) -> list[Case]:
    """The right message 4, as the wrong bytes."""
    good, raw = encode(message), Scene().hears_fourth(message)
    first, whole = raw[0], bytes.fromhex(raw[1])
    final = Talk(Scene().hub.id).d.push(good, crypto_secretstream_xchacha20poly1305_TAG_FINAL)
    long = b"\x96\xda\x00\x05" + good[2:]  # "proof" as a text of 16-bit length
    rows = {
        "a trailing byte inside": Talk(Scene().hub.id).d.push(good + b"\0"),
        "not the shortest encoding": Talk(Scene().hub.id).d.push(long),
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
        s = Scene()
        heard = s.hears_fourth(s.fourth(*shown))
        good = expect == "ok"
        case = (
            _ok(name, "answerer", [*heard, s.talk.d.push(encode(NONE)).hex()], shown[:1])
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
    heard = Scene().hears_fourth(s.fourth(*many[:16]), NONE)
    found = [_ok("16 identities", "answerer", heard, many[:16])]
    more = s.talk.also(s.talk.dial(many[16], s.hub.id), of=[many[16]])
    heard = Scene().hears_fourth(s.fourth(*many[:16]), more)
    found.append(_bad("message 6: a 17th identity", "answerer", heard))
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
    about = D_ABOUT if side == "answerer" else A_ABOUT
    found = {"name": name, "side": side, "incoming": incoming, "expect": "ok", "ids": ids}
    return found | {"code": None, "guest": None, "about": about.hex()}


def _bad(name: str, side: str, incoming: list[Any], code: str = "protocol") -> Case:
    return {"name": name, "side": side, "incoming": incoming, "expect": code}

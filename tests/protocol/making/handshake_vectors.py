"""`handshake.json`: a whole transcript, then what else a side may hear (§8.2)."""

from typing import Any

from nacl.bindings import crypto_secretstream_xchacha20poly1305_TAG_FINAL

from crypto.hashing import digest
from protocol.encoding import decode, encode
from tests.protocol.making.cast import Actor, made
from tests.protocol.making.handshake_contents import abouts, chains, counts
from tests.protocol.making.handshake_scene import NONE, Case, Scene, bad, ok, plain, put, swap
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

EARLIER = " earlier"
CODE = made("code", 16)
LARGE = 262_145


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
    return [*found, *abouts(), *_turns(), *chains(), *counts()]


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
            found.append(bad(f"message {number}: {name}", side, [raw]))
        odd: dict[str, Any] = {
            "an element more": [*good, *tail, None],
            "an element less": [*good, *tail][:-1],
            "a map": {"verbund": 1},
            "an acceptance at once": ["accept", bytes(64)],
            "an end with a code of its own": ["end", "because"],
            "an end without a code": ["end"],
        }
        for name, value in odd.items():
            found.append(bad(f"message {number}: {name}", side, [encode(value).hex()]))
        other = [encode(["verbund", [2, 3], public, nonce, *tail]).hex()]
        found.append(bad(f"message {number}: only other versions", side, other, "version"))
        trailing = (talk.first if number == 1 else talk.second) + b"\0"
        found.append(bad(f"message {number}: a trailing byte", side, [trailing.hex()]))
        found.append(bad(f"message {number}: empty", side, [""]))
        large = [[["00", LARGE]]]
        found.append(bad(f"message {number}: more than 256 KiB", side, large, "bounds"))
    busy = encode(["end", "busy"]).hex()
    found.append(bad("the other side is busy", "dialler", [busy], "busy") | {"by": "other"})
    return found


def _seeking() -> list[Case]:
    """Whom message 1 names, and the versions that it offers."""
    scene = Scene()
    newer = Talk(scene.hub.id)
    newer.offer([1, 2, 9], scene.hub.id)
    heard = [newer.first.hex(), newer.d.push(encode(newer.fourth([scene.north], scene.hub.id)))]
    found = [
        ok(
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
    found.append(bad("message 1: a version was taken away", "answerer", cut, "not-accepted"))
    wrong = Talk(scene.north.id)
    name = "message 1: seeks somebody who is not here"
    found.append(bad(name, "answerer", [wrong.first.hex()], "wrong-address"))
    moved = [*decode(wrong.first)[:4], decode(Talk(scene.hub.id, EARLIER).first)[4]]
    name = "message 1: the seek of another handshake"
    found.append(bad(name, "answerer", [plain(moved)], "wrong-address"))
    name = "message 1: a seek of 31 bytes"
    return [*found, bad(name, "answerer", [plain([*moved[:4], bytes(31)])])]


def _dialler() -> list[Case]:
    """Message 3."""
    s, earlier = Scene(), Talk(Scene().hub.id, EARLIER)
    talk, hub, north = s.talk, s.hub, s.north
    good = s.hears_third(s.third(), s.fifth())
    found = [ok("the dialler hears the answerer out", "dialler", good, [hub])]
    alliance = held(Actor("alliance", (Actor("hub"), Actor("north"))))
    s = Scene(alliance.id)
    heard = s.hears_third(s.talk.third(alliance), s.fifth(s.hub))
    wanted = {"expected": alliance.id.hex()}
    name = "the one wanted is not the home"
    found.append(ok(name, "dialler", heard, [hub, alliance]) | wanted)
    s = Scene()
    heard = s.hears_third(s.third(), s.fifth(alliance))
    found.append(ok("another identity in message 5", "dialler", heard, [hub, alliance]))
    s = Scene()
    both = put(put(s.third(), 1, [talk.answer(hub), talk.answer(alliance)]), 2, [])
    both[2] = [hub.envelope, alliance.envelope]
    rows: dict[str, Any] = {
        "signature for message 4": [swap(s.third(), talk.dial(hub, hub.id)), "not-accepted"],
        "passed on from another handshake": [earlier.third(hub), "not-accepted"],
        "two identities": [both, "protocol"],
        "no identity": [put(put(s.third(), 1, []), 2, []), "protocol"],
        "another one than was sought": [talk.third(north), "wrong-address"],
        "host is not nil": [put(s.third(), 3, HOST), "protocol"],
        "code is not nil": [put(s.third(), 4, [north.id, CODE]), "protocol"],
        "about is not nil": [put(s.third(), 5, A_ABOUT), "protocol"],
        "an element missing": [s.third()[:5], "protocol"],
        "accepted before it proved anything": [s.fifth(), "protocol"],
        "another turn before it proved anything": [NONE, "protocol"],
    }
    for name, (message, code) in rows.items():
        heard = Scene().hears_third(message)
        found.append(bad(f"message 3: {name}", "dialler", heard, code))
    replayed = [talk.second.hex(), earlier.a.push(encode(earlier.third(hub))).hex()]
    found.append(bad("message 3: replayed from another handshake", "dialler", replayed))
    found.append(bad("message 3: in the plain", "dialler", [talk.second.hex(), plain(s.third())]))
    for code in ("shutdown", "wrong-address"):
        heard = Scene().hears_third(["end", code])
        ended = bad(f"the other side ends before message 3: {code}", "dialler", heard, code)
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
        "signed by another": (put(good, 2, by_north), "not-accepted"),
        "homes swapped": (put(good, 2, swapped), "not-accepted"),
        "signed for another `about`": (put(good, 2, other), "not-accepted"),
        "of another handshake": (Talk(hub.id, EARLIER).fifth(hub, north.id), "not-accepted"),
        "a home that was not proven": (put(good, 1, north.id), "protocol"),
        "a home that is not the first": (
            put(s.fifth(alliance, held(Actor("west"))), 1, held(Actor("west")).id),
            "protocol",
        ),
        "a further identity, its signature wrong": (wrong, "not-accepted"),
        "the identity of message 3 again": (s.fifth(hub), "protocol"),
        "no signature": (put(good, 2, None), "protocol"),
        "about is nil": (put(good, 5, None), "protocol"),
        "an element more": ([*good, None], "protocol"),
        "a second proof": (s.third(), "protocol"),
    }
    found = [
        bad(f"message 5: {name}", "dialler", Scene().hears_third(s.third(), message), code)
        for name, (message, code) in rows.items()
    ]
    heard = Scene().hears_third(s.third(), ["end", "not-accepted"])
    refused = bad("the other side does not accept", "dialler", heard, "not-accepted")
    return [*found, refused | {"by": "other"}]


def _answerer() -> list[Case]:
    """Message 4."""
    s, earlier = Scene(), Talk(Scene().hub.id, EARLIER)
    talk, hub, north = s.talk, s.hub, s.north
    heard = s.hears_fourth(s.fourth(), NONE)
    found = [ok("the answerer hears the dialler", "answerer", heard, [north])]
    alliance = held(Actor("alliance", (Actor("hub"), Actor("north"))))
    for guest in (north, alliance):
        s = Scene()
        shown = [north, alliance][: 1 + (guest is alliance)]
        heard = s.hears_fourth(s.fourth(*shown, invited=[guest.id, CODE]), NONE)
        name = "a code" if guest is north else "a code, for another than the home"
        invited = ok(f"the answerer hears {name}", "answerer", heard, shown)
        found.append(invited | {"code": CODE.hex(), "guest": guest.id.hex()})
    s = Scene()
    foreign = held(Actor("west"))
    group = Actor("north").record("endpoint", {"url": "https://a.example", "tls": None}, name="a")
    rows: dict[str, tuple[Any, str]] = {
        "signature for message 3": (swap(s.fourth(), talk.answer(north)), ""),
        "signed for another host": (swap(s.fourth(), talk.dial(north, hub.id, "a:1")), ""),
        "signed for another expected": (swap(s.fourth(), talk.dial(north, north.id)), ""),
        "signed for another `about`": (put(s.fourth(), 5, A_ABOUT), ""),
        "passed on from another handshake": (earlier.fourth([north], hub.id), ""),
        "another's key": (swap(s.fourth(), [north.id, *talk.dial(foreign, hub.id)[1:]]), ""),
        "another's envelope": (put(s.fourth(), 2, [foreign.envelope]), ""),
        "an envelope that is no `identity`": (put(s.fourth(), 2, [group]), ""),
        "an envelope that is none": (put(s.fourth(), 2, [b"\xc1"]), ""),
        "wrong host": (s.fourth(host="other.example:8480"), "wrong-address"),
        "host without its port": (s.fourth(host="verbund.example"), "wrong-address"),
        "host in upper case": (s.fourth(host=HOST.upper()), "wrong-address"),
        "wrong host, and a wrong signature": (
            put(swap(s.fourth(), talk.answer(north)), 3, "other.example:8480"),
            "wrong-address",
        ),
        "wrong host, and a code for nobody": (
            s.fourth(host="other.example:8480", invited=[foreign.id, CODE]),
            "protocol",
        ),
        "host is nil": (put(s.fourth(), 3, None), "protocol"),
        "host of 301 characters": (s.fourth(host="a" * 301), "protocol"),
        "a code of 15 bytes": (s.fourth(invited=[north.id, CODE[:15]]), "protocol"),
        "a code without for whom": (put(s.fourth(), 4, CODE), "protocol"),
        "a code for somebody who is not shown": (s.fourth(invited=[hub.id, CODE]), "protocol"),
        "an element more": ([*s.fourth(), None], "protocol"),
        "a map": ({"proof": None}, "protocol"),
    }
    for name, (message, code) in rows.items():
        heard = Scene().hears_fourth(message)
        found.append(bad(f"message 4: {name}", "answerer", heard, code or "not-accepted"))
    old = [earlier.first.hex(), earlier.d.push(encode(earlier.fourth([north], hub.id))).hex()]
    found.append(bad("messages 1 and 4: replayed from another handshake", "answerer", old))
    return [*found, *_broken(s.fourth())]


def _turns() -> list[Case]:
    """Message 6 and what follows it."""
    s = Scene()
    alliance = held(Actor("alliance", (Actor("hub"), Actor("north"))))
    second = held(Actor("second alliance", (Actor("hub"), Actor("north"))))
    one = s.talk.also(s.talk.dial(alliance, s.hub.id), of=[alliance])
    heard = s.hears_fourth(s.fourth(), one)
    found = [ok("a further identity in message 6", "answerer", heard, [s.north, alliance])]
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
        found.append(bad(f"message 6: {name}", "answerer", heard, code))
    s = Scene()
    heard = s.hears_third(s.third(), s.fifth(alliance, second))
    name = "two further identities in message 5"
    return [*found, ok(name, "dialler", heard, [s.hub, alliance, second])]


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
    found = [bad(f"message 4: {n}", "answerer", [first, x.hex()]) for n, x in rows.items()]
    large = [first, [["00", LARGE - len(first) // 2]]]
    return [*found, bad("more than 256 KiB in one direction", "answerer", large, "bounds")]

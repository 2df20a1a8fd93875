"""`handshake.json`: which chains a side shows, and what it says about itself (§8.2)."""

from typing import Any

from protocol.encoding import encode
from tests.protocol.making.cast import ISSUED, Actor, made
from tests.protocol.making.handshake_scene import NONE, Case, Scene, bad, ok, put, swap
from tests.protocol.making.talk import Held, held


def abouts() -> list[Case]:
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
        row = ok(f"about: {name}", "answerer", heard, [s.north])
        found.append(row | {"about": about.hex()})
    for name, value in odd.items():
        s, about = Scene(), encode(value)
        found.append(bad(f"about: {name}", "answerer", s.hears_fourth(s.fourth(about=about))))
    return found


def _names(count: int) -> list[str]:
    """Ascending."""
    return sorted(f"k-{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(count))


def chains() -> list[Case]:
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
            ok(name, "answerer", [*heard, s.talk.d.push(encode(NONE)).hex()], shown[:1])
            if good
            else bad(name, "answerer", heard, expect)
        )
        case |= {"known": [one.envelope.hex() for one in known]}
        found.append(case | ({"shown": case["known"]} if name in BEHIND else {}))
    return [*found, *_with_voters(network), *_left_behind(grown)]


def _with_voters(network: Held) -> list[Case]:
    """Who shows a network shows the chains of who signed its majority links, too (§5.4)."""
    u, v = (held(Actor(label)).envelope for label in "uv")
    north = Scene().north
    rows: list[tuple[str, list[Held], list[bytes], list[Held]]] = [
        ("a network, and the chains of who signed", [north, network], [u, v], [north, network]),
        ("a network, and one of two chains: left out", [north, network], [u], [north]),
        ("a home, and the chains of who signed", [network, north], [v, u], [network, north]),
    ]
    found = []
    for name, shown, voters, proven in rows:
        s = Scene()
        fourth = s.fourth(*shown)
        heard = s.hears_fourth(put(fourth, 2, [*fourth[2], *voters]), NONE)
        found.append(ok(name, "answerer", heard, proven) | {"known": []})
    return found


BEHIND = ("shows a shorter chain, signs with its old key", "shows a fork of the known chain")


def _left_behind(grown: Held) -> list[Case]:
    """The other side knows a newer chain than the one shown, or says so at the wrong time."""
    s, envelope = Scene(), grown.envelope
    told = ["behind", [envelope]]
    heard = s.hears_third(s.third(), told)
    good = bad("is told that it is behind", "dialler", heard, "not-accepted")
    rows = {
        "behind before the proof": Scene().hears_third(told),
        "behind, nothing shown": Scene().hears_third(s.third(), ["behind", []]),
        "behind, a field too many": Scene().hears_third(s.third(), [*told, None]),
        "behind, 17 shown": Scene().hears_third(s.third(), ["behind", [b"x"] * 17]),
    }
    first = bad("a dialler tells that it is behind", "answerer", Scene().hears_fourth(told))
    by = {"by": "other", "expect": "not-accepted", "behind": [envelope.hex()]}
    return [
        good | by,
        first | by,
        *(bad(name, "dialler", incoming) for name, incoming in rows.items()),
    ]


def counts() -> list[Case]:
    """How many identities."""
    s = Scene()
    many = [held(Actor(f"one of many {n}")) for n in range(17)]
    one, proof, envelope = s.north, s.fourth()[1][0], s.north.envelope
    rows: dict[str, Any] = {
        "no identity": put(put(s.fourth(), 1, []), 2, []),
        "an identity twice": put(put(s.fourth(), 1, [proof] * 2), 2, [envelope] * 2),
        "a proof without its envelope": put(s.fourth(one, many[0]), 2, [envelope]),
        "1,041 envelopes": put(s.fourth(), 2, [envelope, *[b""] * 1_040]),
        "17 identities": s.fourth(*many),
        "an id of 31 bytes": swap(s.fourth(), [one.id[:31], *proof[1:]]),
        "a key of 31 bytes": swap(s.fourth(), [one.id, proof[1][:31], proof[2]]),
        "a signature of 63 bytes": swap(s.fourth(), [*proof[:2], proof[2][:63]]),
        "a proof of four": swap(s.fourth(), [*proof, None]),
        "an envelope of 66,001 bytes": put(s.fourth(), 2, [bytes(66_001)]),
        "proofs are a map": put(s.fourth(), 1, {}),
    }
    heard = Scene().hears_fourth(s.fourth(*many[:16]), NONE)
    found = [ok("16 identities", "answerer", heard, many[:16])]
    more = s.talk.also(s.talk.dial(many[16], s.hub.id), of=[many[16]])
    heard = Scene().hears_fourth(s.fourth(*many[:16]), more)
    found.append(bad("message 6: a 17th identity", "answerer", heard))
    return found + [
        bad(f"message 4: {name}", "answerer", Scene().hears_fourth(message))
        for name, message in rows.items()
    ]

"""Pacts that are none, and why; and some that are (§7.13)."""

from collections.abc import Callable, Iterator
from typing import Any

from protocol.certificates import LATE_SECONDS
from tests.protocol.making.cast import ISSUED, Actor, made
from tests.protocol.making.examples import NEW_CHARTER
from tests.protocol.making.pacts import DAY, Founding


def pacts(
    good: Founding, founding: Callable[..., Founding], d: Actor
) -> Iterator[tuple[str, Founding, str]]:
    """With what `Pact.parse` says of each; `founding` makes one like `good` but for changes."""
    a = good.proposer
    b, c = (one for one in good.asked if one is not a)
    network = good.network
    stranger = Founding(c, (a, c), NEW_CHARTER, label="another")
    bare = Actor("departure", good.asked, entropy=a.entropy, index=2)
    rotated = Actor("departure", good.asked, entropy=a.entropy, index=2, charter=made("x"))
    rotated.charter = network.charter
    rotated.elements = list(network.elements)
    rotated.id = network.id
    first = rotated.introduction()
    rotated.rotate()
    flipped = {
        name: good.content[name][:-1] + bytes([good.content[name][-1] ^ 1])
        for name in ("identity", "charter")
    }
    changed = network.record("network", NEW_CHARTER | {"majority": "1/2"})
    erased = network.record("network", None)
    short = network.record("network", NEW_CHARTER, expires=good.content["until"] + LATE_SECONDS - 1)
    late = network.record("network", NEW_CHARTER, issued=ISSUED + 1)
    ids = sorted(one.id for one in (*good.asked, d))
    rows: dict[str, tuple[dict[str, Any], str]] = {
        "quorum of half": ({"asked": ids, "quorum": 2}, "malformed"),
        "quorum of more than all": ({"quorum": 4}, "malformed"),
        "quorum of one": ({"quorum": 1}, "malformed"),
        "asked: one alone": ({"asked": [a.id], "quorum": 2}, "malformed"),
        "asked: others than the founders": (
            {"asked": sorted([a.id, b.id, d.id])},
            "malformed",
        ),
        "carriers: one who is asked": ({"carriers": [c.id]}, "malformed"),
        "identity: of a group": ({"identity": c.introduction()}, "malformed"),
        "identity: other founders": ({"identity": stranger.content["identity"]}, "malformed"),
        "identity: no charter": (
            {
                "identity": bare.introduction(),
                "charter": bare.record("network", NEW_CHARTER),
            },
            "malformed",
        ),
        "identity: two links": ({"identity": rotated.introduction()}, "malformed"),
        "identity: no identity record": ({"identity": good.content["charter"]}, "malformed"),
        "identity: no record": ({"identity": b"\xc0"}, "malformed"),
        "identity: a byte changed": ({"identity": flipped["identity"]}, "bad-signature"),
        "identity: issued after the proposal": (
            {"identity": network.introduction(ISSUED + 1)},
            "malformed",
        ),
        "charter: another one": ({"charter": changed}, "malformed"),
        "charter: erased": ({"charter": erased}, "malformed"),
        "charter: of another network": ({"charter": stranger.content["charter"]}, "malformed"),
        "charter: under another link": (
            {"charter": rotated.record("network", NEW_CHARTER)},
            "malformed",
        ),
        "charter: no charter": ({"charter": good.content["identity"]}, "malformed"),
        "charter: a byte changed": ({"charter": flipped["charter"]}, "bad-signature"),
        "charter: expires too early": ({"charter": short}, "malformed"),
        "charter: issued after the proposal": ({"charter": late}, "malformed"),
        "until: when it was proposed": ({"until": ISSUED}, "malformed"),
        "until: a year and a second": ({"until": ISSUED + 365 * DAY + 1}, "malformed"),
        "leaves: what it founds": ({"leaves": network.id}, "malformed"),
        "proposed: after its record": (
            {"proposed": ISSUED + 601, "until": ISSUED + DAY},
            "malformed",
        ),
        "proposed: before its network": ({"proposed": ISSUED - 1}, "malformed"),
    }
    for name, (changes, code) in rows.items():
        yield name, founding(**changes), code
    yield "good, until: a year", founding(until=ISSUED + 365 * DAY), "ok"
    yield "good, introduced by a later record", founding(identity=first), "ok"
    yield "good, leaves a network", founding(leaves=made("old")), "ok"
    yield "good, a clock ten minutes ahead", founding(proposed=ISSUED + 600), "ok"
    four = founding("abcd", quorum=3)
    yield "good, three of four", four, "ok"

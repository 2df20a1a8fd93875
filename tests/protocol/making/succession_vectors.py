"""`succession.json`: which of several chains counts (§5.3)."""

from typing import Any

from tests.protocol.making.cast import Actor
from tests.protocol.making.identity_vectors import introduction

ABOUT = (
    "docs/protocol.md §5.3. First take in the envelopes of `known`. Each of `chains` is an"
    " `identity` record of one identity; in any order they lead to what is expected: the number of"
    " links that count, whether the identity is frozen, and which of `chains` are kept."
)

Case = dict[str, Any]


def cases() -> list[Case]:
    """By what parts, and what ends it."""
    group = Actor("group")
    genesis = group.elements[0]
    one, two = group.rotated(), group.rotated(compromised=True)
    after_one, after_two = Actor("group"), Actor("group")
    after_one.elements.append(one)
    after_two.elements.append(two)
    chains = {
        "0": [genesis],
        "0 1": [genesis, one],
        "0 1'": [genesis, two],
        "0 1 2": [genesis, one, after_one.rotated()],
        "0 1' 2'": [genesis, two, after_two.rotated()],
    }
    told = [
        ("one chain", ["0"], 1, ["0"]),
        ("a longer one", ["0", "0 1", "0 1 2"], 3, ["0 1 2"]),
        ("two successors freeze", ["0", "0 1", "0 1'"], 1, ["0 1", "0 1'"]),
        ("the next committed key names a branch", ["0 1", "0 1'", "0 1 2"], 3, ["0 1 2"]),
        ("and may name the other", ["0 1", "0 1'", "0 1' 2'"], 3, ["0 1' 2'"]),
        ("both go on: frozen again", ["0 1 2", "0 1' 2'"], 1, ["0 1 2", "0 1' 2'"]),
    ]
    found = [_case(name, group, chains, *rest) for name, *rest in told]
    return [*found, *_majorities()]


def _majorities() -> list[Case]:
    groups = [Actor(f"founder {number}") for number in range(4)]
    network = Actor("four", groups)
    genesis = network.elements[0]
    rotated = network.rotated()
    voted = network.voted(sorted(groups, key=lambda g: g.id)[:3], groups, compromised=True)
    other = network.voted(sorted(groups, key=lambda g: g.id)[1:], groups)
    faster = Actor("four", groups)
    for _ in range(3):
        faster.rotate()
    on = Actor("four", groups)
    on.elements.append(other)
    chains = {
        "rotated": [genesis, rotated],
        "rotated three times": faster.elements,
        "voted": [genesis, voted],
        "voted otherwise": [genesis, other],
        "voted otherwise, rotated": [genesis, other, on.rotated()],
    }
    told = [
        ("a majority before a rotation", ["rotated", "voted"], 2, ["rotated", "voted"], False),
        (
            "however often it rotates",
            ["rotated three times", "voted"],
            2,
            ["rotated three times", "voted"],
            False,
        ),
        (
            "two majorities freeze",
            ["rotated", "voted", "voted otherwise"],
            1,
            ["rotated", "voted", "voted otherwise"],
            True,
        ),
        (
            "also if one goes on by rotation",
            ["voted", "voted otherwise", "voted otherwise, rotated"],
            1,
            ["voted", "voted otherwise, rotated"],
            True,
        ),
    ]
    known = [one.introduction().hex() for one in groups]
    return [_case(name, network, chains, *rest) | {"known": known} for name, *rest in told]


def _case(
    name: str, actor: Actor, chains: dict[str, list[Any]], shown: list[str], counts: int, *kept: Any
) -> Case:
    raws = []
    for one in shown:
        elements = chains[one]
        signer = Actor(actor.label)
        signer.elements, signer.incarnation, signer.id = elements, actor.incarnation, actor.id
        raws.append(introduction(signer, elements))
    witnesses, *frozen = kept
    return {
        "name": name,
        "known": [],
        "chains": [raw.hex() for raw in raws],
        "counts": counts,
        "frozen": frozen[0] if frozen else len(witnesses) > 1,
        "kept": sorted(shown.index(one) for one in witnesses),
    }

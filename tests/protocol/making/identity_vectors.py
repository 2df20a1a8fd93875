"""`identities.json`: chains of key links (§5)."""

from collections.abc import Sequence
from typing import Any

from crypto.hashing import digest
from crypto.sealing import FIELD_PRIME, LOW_ORDER_POINTS
from protocol.audience import PUBLIC
from protocol.identity import authorise_majority, authorise_rotation, chain_name, vote
from protocol.kind import Place, Seq
from protocol.record import FOREVER, compose
from tests.protocol.making.cast import ISSUED, Actor, made

ABOUT = (
    "docs/protocol.md §5. Each case stands by itself: first take in the envelopes of `known`, in"
    " order, then judge `record`, an `identity` record, both at the time `now`. `expect` is"
    " `ok`, with the id and what the last link says, or the code of §4.1."
)

# Ed25519 points that must not become keys (§3): two spellings of one, and points of small order.
BAD_POINTS = {
    "neutral element": "0100000000000000000000000000000000000000000000000000000000000000",
    "order 2": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "order 4": "0000000000000000000000000000000000000000000000000000000000000000",
    "order 8": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "not canonical": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "not on the curve": "0200000000000000000000000000000000000000000000000000000000000000",
}

Case = dict[str, Any]


def introduction(actor: Actor, elements: Sequence[Any], link: int | None = None) -> bytes:
    """An identity record with any chain, signed by the operational key of `link` or the latest."""
    number = len(elements) - 1 if link is None else link
    seq = Seq(number, actor.incarnation, 7)
    content = {"links": list(elements)}
    name = chain_name([element[0] for element in elements])
    return actor.record("identity", content, PUBLIC, name, expires=FOREVER, seq=seq)


def cases() -> list[Case]:
    """Good ones and bad ones, by what authorises a link."""
    return [*_genesis(), *_rotations(), *_majorities(), *_joint(), *_forks(), *_keys()]


def _founders() -> tuple[list[Actor], Actor]:
    groups = [Actor(f"founder {number}") for number in range(4)]
    return groups, Actor("four", groups)


def _genesis() -> list[Case]:
    group = Actor("group")
    groups, network = _founders()
    first = group.elements[0][0]

    def alone(**changes: Any) -> bytes:
        """A first link with other arguments; the id follows from it."""
        return _alone(group, group.link(0, **changes))

    return [
        _ok("group, first link", introduction(group, group.elements), group, first),
        _ok(
            "network, first link",
            introduction(network, network.elements),
            network,
            network.elements[0][0],
        ),
        _case("group with founders", alone(founders=[groups[0].id]), "malformed"),
        _case("network without founders", alone(type_="network"), "malformed"),
        _case(
            "257 founders",
            alone(type_="network", founders=[made(f"f{n}") for n in range(257)]),
            "malformed",
        ),
        _case("another type", alone(type_="person"), "malformed"),
        _case("first link has number 1", alone(number=1), "malformed"),
        _case("first link has a predecessor", alone(previous=bytes(32)), "malformed"),
        _case("first link says compromised", alone(compromised=True), "malformed"),
        _case("first link has a roster", alone(roster=[group.id]), "malformed"),
        _case(
            "first link is authorised",
            introduction(group, [authorise_rotation(first, group.rotation(0))]),
            "malformed",
        ),
        _case("a link that is no MessagePack", _alone(group, b"\xc1"), "malformed"),
        _case("a link with a trailing byte", _alone(group, first + b"\0"), "malformed"),
        _case(
            "the chain of another",
            introduction(group, Actor("other").elements),
            "wrong-author",
        ),
        _case(
            "signed by another key than the chain's",
            introduction(group, group.elements, link=1),
            "wrong-author",
        ),
    ]


def _joint() -> list[Case]:
    """A decision that several may precede (§6.10, 7), after link 0."""
    groups, network = _founders()
    voters = sorted(groups, key=lambda one: one.id)[:3]
    known, other = [one.introduction() for one in groups], made("another side")

    def payload(**changes: Any) -> bytes:
        said = {"roster": [one.id for one in voters], "compromised": True, "joins": [other]}
        return network.link(1, **(said | changes))

    def shown(link: bytes, number: int = 1, *, joint: bool = True) -> bytes:
        votes = [vote(link, one.id, one.signing()) for one in voters]
        elements = [network.elements[0], authorise_majority(link, votes)]
        name = chain_name([element[0] for element in elements], joint=joint)
        place = Place(network.id, PUBLIC, "identity", name)
        seq = Seq(number, network.incarnation, 7)
        content = {"links": elements}
        return compose(network.signing(1), place, seq, ISSUED, FOREVER, content, None)

    def good(name: str, link: bytes, number: int = 1) -> Case:
        return _ok(name, shown(link, number), network, link, known)

    later = {"number": 9, "previous": other, "joins": [network.id]}
    return [
        good("a joint decision after the first that it names", payload()),
        good("after another one, of another number", payload(**later), 9),
        *(
            _case(name, raw, "malformed", known=known)
            for name, raw in (
                ("after none of them", shown(payload(previous=made("a third")))),
                ("with no higher number", shown(payload(number=0), 0)),
                ("that keeps what came before", shown(payload(compromised=False))),
                ("the first named twice", shown(payload(joins=[network.id]))),
                ("named as a chain without one", shown(payload(), joint=False)),
                ("a plain decision, named as a joint one", shown(payload(joins=()))),
            )
        ),
        _case(
            "joins in a rotation",
            introduction(network, [network.elements[0], network.rotated(joins=[other])]),
            "malformed",
        ),
        _case("first link has joins", _alone(network, network.link(0, joins=[other])), "malformed"),
        _case(
            "eight joins",
            shown(payload(joins=[made(f"side {number}") for number in range(8)])),
            "malformed",
            known=known,
        ),
    ]


def _alone(actor: Actor, payload: bytes) -> bytes:
    return introduction(actor, [[payload, None]])


def _rotations() -> list[Case]:
    group = Actor("group")
    genesis = group.elements[0]
    payload = group.link(1)
    good = authorise_rotation(payload, group.rotation(1))
    wrong_signature = [payload, ["rotation", group.rotation(1).public, bytes(64)]]

    def second(**changes: Any) -> bytes:
        return introduction(group, [genesis, group.rotated(**changes)])

    twice = Actor("group")
    twice.rotate()
    twice.rotate(compromised=True)
    return [
        _ok("rotated", introduction(group, [genesis, good]), group, payload),
        _ok(
            "rotated twice, compromised",
            introduction(twice, twice.elements),
            twice,
            twice.link(2, compromised=True),
        ),
        _case(
            "shown under the old key", introduction(group, [genesis, good], link=0), "wrong-author"
        ),
        _case(
            "signed by another rotation key",
            introduction(group, [genesis, authorise_rotation(payload, group.rotation(2))]),
            "wrong-author",
        ),
        _case(
            "signed by the operational key",
            introduction(group, [genesis, authorise_rotation(payload, group.signing(0))]),
            "wrong-author",
        ),
        _case(
            "rotation's signature does not fit",
            introduction(group, [genesis, wrong_signature]),
            "bad-signature",
        ),
        _case("not authorised", introduction(group, [genesis, [payload, None]]), "malformed"),
        _case(
            "authorised by another word",
            introduction(group, [genesis, [payload, ["oath", b"", b""]]]),
            "malformed",
        ),
        _case(
            "authorisation with a fourth element",
            introduction(group, [genesis, [payload, [*good[1], None]]]),
            "malformed",
        ),
        _case("number left out", second(number=2), "malformed"),
        _case("another predecessor", second(previous=bytes(32)), "malformed"),
        _case("another type than link 0", second(type_="network"), "malformed"),
        _case("founders in a later link", second(founders=[group.id]), "malformed"),
        _case("roster without a majority", second(roster=[group.id]), "malformed"),
        _case(
            "the same operational key", second(signing=group.signing(0).public), "against-the-rules"
        ),
        _case(
            "the first operational key again, in link 2",
            _key_again(),
            "against-the-rules",
        ),
    ]


def _key_again() -> bytes:
    """Link 2 brings back link 0's key: the chain is signed by it, and must not be taken."""
    actor = Actor("again")
    actor.rotate()
    actor.elements.append(actor.rotated(signing=actor.signing(0).public))
    return introduction(actor, actor.elements, link=0)


def _majorities() -> list[Case]:
    groups, network = _founders()
    a, b, c, d = sorted(groups, key=lambda one: one.id)
    known = [one.introduction() for one in groups]
    stranger = Actor("stranger")
    genesis = network.elements[0]
    payload = network.link(1, roster=[a.id, b.id, c.id])
    votes = [vote(payload, one.id, one.signing()) for one in (a, b, c)]

    def by(votes: Sequence[Any], link: bytes = payload) -> bytes:
        return introduction(network, [genesis, [link, ["majority", list(votes)]]])

    def voted(*voters: Actor) -> bytes:
        return by(
            [vote(payload, one.id, one.signing()) for one in sorted(voters, key=lambda v: v.id)]
        )

    smaller = Actor("four", groups)
    smaller.elements.append([payload, ["majority", votes]])
    smaller.elements.append(smaller.voted([a, b], [a, b]))
    expelled = Actor("four", groups)
    expelled.elements.append([payload, ["majority", votes]])
    expelled.elements.append(expelled.voted([a, d], [a, d]))
    rotated = Actor("four", groups)
    rotated.elements.append([payload, ["majority", votes]])
    rotated.rotate()
    plain = Actor("group")
    no_roster = network.link(1)
    other = [a.id, a.signing().public, b.signing().sign(b"verbund/majority/1", payload)]
    as_link = [a.id, a.signing().public, a.signing().sign(b"verbund/link/1", payload)]
    rows: list[tuple[str, bytes, str]] = [
        ("majority of exactly half", voted(a, b), "against-the-rules"),
        ("majority of none", by([]), "against-the-rules"),
        ("with a voter who is not on the roster", voted(a, b, stranger), "against-the-rules"),
        ("one votes twice", by([votes[0], votes[0], votes[1]]), "against-the-rules"),
        ("votes not ascending", by(votes[::-1]), "against-the-rules"),
        ("a vote under another's key", by([[a.id, *votes[1][1:]], *votes[1:]]), "wrong-author"),
        ("a vote's signature does not fit", by([other, *votes[1:]]), "bad-signature"),
        ("a vote signed as a link", by([as_link, *votes[1:]]), "bad-signature"),
        ("a vote of two elements", by([votes[0][:2], *votes[1:]]), "malformed"),
        (
            "without a roster",
            by([vote(no_roster, g.id, g.signing()) for g in (a, b, c)], no_roster),
            "malformed",
        ),
        (
            "a voter of the first roster only, no longer enough",
            introduction(expelled, expelled.elements),
            "against-the-rules",
        ),
        (
            "majority for a group",
            introduction(
                plain,
                [
                    plain.elements[0],
                    authorise_majority(plain.link(1, roster=[a.id]), [votes[0]]),
                ],
            ),
            "malformed",
        ),
        (
            "1,025 on the roster",
            by(votes, network.link(1, roster=[made(f"r{n}") for n in range(1_025)])),
            "malformed",
        ),
    ]
    return [
        _ok("majority of three in four", by(votes), network, payload, known),
        _ok(
            "the new roster decides on",
            introduction(smaller, smaller.elements),
            smaller,
            smaller.elements[2][0],
            known,
        ),
        _ok(
            "a rotation after a majority",
            introduction(rotated, rotated.elements),
            rotated,
            rotated.elements[2][0],
            known,
        ),
        _case(
            "a voter whose chain is not known",
            by(votes),
            "unknown-key",
            known=_without(known, groups, a),
        ),
        *(_case(name, raw, code, known=known) for name, raw, code in rows),
    ]


def _without(known: list[bytes], groups: list[Actor], one: Actor) -> list[bytes]:
    return [raw for raw, actor in zip(known, groups, strict=True) if actor is not one]


def _forks() -> list[Case]:
    group = Actor("group")
    genesis = group.elements[0]
    short = introduction(group, group.elements)
    one = introduction(group, [genesis, group.rotated()])
    both = group.link(1, compromised=True)
    two = introduction(group, [genesis, group.rotated(compromised=True)])
    longer = Actor("group")
    longer.rotate()
    third = longer.link(2)
    longer.rotate()
    return [
        _ok(
            "longer than what is known", introduction(longer, longer.elements), longer, third, [one]
        ),
        _ok("shorter than what is known", short, group, genesis[0], [one]),
        _ok("a second successor of link 0: see succession.json", two, group, both, [one]),
    ]


def _keys() -> list[Case]:
    group = Actor("group")
    found = []
    for name, point in BAD_POINTS.items():
        raw = _alone(group, group.link(0, signing=bytes.fromhex(point)))
        found.append(_case(f"operational key: {name}", raw, "against-the-rules"))
    bad = {f"low order, {n}": one for n, one in enumerate(sorted(LOW_ORDER_POINTS))}
    bad["not canonical"] = FIELD_PRIME.to_bytes(32, "little")
    bad["top bit set"] = group.sealing().public[:31] + bytes([group.sealing().public[31] | 0x80])
    for name, key in bad.items():
        raw = _alone(group, group.link(0, sealing=key))
        found.append(_case(f"sealing key: {name}", raw, "against-the-rules"))
    short = _alone(group, group.link(0, signing=bytes(31)))
    return [
        *found,
        _case("operational key of 31 bytes", short, "malformed"),
        _ok("a key that was copied into another's chain", *_copied(group)),
    ]


def _copied(group: Actor) -> tuple[bytes, Actor, bytes, list[bytes]]:
    """Somebody put the group's public key into an old link, and was heard first (§4.2)."""
    thief = Actor("thief")
    thief.elements = [[thief.link(0, signing=group.signing().public), None]]
    thief.id = digest(thief.elements[0][0])
    thief.rotate()
    known = [introduction(thief, thief.elements)]
    return introduction(group, group.elements), group, group.elements[0][0], known


def _case(name: str, raw: bytes, code: str, *, known: Sequence[bytes] = ()) -> Case:
    return {
        "name": name,
        "known": [one.hex() for one in known],
        "record": raw.hex(),
        "expect": code,
    }


def _ok(name: str, raw: bytes, actor: Actor, last: bytes, known: Sequence[bytes] = ()) -> Case:
    """`last` is the payload of the last link."""
    found = _case(name, raw, "ok", known=known)
    return found | {"id": actor.id.hex(), "type": actor.type, "last_link": last.hex()}

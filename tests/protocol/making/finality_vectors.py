"""`finality.json`: which decisions count, what is held, what is attested (§6.10).

What is expected stands in the table by hand; nothing of it is computed.
"""

from collections.abc import Sequence
from typing import Any

from crypto.hashing import digest
from protocol.audience import PUBLIC
from protocol.identity import Identity, authorise_majority, make_link, vote
from protocol.kind import Place, Seq
from protocol.record import FOREVER, compose
from tests.protocol.making.cast import ISSUED, Actor, made

ABOUT = (
    "docs/protocol.md §5.3, §6.10. First take in the envelopes of `known`: group `d` called its"
    " first key stolen. `decisions` are the digests of the links by their labels; 0 is link 0. Each"
    " of `chains` is an `identity` record of one network, named after its decisions. A node that"
    " has the groups `own` was shown `shown`, holds `held` (null: link 0), remembers that it voted"
    " for `voted` and attests `stated` (null: nothing), and of the others those in `attested` stand"
    " by what is named there. Expected: `counts`, the last decision of the chain that counts;"
    " whether that is `frozen`; `sides`, the last decisions of those that contradict each other;"
    " `kept`, the chains that are kept; and what the node holds and attests after it did what it"
    " does by itself (`after`). The order of `shown` changes nothing."
)

GROUPS = "a b c d e f g p q"

DECISIONS = """
1 | 0   | a b c d e   | a b
2 | 1   | a b c d e   | c d' e
L | 1   | a b         | a b d
R | 0   | a b c d     | b c
K | 0   | a b c       | b c
F | 0   | p q         | a c
M | F   | p q         | p q
J | 1 R | a b c d e f | 1: a d' e, R: a c d'
H | 1 R | a b c d e f | 1: a d' e, R: a b d
"""
"""Label | after | its roster | who voted; with an apostrophe: under the second key."""

KEEPS = {"K": "charter of K 3"}
"""Decisions after which the network keeps its keys; and a charter by which the digest is smaller
than that of R."""


# what | shown | own | held | voted | attests | others | counts | sides | kept | holds | attests
ROWS = """
a decision | 1 | g | - | | - | | 1 | | 1 | - | -
two, one after the other | 0 1 2 | g | - | | - | | 2 | | 2 | - | -
votes under a key called stolen | L | g | - | | - | | 1 | | L | - | -
but more than half attest it | L | g | - | | - | a L b L e L | L | | L | - | -
not with less | L | g | - | | - | a L b L | 1 | | L | - | -
nor with those that it names alone | L | g | - | | - | a L b L q L | 1 | | L | - | -
two freeze | 1 R | g | - | | - | | 0 | 1 R | 1 R | - | -
also if one goes on | 1 R 2 | g | - | | - | | 0 | 2 R | 2 R | - | -
and three | 1 R F M | g | - | | - | | 0 | 1 R M | 1 R M | - | -
who decided goes by the final one | 1 R | c | - | R | - | a 1 b 1 | 1 | | 1 R | 1 | 1
others wait for a person | 1 R | g | - | | - | a 1 b 1 | 0 | 1 R | 1 R | - | -
what is held is not given up | 1 R | g | 1 | | - | b R c R | 1 | | 1 | 1 | 1
nor for stolen keys | 2 M | g | 1 | | - | a M c M p M | 2 | | 2 | 1 | 1
what is held and not known | M | g | 2 | | - | | 0 | ! | M | 2 | -
a vote in one's own name that one never gave | 1 | a | - | | - | | 0 | | 1 | - | -
one that one gave | 1 | a | - | 1 | - | | 1 | | 1 | - | 1
final with one's own attestation | 1 | a | - | 1 | - | b 1 | 1 | | 1 | 1 | 1
who is added holds nothing by itself | 2 | e | - | 2 | - | a 2 b 2 c 2 | 2 | | 2 | - | -
once a person confirmed it goes on | 2 | e | 1 | 2 | - | a 2 c 2 | 2 | | 2 | 2 | 2
what is attested stays | 1 R | b | - | 1 R | 1 | | 0 | 1 R | 1 R | - | 1
until another side is final | 1 R | b | - | 1 R | 1 | a R c R | R | | 1 R | R | R
first the side that more attest | 1 R | b | - | 1 R | - | c R | 0 | 1 R | 1 R | R | R
then the one that moves the network | R K | b | - | R K | - | | 0 | K R | K R | - | R
a joint decision after one side | J-1 | g | 1 | | - | | J | | J-1 | 1 | 1
after the other | J-R | g | R | | - | | J | | J-R | R | R
it ends the fork | 1 R J-1 J-R | g | - | | - | | J | | J-1 J-R | - | -
not if too few of a side voted | 1 R H-1 H-R | g | - | | - | | 0 | H R | H-1 H-R | - | -
nor for who holds that side | H-1 H-R | g | R | | - | | R | | H-R | R | R
"""
"""A dash is nothing; the exclamation mark: frozen without sides."""


class Tree:
    """The network, and its decisions by label."""

    def __init__(self) -> None:
        self.groups = {label: Actor(f"group {label}") for label in GROUPS.split()}
        self.groups["d"].rotate(compromised=True)
        founders = [self.groups[label] for label in ("a", "b", "c")]
        self.network = Actor("finality", founders)
        self.payloads = {"0": self.network.elements[0][0]}
        self.numbers, self.before = {"0": 0}, dict[str, list[str]]()
        self.votes: dict[tuple[str, str], list[Any]] = {}
        for line in DECISIONS.strip().splitlines():
            self._decide(*(cell.strip() for cell in line.split("|")))

    def _decide(self, label: str, after: str, roster: str, voted: str) -> None:
        before = sorted(after.split(), key=lambda one: digest(self.payloads[one]))
        self.before[label] = after.split()
        self.numbers[label] = max(self.numbers[one] for one in before) + 1
        keys = self._keys(label)
        payload = make_link(
            "network",
            self.numbers[label],
            digest(self.payloads[before[0]]),
            keys.signing(0).public,
            keys.sealing(0).public,
            digest(keys.rotation(1).public),
            compromised=label not in KEEPS,
            roster=[self.groups[one].id for one in roster.split()],
            joins=[digest(self.payloads[one]) for one in before[1:]],
            charter=made(KEEPS.get(label, "charter")),
        )
        self.payloads[label] = payload
        for side in voted.split(","):
            named, _, names = side.rpartition(":")
            signed = [self._vote(payload, one) for one in names.split()]
            self.votes[label, named.strip() or after] = signed

    def _keys(self, label: str) -> Actor:
        return self.network if label == "0" or label in KEEPS else Actor(f"finality {label}")

    def _vote(self, payload: bytes, name: str) -> list[Any]:
        group = self.groups[name.rstrip("'")]
        return vote(payload, group.id, group.signing(1 if name.endswith("'") else 0))

    def elements(self, name: str) -> list[Any]:
        """A chain by its last decision; `J-1` is that of a joint one through 1."""
        label, _, side = name.partition("-")
        if label == "0":
            return [self.network.elements[0]]
        before = side or self.before[label][0]
        signed = authorise_majority(self.payloads[label], self.votes[label, before])
        return [*self.elements(before), signed]

    def record(self, name: str) -> str:
        """Its `identity` record."""
        label, elements = name.partition("-")[0], self.elements(name)
        shown = Actor("finality")
        shown.elements = elements
        keys = self._keys(label)
        place = Place(self.network.id, PUBLIC, "identity", _name(elements))
        seq = Seq(self.numbers[label], self.network.incarnation, 7)
        return compose(
            keys.signing(0), place, seq, ISSUED, FOREVER, {"links": elements}, None
        ).hex()


def _name(elements: Sequence[Any]) -> str:
    return Identity.reread(elements).name


def content() -> dict[str, Any]:
    """All of the file but what it is about."""
    tree = Tree()
    shown = (_cells(line)[1] for line in ROWS.strip().splitlines())
    names = sorted({name for cell in shown for name in cell.split()})
    return {
        "known": [one.introduction().hex() for one in tree.groups.values()],
        "groups": {label: one.id.hex() for label, one in tree.groups.items()},
        "decisions": {label: digest(raw).hex() for label, raw in tree.payloads.items()},
        "chains": {name: tree.record(name) for name in names},
        "cases": [_case(*_cells(line)) for line in ROWS.strip().splitlines()],
    }


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _case(
    name: str, shown: str, own: str, held: str, voted: str, stated: str, attested: str,
    counts: str, sides: str, kept: str, holds: str, attests: str,
) -> dict[str, Any]:  # fmt: skip
    said = attested.split()
    return {
        "name": name,
        "shown": shown.split(),
        "own": [own],
        "held": _or_nothing(held),
        "voted": voted.split(),
        "stated": _or_nothing(stated),
        "attested": dict(zip(said[::2], said[1::2], strict=True)),
        "counts": counts,
        "frozen": sides != "",
        "sides": sides.replace("!", "").split(),
        "kept": kept.split(),
        "after": {"held": _or_nothing(holds), "stated": _or_nothing(attests)},
    }


def _or_nothing(cell: str) -> str | None:
    return None if cell == "-" else cell

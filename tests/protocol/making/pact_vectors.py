"""`pacts.json`: what pacts, signatures and certificates say together (§6.6, §7.13–§7.15).

What is expected stands here by hand, as policy; nothing of it is computed.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from crypto.hashing import digest
from crypto.words import Purpose
from protocol.audience import Audience
from protocol.certificates import Signature
from protocol.encoding import encode
from protocol.kind import LIFETIME, Statement
from tests.protocol.making.cast import ISSUED, NOW, Actor, epoch_of, made
from tests.protocol.making.examples import NEW_CHARTER
from tests.protocol.making.identity_vectors import introduction
from tests.protocol.making.pacts import DAY, Founding
from tests.protocol.making.readable import readable
from tests.protocol.making.single_pacts import pacts

ABOUT = (
    "docs/protocol.md §6.6, §7.13–§7.15. Each case stands by itself: take in what it names under"
    " `take`, in any order and as often as you like. `records` are envelopes; `statements` stood in"
    " closed records that somebody related sealed: author, audience, name and `issued` are those of"
    " the outside. Those in `refused` end with the code, the others are taken in. Then, for each"
    " pact that is known, `pacts` says whether there is a certificate and whose signatures count,"
    " with their epochs; `members` are those of each network at the time `now`. `relations` (§6.5):"
    " to which of the identities a node that holds `own` is tied, or what is former and to come."
)

Case = dict[str, Any]

END = ISSUED + LIFETIME
"""When what follows from the certificate ends."""


class _Otherwise(Actor):
    """Whose operational keys are others from link 1 on: the chain contradicts the usual one."""

    def seed(self, purpose: Purpose, link: int) -> bytes:
        if purpose is Purpose.SIGNING and link:
            return made(f"{self.label} otherwise {link}")
        return super().seed(purpose, link)


class World:
    """A, b and c are asked, d is not. A proposes."""

    def __init__(self) -> None:
        self.a, self.b, self.c, self.d = (Actor(label) for label in "abcd")
        self.groups = {one.label: one for one in (self.a, self.b, self.c, self.d)}
        self.records = {f"{x} is": one.introduction() for x, one in self.groups.items()}
        self.statements: dict[str, Statement] = {}
        self.good = self.founding()
        self._usual()
        self._rotations()
        self._bonds()

    def founding(self, who: str = "abc", /, **changes: Any) -> Founding:
        """The pact, or one that differs in something."""
        return Founding(self.a, [self.groups[x] for x in who], NEW_CHARTER, **changes)

    def _usual(self) -> None:
        good, said = self.good, self.statements
        said["pact"] = good.proposes()
        for x, one in self.groups.items():
            said[f"{x} signs"] = good.signs(one)
        a, b, c, d = self.a, self.b, self.c, self.d
        said["b signs again"] = good.signs(b, "another")
        said["a certifies a b"] = good.certifies(a, a, b)
        said["c certifies a b"] = good.certifies(c, a, b)
        said["c certifies a b c"] = good.certifies(c, a, b, c)
        said["d certifies a b"] = good.certifies(d, a, b)
        said["a certifies a"] = good.certifies(a, a)
        said["a certifies a b d"] = good.certifies(a, a, b, d)
        for_d = good.certifies(a, a, b)
        for_d.audience = Audience.direct([b.id, c.id, d.id])
        said["a certifies a b, to d too"] = for_d
        foreign = good.signature(b)._replace(key=c.signing().public)
        forged = good.signature(b)._replace(
            key=c.signing().public, signature=good.signature(c, "b").signature
        )
        said["b signs, by c's key"] = self._signed(b, forged)
        said["b signs, with c's key"] = self._signed(b, foreign)
        said["b signs, for another epoch"] = self._signed(
            b, good.signature(b)._replace(epoch=epoch_of("other"))
        )
        other = self.founding(note="Another.").signature(b)
        said["b signs another pact"] = self._signed(b, other)
        content = good.certificate([good.signature(a), forged])
        said["a certifies a, and b by c's key"] = good.says("certificate", a, content)
        erased = good.signs(b)
        erased.body = erased.content = None
        said["b erases its signature"] = erased
        late = good.certifies(a, a, b)
        late.issued = ISSUED - 601
        said["a certifies a b, ahead of time"] = late
        early = good.certifies(a, a, b)
        early.issued = ISSUED - 600
        said["a certifies a b, by a slow clock"] = early

    def _signed(self, signer: Actor, one: Signature) -> Statement:
        names = ("epoch", "key", "signature")
        content = {"pact": self.good.digest} | {name: getattr(one, name) for name in names}
        return self.good.says("signature", signer, content)

    def _rotations(self) -> None:
        """B's chain goes on; and in another way, which the next key prefers."""
        one, other = Actor("b"), _Otherwise("b")
        one.rotate()
        other.rotate()
        self.records["b rotates"] = introduction(one, one.elements)
        self.records["b rotates otherwise"] = introduction(other, other.elements)
        self.statements["b signs under link 1"] = self.good.signs(one, "b under link 1")
        revoked = Actor("b")
        revoked.rotate(compromised=True)
        self.records["b calls its key stolen"] = introduction(revoked, revoked.elements)
        again = self.good.signature(revoked, "b")
        self.statements["b signs again"] = self._signed(revoked, again)
        other.rotate()
        self.records["b rotates otherwise, and again"] = introduction(other, other.elements)

    def _bonds(self) -> None:
        network, a, b = self.good.network, self.a, self.b
        self.records |= {
            "the network is": self.good.content["identity"],
            "b takes up its membership": b.joins(network, "b"),
            "b joins by itself": b.joins(network, "by itself"),
            "b leaves": b.joins(network, "b", content=None),
            "b is expelled": network.answers(b, "b", "expelled"),
            "b is admitted": network.answers(b, "b"),
            "a's admission is taken back": network.answers(a, "a", None),
        }


# what | take | signed | members at NOW | (all others are in `a is`, `b is`, `c is`)
ROWS = """
a pact alone                                | pact | |
a pact and one signature                    | pact, a signs | a |
two of three                                | pact, a signs, b signs | a b | a b
all three                                   | pact, a signs, b signs, c signs | a b c | a b c
the certificate, without the pact           | a certifies a b | a b | a b
a certificate by one who has not signed     | c certifies a b | a b | a b
two certificates                            | a certifies a b, c certifies a b c | a b c | a b c
a certificate, and one signature more       | a certifies a b, c signs | a b c | a b c
by a clock that is ten minutes slow         | a certifies a b, by a slow clock | a b | a b
by one who was not asked                    | pact, a signs, d signs | a |
under the key of another, by its owner      | pact, a signs, b signs, by c's key | a |
under the key of another                    | pact, a signs, b signs, with c's key | a |
for another epoch than was signed           | pact, a signs, b signs, for another epoch | a |
for another pact                            | pact, a signs, b signs another pact | a |
a certificate with a forged signature       | a certifies a, and b by c's key | a |
the forged one does not hide the good one   | a certifies a, and b by c's key, b signs | a b | a b
an erased signature says nothing            | pact, a signs, b erases its signature | a |
under an earlier link                       | pact, a signs, b signs, b rotates | a b | a b
under a key that was called stolen          | pact, a signs, b signs, b calls its key stolen | a |
in a certificate of somebody else           \
| a certifies a b, b calls its key stolen | a |
said again under the new key                \
| pact, a signs, b signs, b calls its key stolen, b signs again | a b | a b
under a link not known yet: it waits        | pact, a signs, b signs under link 1 | a |
under a link that is known now              \
| pact, a signs, b signs under link 1, b rotates | a b1 | a b
under one of two that contradict each other \
| pact, a signs, b signs under link 1, b rotates, b rotates otherwise | a b1 | a b
under one that lost \
| pact, a signs, b signs under link 1, b rotates, b rotates otherwise, and again | a |
under link 0, whatever came of it           \
| pact, a signs, b signs, b rotates, b rotates otherwise, and again | a b | a b
who takes up its membership stays a member  \
| a certifies a b, the network is, b takes up its membership | a b | a b
so does who is admitted besides             \
| a certifies a b, the network is, b takes up its membership, b is admitted | a b | a b
a membership of another epoch waits         \
| a certifies a b, the network is, b joins by itself | a b | a
who leaves has left                         | a certifies a b, the network is, b leaves | a b | a
who leaves has left, admitted or not        \
| a certifies a b, the network is, b leaves, b is admitted | a b | a
who is expelled is expelled                 \
| a certifies a b, the network is, b is expelled | a b | a
who is no longer admitted                   \
| a certifies a b, the network is, a's admission is taken back | a b | b
"""

REFUSED = """
a certificate with too few                  | a certifies a
a certificate by one who was not asked      | d certifies a b
a certificate for one who was not asked     | a certifies a b d
a certificate to one who was not asked      | a certifies a b, to d too
a certificate before the proposal           | a certifies a b, ahead of time
"""


# take | own | at | tied | former: related by the pact alone
RELATIONS = """
pact                                  | a | now   |     |
pact                                  | b | now   |     |
pact, a signs                         | a | now   |     | b c
pact, a signs                         | b | now   |     |
pact, a signs                         | d | now   |     |
pact, a signs                         | a | last  |     | b c
pact, a signs                         | a | over  |     |
pact, a signs, b signs                | a | now   | b   | c
pact, a signs, b signs                | b | now   | a   | c
pact, a signs, b signs                | c | now   |     |
pact, a signs, b signs                | a | over  | b   |
pact, a signs, b signs, c signs       | c | now   | a b |
"""


def content() -> dict[str, Any]:
    """All of the file but `about`."""
    world = World()
    cases = [*_counted(world), *_refused(world), *_pacts(world), *_several(world)]
    return {
        "identities": {x: one.id.hex() for x, one in world.groups.items()},
        "records": {what: raw.hex() for what, raw in world.records.items()},
        "statements": {what: _shown(one) for what, one in world.statements.items()},
        "cases": cases,
        "relations": [*_relations(world)],
    }


def _relations(world: World) -> Iterator[Case]:
    until: int = world.good.content["until"]
    times = {"now": NOW, "last": until + 30 * DAY, "over": until + 30 * DAY + 1}
    for line in RELATIONS.strip().splitlines():
        take, own, at, tied, former = (cell.strip() for cell in line.split("|"))
        yield {
            "take": _take(world, take),
            "own": own,
            "now": times[at],
            "tied": tied.split(),
            "former": former.split(),
        }


def _shown(one: Statement) -> dict[str, Any]:
    return {
        "author": one.author.hex(),
        "audience": readable(one.audience.array()),
        "kind": one.kind,
        "name": one.name,
        "issued": one.issued,
        "body": None if one.body is None else one.body.hex(),
    }


def _take(world: World, text: str) -> list[str]:
    """Names of records and statements, of which some have a comma inside."""
    found, parts = ["a is", "b is", "c is", "d is"], text.strip().split(", ")
    while parts:
        for length in range(len(parts), 0, -1):
            name = ", ".join(parts[:length])
            if name in world.statements or name in world.records:
                found.append(name)
                del parts[:length]
                break
        else:
            raise KeyError(text)
    return found


def _epoch(label: str) -> bytes:
    return epoch_of("b under link 1" if label == "b1" else label)


def _counted(world: World) -> Iterator[Case]:
    network = world.good.network.id.hex()
    for line in ROWS.strip().splitlines():
        what, take, signed, *rest = (cell.strip() for cell in line.split("|"))
        members = [*"".join(rest).split()]
        states = [{"now": NOW, "members": {network: members}}]
        if members and not any(name in take for name in ("network", "leaves")):
            states += [
                {"now": END - 1, "members": {network: members}},
                {"now": END, "members": {network: []}},
            ]
        yield _case(what, _take(world, take), [_pact(world.good, signed.split())], states)
    waits = _take(world, "pact, a signs, b signs, c signs")
    without = [name for name in waits if name not in ("b is", "c is")]
    yield _case(
        "signers whose chains are not known",
        without,
        [_pact(world.good, ["a"])],
        [{"now": NOW, "members": {network: []}}],
    )
    yield _case("signatures on a pact that is not known", waits[:4] + waits[5:], [], [])
    first, second = sorted((epoch_of("b"), epoch_of("another")))
    yield _case(
        "two signatures by one: the smaller epoch",
        _take(world, "pact, a signs, b signs, b signs again"),
        [_pact(world.good, ["a", "b"]) | {"signed": {"a": epoch_of("a").hex(), "b": first.hex()}}],
        [{"now": NOW, "members": {network: ["a", "b"]}}],
    )
    assert first != second


def _refused(world: World) -> Iterator[Case]:
    for line in REFUSED.strip().splitlines():
        what, said = (cell.strip() for cell in line.split("|"))
        yield _case(what, _take(world, said), [], [], {said: "malformed"})


def _pacts(world: World) -> Iterator[Case]:
    for name, pact, code in pacts(world.good, world.founding, world.d):
        label = f"pact, {name}"
        world.statements[label] = pact.proposes()
        take = ["a is", label]
        if code == "ok":
            yield _case(label, take, [_pact(pact, [])], [])
        else:
            yield _case(label, take, [], [], {label: code})


def _several(world: World) -> Iterator[Case]:
    """Two at once: of two networks, and of one."""
    a, b, c, good = world.a, world.b, world.c, world.good
    network = good.network.id.hex()
    other = Founding(c, good.asked, NEW_CHARTER, label="other")
    world.statements |= {
        "other: certificate": other.certifies(c, b, c),
        "same: certificate": (same := world.founding(note="Once more.")).certifies(a, a, c),
    }
    take = ["a is", "b is", "c is"]
    yield _case(
        "two networks, founded at once",
        [*take, "a certifies a b", "other: certificate"],
        [_pact(good, ["a", "b"]), _pact(other, ["b", "c"])],
        [
            {
                "now": NOW,
                "members": {network: ["a", "b"], other.network.id.hex(): ["b", "c"]},
            }
        ],
    )
    yield _case(
        "one network, by two pacts",
        [*take, "a certifies a b", "same: certificate"],
        [_pact(good, ["a", "b"]), _pact(same, ["a", "c"])],
        [{"now": NOW, "members": {network: ["a", "b", "c"]}}],
    )
    later = world.founding(proposed=ISSUED + 60)
    world.statements["later: certificate"] = later.says(
        "certificate", a, later.certificate([later.signature(a, "a later"), later.signature(c)])
    )
    world.records["a takes up its membership, later"] = a.joins(good.network, "a later")
    yield _case(
        "one network, by two pacts: the older admits",
        [*take, "a certifies a b", "later: certificate", "a takes up its membership, later"],
        [
            _pact(good, ["a", "b"]),
            _pact(later, ["c"], more={"a": "a later"}),
        ],
        [{"now": NOW, "members": {network: ["b", "c"]}}],
    )


def _pact(
    pact: Founding, signed: Sequence[str], more: dict[str, str] | None = None
) -> dict[str, Any]:
    chosen = {label[0]: _epoch(label).hex() for label in signed}
    chosen |= {label: epoch_of(epoch).hex() for label, epoch in (more or {}).items()}
    return {
        "pact": digest(encode(pact.content)).hex(),
        "network": pact.network.id.hex(),
        "certified": len(chosen) >= pact.content["quorum"],
        "signed": dict(sorted(chosen.items())),
    }


def _case(
    name: str,
    take: list[str],
    pacts: list[Case],
    states: list[Case],
    refused: dict[str, str] | None = None,
) -> Case:
    return {
        "name": name,
        "take": take,
        "refused": refused or {},
        "pacts": sorted(pacts, key=lambda one: str(one["pact"])),
        "states": states,
    }

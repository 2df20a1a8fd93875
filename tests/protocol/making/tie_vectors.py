"""`ties.json`: sets of control records, and what they mean at which time (§6)."""

from typing import Any

from protocol.audience import Audience
from protocol.kind import LIFETIME
from tests.protocol.making.cast import EXPIRES, ISSUED, NOW, Actor

ABOUT = (
    "docs/protocol.md §6. Take in the envelopes of `records`, in any order and as often as you"
    " like; each case stands by itself. (The identities come first where a receiver insists; the"
    " `peering` records, which travel sealed, stand as `peerings`: by, with, until, erased.) At"
    " each `now` the members of network n, how each identity stands to it, and, for a node that"
    " holds `own` and remembers no vote of theirs, the relation of pairs of identities (§6.5):"
    " tied, none, or former, so that only the kinds named at the end of that list pass."
)

Case = dict[str, Any]


class Scene:
    """Two groups and their network, and an outsider. A method for each thing that they do."""

    def __init__(self, *founders: Actor) -> None:
        self.a, self.b, self.c = Actor("a"), Actor("b"), Actor("c")
        self.n = Actor("n", founders or (Actor("founder"),))
        self.all = (self.a, self.b, self.c, self.n)
        self.records: list[tuple[str, bytes]] = [(f"{x} is", x.introduction()) for x in self.all]
        self.peerings: list[Case] = []

    def joins(self, who: Actor, epoch: str = "1", **more: Any) -> "Scene":
        raw = who.joins(self.n, f"{who} {epoch}", **more)
        self.records.append((f"{who} applies, epoch {epoch}", raw))
        return self

    def leaves(self, who: Actor, epoch: str = "1", **more: Any) -> "Scene":
        raw = who.joins(self.n, f"{who} {epoch}", content=None, **more)
        self.records.append((f"{who} leaves, epoch {epoch}", raw))
        return self

    def says(self, who: Actor, decision: str | None, epoch: str = "1", **more: Any) -> "Scene":
        raw = self.n.answers(who, f"{who} {epoch}", decision, **more)
        said = decision or "takes back its answer"
        self.records.append((f"n: {said}, about {who}, epoch {epoch}", raw))
        return self

    def accepts(self, who: Actor, whom: Actor, *, erased: bool = False) -> "Scene":
        until = EXPIRES
        self.peerings.append(
            {"by": who.id.hex(), "with": whom.id.hex(), "until": until, "erased": erased}
        )
        return self

    def member(self, who: Actor, epoch: str = "1") -> "Scene":
        return self.joins(who, epoch).says(who, "admitted", epoch)

    def decides(self, *roster: Actor, issued: int = ISSUED) -> "Scene":
        """Its founders put these on the roster."""
        founders = [one for one in self.all if one.id in self.n.founders]
        voters = sorted(founders, key=lambda one: one.id)
        self.n.elements.append(self.n.voted(voters, sorted(roster, key=lambda one: one.id)))
        raw = self.n.introduction(issued)
        self.records.append((f"n is, by a majority; on the roster: {roster}", raw))
        return self

    def case(self, name: str, own: Actor, *states: Case) -> Case:
        return {
            "name": name,
            "own": [own.id.hex()],
            "identities": {one.label: one.id.hex() for one in self.all},
            "records": [{"what": what, "record": raw.hex()} for what, raw in self.records],
            "peerings": self.peerings,
            "states": list(states),
        }

    def at(self, now: int, *members: str, relations: dict[str, str], **standings: str) -> Case:
        """`relations`: "a b" → tied, former or none; `standings`: to the network."""
        return {"now": now, "members": [*members], "standings": standings, "relations": relations}


def cases() -> list[Case]:
    """From nothing to leaving and joining again."""
    s = [Scene() for _ in range(20)]
    a, b = s[0].a, s[0].b
    early, late = NOW - 1_000, EXPIRES
    found = [
        s[0].case("strangers", a, s[0].at(NOW, relations={"a b": "none", "a n": "none"}, a="none")),
        s[1]
        .joins(a)
        .case("applied", a, s[1].at(NOW, relations={"a n": "tied", "a b": "none"}, a="applied")),
        s[2]
        .member(a)
        .member(b)
        .case(
            "two members, until their records expire",
            a,
            s[2].at(
                NOW, "a", "b", relations={"a b": "tied", "a n": "tied", "a c": "none"}, a="member"
            ),
            s[2].at(late - 1, "a", "b", relations={"a b": "tied"}, a="member", b="member"),
            s[2].at(late, relations={"a b": "none", "a n": "none"}, a="none", b="none"),
        ),
        s[3]
        .joins(a, "2")
        .says(a, "admitted", "1")
        .case(
            "an admission of another epoch admits nobody",
            a,
            s[3].at(NOW, relations={"a n": "tied"}, a="applied"),
        ),
        s[4]
        .member(b)
        .joins(a)
        .says(a, "declined")
        .case(
            "declined",
            a,
            s[4].at(NOW, "b", relations={"a n": "former", "a b": "none"}, a="declined"),
        ),
        s[5]
        .member(b)
        .leaves(a)
        .says(a, "admitted")
        .case(
            "left, the network does not know yet",
            b,
            s[5].at(
                NOW, "b", relations={"a b": "former", "b n": "tied", "a n": "former"}, a="left"
            ),
            s[5].at(late, relations={"a b": "none"}, a="none"),
        ),
        s[6]
        .member(b)
        .leaves(a)
        .says(a, None)
        .case(
            "left, and the network took back its admission",
            b,
            s[6].at(NOW, "b", relations={"a b": "former", "a n": "former"}, a="left"),
        ),
        s[7]
        .member(b)
        .joins(a)
        .says(a, "expelled")
        .case(
            "expelled",
            b,
            s[7].at(NOW, "b", relations={"a b": "former", "a n": "former"}, a="expelled"),
        ),
        s[8]
        .member(b)
        .leaves(a)
        .case(
            "an application withdrawn before an answer relates to no member",
            b,
            s[8].at(NOW, "b", relations={"a b": "none", "a n": "former"}, a="left"),
        ),
        s[9]
        .member(b)
        .leaves(a)
        .says(a, "declined")
        .case(
            "declined, then withdrawn",
            b,
            s[9].at(NOW, "b", relations={"a b": "none", "a n": "former"}, a="left"),
        ),
        s[10]
        .member(b)
        .joins(a, "2")
        .says(a, None, "1")
        .case(
            "applies again after leaving: the past is past",
            b,
            s[10].at(NOW, "b", relations={"a b": "none", "a n": "tied"}, a="applied"),
        ),
        s[11]
        .member(b)
        .member(a, "2")
        .case("a member again", b, s[11].at(NOW, "a", "b", relations={"a b": "tied"}, a="member")),
        s[12]
        .leaves(a)
        .says(a, None)
        .leaves(b)
        .says(b, None)
        .case(
            "two former members",
            a,
            s[12].at(NOW, relations={"a b": "none", "a n": "former"}, a="left", b="left"),
        ),
        s[13]
        .member(b)
        .joins(a, issued=ISSUED, expires=NOW)
        .says(a, "admitted")
        .case(
            "a membership that expired",
            b,
            s[13].at(early, "a", "b", relations={"a b": "tied"}, a="member"),
            s[13].at(NOW, "b", relations={"a b": "none"}, a="none"),
        ),
        s[14]
        .member(b)
        .joins(a)
        .says(a, "admitted", expires=NOW)
        .case(
            "an admission that expired",
            b,
            s[14].at(early, "a", "b", relations={"a b": "tied"}, a="member"),
            s[14].at(NOW, "b", relations={"a b": "none", "a n": "tied"}, a="applied"),
        ),
        s[15]
        .accepts(a, b)
        .case(
            "a accepts b, asked at a",
            a,
            s[15].at(NOW, relations={"a b": "tied", "a c": "none"}),
            s[15].at(late, relations={"a b": "none"}),
        ),
        s[16]
        .accepts(b, a)
        .case(
            "b accepts a, asked at a: that is only b's word",
            a,
            s[16].at(NOW, relations={"a b": "none"}),
        ),
        s[17]
        .accepts(a, b, erased=True)
        .accepts(b, a)
        .case("a ended the peering", a, s[17].at(NOW, relations={"a b": "former"})),
        s[18]
        .accepts(a, b, erased=True)
        .member(a)
        .member(b)
        .case(
            "the peering ended, the network goes on",
            a,
            s[18].at(NOW, "a", "b", relations={"a b": "tied"}, a="member"),
        ),
        s[19]
        .says(a, "admitted")
        .case(
            "an admission that nobody asked for",
            b,
            s[19].at(NOW, relations={"a n": "none"}, a="none"),
        ),
    ]
    assert EXPIRES == ISSUED + LIFETIME
    return [*found, *_of_majorities()]


def _of_majorities() -> list[Case]:
    """§6.3, §6.7: what a roster admits, and to whom a say relates."""
    s = [Scene(Actor("a"), Actor("b")) for _ in range(5)]
    a, b, c = s[0].a, s[0].b, s[0].c
    shown = NOW - 100 * 86_400
    until = shown + 400 * 86_400
    for scene in s[1:]:  # both were expelled, and applied again
        for who in (scene.a, scene.b):
            scene.says(who, "expelled", "1")
            scene.leaves(who, "2") if (scene, who) == (s[3], s[3].b) else scene.joins(who, "2")
    return [
        s[0]
        .joins(a)
        .joins(b)
        .joins(c)
        .decides(a, b, c, issued=shown)
        .case(
            "a roster admits, for 400 days",
            c,
            s[0].at(NOW, "a", "b", "c", relations={"a b": "tied", "b n": "tied"}, c="member"),
            s[0].at(until - 1, "a", "b", "c", relations={"a c": "tied"}, a="member"),
            s[0].at(until, relations={"a b": "former"}, a="applied", c="applied"),
        ),
        s[1]
        .member(c)
        .case(
            "a member, and founders who have a say",
            c,
            s[1].at(
                NOW, "c", relations={"b c": "former", "a b": "former"}, a="applied", b="applied"
            ),
        ),
        s[2].case(
            "two who have a say, whatever the network says of them",
            a,
            s[2].at(NOW, relations={"a b": "former", "a n": "tied", "a c": "none"}, a="applied"),
        ),
        s[3]
        .member(c)
        .case(
            "who takes the membership back has no say",
            a,
            s[3].at(NOW, "c", relations={"a b": "none", "b c": "none", "a c": "former"}, b="left"),
        ),
        s[4]
        .decides(a, c)
        .case(
            "a say goes on for a decision after the roster",
            c,
            s[4].at(NOW, relations={"a b": "former", "a c": "none"}, b="applied", c="none"),
        ),
    ]


def half(case: Case) -> list[tuple[bytes, Audience, int, bool]]:
    """The peerings of a case: by whom, to whom, until when, erased."""
    return [
        (
            bytes.fromhex(one["by"]),
            Audience.direct([bytes.fromhex(one["with"])]),
            one["until"],
            one["erased"],
        )
        for one in case["peerings"]
    ]

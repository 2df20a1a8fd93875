"""The world of `gate.json`: who is in it, and who said what."""

from collections.abc import Sequence
from typing import Any

from crypto.hashing import digest
from protocol.audience import Audience
from protocol.identity import vote
from protocol.ids import to_name
from tests.protocol.making.cast import EXPIRES, ISSUED, Actor

Case = dict[str, Any]

SOON = ISSUED + 86_400

ALL = (
    "net anna berta chris lower under waits declined left expelled other elsewhere peer past"
    " stranger erna fritz gustav hanna league"
)
NETWORKS = ("net", "lower", "other", "league")
IN_NET = "net anna berta chris lower"


class World:
    """Anna, Berta, Chris and the network `lower` are members of `net`; Under of `lower` only.

    Waits applied to `net`, Declined was declined, Left left, Expelled was expelled. Elsewhere is a
    member of `other`. Anna accepts Peer, and accepted Past until recently. Stranger is nobody.

    Erna, Fritz and Gustav founded `league`; Fritz and Gustav put Erna, Fritz and Hanna on its
    roster. Gustav left, Hanna is a member. The node of `league` expelled Erna and Fritz, who
    applied again: they are no members, and have a say.
    """

    def __init__(self) -> None:
        groups = {label: Actor(label) for label in ALL.split() if label not in NETWORKS}
        anna, under, elsewhere = groups["anna"], groups["under"], groups["elsewhere"]
        net = Actor("net", (anna, groups["berta"]))
        lower, other = Actor("lower", (under,)), Actor("other", (elsewhere,))
        founders = [groups[one] for one in ("erna", "fritz", "gustav")]
        league = Actor("league", founders)
        everybody = groups | {"net": net, "lower": lower, "other": other, "league": league}
        self.all = {label: everybody[label] for label in ALL.split()}
        self.net, self.lower, self.other, self.league = net, lower, other, league
        roster = [groups[one] for one in ("erna", "fritz", "hanna")]
        voters = [groups[one] for one in ("fritz", "gustav")]
        league.elements.append(league.voted(ordered(voters), ordered(roster)))
        self.records = [(f"{x} is", one.introduction()) for x, one in self.all.items()]
        for label in ("anna", "berta", "chris", "lower"):
            self._member(net, label)
        self._member(lower, "under")
        self._member(other, "elsewhere")
        self.joins(net, "waits")
        self.joins(net, "declined").says(net, "declined", "declined")
        self.joins(net, "left", content=None).says(net, "left", "admitted")
        self.joins(net, "expelled").says(net, "expelled", "expelled")
        self._decides()

    def _decides(self) -> None:
        league, to_it = self.league, Audience.network(self.league.id)
        for label in ("erna", "fritz"):
            self.joins(league, label)
            raw = league.answers(self[label], f"{label} before", "expelled")
            self.records.append((f"league: {label} was expelled before", raw))
        self._member(league, "hanna")
        self.joins(league, "gustav", content=None).says(league, "gustav", "admitted")
        payload = league.elements[-1][0]
        for label in ("fritz", "gustav"):
            _member, key, signature = vote(payload, b"", self[label].signing())
            said = {"network": league.id, "link": digest(payload), "key": key}
            said["signature"] = signature
            raw = self[label].record("vote", said, to_it, to_name(digest(payload)), expires=SOON)
            self.records.append((f"{label} votes in league", raw))
        said = {"network": league.id, "head": digest(payload)}
        self.records.append(("erna attests", self["erna"].record("attestation", said, to_it)))
        at = {"url": "https://fritz.example", "tls": None}
        self.records.append(("fritz is at home", self["fritz"].record("endpoint", at, name="home")))

    def __getitem__(self, label: str) -> Actor:
        return self.all[label]

    def joins(self, network: Actor, label: str, **more: Any) -> "World":
        what = "leaves" if more else "applies to"
        raw = self[label].joins(network, label, **more)
        self.records.append((f"{label} {what} {network}", raw))
        return self

    def says(self, network: Actor, label: str, decision: str) -> "World":
        raw = network.answers(self[label], label, decision)
        self.records.append((f"{network}: {label} is {decision}", raw))
        return self

    def _member(self, network: Actor, label: str) -> None:
        self.joins(network, label).says(network, label, "admitted")

    def peerings(self) -> list[Case]:
        """Anna's own side, and what Stranger claims."""
        rows = (("anna", "peer", False), ("anna", "past", True), ("stranger", "anna", False))
        return [
            {"by": self[a].id.hex(), "with": self[b].id.hex(), "until": EXPIRES, "erased": gone}
            for a, b, gone in rows
        ]


def ordered(some: Sequence[Actor]) -> list[Actor]:
    """By their ids."""
    return sorted(some, key=lambda one: one.id)


def names(text: str) -> list[str]:
    """ALL, NET (of net, and net itself), `-name`, or names."""
    found: set[str] = set()
    for word in text.split():
        if word.startswith("-"):
            found.discard(word[1:])
        else:
            found |= {*{"ALL": ALL, "NET": IN_NET}.get(word, word).split()}
    return [label for label in ALL.split() if label in found]

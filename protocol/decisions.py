"""Decisions of the members of a network: proposals and votes (docs/protocol.md §6.7, §7.16).

Rules:

1. a `proposal` carries all that is to be decided: the payload of the majority link that is to come,
   and the charter whose digest that link names; a `vote` is a signature for such a payload, or says
   that its author is against it;
2. either is by somebody who is or was a member, or whom a roster of the network names. What others
   say waits until that is known;
3. an `attestation` says which decision its author's node stands by; what these add up to is
   `protocol.finality`'s (§6.10);
4. whether a proposal still follows the chain that counts, and how many votes it has, is
   `protocol.tally`'s. Nothing here changes anything: only the link does (§5.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crypto.hashing import digest
from protocol.encoding import unpack
from protocol.errors import Malformed, Missing, Refused
from protocol.fields import check_fields, fields, identifier, octets, optional, raw_bytes, text
from protocol.identity import Link
from protocol.ids import ID_BYTES, to_name
from protocol.kind import (
    LIFETIME,
    Epoch,
    Facts,
    Kind,
    Place,
    State,
    Statement,
    freely_named,
    named_by_bytes,
    unnamed,
)
from protocol.networks import NETWORK, must_be_network

OPEN_SECONDS = 90 * 86_400
"""A quarter of a year: what was not decided by then is proposed anew, or was not wanted."""


def read_charter(body: bytes) -> dict[str, Any]:
    """The charter inside a proposal; `Malformed` if it is none."""
    content: dict[str, Any] = unpack(body)
    check_fields("proposal: charter", NETWORK.fields, content)
    return content


def _proposal_shape(statement: Statement, content: dict[str, Any]) -> None:
    if content["network"] != statement.audience.ids[0]:
        raise Malformed("proposal: network is not the audience")
    link = Link.read(content["link"])
    if link.type != "network" or link.number == 0 or not link.roster:
        raise Malformed("proposal: not a link by a majority")
    read_charter(content["charter"])
    if link.charter != digest(content["charter"]):
        raise Malformed("proposal: not the charter that the link names")


def _vote_shape(statement: Statement, content: dict[str, Any]) -> None:
    if content["network"] != statement.audience.ids[0]:
        raise Malformed("vote: network is not the audience")
    if statement.name != to_name(content["link"]):
        raise Malformed("vote: the name is not the link")
    if (content["key"] is None) != (content["signature"] is None):
        raise Malformed("vote: a key without a signature, or the reverse")


def _by_somebody_who_decides(statement: Statement, facts: Facts) -> None:
    network = statement.audience.ids[0]
    must_be_network(network, facts, statement.kind)
    if not facts.may_propose(network, statement.author):
        raise Missing(f"{statement.kind}: not by a member, as far as is known here")
    if statement.content is None or statement.kind == "attestation":
        return
    if statement.expires > statement.issued + OPEN_SECONDS:
        raise Refused(f"{statement.kind}: open for too long")
    key = statement.content.get("key")
    if key is not None and not facts.speaks_for(statement.author, key):
        raise Refused("vote: under a key that is not its author's")


PROPOSAL = Kind(
    name="proposal",
    audiences=frozenset({"network"}),
    fields=fields(network=identifier, link=raw_bytes, charter=raw_bytes, note=optional(text(1000))),
    limit=20,
    named=freely_named,
    state=State.DECISIONS,
    order=5,
    decision=True,
    inner=False,
    epoch=Epoch.NEVER,
    shape=_proposal_shape,
    rule=_by_somebody_who_decides,
)

VOTE = Kind(
    name="vote",
    audiences=frozenset({"network"}),
    fields=fields(
        network=identifier,
        link=identifier,
        key=optional(octets(32)),
        signature=optional(octets(64)),
    ),
    limit=20,
    named=named_by_bytes(ID_BYTES),
    state=State.DECISIONS,
    order=6,
    decision=True,
    inner=False,
    epoch=Epoch.NEVER,
    shape=_vote_shape,
    rule=_by_somebody_who_decides,
)


def _attestation_shape(statement: Statement, content: dict[str, Any]) -> None:
    if content["network"] != statement.audience.ids[0]:
        raise Malformed("attestation: network is not the audience")


ATTESTATION = Kind(
    name="attestation",
    audiences=frozenset({"network"}),
    fields=fields(network=identifier, head=identifier),
    limit=1,
    named=unnamed,
    state=State.DECISIONS,
    order=7,
    decision=True,
    renewed=LIFETIME,
    inner=False,
    epoch=Epoch.NEVER,
    shape=_attestation_shape,
    rule=_by_somebody_who_decides,
)


class Proposal(NamedTuple):
    """What somebody proposed. `charter` is its body, `terms` the same decoded."""

    network: bytes
    author: bytes
    name: str
    payload: bytes
    link: Link
    charter: bytes
    terms: dict[str, Any]
    note: str | None
    issued: int
    until: int


class Vote(NamedTuple):
    """A member's signature for the link with this digest."""

    author: bytes
    link: bytes
    key: bytes
    signature: bytes
    until: int


@dataclass
class Decisions:
    """The proposals and votes that stand, by network. `votes` are those for a link."""

    proposals: dict[bytes, dict[tuple[bytes, str], Proposal]] = field(default_factory=dict)
    votes: dict[bytes, dict[tuple[bytes, bytes], Vote]] = field(default_factory=dict)
    against: dict[bytes, dict[tuple[bytes, bytes], int]] = field(default_factory=dict)
    """By network: who is against which link, and until when that stands."""
    attested: dict[bytes, dict[bytes, bytes]] = field(default_factory=dict)
    """By network: who attests which decision."""

    def heads(self, network: bytes) -> dict[bytes, bytes]:
        """Who attests which decision of a network."""
        return self.attested.get(network, {})

    def all_proposals(self, network: bytes) -> Iterable[Proposal]:
        """Those that stand, whatever became of them."""
        return self.proposals.get(network, {}).values()

    def apply(self, statement: Statement) -> None:
        """Take in one of the three kinds that now stands at its place, or its tombstone."""
        self.forget(statement.place)
        content, network = statement.content, statement.audience.ids[0]
        if content is None:
            return
        if statement.kind == "attestation":
            self.attested.setdefault(network, {})[statement.author] = content["head"]
            return
        if statement.kind == "vote":
            self._vote(network, statement, content)
            return
        self.proposals.setdefault(network, {})[statement.author, statement.name] = Proposal(
            network,
            statement.author,
            statement.name,
            content["link"],
            Link.read(content["link"]),
            content["charter"],
            read_charter(content["charter"]),
            content["note"],
            statement.issued,
            statement.expires,
        )

    def _vote(self, network: bytes, statement: Statement, content: dict[str, Any]) -> None:
        author, link, until = statement.author, content["link"], statement.expires
        if content["key"] is None:
            self.against.setdefault(network, {})[author, link] = until
        else:
            vote = Vote(author, link, content["key"], content["signature"], until)
            self.votes.setdefault(network, {})[author, link] = vote

    def forget(self, place: Place | Statement) -> None:
        """What stood at a place does so no more."""
        network = place.audience.ids[0]
        if place.kind == "proposal":
            self.proposals.get(network, {}).pop((place.author, place.name), None)
        elif place.kind == "attestation":
            self.attested.get(network, {}).pop(place.author, None)
        else:
            voted = place.author, bytes.fromhex(place.name)
            self.votes.get(network, {}).pop(voted, None)
            self.against.get(network, {}).pop(voted, None)

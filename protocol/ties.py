"""The ties: what the control records that a node holds say, read into memory (docs/protocol.md §6).

Rules, as functions of the same records on every node:

* a peering counts for the node that asks from the side that it holds itself (§6.1);
* a member has a standing membership and a standing admission that quote one epoch (§6.3);
* who left, was expelled or expired is a former member until the tombstone expires (§6.4).

`apply` takes each control record that stands at its place; `now` is always an argument.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from crypto.hashing import digest
from protocol.audience import Audience
from protocol.identity import Identity
from protocol.ids import from_name
from protocol.kind import Place, Seq, Statement


class Signer(NamedTuple):
    """Whose operational key it is, and of which link."""

    id: bytes
    link: int


class Half(NamedTuple):
    """One side of an agreement. `content` is None when it was taken back."""

    content: dict[str, Any] | None
    epoch: bytes | None
    issued: int
    until: int
    digest: bytes | None = None

    def stands(self, now: int) -> bool:
        """Neither taken back nor expired."""
        return self.content is not None and self.until > now

    def lives(self, now: int) -> bool:
        """Stands, or was taken back and is still remembered."""
        return self.until > now


class Standing(Enum):
    """How an identity stands to a network."""

    NONE = "none"
    APPLIED = "applied"
    DECLINED = "declined"
    MEMBER = "member"
    LEFT = "left"
    EXPELLED = "expelled"


class Relation(Enum):
    """What two identities are to each other, for the node that asks (§6.5)."""

    NONE = 0
    FORMER = 1
    TIED = 2


@dataclass(slots=True)
class Bond:
    """A membership and the admission that answers it."""

    membership: Half | None = None
    admission: Half | None = None

    def is_member(self, now: int) -> bool:
        """§6.3."""
        mine, theirs = self.membership, self.admission
        return (
            mine is not None
            and theirs is not None
            and mine.content is not None
            and theirs.content is not None
            and mine.epoch == theirs.epoch
            and theirs.content["decision"] == "admitted"
            and mine.until > now
            and theirs.until > now
        )

    def standing(self, now: int) -> Standing:
        """In one word."""
        mine, theirs = self.membership, self.admission
        if self.is_member(now):
            return Standing.MEMBER
        if mine is None or not mine.lives(now):
            return Standing.NONE
        answered = theirs is not None and theirs.epoch == mine.epoch and theirs.lives(now)
        if mine.content is None:
            return Standing.LEFT
        if not answered or theirs is None:
            return Standing.APPLIED
        if theirs.content is None or theirs.content["decision"] == "expelled":
            return Standing.EXPELLED
        return Standing.DECLINED

    def was_member(self, now: int) -> bool:
        """Left or expelled after the network had answered: an application alone is no past."""
        mine, theirs = self.membership, self.admission
        return (
            self.standing(now) in (Standing.LEFT, Standing.EXPELLED)
            and mine is not None
            and theirs is not None
            and theirs.epoch == mine.epoch
            and theirs.lives(now)
            and (theirs.content is None or theirs.content["decision"] != "declined")
        )

    def ended(self, epoch: bytes, now: int) -> bool:
        """Whether the membership with this epoch is known to be over."""
        mine, theirs = self.membership, self.admission
        if mine is not None and mine.epoch == epoch and not mine.stands(now):
            return True
        if theirs is None or theirs.epoch != epoch:
            return False
        return not theirs.stands(now) or (theirs.content or {}).get("decision") != "admitted"


@dataclass
class Ties:
    """The control state of one node. `own` are the identities that it holds."""

    own: frozenset[bytes] = frozenset()
    identities: dict[bytes, Identity] = field(default_factory=dict)
    keys: dict[bytes, Signer] = field(default_factory=dict)
    charters: dict[bytes, Half] = field(default_factory=dict)
    endpoints: dict[bytes, dict[str, Half]] = field(default_factory=dict)
    peerings: dict[tuple[bytes, bytes], Half] = field(default_factory=dict)
    rosters: dict[bytes, dict[bytes, Bond]] = field(default_factory=dict)
    _networks_of: dict[bytes, set[bytes]] = field(default_factory=dict)
    _newest: dict[tuple[str, bytes, Audience, str], tuple[Seq, bytes]] = field(default_factory=dict)

    # Writing

    def is_newer(self, statement: Statement, id_: bytes) -> bool:
        """Whether a control record is newer than what stands at its place (§4.4)."""
        key = (statement.kind, statement.author, statement.audience, statement.name)
        old = self._newest.get(key)
        if old is None or statement.seq > old[0]:
            return True
        return statement.seq == old[0] and id_ < old[1]

    def note(self, statement: Statement, id_: bytes) -> None:
        """Remember which control record stands at a place."""
        key = (statement.kind, statement.author, statement.audience, statement.name)
        self._newest[key] = (statement.seq, id_)

    def apply(self, statement: Statement, chain: Identity | None = None) -> None:
        """Take in a control record that now stands at its place. Others are ignored."""
        match statement.kind:
            case "identity":
                content = statement.content or {}
                self.introduce(chain or Identity.reread(content["links"]))
            case "endpoint":
                places = self.endpoints.setdefault(statement.author, {})
                places[f"{statement.audience}/{statement.name}"] = _half(statement)
            case "network":
                body = statement.body
                meant = None if body is None else digest(body)
                self.charters[statement.author] = _half(statement)._replace(digest=meant)
            case "peering":
                self.peerings[statement.author, statement.audience.ids[0]] = _half(statement)
            case "membership":
                self._bond(statement.audience.ids[0], statement.author).membership = _half(
                    statement
                )
            case "admission":
                member = (statement.content or {}).get("member") or from_name(statement.name)
                self._bond(statement.audience.ids[0], member).admission = _half(statement)

    def introduce(self, identity: Identity) -> None:
        """Know an identity's chain from now on."""
        self.identities[identity.id] = identity
        for link in identity.links:
            self.keys[link.signing] = Signer(identity.id, link.number)

    def forget(self, statement: Statement | Place) -> None:
        """Drop the control record at a place: it expired or is no longer held."""
        place = (statement.kind, statement.author, statement.audience, statement.name)
        self._newest.pop(place, None)
        match statement.kind:
            case "identity":
                gone = self.identities.pop(statement.author, None)
                for link in gone.links if gone else ():
                    self.keys.pop(link.signing, None)
            case "endpoint":
                key = f"{statement.audience}/{statement.name}"
                self.endpoints.get(statement.author, {}).pop(key, None)
            case "network":
                self.charters.pop(statement.author, None)
            case "peering":
                self.peerings.pop((statement.author, statement.audience.ids[0]), None)
            case "membership":
                self._bond(statement.audience.ids[0], statement.author).membership = None
            case "admission":
                member = from_name(statement.name)
                self._bond(statement.audience.ids[0], member).admission = None

    def _bond(self, network: bytes, member: bytes) -> Bond:
        self._networks_of.setdefault(member, set()).add(network)
        roster = self.rosters.setdefault(network, {})
        bond = roster.get(member)
        if bond is None:
            bond = roster[member] = Bond()
        return bond

    # Keys

    def speaks_for(self, identity: bytes, key: bytes) -> bool | None:
        """Whether `key` is or was an operational key of `identity`; None if it is not known."""
        known = self.identities.get(identity)
        if known is None:
            return None
        return any(link.signing == key for link in known.links)

    def sealing_key(self, identity: bytes) -> bytes:
        """To which key one seals for `identity`; KeyError if it is not known."""
        return self.identities[identity].current.sealing

    # Networks

    def bond(self, network: bytes, member: bytes) -> Bond | None:
        """What both sides said, if anything."""
        roster = self.rosters.get(network)
        return roster.get(member) if roster else None

    def is_member(self, network: bytes, identity: bytes, now: int) -> bool:
        """§6.3."""
        bond = self.bond(network, identity)
        return bond is not None and bond.is_member(now)

    def member_epoch(self, network: bytes, identity: bytes, now: int) -> bytes | None:
        """The epoch of a standing membership, or None."""
        bond = self.bond(network, identity)
        if bond is None or bond.membership is None or not bond.is_member(now):
            return None
        return bond.membership.epoch

    def is_part(self, network: bytes, identity: bytes, now: int) -> bool:
        """Is the network itself, or a member."""
        return identity == network or self.is_member(network, identity, now)

    def standing(self, network: bytes, identity: bytes, now: int) -> Standing:
        """In one word."""
        bond = self.bond(network, identity)
        return bond.standing(now) if bond else Standing.NONE

    def parts(self, identity: bytes, now: int) -> Iterator[bytes]:
        """The networks that `identity` is a member of, and itself if it is one."""
        if identity in self.rosters:
            yield identity
        for network in self._networks_of.get(identity, ()):
            if self.is_member(network, identity, now):
                yield network

    def members(self, network: bytes, now: int) -> list[bytes]:
        """Ids of the members, in order of their first records here."""
        roster = self.rosters.get(network, {})
        return [one for one, bond in roster.items() if bond.is_member(now)]

    def memberships(self, identity: bytes, now: int) -> list[bytes]:
        """The networks of which `identity` is a member."""
        mine = self._networks_of.get(identity, ())
        return sorted(n for n in mine if self.is_member(n, identity, now))

    def circle(self, network: bytes, now: int) -> set[bytes]:
        """The network, its members, applicants and former members (§8.4)."""
        roster = self.rosters.get(network, {})
        return {network} | {
            one for one, bond in roster.items() if bond.standing(now) is not Standing.NONE
        }

    def connected(self, identity: bytes, now: int) -> Iterator[bytes]:
        """Networks of which `identity` is, was or wants to be a part."""
        if identity in self.rosters or identity in self.charters:
            yield identity
        for network in self._networks_of.get(identity, ()):
            if self.standing(network, identity, now) is not Standing.NONE:
                yield network

    # Peers

    def accepts(self, one: bytes, other: bytes, now: int) -> bool:
        """Whether `one` accepted `other` as a peer and that stands."""
        half = self.peerings.get((one, other))
        return half is not None and half.stands(now)

    def accepted(self, one: bytes, now: int) -> list[bytes]:
        """Whom `one` accepts."""
        return [b for (a, b), half in self.peerings.items() if a == one and half.stands(now)]

    def taken_back(self, one: bytes, since: int) -> list[bytes]:
        """Whom `one` accepted and, since then, no longer accepts."""
        return [
            b
            for (a, b), half in self.peerings.items()
            if a == one and half.content is None and half.issued >= since
        ]

    def relation(self, one: bytes, other: bytes, now: int) -> Relation:
        """§6.5: for the node that asks, only what it accepted itself counts as a peering."""
        if one == other:
            return Relation.TIED
        found = Relation.NONE
        for mine, theirs in ((one, other), (other, one)):
            half = self.peerings.get((mine, theirs)) if mine in self.own else None
            if half is not None and half.stands(now):
                return Relation.TIED
            if half is not None and half.lives(now):
                found = Relation.FORMER
        if one in self.own and other in self.own:
            return Relation.TIED
        for network in {*self.connected(one, now)} & {*self.connected(other, now)}:
            through = self._through(network, one, other, now)
            if through is Relation.TIED:
                return through
            found = through if found is Relation.NONE else found
        return found

    def _through(self, network: bytes, one: bytes, other: bytes, now: int) -> Relation:
        standings = [
            Standing.MEMBER if x == network else self.standing(network, x, now)
            for x in (one, other)
        ]
        if standings == [Standing.MEMBER, Standing.MEMBER]:
            return Relation.TIED
        if network in (one, other) and Standing.APPLIED in standings:
            return Relation.TIED
        if network in (one, other):
            return Relation.FORMER
        if Standing.MEMBER in standings and all(
            self._was_part(network, x, now) for x in (one, other)
        ):
            return Relation.FORMER
        return Relation.NONE

    def _was_part(self, network: bytes, identity: bytes, now: int) -> bool:
        bond = self.bond(network, identity)
        return bond is not None and (bond.is_member(now) or bond.was_member(now))

    def lists(self, identity: bytes, now: int) -> bool:
        """Whether this node takes in public records by `identity` (§6.5)."""
        own = self.own
        if identity in own:
            return True
        for one in own:
            if self.accepts(one, identity, now):
                return True
        for network in (identity, *self._networks_of.get(identity, ())):
            if network != identity and self.standing(network, identity, now) is Standing.NONE:
                continue
            for one in own:
                if one == network or self.standing(network, one, now) is not Standing.NONE:
                    return True
        return False

    def listed(self, now: int) -> set[bytes]:
        """Whose public records this node takes in (§6.5)."""
        found = set(self.own)
        for one in self.own:
            found.update(self.accepted(one, now))
            for network in self.connected(one, now):
                found |= self.circle(network, now)
        return found


def _half(statement: Statement) -> Half:
    return Half(statement.content, statement.epoch, statement.issued, statement.expires)


def related(ties: Ties, some: Iterable[bytes], others: Iterable[bytes], now: int) -> Relation:
    """The best relation between any of `some` and any of `others`."""
    others = list(others)
    best = Relation.NONE
    for one in some:
        for other in others:
            relation = ties.relation(one, other, now)
            if relation is Relation.TIED:
                return relation
            best = max(best, relation, key=lambda r: r.value)
    return best

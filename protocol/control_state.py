"""Ties: the control records that a node holds, read into memory (docs/protocol.md §6).

Rules, as functions of the same records on every node:

* a peering counts for the node that asks from the side that it holds itself (§6.1);
* a member has a standing membership and a standing admission that quote one epoch (§6.3);
* until the network's own keys answer, a roster that a majority confirmed admits (§6.3);
* a member that left, was expelled or expired is a former one until the tombstone expires (§6.4).

`apply` takes each control record that stands at its place; `now` is always an argument.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from crypto.hashing import digest
from protocol.audience import PUBLIC, Audience
from protocol.certificates import Certificates
from protocol.identity import Identity
from protocol.ids import from_name
from protocol.kind import Place, Seq, State, Statement
from protocol.known_chains import VERSIONS, KnownChains
from protocol.membership import Bond, Half, Relation, Standing
from protocol.succession import resolve
from protocol.unread import kind_of

__all__ = ["Bond", "Half", "Relation", "Standing", "Ties", "related"]

ROSTER_SECONDS = 400 * 86_400
"""How long a roster stands for admissions: as long as these would, had they been made with it."""

Somewhere = Statement | Place

Noted = tuple[str, bytes, Audience, str]


class Reader(NamedTuple):
    """How one part of the control state takes in what stands at a place, and forgets it."""

    apply: Callable[[Statement], None]
    forget: Callable[[Somewhere], None]


@dataclass
class Ties(KnownChains):
    """The control state of one node."""

    trusted: frozenset[bytes] = frozenset()
    """Identities from which a person recovers: treated as accepted, here only, while that lasts.
    The own `peering` with them is sealed, and comes back only in a session (§6.5)."""
    charters: dict[bytes, Half] = field(default_factory=dict)
    endpoints: dict[bytes, dict[str, Half]] = field(default_factory=dict)
    peerings: dict[tuple[bytes, bytes], Half] = field(default_factory=dict)
    _confirmed: dict[bytes, tuple[frozenset[bytes], Half]] = field(default_factory=dict)
    _newest: dict[Noted, tuple[Seq, bytes]] = field(default_factory=dict)
    _readers: dict[State, "Reader"] = field(init=False)

    def __post_init__(self) -> None:
        """Certificates admit to networks: they write here, too."""
        super().__post_init__()
        self.certificates = Certificates(self.signs_for, self._found)
        self._readers = self._readers_of_state()

    # Writing

    def is_newer(self, statement: Statement, id_: bytes) -> bool:
        """Whether a control record is newer than what stands at its place (§4.4)."""
        key = (statement.kind, statement.author, statement.audience, statement.name)
        old = self._newest.get(key)
        if old is None or statement.seq > old[0]:
            return True
        return statement.seq == old[0] and id_ < old[1]

    def stands(self, statement: Statement, id_: bytes) -> bool:
        """Whether this very record stands at its place."""
        key = (statement.kind, statement.author, statement.audience, statement.name)
        return self._newest.get(key) == (statement.seq, id_)

    def note(self, statement: Statement, id_: bytes) -> None:
        """Remember which control record stands at a place."""
        key = (statement.kind, statement.author, statement.audience, statement.name)
        self._newest[key] = (statement.seq, id_)

    def apply(self, statement: Statement, chain: Identity | None = None) -> None:
        """Take in a control record that now stands at its place. Others are ignored."""
        self.version = next(VERSIONS)
        state = kind_of(statement.kind).state
        if state is State.CHAINS:
            content = statement.content or {}
            self._introduce(chain or Identity.reread(content["links"]), statement.issued)
        elif state is not None:
            self._readers[state].apply(statement)
        self._go_on()

    def note_all(self, newest: Iterable[tuple[Noted, tuple[Seq, bytes]]]) -> None:
        """As `note` of each: kind, author, audience and name of what stands, its `seq` and id."""
        self.version = next(VERSIONS)
        self._newest.update(newest)

    def introduce(self, identity: Identity, issued: int = 0) -> None:
        """Know a chain of an identity from now on, and which one counts (§5.3)."""
        self.version = next(VERSIONS)
        self._introduce(identity, issued)
        self._go_on()

    def set_aside(self, identity: bytes) -> None:
        """Keep the chains of an identity elsewhere from now on."""
        for name in self._let_go(identity):
            self._newest.pop(("identity", identity, PUBLIC, name), None)
        self._confirmed.pop(identity, None)

    @property
    def near_networks(self) -> Iterable[bytes]:
        """Networks whose chains are in memory."""
        return self._confirmed.keys()

    def networks_of(self, identity: bytes) -> tuple[bytes, ...]:
        """Networks of which something is known about this identity."""
        return self._networks_of.get(identity, ())

    def _confirm(self, chain: Identity, issued: int) -> None:
        """Admit the roster of the last majority, until the network's keys answer (§6.3)."""
        roster = next((link.roster for link in reversed(chain.links) if link.roster), ())
        half = Half({"decision": "admitted", "reason": None}, None, issued, issued + ROSTER_SECONDS)
        self._confirmed[chain.id] = frozenset(roster), half
        for member, bond in self.rosters.get(chain.id, {}).items():
            bond.confirmed = half if member in roster else None

    def _found(self, network: bytes, member: bytes, half: Half | None) -> None:
        """A certificate admits (§6.6), or no longer does."""
        if half is not None or self.bond(network, member) is not None:
            self._bond(network, member).founding = half
        self._doubtful.add(network)

    def forget(self, statement: Statement | Place) -> None:
        """Drop the control record at a place: it expired or is no longer held."""
        self.version = next(VERSIONS)
        place = (statement.kind, statement.author, statement.audience, statement.name)
        self._newest.pop(place, None)
        state = kind_of(statement.kind).state
        if state is State.CHAINS:
            self._forget_chain(statement.author, statement.name)
        elif state is not None:
            self._readers[state].forget(statement)
        self._go_on()

    def _readers_of_state(self) -> dict[State, Reader]:
        return {
            State.ENDPOINTS: Reader(self._apply_endpoint, self._forget_endpoint),
            State.CHARTERS: Reader(self._apply_charter, self._forget_charter),
            State.PEERINGS: Reader(self._apply_peering, self._forget_peering),
            State.MEMBERSHIPS: Reader(self._apply_membership, self._forget_membership),
            State.ADMISSIONS: Reader(self._apply_admission, self._forget_admission),
            State.PACTS: Reader(self.certificates.apply, self.certificates.silenced),
            State.DECISIONS: Reader(self._apply_decision, self._forget_decision),
        }

    def _apply_endpoint(self, said: Statement) -> None:
        self.found_at(said.author, said.audience, said.name, Half.of(said))

    def found_at(self, author: bytes, audience: Audience, name: str, half: Half) -> None:
        """An endpoint stands at its place."""
        self.endpoints.setdefault(author, {})[f"{audience}/{name}"] = half

    def _forget_endpoint(self, place: Somewhere) -> None:
        self.endpoints.get(place.author, {}).pop(f"{place.audience}/{place.name}", None)

    def _apply_charter(self, said: Statement) -> None:
        meant = None if said.body is None else digest(said.body)
        self.charters[said.author] = Half.of(said)._replace(digest=meant)

    def _forget_charter(self, place: Somewhere) -> None:
        self.charters.pop(place.author, None)

    def _apply_peering(self, said: Statement) -> None:
        self.peerings[said.author, said.audience.ids[0]] = Half.of(said)

    def _forget_peering(self, place: Somewhere) -> None:
        self.peerings.pop((place.author, place.audience.ids[0]), None)

    def _apply_membership(self, said: Statement) -> None:
        self.joined(said.audience.ids[0], said.author, Half.of(said))

    def joined(self, network: bytes, member: bytes, half: Half) -> None:
        """A membership stands at its place."""
        self._bond(network, member).joined = half
        if member in self.own or self.certificates.founded(network):
            self._doubtful.add(network)

    def _forget_membership(self, place: Somewhere) -> None:
        self._bond(place.audience.ids[0], place.author).joined = None

    def _apply_admission(self, said: Statement) -> None:
        member = (said.content or {}).get("member") or from_name(said.name)
        self.answered(said.audience.ids[0], member, Half.of(said))

    def answered(self, network: bytes, member: bytes, half: Half) -> None:
        """An admission stands at its place."""
        self._bond(network, member).answered = half

    def _forget_admission(self, place: Somewhere) -> None:
        self._bond(place.audience.ids[0], from_name(place.name)).answered = None

    def _apply_decision(self, said: Statement) -> None:
        self.decisions.apply(said)
        self._weigh_again(said)

    def _forget_decision(self, place: Somewhere) -> None:
        self.decisions.forget(place)
        self._weigh_again(place)

    def _weigh_again(self, place: Somewhere) -> None:
        if place.kind == "attestation":
            self._doubtful.add(place.audience.ids[0])

    def _forget_chain(self, identity: bytes, name: str) -> None:
        issued = self._issued_of(identity)
        known = self.successions.pop(identity, None)
        self.identities.pop(identity, None)
        left = [one for one in known.witnesses if one.name != name] if known else []
        if left:
            self._settle(resolve(left, self.view(identity)), issued)
        else:
            self.shown.pop(identity, None)
            self._issued.pop(identity, None)
            self.certificates.introduced(identity)
            self._confirmed.pop(identity, None)
            for bond in self.rosters.get(identity, {}).values():
                bond.confirmed = None

    def _bond(self, network: bytes, member: bytes) -> Bond:
        roster = self.rosters.get(network)
        if roster is None:
            roster = self.rosters[network] = {}
        bond = roster.get(member)
        if bond is None:
            self._networks_of[member] = (*self._networks_of.get(member, ()), network)
            confirmed, half = self._confirmed.get(network, (frozenset(), None))
            bond = roster[member] = Bond(confirmed=half if member in confirmed else None)
        return bond

    # What the rules of kinds ask (protocol.kind.Facts)

    def type_of(self, identity: bytes) -> str | None:
        """`group` or `network`; None if it is not known."""
        known = self.identities.get(identity)
        return known.type if known else None

    def confirmed_charter(self, network: bytes) -> bytes | None:
        """Digest of the charter that was confirmed last; None if none was (§7.5)."""
        known = self.identities.get(network)
        return known.charter if known else None

    def may_propose(self, network: bytes, identity: bytes) -> bool:
        """Whether it was admitted once, or is named by a roster of a known network (§6.7)."""
        bond, chain = self.bond(network, identity), self.identities.get(network)
        if bond is not None and bond.was_admitted():
            return True
        if chain is None or self.was_only_asked(network, identity):
            return False
        return identity in chain.deciders or self.decides(network, identity)

    # Networks

    def may_vote(self, network: bytes, identity: bytes, now: int) -> bool:
        """Whether it decides and has not left, whatever the network's node says of it (§6.7)."""
        return self.has_joined(network, identity, now) and self.decides(network, identity)

    def has_joined(self, network: bytes, identity: bytes, now: int) -> bool:
        """Whether its own side of a membership stands, whatever the network answered."""
        bond = self.bond(network, identity)
        return bond is not None and bond.membership is not None and bond.membership.stands(now)

    def is_member(self, network: bytes, identity: bytes, now: int) -> bool:
        """Whether both halves of a membership stand and quote one epoch (§6.3)."""
        bond = self.bond(network, identity)
        return bond is not None and bond.is_member(now)

    def member_epoch(self, network: bytes, identity: bytes, now: int) -> bytes | None:
        """The epoch of a standing membership, or None."""
        bond = self.bond(network, identity)
        if bond is None or bond.membership is None or not bond.is_member(now):
            return None
        return bond.membership.epoch

    def is_part(self, network: bytes, identity: bytes, now: int) -> bool:
        """Whether it is the network itself or a member."""
        return identity == network or self.is_member(network, identity, now)

    def standing(self, network: bytes, identity: bytes, now: int) -> Standing:
        """Standing of an identity in a network, as one word."""
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
        """The network, its members, applicants and former members, and whom it admitted (§8.4)."""
        roster = self.rosters.get(network, {})
        return {network} | {one for one, bond in roster.items() if bond.is_of_its_circle(now)}

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

    def _accepted_by_own(self) -> frozenset[bytes]:
        return frozenset(
            b for (a, b), half in self.peerings.items() if a in self.own and half.content
        )

    def accepted(self, one: bytes, now: int) -> list[bytes]:
        """Identities that `one` accepts as peers."""
        return [b for (a, b), half in self.peerings.items() if a == one and half.stands(now)]

    def peers_named(self, one: bytes, now: int) -> list[bytes]:
        """Peers of `one` whose tie with it both sides want to be named (§6.9)."""
        return [
            b
            for b in self.accepted(one, now)
            if self._names(one, b, now) and self._names(b, one, now)
        ]

    def _names(self, one: bytes, other: bytes, now: int) -> bool:
        half = self.peerings.get((one, other))
        return half is not None and half.is_shown and half.stands(now)

    def taken_back(self, one: bytes, since: int) -> list[bytes]:
        """Identities that `one` has stopped accepting since `since` (seconds UTC)."""
        return [
            b
            for (a, b), half in self.peerings.items()
            if a == one and half.content is None and half.issued >= since
        ]

    def relation(self, one: bytes, other: bytes, now: int) -> Relation:
        """§6.5: for the node that asks, only what it accepted itself counts as a peering."""
        if one == other:
            return Relation.TIED
        if (one in self.own and other in self.trusted) or (
            one in self.trusted and other in self.own
        ):
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
        if found is Relation.NONE and self._in_one_pact(one, other, now):
            return Relation.FORMER
        return found

    def _in_one_pact(self, one: bytes, other: bytes, now: int) -> bool:
        """Both left already, or one did: what was signed has to arrive all the same."""
        for mine, theirs in ((one, other), (other, one)):
            if mine in self.own and self.certificates.agreed({mine}, theirs, now):
                return True
        return False

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
        if self._share_a_say(network, one, other, now):
            return Relation.FORMER
        return Relation.NONE

    def _share_a_say(self, network: bytes, one: bytes, other: bytes, now: int) -> bool:
        """Also when the network's node says that neither is a member any more."""
        return self.may_vote(network, one, now) and self.may_vote(network, other, now)

    def _was_part(self, network: bytes, identity: bytes, now: int) -> bool:
        is_or_was = self.is_or_was_member(network, identity, now)
        return is_or_was or self.may_vote(network, identity, now)

    def is_or_was_member(self, network: bytes, identity: bytes, now: int) -> bool:
        """Whether it is a member, or left or was expelled after it was one (§6.4)."""
        bond = self.bond(network, identity)
        return bond is not None and (bond.is_member(now) or bond.was_member(now))

    def accepts_public_from(self, identity: bytes, now: int) -> bool:
        """Whether this node takes in public records by `identity` (§6.5)."""
        own = self.own
        if identity in own or identity in self.trusted:
            return True
        for one in own:
            if self.accepts(one, identity, now):
                return True
        for network in (identity, *self._networks_of.get(identity, ())):
            bond = self.bond(network, identity)
            if network != identity and (bond is None or not bond.is_of_its_circle(now)):
                continue
            for one in own:
                if one == network or self.standing(network, one, now) is not Standing.NONE:
                    return True
        return any(identity in roster for roster in self.fellows(now))

    def fellows(self, now: int) -> Iterator[frozenset[bytes]]:
        """The rosters on which own identities have a say: they must reach each other (§6.7)."""
        for one in self.own:
            for network in self._networks_of.get(one, ()):
                if self.may_vote(network, one, now):
                    yield self.deciders(network)

    def listed(self, now: int) -> set[bytes]:
        """Identities whose public records this node takes in (§6.5)."""
        found = {*self.own, *self.trusted}.union(*self.fellows(now))
        for one in self.own:
            found.update(self.accepted(one, now))
            for network in self.connected(one, now):
                found |= self.circle(network, now)
        return found


def related(ties: Ties, some: Iterable[bytes], others: Iterable[bytes], now: int) -> Relation:
    """The best relation between any of `some` and any of `others`."""
    best = Relation.NONE
    for one, other in product(some, others):
        relation = ties.relation(one, other, now)
        if relation is Relation.TIED:
            return relation
        best = max(best, relation, key=lambda r: r.value)
    return best

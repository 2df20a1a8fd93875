"""The chains that a node knows, and which of them counts (docs/protocol.md §5.3, §6.10).

What was decided in a network rests on more than its chains: on who attests what, on keys that were
called stolen, and on what this node said and holds itself. Whatever of that changes, `reconsider`
weighs it again.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from protocol.certificates import Certificates
from protocol.chains import Aside, Chains
from protocol.decisions import Decisions
from protocol.finality import View
from protocol.identity import Identity
from protocol.membership import Bond
from protocol.memory import Memory
from protocol.succession import Succession, resolve

OLD_KEY_SECONDS = 30 * 86_400
"""How long records under an earlier link stand after a later one was shown (§5.3)."""

VERSIONS = count()


@dataclass
class KnownChains(ABC):
    """Part of the control state of one node. `own` are the identities that it holds."""

    own: frozenset[bytes] = frozenset()
    aside: Aside = field(default_factory=Aside)
    """Chains that nothing refers to: on the disk, and looked up there (§6.5)."""
    identities: Chains[Identity] = field(default_factory=Chains)
    successions: Chains[Succession] = field(default_factory=Chains)
    shown: dict[bytes, int] = field(default_factory=dict)
    """When the record that shows the chain that counts was issued; of several the earliest."""
    _issued: dict[bytes, dict[str, int]] = field(default_factory=dict)
    """Where several chains are kept: when the record of each was issued, by its name."""
    rosters: dict[bytes, dict[bytes, Bond]] = field(default_factory=dict)
    certificates: Certificates = field(init=False)
    decisions: Decisions = field(default_factory=Decisions)
    memory: Memory = field(default_factory=Memory)
    """What this node said and holds itself; no record of others changes it (§6.10, 9)."""
    reading: bool = False
    """While all is read from the store: what was decided is weighed once, by `reconsider`."""
    changed: list[bytes] = field(default_factory=list)
    """Networks in which another chain counts than before something else than a chain came."""
    version: int = field(default_factory=VERSIONS.__next__)
    """Another one after every change; no two ever have the same."""
    _networks_of: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)
    _deciding: dict[bytes, set[bytes]] = field(default_factory=dict)
    """In chains of which networks a group votes: its keys say which votes count."""
    _doubtful: set[bytes] = field(default_factory=set)
    """Networks whose decisions are to be weighed again."""

    def __post_init__(self) -> None:
        """What is not in memory is looked up."""
        self.identities, self.successions = Chains(self.aside.bring), Chains(self.aside.bring)
        self.aside.introduce = self._bring_in

    def _bring_in(self, identity: Identity, issued: int) -> None:
        """It was known: nothing that rests on the ties changes."""
        self._introduce(identity, issued)

    def _let_go(self, identity: bytes) -> list[str]:
        """Have its chains in memory no more; gives the names of their records."""
        known = self.successions.pop(identity, None)
        self.identities.pop(identity, None)
        self.shown.pop(identity, None)
        self._issued.pop(identity, None)
        chains = known.witnesses if known else ()
        for one in frozenset[bytes]().union(*(chain.deciders for chain in chains)):
            votes = self._deciding.get(one, set())
            votes.discard(identity)
            if not votes:
                self._deciding.pop(one, None)
        return [one.name for one in chains]

    def _introduce(self, identity: Identity, issued: int) -> None:
        found = self.succession_with(identity)
        if found.witnesses == (identity,):
            self._settle(found, issued)
        elif identity in found.witnesses:
            self._settle(found, self._issued_of(identity.id) | {identity.name: issued})

    def _issued_of(self, identity: bytes) -> dict[str, int]:
        """When the records of the chains that are kept were issued."""
        known = self.successions.get(identity)
        if identity in self._issued or known is None:
            return self._issued.get(identity, {})
        return {one.name: self.shown[identity] for one in known.witnesses}

    def succession_with(self, identity: Identity) -> Succession:
        """What would count if this chain were known too."""
        known = self.successions.get(identity.id)
        view = self.view(identity.id)
        return known.joined_by(identity, view) if known else resolve([identity], view)

    def _settle(self, found: Succession, issued: int | dict[str, int]) -> None:
        """`issued`: when, of the only chain that is kept, or of each by its name."""
        chain = found.counts
        if isinstance(issued, dict):
            times = {one.name: issued[one.name] for one in found.witnesses}
            through = (times[one.name] for one in found.witnesses if chain.current in one.links)
            issued = min(through, default=min(times.values()))
            self._issued[chain.id] = times
        else:
            self._issued.pop(chain.id, None)
        self.successions[chain.id] = found
        self.identities[chain.id] = chain
        self.shown[chain.id] = issued
        self.certificates.introduced(chain.id)
        self._doubtful |= self._deciding.get(chain.id, set())
        if chain.type == "network":
            self._confirm(chain, issued)
            for one in frozenset().union(*(w.deciders for w in found.witnesses)):
                self._deciding.setdefault(one, set()).add(chain.id)

    # What was decided (§6.10)

    @property
    def networks(self) -> frozenset[bytes]:
        """Those in which one's own groups are, were or want to be."""
        return frozenset[bytes]().union(*(self._networks_of.get(one, ()) for one in self.own))

    def view(self, network: bytes) -> View:
        """What this node goes by in a network besides its chains."""
        memory, attested = self.memory, dict(self.decisions.heads(network))
        stated = memory.stated.get(network)
        for own in self.own:
            attested.pop(own, None)
            if stated is not None and own in self.voices(network):
                attested[own] = stated
        return View(
            memory.held.get(network),
            self.own,
            attested,
            lambda member, key, link: self.counts_vote(network, member, key, link),
            self.own | self._accepted_by_own(),
        )

    def _accepted_by_own(self) -> frozenset[bytes]:
        """Whom one's own identities accept as peers."""
        return frozenset()

    def voices(self, network: bytes) -> frozenset[bytes]:
        """One's own groups whose membership was not taken back: they attest."""
        roster = self.rosters.get(network, {})
        found = (one for one in self.own if one in roster and one != network)
        return frozenset(one for one in found if (m := roster[one].membership) and m.content)

    def counts_vote(self, network: bytes, member: bytes, key: bytes, link: bytes) -> bool:
        """Whether a vote counts here: by its key, and by what this node knows better (§6.10, 1)."""
        if member in self.own:
            return (member, link) in self.memory.votes
        return not self.is_revoked(member, key) and not self.was_only_asked(network, member)

    def is_revoked(self, identity: bytes, key: bytes) -> bool:
        """Whether a chain that is kept calls the key, or what came before, `compromised`."""
        known = self.successions.get(identity)
        for chain in known.witnesses if known else ():
            at = next((n for n, link in enumerate(chain.links) if link.signing == key), None)
            if at is not None and any(later.compromised for later in chain.links[at + 1 :]):
                return True
        return False

    def was_only_asked(self, network: bytes, member: bytes) -> bool:
        """Was asked to found the network, and neither signed nor joined, as far as is known."""
        bond = self.bond(network, member)
        if bond is not None and (bond.membership is not None or bond.admission is not None):
            return False
        return self.certificates.was_only_asked(network, member)

    def _go_on(self) -> None:
        if self._doubtful and not self.reading:
            self.changed += self.reconsider()

    def reconsider(self, networks: Iterable[bytes] | None = None) -> list[bytes]:
        """Weigh again what changed keys, attestations or memory bear on.

        Gives the networks in which another chain counts now. None: all that are in doubt.
        """
        some = self._doubtful if networks is None else {*networks, *self._doubtful}
        self._doubtful, changed = set(), []
        for network in sorted(some & self.successions.keys()):
            before = self.successions[network]
            found = resolve(before.witnesses, self.view(network))
            if found == before:
                continue
            self.version = next(VERSIONS)
            self._settle(found, self._issued_of(network))
            if found.counts.links != before.counts.links:
                changed.append(network)
        return changed

    @abstractmethod
    def _confirm(self, chain: Identity, issued: int) -> None:
        """Another chain of a network counts; what follows for its members."""

    def bond(self, network: bytes, member: bytes) -> Bond | None:
        """What both sides said, if anything."""
        roster = self.rosters.get(network)
        return roster.get(member) if roster else None

    # Keys

    def speaks_for(self, identity: bytes, key: bytes) -> bool | None:
        """Whether `key` is or was an operational key of `identity`; None if it is not known."""
        known = self.identities.get(identity)
        if known is None:
            return None
        return any(link.signing == key for link in known.links)

    def signs_for(self, identity: bytes, key: bytes, pact: bytes) -> bool:
        """Whether what `identity` signed under `key` for a pact counts (§6.6).

        As `speaks_for`, and while two chains contradict each other, in either: what is held stays.
        A key that its owner called stolen signs nothing that this node did not act on before, nor
        does a thief in one's own name (§6.10).
        """
        if identity in self.own and (identity, pact) not in self.memory.signed:
            return False
        known = self.successions.get(identity)
        chains = known.witnesses if known else ()
        stands = any(link.signing == key for chain in chains for link in chain.links)
        acted = (pact, identity, key) in self.memory.acted
        return stands and (acted or not self.is_revoked(identity, key))

    def has_ended(self, identity: bytes, link: int, now: int) -> bool:
        """Whether records under this link of a known identity stand no more (§5.3)."""
        later = self.identities[identity].after(link)
        if any(one.compromised for one in later):
            return True
        return bool(later) and now >= self.shown[identity] + OLD_KEY_SECONDS

    def sealing_key(self, identity: bytes) -> bytes:
        """To which key one seals for `identity`; KeyError if it is not known."""
        return self.identities[identity].current.sealing

    # Who decides

    def decides(self, network: bytes, identity: bytes) -> bool:
        """Whether `identity` is on a roster that decides (§6.7)."""
        deciders = self.deciders(network)
        return identity in deciders and not self.was_only_asked(network, identity)

    def deciders(self, network: bytes) -> frozenset[bytes]:
        """Who is on the roster that decides, on the one before, or on that of what is held."""
        known = self.successions.get(network)
        return known.say if known else frozenset()

    def named(self, network: bytes) -> frozenset[bytes]:
        """Whom the rosters of the chains known here name: who sees these knows them anyway."""
        known = self.successions.get(network)
        return frozenset[bytes]().union(*(w.deciders for w in known.witnesses) if known else ())

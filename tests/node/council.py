"""A network's members without sockets: real nodes, whose records pass when a test says so."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from crypto.hashing import digest
from crypto.sealing import SealingKey
from crypto.signing import SigningKey
from crypto.words import Purpose, derive
from node.app import SCHEMA, open_core
from node.features.decisions.actions import Proposed, Wish, amend, check_vote, confirm, move, oppose
from node.features.decisions.holding import confirm_decision
from node.features.networks.actions import apply_to_network, decide, found_network, leave_network
from node.features.start.actions import initialise
from node.keys.home import Home
from node.records.re_sign import resign
from node.records.transaction import act, take
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.decisions import Proposal
from protocol.identity import authorise_rotation, make_link
from protocol.ids import to_name
from protocol.kind import Place
from protocol.kinds import KINDS
from protocol.tally import Tally, tally
from tests.node.world import Clock
from tests.sync.people import NOW, verify

__all__ = ["Council", "amend", "check_vote", "confirm", "decide", "leave_network", "move"]


def stored(core: Core) -> object:
    """Changes with everything that is stored or removed."""
    return core.db.one("select count(*), total(no) from records")


class Council:
    """A host and some members; `cores` by name. What they say passes by `tell`, by hand.

    `waits`: who applied before anything was decided, and heard nothing since.
    """

    def __init__(
        self,
        folder: Path,
        names: str,
        majority: str = "3/5",
        counted: str = "roster",
        waits: str = "",
    ) -> None:
        self.clock = Clock(NOW)
        self.words: dict[str, bytes] = {}
        self.cores = {name: self.start(folder, name) for name in names.split()}
        self.host, *others = self.cores.values()
        fields = {"name": "Netz", "majority": majority, "counted": counted}
        self.network = found_network(self.host, self.host.home_id, fields)
        self.waiting = {name: self.start(folder, name) for name in waits.split()}
        for one in self.waiting.values():
            take(one, [verify(raw) for raw in self.all_of(self.host)], self.host.own)
            apply_to_network(one, one.home_id, self.network, None)
        self.tell()
        for one in others:
            apply_to_network(one, one.home_id, self.network, None)
            self.tell()
            decide(self.host, self.network, one.home_id, "admitted")
        self.tell()
        added = frozenset(one.home_id for one in others)
        self.agreed(amend(self.host, self.host.home_id, self.network, Wish(added=added)))

    def start(self, folder: Path, name: str) -> Core:
        """Another group, with a node of its own."""
        home, secret = Home(folder / name), secrets.token_bytes(32)
        self.words[name] = secret
        drawn = iter([secret])
        entropy = lambda size: next(drawn, None) or secrets.token_bytes(size)  # noqa: E731
        initialise(home, {"name": name}, None, entropy, self.clock, schema=SCHEMA)
        return open_core(home, clock=self.clock)

    def agreed(self, proposed: Proposed) -> None:
        """The founder alone confirms everybody; and everybody that this is who decides."""
        assert proposed.decided
        self.tell()
        for core in self.cores.values():
            self.holds(core)
        self.tell()

    def holds(self, core: Core) -> None:
        """A person confirms what counts."""
        counts = core.ties.successions[self.network].counts
        confirm_decision(core, self.network, counts.decision.digest)

    def __getitem__(self, name: str) -> Core:
        return self.cores[name]

    def ids(self, names: str) -> list[bytes]:
        """Who they are."""
        return [self[name].home_id for name in names.split()]

    def tell(self, *, only: Iterable[str] = (), passes: int = 4) -> None:
        """Everybody hears what everybody holds, as far as the gate lets them, until all is said."""
        some = [self.cores[name] for name in only] or list(self.cores.values())
        for _ in range(passes):
            before = [stored(one) for one in some]
            said = [self.all_of(one) for one in some]
            for one, held in zip(some, map(set, said), strict=True):
                proven = frozenset(i for other in some if other is not one for i in other.own)
                fresh = dict.fromkeys(raw for batch in said for raw in batch if raw not in held)
                take(one, [verify(raw) for raw in fresh], proven)
            if before == [stored(one) for one in some]:
                return

    def all_of(self, core: Core) -> list[bytes]:
        """Everything a node holds that is not sealed, in the order in which it got it."""
        kinds = [kind for kind in KINDS if kind != "sealed"]
        headers = core.records.headers(self.clock(), kinds)
        return [record.raw for record in core.records.records(headers)]

    # What a network is, as one node sees it

    def links(self, name: str) -> int:
        """How many links its chain has."""
        return len(self[name].ties.identities[self.network].links)

    def members(self, name: str) -> str:
        """Who is a member."""
        there = set(self[name].ties.members(self.network, self.clock()))
        return " ".join(one for one, core in self.cores.items() if core.home_id in there)

    def motto(self, name: str) -> str | None:
        """A word of the charter."""
        charter = self[name].ties.charters.get(self.network)
        return charter.content["motto"] if charter and charter.content else None

    def holder(self) -> str:
        """On whose nodes the network is."""
        return " ".join(name for name, core in self.cores.items() if self.network in core.own)

    # What whoever has the words can do

    def rotate(self, name: str, identity: bytes, *, compromised: bool = False) -> None:
        """New keys for a group, or for the network if it is held there; live records come along."""
        core = self[name]
        held = core.ring.get(identity)
        assert held is not None
        step, words = held.step + 1, self.words[name]
        rotation = SigningKey(derive(words, Purpose.ROTATION, held.index, step))
        following = SigningKey(derive(words, Purpose.ROTATION, held.index, step + 1))
        signing = SigningKey(derive(words, Purpose.SIGNING, held.index, step))
        sealing = SealingKey(derive(words, Purpose.SEALING, held.index, step))
        chain = core.ties.identities[identity]
        payload = make_link(
            chain.type,
            held.link + 1,
            chain.current.digest,
            signing.public,
            sealing.public,
            digest(following.public),
            compromised=compromised,
        )
        with act(core) as publisher:
            after = replace(
                held, link=held.link + 1, step=step, signing=signing, sealing=(sealing,)
            )
            core.ring.held[core.ring.held.index(held)] = after
            core.save_ring()
            place = Place(identity, PUBLIC, "identity", to_name(digest(payload)))
            element = authorise_rotation(payload, rotation)
            publisher.write(place, {"links": [*chain.elements, element]})
            resign(core, publisher, after)

    # What members do

    def propose(self, name: str, action: object, **wish: object) -> Proposed:
        """Propose, and let everybody hear."""
        core = self[name]
        found: Proposed = action(core, core.home_id, self.network, Wish(**wish))
        return found

    def proposal(self, name: str, proposed: Proposed) -> Proposal:
        """A proposal as one node knows it."""
        known = self[name].ties.decisions.proposals[self.network]
        return known[proposed.author, proposed.name]

    def vote(self, names: str, proposed: Proposed, *, instead: bool = False) -> None:
        """Each votes, and everybody hears."""
        for name in names.split():
            core = self[name]
            confirm(core, core.home_id, self.proposal(name, proposed), instead=instead)

    def oppose(self, names: str, proposed: Proposed) -> None:
        """Each votes against it."""
        for name in names.split():
            core = self[name]
            oppose(core, core.home_id, self.proposal(name, proposed))

    def tally(self, name: str, proposed: Proposed) -> Tally:
        """How it stands, as one node counts."""
        return tally(self[name].ties, self.proposal(name, proposed), self.clock())

    def state(self, name: str, proposed: Proposed) -> str:
        """The same in one word."""
        return self.tally(name, proposed).state.value

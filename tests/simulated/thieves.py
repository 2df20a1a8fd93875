"""Somebody with stolen keys makes decisions of his own, and hands them to whom he likes (§6.10).

* `founder`: has the key that decided alone at link 0: branches from there, with puppets;
* `revoked`: has besides a key of somebody on the roster, who then called it stolen;
* `late`: has what the founder has, and shows nothing before the last day.

Everybody else is honest and careful: who is asked to confirm compares names with people he knows.
What must hold: nobody who holds a decision follows the thief's, ever; nobody holds it; and once
everything is mended, all who belong to the network agree.
"""

import random
from typing import TYPE_CHECKING

from node.features.decisions.actions import Wish, amend, confirm
from node.features.decisions.holding import confirm_decision
from node.features.networks.held import held_of
from node.features.recovery.rotate import rotate
from node.records.transaction import take
from node.store.core import Core
from protocol.control_state import Standing
from protocol.tally import proposals
from tests.hostile.branches import PUPPETS, THEIRS, Branch, Voter, introductions

if TYPE_CHECKING:
    from tests.simulated.people import Person
    from tests.simulated.world import World

THIEVES = ("founder", "revoked", "late")

DAY = 86_400.0


def events_of(thief: str, seed: int, nodes: int, days: float) -> list[tuple[float, str, int, int]]:
    """What happens besides in a world with a thief: when, what, to whom, dice."""
    dice = random.Random(f"thief/{thief}/{seed}/{nodes}/{days}")
    found = [(0.05 * DAY, "settle", 0)]
    found += [((0.1 + dice.random() * 0.3) * DAY, "confirm", one) for one in range(1, nodes)]
    for _ in range(2 * nodes):
        found.append((dice.random() * days * DAY, dice.choice(("confirm", "agree")), 0))
    first = days - 1 if thief == "late" else 0.5
    for _ in range(8):
        found.append(((first + dice.random() * (days - first)) * DAY, "capture", 0))
    if thief == "revoked":
        found.append((0.45 * DAY, "steal", dice.randrange(1, nodes)))
    return [
        (at, what, who or dice.randrange(nodes), dice.getrandbits(48)) for at, what, who in found
    ]


class Thieves:
    """One method for each event of `events_of`."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.evil: set[bytes] = set()
        first = world.people[0].core
        assert first is not None
        self.founder: Voter = (first.home_id, first.ring.held[0].signing)
        self.stolen: list[Voter] = []
        self.made = 0
        self.followed: set[str] = set()
        """Who followed one of his branches for a while: the network's other keys ended there."""
        self.settled = False
        """Whether at least three decide: before, the founder's key is the network."""

    @property
    def network(self) -> bytes:
        return self.world.networks[0]

    def perform(self, what: str, person: "Person", dice: random.Random) -> None:
        """One event."""
        if person.core is not None:
            self.settle(person, person.core, dice)
            getattr(self, what)(person, person.core, dice)
        self.check(over=False)

    def settle(self, _person: "Person", _core: Core, _dice: random.Random) -> None:
        """The founder names everybody who is a member; from then on they decide."""
        first = self.world.people[0]
        if first.core is not None and not self.settled:
            members = frozenset(first.core.ties.members(self.network, first.core.clock()))
            done = first.do(amend, first.id, self.network, Wish(added=members))
            self.settled = bool(done) and len(members) > 2

    def confirm(self, person: "Person", core: Core, _dice: random.Random) -> None:
        """A careful person confirms what was decided without the group."""
        found = held_of(core, self.network) if self.network in core.ties.successions else None
        if found is not None:
            good = [one.digest for one in found.open if one.digest not in self.evil]
            if len(good) == 1:
                person.do(confirm_decision, self.network, good[0])

    def agree(self, person: "Person", core: Core, dice: random.Random) -> None:
        """Vote for what is open; propose something where nothing is."""
        known = proposals(core.ties, self.network, core.clock())
        mine = [one for one, counted in known if person.id in counted.roster]
        if mine:
            person.do(confirm, person.id, dice.choice(mine))
        else:
            wish = Wish({"motto": f"Motto {dice.getrandbits(16)}"})
            person.do(amend, person.id, self.network, wish)

    def steal(self, person: "Person", core: Core, _dice: random.Random) -> None:
        """Somebody's key is stolen; the group notices, and calls it so."""
        self.stolen.append((person.id, core.ring.held[0].signing))
        person.do(rotate, person.phrase, person.id, True)

    def capture(self, person: "Person", core: Core, dice: random.Random) -> None:
        """Make a branch with the keys that there are, and hand it to somebody."""
        chain = core.ties.identities.get(self.network)
        if chain is None or not person.honest or not self.settled:
            return
        voters = sorted([self.founder, *self.stolen], key=lambda one: one[0])
        have = {member for member, _key in voters}
        bases = [
            at
            for at, link in enumerate(chain.links)
            if link.is_decision
            and link.digest not in self.evil
            and len(have & set(link.deciders)) * 2 > len(link.deciders)
        ]
        if not bases:
            return
        at = dice.choice(bases)
        deciders = set(chain.links[at].deciders)
        self.made += 1
        branch = Branch(self.network, chain.elements[: at + 1], f"branch {self.made}")
        everybody = core.ties.members(self.network, core.clock()) if dice.random() < 0.5 else []
        roster = {*everybody, *(one.id for one in PUPPETS)}
        branch.decides(roster, [one for one in voters if one[0] in deciders])
        branch.decides([one.id for one in PUPPETS], THEIRS)
        self.evil |= {link.digest for link in branch.chain.links[at + 1 :]}
        shown = [*introductions(), *branch.records()]
        for one in dice.sample(self.world.people, dice.randrange(1, len(self.world.people))):
            if one.core is not None and one.honest and one.machine and one.machine.alive:
                one.do(take, shown, frozenset({PUPPETS[0].id}))
                self.world.log(f"{one.name} is shown branch {self.made} from {at}")

    # What must hold

    def check(self, *, over: bool) -> None:
        """Who holds something follows nothing of the thief's; at the end nobody does."""
        for person in self.world.people:
            core = person.core
            if core is None or not person.honest or self.network not in core.ties.successions:
                continue
            if {one.digest for one in core.ties.identities[self.network].links} & self.evil:
                self.followed.add(person.name)
            if not self._sound(core):
                continue
            known, held = core.ties.successions[self.network], core.ties.memory.held
            if held.get(self.network) in self.evil:
                self.world.fail("held", f"{person.name} holds the thief's")
            follows = {link.digest for link in known.counts.links} & self.evil
            told = not self.stolen or over
            if follows and told and self.network in held:
                self.world.fail("held", f"{person.name} follows the thief's")
            if over and follows and self._belongs(person):
                self.world.fail("held", f"{person.name} still follows the thief's")

    def made_forget(self, person: "Person", author: bytes) -> bool:
        """Whether what the network's other keys signed was forgotten (§6.10, 5)."""
        return author == self.network and person.name in self.followed

    def _sound(self, core: Core) -> bool:
        """Whether the thief has less than half of the roster of what is held: else he is it."""
        found = held_of(core, self.network)
        if found is None:
            return True
        have = {member for member, _key in (self.founder, *self.stolen)}
        deciders = set(found.held.deciders)
        return not found.held.number or len(have & deciders) * 2 < len(deciders)

    def _belongs(self, person: "Person") -> bool:
        core = person.core
        return (
            core is not None
            and person.honest
            and (core.ties.standing(self.network, person.id, core.clock()) is Standing.MEMBER)
        )

    def agreed(self) -> None:
        """All members come to the same."""
        heads = {
            person.name: (known.counts.decision.digest.hex()[:8], known.frozen)
            for person in self.world.people
            if self._belongs(person) and person.core is not None
            if self._sound(person.core)
            for known in [person.core.ties.successions[self.network]]
        }
        if len(set(heads.values())) > 1:
            self.world.fail("held", f"members differ: {heads}")

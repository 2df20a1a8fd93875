"""What was decided stays decided (§6.10): small networks, every order of arrival."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import NamedTuple

import pytest

from protocol.finality import Reckoning, View, uphold
from protocol.identity import Identity, Link
from protocol.succession import Succession, resolve
from tests.protocol.chains import Votes, chain, decision, genesis, group, groups

Attested = tuple[tuple[str, bytes], ...]


class State(NamedTuple):
    """All that a node knows of one network. Two with the same state do the same."""

    me: str
    chains: tuple[Identity, ...]
    held: bytes | None = None
    stated: bytes | None = None
    attested: Attested = ()

    @property
    def view(self) -> View:
        """As its node makes it."""
        said = {group(name): head for name, head in self.attested if name != self.me}
        if self.stated is not None:
            said[group(self.me)] = self.stated
        return View(self.held, frozenset({group(self.me)}), said)

    @property
    def seen(self) -> Succession:
        """What counts there."""
        return resolve(self.chains, self.view)

    def hears(self, packet: "Packet") -> "State":
        """Take in, and do what a node does by itself."""
        said = dict(self.attested) | dict(packet.attested)
        attested = tuple(sorted(said.items()))
        return self._replace(attested=attested).knowing(packet.chains)

    def confirms(self, head: bytes) -> "State":
        """A person says: this is it."""
        return self._replace(held=head).knowing(())

    def knowing(self, more: Iterable[Identity]) -> "State":
        """With more chains, after its node did what it does."""
        chains = resolve([*self.chains, *more], self.view).witnesses
        me = group(self.me)
        held, stated = uphold(chains, self.view, self.stated, {me})
        after = self._replace(chains=chains, held=held, stated=stated)
        kept = sorted(after.seen.witnesses, key=lambda one: [x.digest for x in one.links])
        return after._replace(chains=tuple(kept))


class Packet(NamedTuple):
    """What comes at once."""

    chains: tuple[Identity, ...] = ()
    attested: Attested = ()


# An ex-host, whose key once decided alone


class ExHost:
    """A founded it alone. 1: A, B, C, G, H by A; 2: moved by B, C, H, while G slept.

    Later A's key makes branches from link 0: 3 with puppets only, 5 after it; 4 with everybody and
    seven puppets, 6 after it. N is new.
    """

    puppets = "P0 P1 P2 P3 P4 P5 P6"

    def __init__(self) -> None:
        zero, puppets, everybody = genesis("A"), self.puppets, "A B C G H"
        one = decision("1", everybody, zero)
        two = decision("2", everybody, one, moves=True)
        three = decision("3", puppets, zero, moves=True)
        four = decision("4", f"{everybody} {puppets}", zero, moves=True)
        five, six = (decision(str(n), "A " + puppets, b) for n, b in ((5, three), (6, four)))
        self.one, self.two = one.digest, two.digest
        votes: Votes = {
            one.digest: "A",
            two.digest: "B C H",
            three.digest: "A",
            four.digest: "A",
            five.digest: puppets,
            six.digest: puppets,
        }
        self.genesis = chain(votes, zero)
        self.first, self.second = chain(votes, zero, one), chain(votes, zero, one, two)
        false = [chain(votes, zero, three, five), chain(votes, zero, four, six)]
        self.false = {link.digest for one in false for link in one.links[1:]}

        def say(names: str, head: Link) -> Attested:
            return tuple((name, head.digest) for name in names.split())

        self.packets = (
            Packet((self.first,)),
            Packet((), say("B C H", one)),
            Packet((self.second,)),
            Packet((self.second,), say("B C H", two)),
            Packet((false[0].first(2),), say("A " + puppets, three)),
            Packet((false[0],), say(puppets, five)),
            Packet((false[1],), say(puppets, six)),
        )


EX_HOST = ExHost()


def ends(start: State, packets: tuple[Packet, ...]) -> Iterator[tuple[State, frozenset[int]]]:
    """Every state that any order of arrival leads to, and what has arrived by then."""
    found: set[tuple[State, frozenset[int]]] = set()
    todo = [(start, frozenset[int]())]
    while todo:
        state, come = todo.pop()
        yield state, come
        for at, packet in enumerate(packets):
            if at not in come:
                after = (state.hears(packet), come | {at})
                if after not in found:
                    found.add(after)
                    todo.append(after)


@pytest.mark.parametrize(
    ("me", "knows", "held"),
    [
        ("B", "second", "two"),
        ("B", "first", "one"),
        ("G", "first", "one"),
        ("N", "second", "two"),
        ("N", "genesis", "two"),
    ],
    ids=["held 2", "held 1", "slept at 1", "a newcomer, checkpoint 2", "that knows nothing yet"],
)
def test_who_holds_follows_no_branch_from_before(me: str, knows: str, held: str) -> None:
    """In all 5,040 orders: never for a moment."""
    world = EX_HOST
    start = State(me, (getattr(world, knows),), getattr(world, held))
    for state, come in ends(start, world.packets):
        counted = {link.digest for link in state.seen.counts.links}
        assert not counted & world.false
        assert state.held not in world.false
        if len(come) == len(world.packets):
            assert (state.seen.counts.links[-1].digest, state.seen.frozen) == (world.two, False)


@pytest.mark.parametrize("me", ["G", "N"], ids=["slept at link 0", "a newcomer without"])
def test_who_holds_link_0_freezes_and_a_person_decides(me: str) -> None:
    """It may see the false branch, holds and attests nothing, and is told as soon as both came."""
    world = EX_HOST
    for state, come in ends(State(me, (world.genesis,)), world.packets):
        assert state.held is None
        assert state.stated is None
        seen = state.seen
        both = come & {4, 5, 6} and come & {0, 2, 3}
        assert seen.frozen >= bool(both)
        if come >= {2, 3}:
            right = state.confirms(world.two)
            assert (right.seen.frozen, right.seen.counts.links[-1].digest) == (False, world.two)


# Two decisions at once


class Fork:
    """1 and 2 both found a majority of the roster; `double`, hostile, attests both."""

    def __init__(self, many: int, double: str = "") -> None:
        self.seats = [f"s{n}" for n in range(many)]
        everybody, half = " ".join(self.seats), many // 2 + 1
        zero = genesis(everybody)
        self.sides = [decision(label, everybody, zero) for label in "12"]
        joint = decision("joint", everybody, *self.sides)
        self.double = double
        self.honest = [one for one in self.seats if one != double]
        votes: Votes = {
            self.sides[0].digest: " ".join(self.seats[:half]),
            self.sides[1].digest: " ".join(self.seats[many - half :]),
            joint.digest: " ".join(self.honest),
        }
        self.start = chain(votes, zero)
        self.chains = [chain(votes, zero, one) for one in self.sides]
        self.joint = [chain(votes, zero, one, joint) for one in self.sides]
        self.head = joint.digest

    def moves(self, state: tuple[State, ...]) -> Iterator[tuple[int, Packet]]:
        """What may arrive next, at whom."""
        for at, one in enumerate(state):
            for shown in self.chains:
                yield at, Packet((shown,))
            for other in state:
                if other.stated is not None and other.me != one.me:
                    yield at, Packet((), ((other.me, other.stated),))
            if self.double:
                for side in self.sides:
                    yield at, Packet((), ((self.double, side.digest),))

    def states(self) -> Iterator[tuple[tuple[State, ...], bool]]:
        """Every state of all of them, and whether nothing more can arrive."""
        start = tuple(State(one, (self.start,)) for one in self.honest)
        todo, found = deque([start]), {start}
        steps: dict[tuple[State, Packet], State] = {}
        while todo:
            state = todo.popleft()
            last = True
            for at, packet in self.moves(state):
                key = state[at], packet
                if key not in steps:
                    steps[key] = state[at].hears(packet)
                if steps[key] == state[at]:
                    continue
                last = False
                after = (*state[:at], steps[key], *state[at + 1 :])
                if after not in found:
                    found.add(after)
                    todo.append(after)
            yield state, last

    def heals(self, state: tuple[State, ...]) -> bool:
        """Whether a joint decision brings all together, and everybody holds it."""
        for _round in range(3):
            said = tuple((one.me, one.stated) for one in state if one.stated is not None)
            state = tuple(one.hears(Packet(tuple(self.joint), said)) for one in state)
        return all(one.held == self.head and not one.seen.frozen for one in state)


@pytest.mark.parametrize(
    ("many", "double", "waits", "splits"),
    [(2, "", True, False), (3, "", False, False), (3, "s1", False, True)],
    ids=["two", "three", "one of three attests both"],
)
def test_two_decisions_at_once(many: int, double: str, *, waits: bool, splits: bool) -> None:
    """Honest people never hold different ones; where nothing is final, all decide again.

    Of three one hostile one can part two honest ones: until these decide again.
    """
    world, dead, apart = Fork(many, double), False, False
    for number, (state, last) in enumerate(world.states()):
        held = {one.held for one in state} - {None}
        apart |= len(held) > 1
        dead |= last and not held
        if last or (len(held) > 1 and number % 7 == 0):
            assert world.heals(state)
    assert (dead, apart) == (waits, splits)


# Single rules


def test_more_than_half_of_the_roster_that_decided_not_of_the_one_it_names() -> None:
    zero = genesis("A B C")
    one = decision("1", "A D E F G", zero)
    shown = [chain({one.digest: "A B"}, zero, one)]
    for names, final in (("D E F G", False), ("A D E F G", False), ("A C", True)):
        attested = dict.fromkeys(groups(names), one.digest)
        found = Reckoning(shown, View(attested=attested)).is_final(one.digest, zero.digest)
        assert found == final


def test_what_a_majority_attests_is_decided_though_its_votes_count_no_more() -> None:
    """And what follows it speaks for it, if it is decided itself."""
    zero = genesis("A B C")
    one = decision("1", "A B C D", zero)
    two = decision("2", "A B C D", one)
    shown = [chain({one.digest: "A B", two.digest: "B C D"}, zero, one, two)]

    def without_a(member: bytes, _key: bytes, _link: bytes) -> bool:
        return member != group("A")

    for heads, decided in (
        ({}, False),
        ({"B": two}, False),
        ({"B": two, "C": two}, True),
        ({"B": one, "C": two}, True),
    ):
        attested = {group(name): head.digest for name, head in heads.items()}
        found = Reckoning(shown, View(attested=attested, counts=without_a))
        assert found.is_decided(one.digest) == decided
        assert found.is_decided(two.digest)
        assert found.follows(two.digest, zero.digest) == decided


def test_naming_is_not_following() -> None:
    """A hostile decision names the genuine head; the roster there did not vote for it."""
    zero = genesis("A")
    good, bad = decision("good", "B C D", zero), decision("bad", "P", zero)
    late = decision("late", "P Q", bad, good)
    votes: Votes = {good.digest: "A", bad.digest: "A", late.digest: "P"}
    shown = [chain(votes, zero, good), chain(votes, zero, bad, late)]
    held = resolve(shown, View(good.digest))
    assert (held.counts.links[-1], held.frozen) == (good, False)
    assert set(resolve(shown).sides) == {good.digest, late.digest}


def test_a_joint_decision_is_checked_after_each_side() -> None:
    zero = genesis("A B C")
    one, two = decision("1", "A B C", zero), decision("2", "A B D E", zero)
    joint = decision("joint", "A B C D E", one, two)
    votes: Votes = {one.digest: "A B", two.digest: "B C"}
    sides = [chain(votes, zero, one), chain(votes, zero, two)]
    assert resolve(sides).frozen
    by_one = chain({**votes, joint.digest: "A C"}, zero, one, joint)
    half = resolve([*sides, by_one])
    assert half.frozen, "who holds the other side does not see it follow"
    assert resolve([*sides, by_one], View(two.digest)).counts.links[-1] == two
    by_two = chain({**votes, joint.digest: "A D E"}, zero, two, joint)
    for shown in permutations([*sides, by_one, by_two]):
        for held in (None, one.digest, two.digest):
            found = resolve(shown, View(held))
            assert (found.counts.links[-1], found.frozen) == (joint, False)


def test_a_group_that_left_stays_in_the_count() -> None:
    """Five decide; {1, 2, 5} and then {3, 4}: two are not more than half, whoever is gone."""
    zero = genesis("1 2 3 4 5")
    one, two = decision("a", "1 2 3", zero), decision("b", "3 4", zero)
    votes: Votes = {one.digest: "1 2 5", two.digest: "3 4"}
    shown = [chain(votes, zero, one), chain(votes, zero, two)]
    found = resolve(shown, View(own=frozenset({group("3")})))
    assert (found.counts.links[-1], found.frozen) == (one, False)


def test_of_a_founder_alone_two_decisions_freeze_who_waits() -> None:
    """Its own node holds the first; nobody else can tell which came first."""
    zero = genesis("A")
    one, two = decision("a", "A B", zero), decision("b", "A C", zero)
    votes: Votes = {one.digest: "A", two.digest: "A"}
    shown = [chain(votes, zero, one), chain(votes, zero, two)]
    founder = State("A", (chain(votes, zero),)).hears(Packet((shown[0],)))
    assert founder.held == one.digest
    after = founder.hears(Packet((shown[1],)))
    assert (after.held, after.stated, after.seen.frozen) == (one.digest, one.digest, False)
    assert resolve(shown).frozen

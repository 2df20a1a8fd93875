"""What the members of a network decided stays decided (docs/protocol.md §6.10).

Rules:

1. a decision is *decided* after the one before it if more than half of that one's roster voted for
   it, or more than half attest it or what follows it;
2. it is *final* if more than half of the roster that decided attest it or what follows it;
3. from what is held one decision counts after the other; where several are decided, the one that is
   final counts at whoever is on the roster that decided; elsewhere the network is frozen;
4. a joint decision takes the place of the sides that it follows.

Nothing here depends on the order in which anything came: the same chains, attestations, memory and
held decision give the same verdict.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from protocol.identity import Identity, Link

Counts = Callable[[bytes, bytes, bytes], bool]
"""Whether the vote of a member, under a key, for the link with this digest counts (§6.10, 1)."""


def any_vote(_member: bytes, _key: bytes, _link: bytes) -> bool:
    """No key was revoked, nobody is asked for his memory."""
    return True


class View(NamedTuple):
    """What a node goes by besides chains: what it holds, whose node it is, who attests what.

    `held` None: link 0. `attested` has for one's own groups what this node remembers. `near` are
    its own groups and those that they accept as peers: where too many chains are shown, the word of
    these goes first.
    """

    held: bytes | None = None
    own: frozenset[bytes] = frozenset()
    attested: Mapping[bytes, bytes] = {}
    counts: Counts = any_vote
    near: frozenset[bytes] = frozenset()


@dataclass
class Decision:
    """A decision, and who voted for it after which."""

    link: Link
    voters: dict[int, set[bytes]] = field(default_factory=dict)
    """By the number of the decision before it: members whose votes count."""

    @cached_property
    def roster(self) -> frozenset[bytes]:
        """Of whom more than half decide what comes after it."""
        return frozenset(self.link.deciders)


class Walk(NamedTuple):
    """Decisions that count, from what is held on; and those that contradict each other after it."""

    path: tuple[bytes, ...]
    sides: tuple[bytes, ...]
    lost: bool = False
    """What is held is in no chain known here."""


class Reckoning:
    """One network's decisions, weighed. Numbers in here are places in `known`."""

    def __init__(self, chains: Iterable[Identity], view: View) -> None:
        self.view = view
        self.known: list[Decision] = []
        self._at: dict[bytes, int] = {}
        for chain in chains:
            self._add(chain)
        order = sorted(range(len(self.known)), key=self._rank)
        self._children: list[list[int]] = [[] for _ in self.known]
        for one in order:
            for before in self.known[one].voters:
                self._children[before].append(one)
        self._order = order
        self._followers = [0] * len(self.known)
        """As bits: itself and all that follow it."""
        self._decided: set[tuple[int, int]] = set()
        self._weigh()

    def _add(self, chain: Identity) -> None:
        before: int | None = None
        for place, link in enumerate(chain.links):
            if not link.is_decision:
                continue
            at = self._at.setdefault(link.digest, len(self.known))
            if at == len(self.known):
                self.known.append(Decision(link))
            if before is not None:
                here = self.known[at].voters.setdefault(before, set())
                counts = self.view.counts
                here.update(m for m, key in chain.votes(place) if counts(m, key, link.digest))
            before = at

    def _rank(self, at: int) -> tuple[int, bytes]:
        link = self.known[at].link
        return link.number, link.digest

    def _weigh(self) -> None:
        """From the last to the first: what is decided rests on what follows it."""
        heads: dict[int, set[bytes]] = {}
        for group, head in self.view.attested.items():
            if head in self._at:
                heads.setdefault(self._at[head], set()).add(group)
        self._heads = heads
        for one in reversed(self._order):
            followers, roster = 1 << one, self.known[one].roster
            for child in self._children[one]:
                voted = self.known[child].voters[one] & roster
                stated = self._attesters(child) & roster
                if max(len(voted), len(stated)) * 2 > len(roster):
                    self._decided.add((child, one))
                    followers |= self._followers[child]
            self._followers[one] = followers

    def _attesters(self, one: int) -> set[bytes]:
        found: set[bytes] = set()
        for head, groups in self._heads.items():
            if self._followers[one] >> head & 1:
                found |= groups
        return found

    # What is asked

    def knows(self, decision: bytes) -> bool:
        """Whether it is in a chain."""
        return decision in self._at

    def follows(self, later: bytes, earlier: bytes) -> bool:
        """By steps each of which is decided."""
        if later == earlier:
            return True
        if not (self.knows(later) and self.knows(earlier)):
            return False
        return bool(self._followers[self._at[earlier]] >> self._at[later] & 1)

    def is_decided(self, decision: bytes) -> bool:
        """After any other."""
        at = self._at.get(decision)
        return at is not None and any((at, b) in self._decided for b in self.known[at].voters)

    def roster(self, decision: bytes) -> frozenset[bytes]:
        """Of whom more than half decide what comes after it."""
        return self.known[self._at[decision]].roster

    def link(self, decision: bytes) -> Link:
        """The link that it is."""
        return self.known[self._at[decision]].link

    def attesters(self, decision: bytes) -> frozenset[bytes]:
        """Who attests it or what follows it."""
        return frozenset(self._attesters(self._at[decision]))

    def is_final(self, decision: bytes, before: bytes) -> bool:
        """More than half of the roster that decided attest it, who left included."""
        roster = self.roster(before)
        return len(self.attesters(decision) & roster) * 2 > len(roster)

    def decides(self, decision: bytes) -> bool:
        """Whether one of one's own groups is on its roster."""
        return bool(self.view.own & self.roster(decision))

    def sides(self, at: bytes) -> list[bytes]:
        """What is decided after a decision; joint ones in the place of those that they follow."""
        place = self._at[at]
        found = [one for one in self._children[place] if (one, place) in self._decided]
        if len(found) > 1:
            for joint in self._order:
                ended = [d for d in found if d != joint and self._followers[d] >> joint & 1]
                if ended and (joint in found or len(ended) > 1):
                    found = [d for d in found if d not in ended and d != joint] + [joint]
        return [self.known[one].link.digest for one in sorted(found, key=self._rank)]

    def next(self, at: bytes) -> bytes | None:
        """Which decision counts after this one; None if there is none, or several."""
        found = self.sides(at)
        if len(found) > 1 and self.decides(at):
            finals = [one for one in found if self.is_final(one, at)]
            if len(finals) == 1:
                return finals[0]
        return found[0] if len(found) == 1 else None

    def end(self, at: bytes) -> bytes:
        """The last decision that counts from one on."""
        while (following := self.next(at)) is not None:
            at = following
        return at

    @cached_property
    def walk(self) -> Walk:
        """What counts here."""
        at = self.view.held
        if at is None or not self.knows(at):
            genesis = self.known[0].link.digest
            if at is not None:
                return Walk((genesis,), (), lost=True)
            at = genesis
        path = [at]
        while (following := self.next(path[-1])) is not None:
            path.append(following)
        sides = tuple(self.sides(path[-1]))
        return Walk(tuple(path), sides if len(sides) > 1 else ())


class Upheld(NamedTuple):
    """What a node holds and attests by itself (§6.10, 4 and 10); None: link 0, or nothing yet."""

    held: bytes | None
    stated: bytes | None


def uphold(
    chains: Sequence[Identity], view: View, stated: bytes | None, voices: Collection[bytes]
) -> Upheld:
    """Hold what is final and attest what counts, until nothing more follows.

    `voices` are one's own groups that attest. `stated` is what they attest by now.
    """
    held = view.held
    while True:
        attested = {g: head for g, head in view.attested.items() if g not in view.own}
        if stated is not None:
            attested |= dict.fromkeys(voices, stated)
        reckoning = Reckoning(chains, view._replace(held=held, attested=attested))
        if reckoning.walk.lost:
            return Upheld(held, stated)
        at = reckoning.walk.path[0]
        following = reckoning.next(at) if reckoning.decides(at) else None
        if following is not None and reckoning.is_final(following, at):
            held = following
            continue
        target = _to_state(reckoning, at, stated)
        if target is None or not voices:
            return Upheld(held, stated)
        stated = target


def _to_state(reckoning: Reckoning, held: bytes, stated: bytes | None) -> bytes | None:
    """What is attested instead of `stated`; None if that stays."""
    at = _head(reckoning, held, stated)
    genesis = reckoning.known[0].link.digest
    if at in (genesis, stated):
        return None
    if stated is None or not reckoning.knows(stated) or reckoning.follows(at, stated):
        return at
    apart = not reckoning.follows(stated, held) and not reckoning.follows(held, stated)
    return at if apart else None


def _head(reckoning: Reckoning, held: bytes, stated: bytes | None) -> bytes:
    """The last decision that counts for those who decide; of several sides one."""
    at = held
    while reckoning.decides(at):
        sides, following = reckoning.sides(at), reckoning.next(at)
        if following is None and len(sides) > 1:
            following = _of_several(reckoning, at, sides, stated)
        if following is None:
            break
        at = following
    return at


def _of_several(
    reckoning: Reckoning, at: bytes, sides: Sequence[bytes], stated: bytes | None
) -> bytes | None:
    if stated is not None:
        mine = [one for one in sides if reckoning.follows(stated, one)]
        if mine:
            return mine[0]
        if reckoning.knows(stated) and not reckoning.follows(at, stated):
            return None

    def weight(one: bytes) -> tuple[int, bool, bytes]:
        return -len(reckoning.attesters(one)), not _moves(reckoning.link(one)), one

    return min(sides, key=weight)


def _moves(link: Link) -> bool:
    """Whether a decision gives the network other keys, and calls those before it stolen."""
    return link.compromised

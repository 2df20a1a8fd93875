"""Which chain of an identity counts (docs/protocol.md §5.3).

Several chains that verify share their first link and may part later. In a network what its members
decided comes first (`protocol.finality`). After the last decision – in a group, after link 0 – only
rotations count:

1. where nothing parts, the longest counts;
2. where links of one number differ, one with a successor counts before one without: the next
   committed key names the branch that counts;
3. if that leaves more than one, the identity is *frozen* before the links that differ.

What counts depends on the set of chains, and on what is held and attested: never on their order. A
few chains are enough to show it; only these witnesses are kept and passed on.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from protocol.finality import Reckoning, View, Walk
from protocol.identity import Identity, Link

WITNESSES = 9
"""Chains of one network that are kept: the one that counts, and eight that contradict it."""

NOTHING = View()


class Succession(NamedTuple):
    """`counts` is the chain as far as it counts; `witnesses` the whole chains that show it.

    `sides` are decisions that contradict each other after it, the last one of each; `held` is the
    decision that is held here, None if no chain has it; `say` who is on a roster that decides
    (§6.7). A group has none of these.
    """

    counts: Identity
    witnesses: tuple[Identity, ...]
    frozen: bool = False
    sides: tuple[bytes, ...] = ()
    held: bytes | None = None
    say: frozenset[bytes] = frozenset()

    def joined_by(self, chain: Identity, view: View = NOTHING) -> "Succession":
        """What counts once this chain is known too."""
        return resolve([*self.witnesses, chain], view)


def resolve(chains: Iterable[Identity], view: View = NOTHING) -> Succession:
    """What counts of some chains of one identity; at least one."""
    known = sorted(
        {tuple(link.digest for link in one.links): one for one in chains}.items(),
        key=lambda item: item[0],
    )
    alive = [chain for _path, chain in known]
    if alive[0].type == "group":
        tail = _rotations(alive, 1)
        return Succession(tail.counts, tail.shown, tail.frozen)
    return _resolve_network(alive, view)


# Rotations


class _Tail(NamedTuple):
    """What counts after the last decision, and the chains that show it."""

    counts: Identity
    shown: tuple[Identity, ...]

    @property
    def frozen(self) -> bool:
        return len(self.shown) > 1


def _rotations(alive: Sequence[Identity], at: int) -> _Tail:
    """Of chains that are equal before the place `at`."""
    while True:
        branches = _branches(alive, at)
        if not branches:
            return _Tail(alive[0].first(at), (alive[0],))
        rivals = branches if len(branches) == 1 else _going_on(branches, at)
        if len(rivals) > 1:
            shown = tuple(_rotations(branch, at + 1).shown[0] for branch in rivals[:2])
            return _Tail(shown[0].first(at), shown)
        (alive,) = rivals
        at += 1


def _branches(alive: Sequence[Identity], at: int) -> list[list[Identity]]:
    """The chains that go on by rotation, by their link at this place; smallest digest first."""
    found: dict[bytes, list[Identity]] = {}
    for chain in alive:
        if len(chain.links) > at and not chain.links[at].is_decision:
            found.setdefault(chain.links[at].digest, []).append(chain)
    return [found[digest] for digest in sorted(found)]


def _going_on(branches: list[list[Identity]], at: int) -> list[list[Identity]]:
    """Those with another rotation behind, if there are any."""
    more = [branch for branch in branches if any(_rotates(chain, at + 1) for chain in branch)]
    return more or branches


def _rotates(chain: Identity, at: int) -> bool:
    return len(chain.links) > at and not chain.links[at].is_decision


# Decisions


def _resolve_network(alive: Sequence[Identity], view: View) -> Succession:
    reckoning = Reckoning(alive, view)
    walk = reckoning.walk
    kept = _witnesses(alive, reckoning, walk, view)
    if len(kept) > WITNESSES:  # what is not kept has no part in what counts
        return _resolve_network(sorted(kept[:WITNESSES], key=_digests), view)
    tip = walk.path[-1]
    through = [one for one in alive if _place(one, tip) is not None]
    stem = min((_up_to(one, tip) for one in through), key=_digests)
    tail = _rotations([_grafted(stem, one, tip) for one in through], len(stem.links))
    counts, frozen = tail.counts, tail.frozen or walk.lost
    if walk.sides:
        counts, frozen = _shared(stem, through, walk.sides, tip), True
    elif walk.lost:
        counts = stem
    held = view.held if view.held is not None else alive[0].links[0].digest
    return Succession(
        counts,
        kept,
        frozen,
        tuple(reckoning.end(one) for one in walk.sides),
        None if walk.lost else held,
        _say(reckoning, walk, counts),
    )


def _place(chain: Identity, decision: bytes) -> int | None:
    return next((at for at, link in enumerate(chain.links) if link.digest == decision), None)


def _up_to(chain: Identity, decision: bytes) -> Identity:
    return chain.first((_place(chain, decision) or 0) + 1)


def _digests(chain: Identity) -> tuple[bytes, ...]:
    return tuple(link.digest for link in chain.links)


def _grafted(stem: Identity, chain: Identity, tip: bytes) -> Identity:
    """What stands after `tip` in `chain`, behind the one stem: a joint decision has several."""
    after = (_place(chain, tip) or 0) + 1
    links = (*stem.links, *chain.links[after:])
    return Identity(stem.id, links, (*stem.elements, *chain.elements[after:]))


def _shared(
    stem: Identity, through: Sequence[Identity], sides: Sequence[bytes], tip: bytes
) -> Identity:
    """As far as all sides go together: also rotations that all of them follow."""
    some = [_grafted(stem, one, tip) for one in through if any(_place(one, s) for s in sides)]
    first, at = some[0], len(stem.links)
    while all(
        len(one.links) > at and one.links[at] == first.links[at] and not one.links[at].is_decision
        for one in some
    ):
        at += 1
    return first.first(at)


def _say(reckoning: Reckoning, walk: Walk, counts: Identity) -> frozenset[bytes]:
    """On the last rosters that count, on those of what is held, and of sides that contradict."""
    recent: list[Link] = list(counts.decisions[-2:])
    found = frozenset[bytes]().union(*(link.deciders for link in recent))
    ends = (reckoning.end(one) for one in walk.sides)
    for decision in (walk.path[0], *walk.path[-2:], *walk.sides, *ends):
        found |= reckoning.roster(decision)
    return found


def _witnesses(
    alive: Sequence[Identity], reckoning: Reckoning, walk: Walk, view: View
) -> tuple[Identity, ...]:
    """The chains that may decide what counts, now or once more is attested."""
    some = [one for one in alive if view.held is not None and _place(one, view.held) is not None]
    shown: list[Identity] = []
    by_decisions: dict[tuple[bytes, ...], list[Identity]] = {}
    for one in some or alive:
        by_decisions.setdefault(tuple(d.digest for d in one.decisions), []).append(one)
    for group in by_decisions.values():
        at = (_place(group[0], group[0].decision.digest) or 0) + 1
        shown += _rotations(group, at).shown
    paths = sorted(map(_digests, shown))
    begun = {a for a, b in itertools.pairwise(paths) if b[: len(a)] == a}
    whole = [one for one in shown if _digests(one) not in begun]
    return tuple(sorted(whole, key=lambda one: _weight(one, reckoning, walk)))


def _weight(chain: Identity, reckoning: Reckoning, walk: Walk) -> tuple[int, int, int, bytes]:
    """The smaller, the more is the chain needed."""
    known = _place(chain, walk.path[0]) or 0
    later = [link.digest for link in chain.links[known + 1 :] if link.is_decision]
    parts = next((one for one in later if one not in walk.path), None)
    attest = reckoning.attesters(parts) if parts else frozenset[bytes]()
    if chain.decision.digest == walk.path[-1]:
        rank = 0
    elif _place(chain, walk.path[-1]) is not None or parts in walk.sides:
        rank = 1
    else:
        rank = 2 if parts and reckoning.is_decided(parts) else 3
    near = attest & reckoning.view.near
    return rank, -len(near), -len(attest), chain.current.digest

"""Which chain of an identity counts (docs/protocol.md §5.3).

Several chains that verify share their first link and may part later. Rules, from the first link on:

1. where nothing parts, the longest counts;
2. where links of one number differ, those by a majority count before those by a rotation key: a
   host can't keep a network by rotating faster than its members vote;
3. of those that are left, one whose successor is by a majority counts first; then one that replaces
   the keys before one that keeps them: a host that would not act on a decision can't bring it out
   against the members who moved away from it; then one with any other successor before one without:
   the next committed key names the branch that counts;
4. if that leaves more than one, the identity is *frozen* before the links that differ.

What counts depends on the set of chains alone, and a few of them are enough to show it: one, or two
if it is frozen. Only these witnesses are kept and passed on.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from protocol.identity import Identity


class Succession(NamedTuple):
    """`counts` is the chain as far as it counts; `witnesses` the whole chains that show it."""

    counts: Identity
    witnesses: tuple[Identity, ...]

    @property
    def frozen(self) -> bool:
        """Two successors of its last link contradict each other."""
        return len(self.witnesses) > 1

    def joined_by(self, chain: Identity) -> "Succession":
        """What counts once this chain is known too."""
        return resolve([*self.witnesses, chain])


def resolve(chains: Iterable[Identity]) -> Succession:
    """What counts of some chains of one identity; at least one."""
    alive = sorted({chain.current.digest: chain for chain in chains}.values(), key=_tip)
    at = 1
    while True:
        branches = _branches(alive, at)
        if not branches:
            return Succession(alive[0], (alive[0],))
        if len(branches) > 1:
            rival = _rivals(branches, at)
            if len(rival) > 1:
                # A branch resolved by itself shows its rank: it prefers what ranks.
                shown = tuple(resolve(branch).witnesses[0] for branch in rival[:2])
                return Succession(shown[0].first(at), shown)
            branches = rival
        (alive,) = branches
        at += 1


def _tip(chain: Identity) -> bytes:
    return chain.current.digest


def _branches(alive: Sequence[Identity], at: int) -> list[list[Identity]]:
    """The chains that go on, by their link of this number; smallest digest first."""
    found: dict[bytes, list[Identity]] = {}
    for chain in alive:
        if len(chain.links) > at:
            found.setdefault(chain.links[at].digest, []).append(chain)
    return [found[digest] for digest in sorted(found)]


def _rivals(branches: list[list[Identity]], at: int) -> list[list[Identity]]:
    """Those that rules 2 and 3 leave."""
    voted = [one for one in branches if one[0].links[at].by_majority]
    ranked = [(_rank(branch, at), branch) for branch in voted or branches]
    best = max(rank for rank, _branch in ranked)
    return [branch for rank, branch in ranked if rank == best]


def _rank(branch: Sequence[Identity], at: int) -> tuple[bool, bool, int]:
    successor = max(_successor(chain, at) for chain in branch)
    return successor == 2, branch[0].replaces_keys(at), successor


def _successor(chain: Identity, at: int) -> int:
    """2 if the link after this one is by a majority, 1 if there is one, else 0."""
    if len(chain.links) <= at + 1:
        return 0
    return 2 if chain.links[at + 1].by_majority else 1

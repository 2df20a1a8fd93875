"""How this node stands to what the members of a network decided (docs/protocol.md §6.10)."""

from typing import NamedTuple

from node.base.errors import Problem
from node.records.other_branches import others
from node.store.core import Core
from protocol.finality import Reckoning
from protocol.identity import Link
from protocol.ids import to_text

LETTERS = 16
"""Of a decision, to be compared by voice: eighty bits."""


class Held(NamedTuple):
    """Of one network: the decision that is held here, the last that counts, and what is open.

    `sides` are the last decisions of those that contradict each other; `decides`: whether one of
    one's own groups is on the roster of what is held, so that nobody need be asked.
    """

    held: Link
    counts: Link
    sides: tuple[Link, ...]
    decides: bool
    ripe: bool
    """Whether people are asked to confirm: it is final, or a single group decided it."""

    @property
    def open(self) -> tuple[Link, ...]:
        """What was decided and waits for a person: one, or several that contradict each other."""
        if self.sides:
            return self.sides
        return () if self.decides or self.held == self.counts else (self.counts,)


def letters(decision: bytes) -> str:
    """A decision in letters, to be said by voice: as many as nobody can imitate."""
    return to_text(decision)[:LETTERS]


def held_of(core: Core, network: bytes) -> Held | None:
    """How this node stands to what was decided; None if it holds what no chain here has."""
    known = core.ties.successions.get(network)
    if known is None or known.held is None or known.counts.type != "network":
        return None
    reckoning = Reckoning(known.witnesses, core.ties.view(network))
    held, counts = known.held, known.counts.decision.digest
    following = reckoning.next(held)
    final = following is not None and reckoning.is_final(following, held)
    return Held(
        reckoning.link(held),
        reckoning.link(counts),
        tuple(reckoning.link(side) for side in known.sides),
        reckoning.decides(held),
        ripe=final or len(reckoning.roster(held)) == 1,
    )


def require_confirmed(core: Core, network: bytes) -> None:
    """`Problem` if a person is to confirm first what was decided without this group."""
    found = held_of(core, network)
    if found is None:
        raise Problem("checkpoint-unknown")
    if not found.decides and not found.sides and found.held != found.counts:
        raise Problem("confirm-first")


def contradicts(core: Core, network: bytes, decision: bytes) -> bool:
    """Whether to hold this decision is to give up what is held."""
    known = core.ties.successions[network]
    if known.held is None:
        return network in core.ties.memory.held
    chains = [*known.witnesses, *(one.chain for one in others(core, network))]
    reckoning = Reckoning(chains, core.ties.view(network))
    return not reckoning.follows(decision, known.held)


def known_decisions(core: Core, network: bytes) -> dict[bytes, Link]:
    """All that were shown, also those that don't count."""
    known = core.ties.successions[network]
    chains = [*known.witnesses, *(one.chain for one in others(core, network))]
    return {link.digest: link for chain in chains for link in chain.decisions}


def find_decision(core: Core, network: bytes, text: str) -> bytes:
    """The decision with these letters, of those known here; `Problem` if there is none."""
    said = "".join(text.lower().split()).replace("-", "")
    found = [one for one in known_decisions(core, network) if to_text(one).startswith(said)]
    if len(said) < LETTERS or len(found) != 1:
        raise Problem("no-such-decision", text=text)
    return found[0]

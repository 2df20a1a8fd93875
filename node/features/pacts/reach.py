"""Whom what is written here reaches, as far as it can be known: by addresses and ties.

Rules: two meet directly if something ties them and one of them has an address; what belongs to a
pact goes from each that takes part in it, or carries it, to the next (docs/protocol.md §6.6). What
is said here is a warning, no promise: an address may be dead, and two in one Wi-Fi need none.
"""

from collections.abc import Iterable
from typing import NamedTuple

from node.links.dial_plan import invited_at
from node.store.core import Core
from protocol.control_state import Relation


def has_address(core: Core, one: bytes) -> bool:
    """Whether others could dial it; a network where the group is that looks after it."""
    halves = core.ties.endpoints.get(one, {}).values()
    now = core.clock()
    if any(half.content is not None and half.stands(now) for half in halves):
        return True
    if one in core.own:  # published or not: the server knows where others reach it
        return False
    charter = core.ties.charters.get(one)
    host = charter.content["host"] if charter and charter.content else one
    return host != one and has_address(core, host)


def out_of_reach(
    core: Core,
    own: bytes,
    wanted: Iterable[bytes],
    through: Iterable[bytes] = (),
    *,
    together: bool = False,
) -> tuple[bytes, ...]:
    """Which of `wanted` nothing reaches that `own` writes, not even through the others of them.

    `through` pass on besides, as a person said. `together`: all are tied, as members of a network.
    """
    wanted, through = [one for one in wanted if one != own], frozenset(through)
    known, waiting = {own}, [own]
    while waiting:
        here = waiting.pop()
        for one in (*wanted, *through):
            tied = together or {here, one} & through or _tied(core, here, one)
            if one not in known and tied and _meet(core, here, one):
                known.add(one)
                waiting.append(one)
    return tuple(one for one in wanted if one not in known)


def _meet(core: Core, one: bytes, other: bytes) -> bool:
    if has_address(core, one) or has_address(core, other):
        return True
    # A link that worked once leads to somebody who may not say yet where it is.
    others = [two for two in (one, other) if two not in core.own]
    return len(others) == 1 and invited_at(core, others[0]) is not None


def _tied(core: Core, one: bytes, other: bytes) -> bool:
    return core.ties.relation(one, other, core.clock()) is Relation.TIED


class Reach(NamedTuple):
    """Who will not hear of a pact, and who would be cut off by it: told before anybody signs."""

    far: tuple[bytes, ...]
    """Whom nothing that is written here reaches."""
    reachable: tuple[bytes, ...]
    """Of all who would be together, those with an address."""
    everybody: int

    @property
    def only(self) -> bytes | None:
        """The only one that has an address, among more than two: the others meet through it."""
        return self.reachable[0] if len(self.reachable) == 1 and self.everybody > 2 else None


def reach(core: Core, own: bytes, asked: Iterable[bytes], carriers: Iterable[bytes]) -> Reach:
    """Of a pact of `own` with those asked."""
    asked = [one for one in asked if one != own]
    everybody = sorted({own, *asked})
    reachable = tuple(one for one in everybody if has_address(core, one))
    return Reach(out_of_reach(core, own, asked, carriers), reachable, len(everybody))

"""What waits for a person: who applied, what is to be voted on, what is to be confirmed.

Where there is one of a kind, it leads there; where there are several, to the network's page.
"""

from collections.abc import Iterator
from typing import NamedTuple

from node.feature import Right
from node.features.networks.held import held_of, letters
from node.lookup.sight import Sight
from node.web.page import Asked, Todo
from protocol.control_state import Standing
from protocol.ids import to_text
from protocol.tally import State, Tally, proposals


class Waiting(NamedTuple):
    """What of a kind waits in a network: where each of it is, below the network's page."""

    what: str
    network: bytes
    places: list[str]


def waiting(asked: Asked) -> list[Todo]:
    """For those who act for the group."""
    if not asked.has(Right.KEY):
        return []
    sight = asked.sight
    found = [*_applications(sight), *_votes(sight), *_to_confirm(sight)]
    return [
        Todo(f"networks.todo.{one.what}", {"who": _name(asked, one.network)}, _path(one),
             len(one.places))
        for one in found
        if one.places
    ]  # fmt: skip


def _name(asked: Asked, network: bytes) -> str:
    return asked.sight.name(network).name or asked.texts("networks.todo.nameless")


def _path(one: Waiting) -> str:
    network = f"/networks/{to_text(one.network)}"
    return f"{network}/{one.places[0]}" if len(one.places) == 1 else network


def _applications(sight: Sight) -> Iterator[Waiting]:
    ties = sight.core.ties
    for network in sorted(sight.core.own & ties.charters.keys()):
        found = [
            f"applications/{to_text(who)}"
            for who, bond in ties.rosters.get(network, {}).items()
            if bond.standing(sight.now) is Standing.APPLIED
        ]
        yield Waiting("applications", network, found)


def _mine(sight: Sight) -> list[bytes]:
    ties = sight.core.ties
    return sorted(one for one in ties.charters if ties.is_member(one, sight.me, sight.now))


def _votes(sight: Sight) -> Iterator[Waiting]:
    """Of the group, and of networks that are looked after here and belong to others."""
    ties, own = sight.core.ties, frozenset(sight.core.own)
    for network in sorted(ties.charters):
        here = {one for one in own if ties.is_member(network, one, sight.now)}
        found = [
            f"proposals/{proposal.name}"
            for proposal, tally in (proposals(ties, network, sight.now) if here else ())
            if tally.state is State.OPEN and _silent(tally, here)
        ]
        yield Waiting("votes", network, found)


def _silent(tally: Tally, here: set[bytes]) -> bool:
    """Whether one of them may vote and did not."""
    return bool(here & set(tally.roster) - {one.author for one in tally.votes} - set(tally.against))


def _to_confirm(sight: Sight) -> Iterator[Waiting]:
    for network in _mine(sight):
        found = held_of(sight.core, network)
        asked = found is not None and (found.ripe or bool(found.sides))
        open_ = found.open if found is not None and asked else ()
        yield Waiting("confirm", network, [f"decisions/{letters(one.digest)}" for one in open_])

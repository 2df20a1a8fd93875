"""What waits for a person: who applied, what is to be voted on, what is to be confirmed."""

from collections.abc import Iterator

from node.feature import Right
from node.features.networks.held import held_of
from node.lookup.sight import Sight
from node.web.page import Asked, Todo
from protocol.control_state import Standing
from protocol.ids import to_text
from protocol.tally import State, proposals


def waiting(asked: Asked) -> list[Todo]:
    """For those who act for the group."""
    if not asked.has(Right.KEY):
        return []
    sight = asked.sight
    found = [*_applications(sight), *_votes(sight), *_to_confirm(sight)]
    return [
        Todo(f"networks.todo.{what}", {"who": _name(asked, network)}, _path(network), n)
        for what, network, n in found
        if n
    ]


def _name(asked: Asked, network: bytes) -> str:
    return asked.sight.name(network).name or asked.texts("networks.todo.nameless")


def _path(network: bytes) -> str:
    return f"/networks/{to_text(network)}"


def _applications(sight: Sight) -> Iterator[tuple[str, bytes, int]]:
    ties = sight.core.ties
    for network in sorted(sight.core.own & ties.charters.keys()):
        bonds = ties.rosters.get(network, {}).values()
        n = sum(one.standing(sight.now) is Standing.APPLIED for one in bonds)
        yield "applications", network, n


def _mine(sight: Sight) -> list[bytes]:
    ties = sight.core.ties
    return sorted(one for one in ties.charters if ties.is_member(one, sight.me, sight.now))


def _votes(sight: Sight) -> Iterator[tuple[str, bytes, int]]:
    for network in _mine(sight):
        found = proposals(sight.core.ties, network, sight.now)
        n = sum(
            tally.state is State.OPEN
            and sight.me in tally.roster
            and sight.me not in {vote.author for vote in tally.votes}
            and sight.me not in tally.against
            for _proposal, tally in found
        )
        yield "votes", network, n


def _to_confirm(sight: Sight) -> Iterator[tuple[str, bytes, int]]:
    for network in _mine(sight):
        found = held_of(sight.core, network)
        asked = found is not None and (found.ripe or bool(found.sides))
        yield "confirm", network, len(found.open) if found is not None and asked else 0

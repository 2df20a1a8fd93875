"""How many people could have a seat at most: a bound that is proven, not a solution.

Bounds that a solver of whole numbers proved for a list stand in `draw_bounds.json`, by the list's
fingerprint. For all others the bound is that of a relaxation: everybody alone, nobody excluded,
no minimum sizes but those that too few people could reach.
"""

import json
from pathlib import Path

from protocol.draw.board import Board
from protocol.draw.instance import Instance
from protocol.draw.minimum import hopeless
from protocol.draw.seating import Seating

PROVEN: dict[str, int] = json.loads(
    Path(__file__).with_name("draw_bounds.json").read_text(encoding="utf-8")
)


def bound(instance: Instance) -> tuple[int, str]:
    """The bound, and where it comes from: `solver` or `relaxation`."""
    known = PROVEN.get(instance.source.fingerprint.hex())
    if known is not None:
        return known, "solver"
    open_ = (1 << instance.meetings) - 1
    for one in hopeless(instance):
        open_ &= ~(1 << one.meeting)
    people = [one for unit in range(len(instance.units)) for one in instance.units[unit]]
    alone = Instance(
        instance.source, instance.key, instance.least, instance.most, instance.meeting_lot
    )
    alone.units = [(one,) for one in people]
    alone.size = [1] * len(people)
    alone.may = [instance.may[instance.unit_of[one]] for one in people]
    alone.foes = [()] * len(people)
    board = Board(alone, open_)
    Seating(board).seat_all(list(range(len(people))))
    return sum(board.count), "relaxation"

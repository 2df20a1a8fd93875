"""What others would do with the same list: random greedy, and OR-Tools' flow with local search.

Both are given people as sets of meetings and wishes; companions, exclusions and minimum sizes are
put right afterwards, as one would who has only the flow. OR-Tools is not installed by `make dev`,
for it brings numpy, and a node is to be tested without. The benchmark needs nothing else:

    python3 -m venv .venv-draw
    .venv-draw/bin/pip install --require-hashes -r requirements-draw.lock
    .venv-draw/bin/python -m bench draw
"""

import random
import time
from collections.abc import Iterable
from importlib.util import find_spec
from typing import NamedTuple

from protocol.draw.bits import ones
from protocol.draw.instance import Instance

NOWHERE = -1


class Rival(NamedTuple):
    """How many got a seat, the mean rank, and seconds of processor time."""

    seated: int
    mean_rank: float
    seconds: float


def has_ortools() -> bool:
    """Whether the flow can be asked."""
    return find_spec("ortools") is not None


def greedy(instance: Instance) -> Rival:
    """Everybody in a random order takes the best meeting that has room."""
    began = time.process_time()
    order = list(range(len(instance.units)))
    random.Random(1).shuffle(order)
    return _mended(instance, [NOWHERE] * len(order), order, began)


def flow(instance: Instance) -> Rival:
    """The cheapest flow for single people, then what it leaves out is mended."""
    import numpy
    from ortools.graph.python import min_cost_flow

    began = time.process_time()
    single = [unit for unit, size in enumerate(instance.size) if size == 1]
    arcs = [
        (unit, meeting, instance.unit_cost(unit, meeting))
        for unit in single
        for meeting in ones(instance.may[unit])
    ]
    people, meetings = len(instance.units), instance.meetings
    source, sink = people + meetings, people + meetings + 1
    rows = [(unit, people + meeting, 1, cost) for unit, meeting, cost in arcs]
    rows += [(source, unit, 1, 0) for unit in single]
    rows += [(people + one, sink, most, 0) for one, most in enumerate(instance.most)]
    table = numpy.array(rows, dtype=numpy.int64)
    solver = min_cost_flow.SimpleMinCostFlow()
    added = solver.add_arcs_with_capacity_and_unit_cost(*table.T)
    solver.set_node_supply(source, len(single))
    solver.set_node_supply(sink, -len(single))
    assert solver.solve_max_flow_with_min_cost() == solver.OPTIMAL
    at = [NOWHERE] * people
    for (unit, meeting, _), used in zip(arcs, solver.flows(added[: len(arcs)]), strict=True):
        if used:
            at[unit] = meeting
    seconds = time.process_time() - began  # the flow alone: what comes after is no part of it
    return _mended(instance, at, list(range(people)), began)._replace(seconds=seconds)


def _mended(instance: Instance, at: list[int], order: list[int], began: float) -> Rival:
    """Take out who excludes somebody there; seat who has none; close what stays too small."""
    count, closed = [0] * instance.meetings, 0
    for unit in order:
        if at[unit] >= 0 and _foe(instance, at, unit, at[unit]):
            at[unit] = NOWHERE
        elif at[unit] >= 0:
            count[at[unit]] += instance.size[unit]
    while True:
        _fill(instance, at, count, order, closed)
        small = [
            one
            for one, least in enumerate(instance.least)
            if not closed >> one & 1 and count[one] < least
        ]
        if not small:
            break
        moved = [_pull(instance, at, count, order, one) for one in small]
        if any(moved):
            continue
        worst = min(small, key=count.__getitem__)
        closed |= 1 << worst
        for unit, meeting in enumerate(at):
            if meeting == worst:
                at[unit] = NOWHERE
        count[worst] = 0
    seated = [unit for unit in order if at[unit] >= 0]
    people = sum(instance.size[unit] for unit in seated)
    ranks = sum(instance.unit_cost(unit, at[unit]) for unit in seated)
    return Rival(people, ranks / max(1, people), time.process_time() - began)


def _fill(
    instance: Instance, at: list[int], count: list[int], order: Iterable[int], closed: int
) -> None:
    """Everybody without a seat takes the best that is free, or one that somebody else can leave."""
    for unit in order:
        if at[unit] >= 0:
            continue
        size, may = instance.size[unit], instance.may[unit] & ~closed
        free = [
            (instance.unit_cost(unit, one), count[one] >= instance.least[one], one)
            for one in ones(may)
            if count[one] + size <= instance.most[one] and not _foe(instance, at, unit, one)
        ]
        if free:
            at[unit] = min(free)[2]
            count[at[unit]] += size


def _pull(
    instance: Instance, at: list[int], count: list[int], order: Iterable[int], meeting: int
) -> bool:
    """Bring people into a meeting from others that can spare them; whether one came."""
    moved = False
    for unit in order:
        here, size = at[unit], instance.size[unit]
        if count[meeting] >= instance.least[meeting]:
            break
        if here < 0 or here == meeting or not instance.may[unit] >> meeting & 1:
            continue
        spare = count[here] - size >= instance.least[here]
        if spare and not _foe(instance, at, unit, meeting):
            at[unit], moved = meeting, True
            count[here] -= size
            count[meeting] += size
    return moved


def _foe(instance: Instance, at: list[int], unit: int, meeting: int) -> bool:
    return any(at[foe] == meeting for foe in instance.foes[unit])

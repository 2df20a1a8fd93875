"""A failing plan with fewer events: halves, quarters and so on are left out while it still fails.

What is looked for is the same invariant, not the same words.
"""

from collections.abc import Callable

from tests.simulated.plan import Plan

Fails = Callable[[Plan], bool]

TRIES = 60
"""Worlds that are played to find a shorter plan."""


def shrink(plan: Plan, fails: Fails) -> Plan:
    """The shortest found."""
    numbers = [event.number for event in plan.events]
    part, tries = max(1, len(numbers) // 2), 0
    while tries < TRIES:
        for start in range(0, len(numbers), part):
            fewer = numbers[:start] + numbers[start + part :]
            shorter = plan.with_only(tuple(fewer))
            tries += 1
            if fails(shorter):
                numbers = fewer
                break
            if tries >= TRIES:
                break
        else:
            if part == 1:
                break
            part = max(1, part // 2)
    return plan.with_only(tuple(numbers))

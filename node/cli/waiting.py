"""A command that needs what another group just sent waits a moment for it, if the node runs.

What one group writes is with a connected one within two seconds; people who paste one line after
the other are quicker. A refused command changed nothing, so it can simply be tried again.
"""

import time
from collections.abc import Callable

from node.base import turns
from node.base.errors import Problem
from node.cli.context import Answer, Context

PATIENCE_SECONDS = 6.0
"""Three times as long as it takes: on a small machine much happens at once."""

APART_SECONDS = 0.1


def patiently(handler: Callable[[Context], Answer], context: Context) -> Answer:
    """What the command gives, once what it needs is here; its refusal if that does not come."""
    awaited = context.args.command.awaits
    until: float | None = None
    while True:
        try:
            return handler(context)
        except Problem as problem:
            if problem.code not in awaited or problem.values.get("near") or not context.served:
                raise
            if until is None:
                until = time.monotonic() + PATIENCE_SECONDS
                context.progress(context.t("cli.usage.waiting"))
            elif time.monotonic() > until:
                raise
        with turns.away():
            time.sleep(APART_SECONDS)
        turns.breathe()

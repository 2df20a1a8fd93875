"""How this process collects garbage.

Records, ties and views make no reference cycles, so almost all memory is freed at once by counting.
Looking for cycles after every 700 new objects, as is the default, costs a node that takes in
thousands of records a twentieth of its time.
"""

import gc

NEW_OBJECTS = 50_000
"""Between two searches among the youngest: a few MiB if all of them were cycles."""


def tune_collector() -> None:
    """Search for cycles less often, and never among what was there at the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)

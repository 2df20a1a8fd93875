"""How this process collects garbage.

Records, ties and views make no reference cycles, so almost all memory is freed at once by counting.
Looking for cycles after every 700 new objects, as is the default, costs a node that takes in
thousands of records a twentieth of its time.
"""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

NEW_OBJECTS = 50_000
"""Between two searches among the youngest: a few MiB if all of them were cycles."""


def tune_collector() -> None:
    """Search for cycles less often, and never among what was there at the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)


@contextmanager
def uncollected() -> Iterator[None]:
    """Make a great many objects that stay and that are no garbage, without looking for any.

    Where there are many they are never looked through later either: with 100,000 groups that would
    take a second each time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > NEW_OBJECTS:
            gc.freeze()
        if was:
            gc.enable()


def give_back() -> None:
    """Give memory that was freed back to the system: some allocators keep it (glibc)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

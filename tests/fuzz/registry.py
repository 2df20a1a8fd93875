"""What a fuzz target is.

A target is a function of bytes. It returns for whatever the code under it takes or refuses in the
way that is documented; every other exception is a finding, and so is an `AssertionError` of the
target itself: a round trip that does not come back, a frame after the end.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple


class Target(NamedTuple):
    """One row of `tests.fuzz.targets`."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    share: int
    """Of 1,000 executions so many are this one's: what is slow or simple has fewer."""


def documented(code: str, codes: Collection[str]) -> None:
    """A refusal has one of the codes that the protocol names."""
    assert code in codes, f"no documented code: {code}"

"""One class of failures, as `tests.hostile.classes` lists them."""

from typing import NamedTuple


class Failure(NamedTuple):
    """One class of failures. A test is `file::function`."""

    seen: str
    what: str
    rule: str
    tests: tuple[str, ...]

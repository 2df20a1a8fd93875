"""What stands above every page until it is done: of any noun (`Feature.banner`)."""

from typing import NamedTuple


class Banner(NamedTuple):
    """The key of its words; where to do it, and the key of what the link is called."""

    text: str
    path: str = ""
    go: str = ""

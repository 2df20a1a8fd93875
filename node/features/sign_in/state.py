"""What is remembered while somebody signs in: in memory, for minutes.

`proven`: who typed a name and a password that fit two people is asked which of them they are.
`kept`: what they had typed into a form before they were found to be signed out.
"""

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

from node.people.sessions import digest_of
from node.store.core import Core
from node.web.kept import KeptField

T = TypeVar("T")

MOST = 20
"""Browsers at once; of more the oldest begins anew."""

SECONDS = 600
"""From the password to the answer, or from there to the button."""


class Kept(NamedTuple):
    """Where a form was to be sent, and what was in it."""

    path: str
    fields: list[KeptField]


class Proven(NamedTuple):
    """Whose name and password they were, and what follows."""

    people: tuple[str, ...]
    back: str
    kept: str


class Shelf(Generic[T]):
    """Things of a few browsers, each by a secret that only it has."""

    def __init__(self, core: Core) -> None:
        self._steady = core.clock.steady
        self._things: OrderedDict[bytes, tuple[float, T]] = OrderedDict()

    def put(self, secret: str, thing: T) -> None:
        """The last one counts."""
        self._things[digest_of(secret)] = (self._steady(), thing)
        while len(self._things) > MOST:
            self._things.popitem(last=False)

    def get(self, secret: str) -> T | None:
        """What lies there, if it is not too old."""
        at, thing = self._things.get(digest_of(secret), (float("-inf"), None))
        return thing if self._steady() - at < SECONDS else None

    def take(self, secret: str) -> T | None:
        """The same, once."""
        found = self.get(secret)
        self._things.pop(digest_of(secret), None)
        return found


class State(NamedTuple):
    """The shelves of one node."""

    proven: Shelf[Proven]
    kept: Shelf[Kept]


def make(core: Core) -> State:
    """Empty ones."""
    return State(Shelf(core), Shelf(core))

"""Who is inside: stays that began with a one-time code from the terminal.

Tokens live in memory only: stopping the node ends all stays. They last by a clock that nobody sets.
"""

import secrets
from hashlib import blake2b

from node.people.one_time_codes import use_code
from node.store.core import Core

STAYS = 32
"""At once: the screens of the few people who run a group's node."""

STAY_SECONDS = 12 * 3_600
"""A long evening."""


class Sessions:
    """The stays of one running node."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._stays: dict[bytes, float] = {}

    def enter(self, code: str) -> str | None:
        """A new stay's token, for a code that was not used yet."""
        if not use_code(self._core, code):
            return None
        token = secrets.token_urlsafe(32)
        self._stays[_digest(token)] = self._core.clock.steady() + STAY_SECONDS
        while len(self._stays) > STAYS:
            del self._stays[next(iter(self._stays))]
        return token

    def is_inside(self, token: str) -> bool:
        """Whether this token's stay lasts. Looked up by digest, so that time tells nothing."""
        until = self._stays.get(_digest(token))
        return until is not None and until > self._core.clock.steady()

    def leave(self, token: str) -> None:
        """End a stay."""
        self._stays.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return blake2b(token.encode(), digest_size=32).digest()

"""What a running node remembers of links that it has just made: they are kept nowhere else."""

from node.store.core import Core

SHOWN_SECONDS = 3_600
"""As long as somebody prints a poster."""

SHOWN = 100
"""Links; of more the oldest are forgotten."""


class State:
    """Links that can still be shown, by id."""

    def __init__(self, core: Core) -> None:
        self._steady = core.clock.steady
        self._tokens: dict[str, tuple[str, float]] = {}

    def keep(self, id: str, token: str) -> None:
        """For an hour."""
        self._tokens[id] = (token, self._steady() + SHOWN_SECONDS)
        while len(self._tokens) > SHOWN:
            del self._tokens[next(iter(self._tokens))]

    def token(self, id: str) -> str:
        """The secret of a link; empty once it was forgotten."""
        token, until = self._tokens.get(id, ("", 0.0))
        return token if until > self._steady() else ""

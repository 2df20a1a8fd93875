"""Why a session ends: one error, with one of the codes of docs/protocol.md §8.3.

The code is all that the other side is told. It says what class of thing went wrong and nothing of
what was expected: a stranger who is told which proof failed learns whom this node knows.
"""

END_CODES = frozenset(
    {
        "not-accepted",
        "wrong-address",
        "version",
        "busy",
        "bounds",
        "protocol",
        "time",
        "replaced",
        "changed",
        "revoked",
        "shutdown",
    }
)
"""Every code of an `end` frame (§8.3)."""


class SessionError(Exception):
    """The session can't go on. `code` is one of `END_CODES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

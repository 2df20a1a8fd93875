"""The states of a handshake, as a table (docs/protocol.md §8.2)."""

from enum import Enum


class State(Enum):
    """State of one side of a handshake."""

    HELLO = "the other's plain message"
    PROOF = "the other's proof"
    DECISION = "the shell's decision"
    ACCEPT = "to be accepted"
    ALSO = "further identities of the other side"
    DONE = "nothing: the session may begin"
    ENDED = "nothing: it failed"


TABLE: dict[tuple[str, State], tuple[str, State]] = {
    ("dialler", State.HELLO): ("verbund", State.PROOF),
    ("dialler", State.PROOF): ("proof", State.DECISION),
    ("dialler", State.DECISION): ("(accept)", State.ACCEPT),
    ("dialler", State.ACCEPT): ("accept", State.ALSO),
    ("dialler", State.ALSO): ("also", State.ALSO),
    ("answerer", State.HELLO): ("verbund", State.PROOF),
    ("answerer", State.PROOF): ("proof", State.DECISION),
    ("answerer", State.DECISION): ("(accept)", State.ALSO),
    ("answerer", State.ALSO): ("also", State.ALSO),
}
"""(side, state) → (what moves it on, next state). Anything else ends the handshake. The first side
that shows no further identity is done when it has said so, the other one when it hears it."""


def table() -> str:
    """The states, for people."""
    rows = (
        f"{side:<9} {state.name:<9} {what:<9} → {then.name}"
        for (side, state), (what, then) in TABLE.items()
    )
    return "\n".join(rows)

"""The states of a session, as a table (docs/protocol.md §8.4). `table()` prints it."""

from enum import Enum

from sync.frames import (
    Ack,
    Compare,
    Frame,
    Ids,
    Listed,
    Records,
    Refresh,
    Sent,
    Settled,
    Want,
    frame_name,
)


class State(Enum):
    """What a session is doing."""

    OPENING = "waits for the other's list of peers"
    RESTING = "no round; live records only"
    COMPARING = "dialler: waits for the lists of sets that differ"
    WANTED = "answerer: waits to hear what is wanted"
    TRANSFER = "records of the round are on their way"
    BETWEEN = "answerer: waits for the next stage or the end of the round"
    ENDED = "over"


ALWAYS = frozenset({Records, Ack, Listed})
"""Frames that may come at any time but before the first `listed`. `end` may come even then."""

TABLE: dict[tuple[str, State], frozenset[type[Frame]]] = {
    ("dialler", State.OPENING): frozenset({Listed}),
    ("dialler", State.RESTING): ALWAYS | {Refresh},
    ("dialler", State.COMPARING): ALWAYS | {Refresh, Ids},
    ("dialler", State.TRANSFER): ALWAYS | {Refresh, Sent},
    ("answerer", State.OPENING): frozenset({Listed}),
    ("answerer", State.RESTING): ALWAYS | {Compare},
    ("answerer", State.WANTED): ALWAYS | {Want},
    ("answerer", State.TRANSFER): ALWAYS,
    ("answerer", State.BETWEEN): ALWAYS | {Compare, Settled},
}
"""(side, state) → frames that may come. Any other ends the session."""


def table() -> str:
    """The states, for people."""
    rows = (
        f"{side:<9} {state.name:<10} {', '.join(sorted(map(frame_name, frames)))}"
        for (side, state), frames in TABLE.items()
    )
    return "\n".join(rows)

"""The states of a session, as a table (docs/protocol.md §8.4). `table()` prints it."""

from enum import Enum

from sync.frames import (
    Ack,
    Compare,
    Frame,
    Get,
    Have,
    Ids,
    Lack,
    Listed,
    More,
    Records,
    Refresh,
    Sent,
    Settled,
    Symbols,
    Want,
    frame_name,
)


class State(Enum):
    """State of a session."""

    OPENING = "waits for the other's list of peers"
    RESTING = "no round; live records only"
    COMPARING = "dialler: waits for symbols of the sets that differ"
    WANTED = "answerer: waits for what else is asked, and for what is wanted"
    TRANSFER = "records of the round are on their way"
    BETWEEN = "answerer: waits for the next stage or the end of the round"
    ENDED = "over"


ALWAYS = frozenset({Records, Have, Get, Ack, Listed})
"""Frames that may come at any time but before the first `listed`. `end` may come even then."""

TABLE: dict[tuple[str, State], frozenset[type[Frame]]] = {
    ("dialler", State.OPENING): frozenset({Listed}),
    ("dialler", State.RESTING): ALWAYS | {Refresh},
    ("dialler", State.COMPARING): ALWAYS | {Refresh, Symbols},
    ("dialler", State.TRANSFER): ALWAYS | {Refresh, Lack, Sent},
    ("answerer", State.OPENING): frozenset({Listed}),
    ("answerer", State.RESTING): ALWAYS | {Compare},
    ("answerer", State.WANTED): ALWAYS | {More, Ids, Want},
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

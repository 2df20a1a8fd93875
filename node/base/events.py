"""What happens in a node, and what a feature may add to it (`Feature.events`).

A function that follows an event is called with what its line says, in the order of the features.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any


class Event(Enum):
    """What happened; then the arguments of what follows."""

    ENDED = "a membership ended, in the same transaction: core, publisher, ended"
    APPLIED = (
        "a group applied to a network here, in it: core, publisher, network, member, who brought it"
    )
    RECEIVED = "a receipt came, in it: core, publisher, receipt"
    CERTIFIED = "a pact of one's own is certified, in it: core, publisher, digest of the pact"
    DECIDED = "a proposal, vote or chain was committed; also at each tidying: core"
    QUIET = "two nodes have nothing more for each other: core, the peer's identities"
    RETURNED = "a restored folder got back from a peer what it said since, in it: core"
    WRAPPED = "a bundle was written: core, for whom, author and seq of the closed records in it"
    UNWRAPPED = "a bundle was read: core, by whom, author and seq of the closed records in it"
    ANOTHER_ID = "the group began anew with other words, in it: core, the id before, the id now"
    TOLD = "a person asks what is held of them: core, their id → parts (`Feature.personal`)"
    EXPORTED = "a person takes it along: core, their id → the same as JSON"
    FORGOTTEN = "a person has all of it erased, in it: core, their id → what is kept, and why"
    AGREED = "key persons want an act done for the group: core, its name, its particulars → who did"
    MERGED = (
        "two persons became one, in it: core, id that stays, id that goes, a map in which each noun"
        " notes under its name what it moved from the one to the other (kept as JSON)"
    )
    PARTED = "that is undone, in it: core, id that stayed, id that is back, the same map"
    RENAMED = (
        "people reach the pages by another name now: core, the name → whether that ends a way in"
    )
    ACTED = "somebody changed something for another: core, who, for whom, the path of the form"
    COMMITTED = "control records were committed; also at the start: core → whether it wrote more"


Follower = Callable[..., Any]
Followers = Callable[[Event], Sequence[Follower]]
"""What follows an event, in order; `node.serving` makes it from the list of features."""


def nothing_follows(_event: Event) -> Sequence[Follower]:
    """For a store without features."""
    return ()

"""All kinds of records, each from the file of its noun (docs/protocol.md §7)."""

from protocol.decisions import ATTESTATION, PROPOSAL, VOTE
from protocol.endpoint import ENDPOINT
from protocol.exchange import OFFER, TAKE, WANT
from protocol.groups import GROUP
from protocol.introduction import IDENTITY
from protocol.kind import Kind, State
from protocol.meetings import INVITATION, MEETING, REPLY
from protocol.networks import ADMISSION, MEMBERSHIP, NETWORK
from protocol.pacts import CERTIFICATE, PACT, SIGNATURE
from protocol.participants import PARTICIPANT
from protocol.peering import PEERING
from protocol.receipts import ERASED, RECEIPT
from protocol.sealed import CLOSED, SEALED
from protocol.statements import STANCE, STATEMENT

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        IDENTITY,
        ENDPOINT,
        GROUP,
        PEERING,
        NETWORK,
        MEMBERSHIP,
        ADMISSION,
        MEETING,
        INVITATION,
        REPLY,
        RECEIPT,
        SEALED,
        CLOSED,
        PACT,
        SIGNATURE,
        CERTIFICATE,
        PROPOSAL,
        VOTE,
        ERASED,
        OFFER,
        WANT,
        TAKE,
        ATTESTATION,
        PARTICIPANT,
        STATEMENT,
        STANCE,
    )
}

CONTROL = frozenset(name for name, kind in KINDS.items() if kind.control)
"""Valid whether or not their author is a member (§6.3)."""

PACT_KINDS = frozenset(name for name, kind in KINDS.items() if kind.state is State.PACTS)
DECISIONS = frozenset(name for name, kind in KINDS.items() if kind.decision)
LISTED = frozenset(name for name, kind in KINDS.items() if kind.listed)
RECEIPTS = frozenset(name for name, kind in KINDS.items() if kind.receipt)
HALVES = frozenset(name for name, kind in KINDS.items() if kind.half)
INHERITED = tuple(name for name, kind in KINDS.items() if kind.inherited)
MOVED = tuple(name for name, kind in KINDS.items() if kind.moves)

_LAST = len(KINDS)


def control_rank(kind: str) -> int:
    """Sorts records on their way: dependencies first, so that few have to wait (§8.4)."""
    known = KINDS.get(kind)
    return _LAST if known is None or known.order is None else known.order

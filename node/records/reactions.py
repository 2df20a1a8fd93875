"""Reactions to records that came in, in the same transaction (docs/protocol.md §6.2, §6.4).

The intake says what happened (`Follow`); each feature may add what follows (`Event`). Here are the
order, and what concerns records alone: what stands under keys that ended goes, and an old copy of
the folder falls silent.

What others can bring about by records of their own stops nothing: where our own rules refuse the
answer, it is left out, and what called for it is taken in (`unless_refused`).
"""

import logging
from collections.abc import Callable
from typing import Any

from node.base.errors import Problem
from node.base.events import Event
from node.base.logs import event
from node.records import stale_copy
from node.records.intake import Ended, Follow, Intake
from node.records.publish import Publisher
from node.records.superseded import drop_ended
from node.store.core import Core

log = logging.getLogger(__name__)

REFUSED = frozenset({"own-record-refused", "not-a-member"})
"""Reactions that other nodes can bring about by their records."""


class Reactions:
    """Acts on a `Follow`; inside the transaction that it came from."""

    def __init__(self, core: Core, intake: Intake) -> None:
        self.core = core
        self.intake = intake
        self.publisher = Publisher(core, intake)

    def run(self) -> None:
        """Until nothing follows any more: what we write may have consequences itself."""
        while self.intake.follow != Follow():
            follow, self.intake.follow = self.intake.follow, Follow()
            for pact in sorted(follow.certified if self.core.may_issue else ()):
                self._tell(Event.CERTIFIED, pact)
            for author in follow.succeeded:
                drop_ended(self.core, author)
            if follow.newer:  # it was written by another copy of this node, or before a restore
                stale_copy.begin(self.core, "newer")
            for ended in follow.ended:
                self._tell(Event.ENDED, ended)
            for network, member, by in follow.applied:  # after what ended: maybe the same member
                self._tell(Event.APPLIED, network, member, by)
            for receipt in follow.receipts:
                self._tell(Event.RECEIVED, receipt)

    def act_on(self, follow: Follow) -> None:
        """Write the reactions to records that came in earlier."""
        self.intake.follow = follow
        self.run()

    def _tell(self, what: Event, *values: object) -> None:
        self.core.tell(what, self.publisher, *values)


def unless_refused(write: Callable[..., object], *what: Any, **more: Any) -> None:
    """Write an answer, unless our own rules refuse it."""
    try:
        write(*what, **more)
    except Problem as problem:
        if problem.code not in REFUSED:
            raise
        event(log, "not-answered", code=problem.code)


def owe_admission(core: Core, network: bytes, member: bytes, by: bytes | None) -> None:
    """Admit a group once this node may write (§4.4)."""
    stale_copy.owe(core, {"admit": [network.hex(), member.hex(), by.hex() if by else None]})


def owe_receipt(core: Core, ended: Ended) -> None:
    """Confirm once this node may write that what ended is deleted (§4.4)."""
    witnesses = [one.hex() for one in ended.witnesses]
    whose = (ended.network.hex(), ended.member.hex(), ended.epoch.hex())
    stale_copy.owe(core, {"ended": [*whose, ended.how, witnesses, ended.dropped]})


def write_owed(core: Core, publisher: Publisher, owed: dict[str, Any]) -> None:
    """Do what could not be written when it followed (§4.4)."""
    follow = Follow()
    match owed:
        case {"admit": [network, member, by]}:
            introducer = bytes.fromhex(by) if by else None
            follow.applied.append((bytes.fromhex(network), bytes.fromhex(member), introducer))
        case {"ended": [network, member, epoch, how, witnesses, dropped]}:
            ids = tuple(map(bytes.fromhex, witnesses))
            who, when = bytes.fromhex(member), bytes.fromhex(epoch)
            follow.ended.append(Ended(bytes.fromhex(network), who, when, how, ids, dropped))
    Reactions(core, publisher.intake).act_on(follow)

"""Forgetting what nobody needs: what expired, and what was addressed to networks by those who are
members no more.

In steps, each a transaction and some milliseconds, so that pages and peers have their turn between
two of them (`Upkeep.tidy_once`). Each step may be all that is done: what is left is found again an
hour later.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from node.records.held import is_held
from node.records.superseded import drop_ended
from node.store.core import Core
from node.store.disk_reserve import essential
from node.store.strangers import forget_unlisted
from node.store.terms import sweep
from node.store.unread import forget_gone
from protocol.references import References

UNLISTED_SECONDS = 86_400
"""How long an identity is kept that nothing refers to: it may be introducing itself (§6.5)."""

PART = 20_000
"""Records that are looked at in one step."""


class Gone(NamedTuple):
    """How many records went, and whether what is in memory says more than what is left."""

    records: int = 0
    tied: bool = False


Step = Callable[[Core], Gone]


def steps(core: Core) -> Iterator[Step]:
    """One after the other, each to be `done` before the next is asked for."""
    for first in range(0, core.records.last() + 1, PART):
        yield partial(_sweep, part=(first, first + PART))
    for identity in [one.id for one in core.ties.identities.values() if not one.is_first]:
        yield partial(_drop_ended, identity=identity)
    for network in list(core.ties.rosters):
        if is_held(core, network):
            yield partial(_forget_strangers, network=network)
    yield _forget_unlisted
    yield _forget_unread
    yield _forget_authors
    yield _forget_audiences
    merging = _Merging()
    while merging.more:
        yield merging.step


@essential
def done(core: Core, step: Step) -> int:
    """Do a step; gives how many records went."""
    with core.transaction():
        gone = step(core)
    if gone.tied:
        core.reload()
    elif gone.records:
        core.records.forget()
    return gone.records


def tidy(core: Core) -> int:
    """All steps at once; gives how many records went."""
    gone = sum(done(core, step) for step in steps(core))
    if core.db.fold() and gone:
        core.db.scrub()
    return gone


def _sweep(core: Core, part: tuple[int, int]) -> Gone:
    now = core.clock.reached  # not what the clock shows: that deletes nothing
    return Gone(*sweep(core.records, now, core.own, part))


def _drop_ended(core: Core, identity: bytes) -> Gone:
    gone = drop_ended(core, identity) if identity in core.ties.identities else 0
    return Gone(gone, gone > 0)


def _forget_strangers(core: Core, network: bytes) -> Gone:
    ties, now = core.ties, core.clock.reached
    part = frozenset({network, *ties.members(network, now), *core.own})
    if any(ties.is_part(network, own, now) for own in core.own):
        gone = core.records.content_numbers(network, not_by=part)
    else:
        gone = core.records.content_numbers(network, not_by=core.own)
    core.records.delete(gone)
    return Gone(len(gone))


def _forget_unlisted(core: Core) -> Gone:
    now = core.clock.reached
    gone = forget_unlisted(core.records, core.ties, now, _a_day_ago(core, now))
    known = References(core.ties, now)
    gone += core.strangers.sweep(now - UNLISTED_SECONDS, known.__contains__)
    return Gone(gone, gone > 0)


def _forget_unread(core: Core) -> Gone:
    forget_gone(core.records)
    core.erasures.sweep(core.clock.reached)
    return Gone()


def _forget_authors(core: Core) -> Gone:
    core.records.numbering.purge_identities()
    return Gone()


def _forget_audiences(core: Core) -> Gone:
    core.records.numbering.purge_audiences()
    return Gone()


class _Merging:
    """The text search forgets the words of what was deleted, a part in each step."""

    def __init__(self) -> None:
        self.more, self._again = True, False

    def step(self, core: Core) -> Gone:
        self.more = core.directory.merge_words(again=self._again)
        self._again = True
        return Gone()


def _a_day_ago(core: Core, now: int) -> int:
    """The number of the last record that was here a day ago, as tidying noted it."""
    marks = [one for one in core.settings.get("marks", []) if one[0] <= now]
    marks.append([now, core.records.last()])
    old = [mark for mark in marks if mark[0] <= now - UNLISTED_SECONDS]
    core.settings.set("marks", old[-1:] + [mark for mark in marks if mark not in old])
    return int(old[-1][1]) if old else 0

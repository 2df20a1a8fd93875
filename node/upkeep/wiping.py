"""Erasing: what is written down with a tombstone, and what follows (docs/protocol.md §6.8).

Rules:

1. With a tombstone of one's own: who has to confirm it. With one of somebody else: that it is to be
   confirmed. Both in the transaction that stores it, so that no crash can come between.
2. `settle` does the rest, as often as it is called: the text search is written anew, the log is
   folded into the file and cut, and what lay elsewhere in the file before is overwritten. Only when
   that succeeded the bytes count as gone, and receipts are written. A reader that holds up the log
   lets all of it wait for the next time.
3. Next to the backups lies what a restored one must not bring back (`node.upkeep.erasure_list`).
4. A restored copy is told by its peers, or by that list, what it had not erased yet.
5. Who erases again and again gets receipts that say more, but no more of them (`FREE`, `APART`).
6. A receipt counts for the tombstone whose id it names and for nothing else.
"""

import logging
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from node.base.errors import Problem
from node.base.logs import event
from node.records.erasure_notes import STALE_WORDS
from node.store.core import Core
from node.store.disk_reserve import essential
from node.store.erasures import Owed
from node.upkeep.leftovers import clear
from protocol.audience import Audience
from protocol.erasure import PAGE_SECONDS, is_witness, was_tied
from protocol.kind import Place
from protocol.receipts import ERASED_IN_PAGE, ERASED_PAGES

log = logging.getLogger(__name__)


FREE, APART = 20, 300
"""Receipts to one author at once, and seconds for each further one. Each goes to all who carry it:
whoever erases something every second would have all of a large network send megabytes for it."""

HEARD = 10_000
"""Authors whose pace is looked at: two of the largest networks."""

STALE = "backups_stale"
"""A setting: something was erased since the last backup, and by whom (`node.upkeep.backups`)."""

Pages = dict[str, list[Any]]
"""What each receipt confirms, by its name."""


def settle(core: Core) -> bool:
    """Get rid of the bytes of what was erased, then confirm; whether nothing has to wait."""
    try:
        return _settle(core)
    except Problem as problem:
        if problem.code != "disk-full":
            raise
        return False  # the tombstones stand; the rest is done when there is room


@essential
def _settle(core: Core) -> bool:
    if not core.erasures.is_due():
        return True
    owed = core.erasures.owed(_had_enough(core, core.clock()))
    own, here = core.erasures.unwiped(), core.erasures.here(True)
    if not (owed or own or here):
        return False
    if not (own or here or core.may_issue):
        return False
    if core.settings.get(STALE_WORDS):
        with core.transaction():
            core.directory.forget_words()
            core.settings.set(STALE_WORDS, None)
    from node.upkeep.erasure_list import save_list

    if not clear(core):
        return False
    if not (core.db.fold() and core.db.scrub()):
        return False

    with core.transaction():
        save_list(core)
        core.erasures.wiped(own, here, core.clock())
        note_stale(core, bool(own or here))
    if owed and core.may_issue:
        _confirm(core, owed)
    core.db.fold()
    return not core.erasures.is_due()


def note_stale(core: Core, own: bool) -> None:
    """The backups from before hold something that was erased; of one's own, a fresh one is due."""
    if own or core.settings.get(STALE) is None:
        core.settings.set(STALE, "own" if own else "others")


def _confirm(core: Core, owed: Sequence[Owed]) -> None:
    from node.records.transaction import act

    with act(core) as publisher:
        now = core.clock()
        mine, told = _own_pages(core, now), set[bytes]()
        by_author = groupby(sorted(owed, key=lambda one: one.author), lambda one: one.author)
        for author, group in by_author:
            some = list(group)
            for own in sorted(core.own):
                ids = [one.id for one in some if _confirms(core, own, one, now)]
                try:
                    known = mine.get((own, author), {})
                    for page, content in _pages(core, own, author, ids, now, known):
                        publisher.write(page, content, expires=now + PAGE_SECONDS)
                        told.add(author)
                except Problem as problem:  # what others bring about stops nothing
                    event(log, "not-confirmed", code=problem.code)
        core.erasures.paid(one.id for one in owed)
        for author in sorted(told):
            _note_pace(core, author, now)


def _confirms(core: Core, own: bytes, owed: Owed, now: int) -> bool:
    ties, author = core.ties, owed.author
    if author in ties.own or author not in ties.identities:
        return False
    if not is_witness(ties, own, author, now):
        return False
    return owed.held or was_tied(ties, own, author, owed.issued, now)


def _had_enough(core: Core, now: int) -> list[bytes]:
    """Authors to whom nothing is confirmed for some minutes."""
    enough = range(APART * (FREE - 1) + 1, APART * FREE + 1)  # more: the clock was wrong
    return core.receipts.paced(enough, now, HEARD)


def _note_pace(core: Core, author: bytes, now: int) -> None:
    """When it may have been told all that it was, at one time in `APART`."""
    at = core.receipts.pace(author)
    core.receipts.set_pace(author, (at if now < at <= now + APART * FREE else now) + APART, now)


def _own_pages(core: Core, now: int) -> dict[tuple[bytes, bytes], Pages]:
    """(own identity, author) → the receipts that stand; read once, however many are owed."""
    found: dict[tuple[bytes, bytes], Pages] = {}
    for page in core.records.opened("erased", now):
        if page.author in core.own and page.content:
            (to,) = page.audience.ids
            found.setdefault((page.author, to), {})[page.name] = list(page.content["erased"])
    return found


def _pages(
    core: Core, own: bytes, author: bytes, ids: Sequence[bytes], now: int, mine: Pages
) -> list[tuple[Place, dict[str, Any]]]:
    """The receipts to write: the latest one with what still fits, and further ones."""
    audience = Audience.direct([author])
    number = core.receipts.page(own, author)
    found: dict[str, list[Any]] = {}
    for one in ids:
        if any(one == known for known, _at in mine.get(str(number), [])):
            continue
        if len(mine.get(str(number), [])) >= ERASED_IN_PAGE:
            number = (number + 1) % ERASED_PAGES
            mine[str(number)] = []
        page = mine.setdefault(str(number), [])
        page.append([one, now])
        found[str(number)] = page
    core.receipts.set_page(own, author, number)
    return [
        (Place(own, audience, "erased", name), {"erased": page}) for name, page in found.items()
    ]

"""Identities that nothing refers to: taken in, and forgotten (docs/protocol.md §6.5)."""

from node.store.records import Records
from protocol.ties import Ties


def forget_unlisted(records: Records, ties: Ties, now: int, before: int) -> int:
    """Remove identities, stored up to number `before`, that nothing refers to; gives how many."""
    needed = {one for chain in ties.identities.values() for one in chain.signers}
    needed |= ties.named_by_own()
    strangers = [
        one.ref
        for one in records.headers(now, ["identity"])
        if one.ref <= before and one.author not in needed and not ties.lists(one.author, now)
    ]
    gone = 0
    for no in strangers:
        (author,) = records.db.one("select author from records where no = ?", (no,))
        others = "select count(*) from records where author = ? and kind <> 'identity'"
        if records.db.one(others, (author,))[0] == 0:
            records.delete([no])
            gone += 1
    return gone

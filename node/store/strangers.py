"""Identities that nothing refers to: taken in, and forgotten (docs/protocol.md §6.5)."""

from node.store.records import Records
from protocol.control_state import Ties


def forget_unlisted(records: Records, ties: Ties, now: int, before: int) -> int:
    """Remove identities, stored up to number `before`, that nothing refers to; gives how many."""
    needed = {one for chain in ties.identities.values() for one in chain.signers}
    needed |= _named_by_own(ties)
    strangers = [
        one.ref
        for one in records.headers(now, ["identity"])
        if one.ref <= before
        and one.author not in needed
        and not ties.accepts_public_from(one.author, now)
    ]
    gone = 0
    for no in strangers:
        (author,) = records.db.one("select author from records where no = ?", (no,))
        others = "select count(*) from records where author = ? and kind <> 'identity'"
        if records.db.one(others, (author,))[0] == 0:
            records.delete([no])
            gone += 1
    return gone


def _named_by_own(ties: Ties) -> set[bytes]:
    """Whom one's own word names, run out or not: it can be given again (§4.5)."""
    own = ties.own
    found = {peer for (one, peer), half in ties.peerings.items() if one in own and half.content}
    for network, roster in ties.rosters.items():
        for member, bond in roster.items():
            if network in own and bond.answered and bond.answered.content:
                found.add(member)
            if member in own and bond.membership and bond.membership.content:
                found.add(network)
    return found

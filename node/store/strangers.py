"""Identities that nothing refers to: taken in, and forgotten (docs/protocol.md §6.5)."""

from node.store.records import Records
from protocol.control_state import Ties

_ALONE = (
    "select no, author from records r where kind = 'identity' and expires > ? and no <= ? and"
    " not exists (select 1 from records where author = r.author and kind <> 'identity')"
)
"""Most have said something: the index tells, and nobody has to look at their ties."""


def forget_unlisted(records: Records, ties: Ties, now: int, before: int) -> int:
    """Remove identities, stored up to number `before`, that nothing refers to; gives how many."""
    alone = [(no, records.identities.thing(by)) for no, by in records.db.all(_ALONE, (now, before))]
    if not alone:
        return 0
    needed = {one for chain in ties.identities.values() for one in chain.signers}
    needed |= _named_by_own(ties)
    gone = [
        no
        for no, author in alone
        if author not in needed and not ties.accepts_public_from(author, now)
    ]
    records.delete(gone)
    return len(gone)


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

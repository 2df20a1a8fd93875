"""Forgets records under keys that ended or never counted (docs/protocol.md §5.3).

Done as soon as another chain counts, before anything else is taken in: what the network's old keys
said last must not keep out what its new keys say, whose links may have lower numbers.
"""

from node.store.core import Core
from protocol.kinds import CONTROL
from protocol.networks import fits_charter


def drop_ended(core: Core, author: bytes, *, own_too: bool = False) -> int:
    """Gives how many records went. One's own stay: whoever has the words signs them again.

    `own_too`: for a network that was just taken over, whose old records are not one's own.
    """
    ties, reached = core.ties, core.clock.reached
    core.refresh_own()
    if author in ties.own and not own_too:
        return 0
    chain, frozen = ties.identities[author], ties.successions[author].frozen
    gone = []
    for no, record, inner in core.records.all_by(author):
        number = record.seq.link
        link = chain.numbered(number)
        if record.kind == "identity" or (link is None and frozen):  # what is held stays
            continue
        stands = (
            link is not None
            and link.signing == record.key
            and not ties.has_ended(author, number, reached)
        )
        if stands and (record.kind != "network" or fits_charter(record, ties)):
            continue
        gone.append(no)
        for place in (record.place, inner):
            if place is not None and place.kind in CONTROL:
                ties.forget(place)
    core.records.delete(gone)
    return len(gone)

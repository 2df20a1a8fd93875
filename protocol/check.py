"""The rules that need to know other records (docs/protocol.md §4.2, §4.5, §6.3).

`check` is the third step of the one way in: `decode` → `verify` → `check` → `store`. Who may hold
a record is `sync.gate`'s; everything else that can refuse a genuine record is here or in the file
of its noun.
"""

from protocol.audience import Audience
from protocol.certificates import check_pact
from protocol.control_state import Relation, Ties
from protocol.errors import Forged, Malformed, Missing, Refused
from protocol.identity import Identity, SpeaksFor
from protocol.kind import Statement
from protocol.kinds import CONTROL, KINDS
from protocol.record import Record
from protocol.sealed import OUTSIDE
from protocol.unread import kind_of

GRACE = 600
"""Seconds a record may come from the future: ten minutes of clocks that are off (§4.5)."""


def check(record: Record, ties: Ties, now: int, vouched: bool = False) -> Identity | None:
    """Raise unless `record` may stand. For kind `identity` the checked chain is returned.

    `vouched`: of content on the same `grounds` this was found good, and `ties` are as they were.
    """
    if record.issued > now + GRACE and record.author not in ties.own:  # §4.5, 5
        raise Refused("issued in the future", "future")
    if _is_over(record, now):
        raise Refused("expired", "expired")
    if record.kind == "identity":
        return _check_introduction(record, ties)
    if not vouched:
        _check_author(record, ties, now)
    rule = kind_of(record.kind).rule
    if rule is not None:
        rule(record, ties)
    return None


def _is_over(record: Record, now: int) -> bool:
    return record.expires <= now


Grounds = tuple[bytes, bytes, int, Audience, bytes | None]


def grounds(record: Record) -> Grounds:
    """All that speaks for the author of content: `check` needs to look at it once (`vouched`)."""
    return record.author, record.key, record.seq.link, record.audience, record.epoch


def _check_author(record: Record, ties: Ties, now: int) -> None:
    author = ties.identities.get(record.author)
    number = record.seq.link
    link = author.numbered(number) if author else None
    if author is None or link is None:
        raise Missing("an author, or a link of its chain, that is not known here", "unknown-key")
    if link.signing != record.key:  # §4.2
        raise Forged("not the key of this author and link", "wrong-author")
    if link is not author.current and ties.has_ended(record.author, number, now):
        raise Refused("under a key that has ended", "expired")
    if record.epoch is not None and record.kind not in CONTROL:
        _check_member(record, record.epoch, ties, now)


def chain_of(record: Record, ties: Ties, speaks_for: SpeaksFor) -> Identity:
    """The checked chain of an `identity` record. One that is known was checked before."""
    links = (record.content or {})["links"]  # the kind can't be erased
    known: Identity | None = ties.identities.get(record.author)
    if known is not None and known.elements == tuple(links):
        return known
    return Identity.parse(links, speaks_for)


def _check_introduction(record: Record, ties: Ties) -> Identity:  # §4.2, §5.2, §5.3
    chain = chain_of(record, ties, ties.speaks_for)
    current = chain.current
    if record.name != chain.name:
        raise Malformed("identity: the name is not that of the chain")
    if chain.id != record.author or current.signing != record.key:
        raise Forged("identity: not the chain of this author and key", "wrong-author")
    if current.number != record.seq.link:
        raise Forged("identity: seq names another link", "wrong-author")
    return chain


def _check_member(record: Record, epoch: bytes, ties: Ties, now: int) -> None:  # §6.3
    network = record.audience.ids[0]
    bond = ties.bond(network, record.author)
    if bond is None or bond.membership is None:
        raise Missing("the author's membership is not known here")
    if bond.ended(epoch, now):
        raise Refused("the author is no member of this network", "not-a-member")
    if bond.membership.epoch != epoch or not bond.is_member(now):
        raise Missing("the author's membership of this epoch is not known here")


def check_opened(inner: Statement, ties: Ties, now: int) -> None:
    """Raise unless what was sealed to one of this node's identities may stand (§6.5, §7)."""
    for one in inner.audience.ids:
        if one not in ties.own:
            continue
        relation = ties.relation(inner.author, one, now)
        if relation is Relation.TIED:
            break
        if relation is Relation.FORMER and KINDS[inner.kind].former:
            break
    else:
        if inner.author not in ties.own:
            raise Refused(
                f"{inner.kind}: not from somebody this node has a tie with", "not-for-you"
            )
    if inner.kind in OUTSIDE:
        raise Malformed("sealed: twice")
    check_pact(inner)
    rule = KINDS[inner.kind].rule
    if rule is not None:
        rule(inner, ties)

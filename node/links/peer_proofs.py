"""Proofs of the two sides of a session, and whether they still count."""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from crypto.hashing import digest
from node.base.errors import Problem
from node.links.cpu_quota import CpuQuota
from node.links.one_time_links import use_code
from node.links.own_proofs import concerned
from node.records import stale_copy
from node.records.transaction import take
from node.store import peer_kinds
from node.store.core import Core
from protocol.control_state import Relation, related
from protocol.identity import Link
from protocol.ids import to_text
from protocol.record import Record, verify_all
from sync.channel import Secure
from sync.events import Introduced


def records_of(envelopes: Sequence[bytes]) -> list[Record]:
    """The identity records of a proof that verify."""
    return [one for one in verify_all(envelopes) if isinstance(one, Record)]


def let_in(core: Core, introduced: Introduced, dialled: bool, inviting: bool) -> bool:
    """Whether to talk to a node that proved who it is; what it showed is taken in (§8.2).

    `dialled`: by this node; `inviting`: because it was invited by that one.
    """
    now = core.clock()
    tied = related(core.ties, core.own, introduced.ids, now) is not Relation.NONE
    code = None if dialled else introduced.code
    if code is not None and core.codes.owner(digest(code), now) is None:
        code = None
    expected = tied or inviting or is_expected(core, introduced.ids)
    if not expected and code is None:
        return False
    home = introduced.ids[0]
    try:
        take(core, records_of(introduced.envelopes), frozenset(introduced.ids), home)
    except Problem as problem:  # whoever is known already can be served all the same
        if problem.code != "disk-full" or code is not None or not tied:
            raise
        return True
    accepted = code is not None and use_code(core, code, introduced.guest or home) is not None
    return accepted or expected


def is_expected(core: Core, introduced: Iterable[bytes]) -> bool:
    """Whether a network of ours admitted somebody whose stolen key ended.

    With the key went the membership (§5.3); it comes back in the session that is to begin.
    """
    now, introduced = core.clock(), list(introduced)
    for network in {n for own in core.own for n in core.ties.parts(own, now)}:
        for one in introduced:
            bond, chain = core.ties.bond(network, one), core.ties.identities.get(one)
            admission = bond.admission if bond and bond.membership is None else None
            ended = chain is not None and any(link.compromised for link in chain.links)
            if ended and admission and admission.content and admission.stands(now):
                return bool(admission.content["decision"] == "admitted")
    return False


def may_cost(core: Core, quota: CpuQuota, claimed: Sequence[bytes], code: bytes | None) -> bool:
    """Whether to look at large chains of a node that has not proven yet to be what it claims."""
    now = core.clock()
    if code is not None and core.codes.owner(digest(code), now) is not None:
        return True
    if any(quota.owes(one, time.monotonic()) for one in claimed):
        return False
    return related(core.ties, core.own, claimed, now) is not Relation.NONE or is_expected(
        core, claimed
    )


def holds_still(
    core: Core,
    own: Collection[tuple[bytes, bytes]],
    theirs: Mapping[bytes, bytes],
    shown: AbstractSet[bytes],
) -> bool:
    """Whether a session still stands for what both sides proved: identities and their keys.

    It outlives a rotation, for the old key is good for a while, but not one that says that the old
    key is in wrong hands; nor does it speak for what the node held earlier, nor hide what it holds
    and the other side is to know: `shown` is what was to be known when it began.
    """
    if not core.own >= {id_ for id_, _key in own}:
        return False
    if not core.own <= shown and not concerned(core, theirs.keys()) <= shown:
        return False
    known = core.ties.identities
    keys = (*own, *theirs.items())
    return all(_is_good(known[id_].links, key) for id_, key in keys if id_ in known)


def _is_good(links: Sequence[Link], key: bytes) -> bool:
    at = [n for n, one in enumerate(links) if one.signing == key]
    return bool(at) and not any(one.compromised for one in links[at[-1] + 1 :])


def hear(core: Core, secure: Secure) -> None:
    """Take in the chains of what else is there, and what the node says of itself (§8.2)."""
    peer = secure.peer
    try:
        if len(peer) > 1:  # the first, or all, were taken in when it was let in
            take(core, records_of(secure.envelopes), frozenset(peer), peer[0])
        hear_time(core, peer, secure.about.time)
        hear_kinds(core, peer, secure.about.kinds)
    except Problem as problem:  # whoever is known already can be served all the same
        if problem.code != "disk-full":
            raise


def hear_time(core: Core, peer: Sequence[bytes], said: int | None) -> None:
    """Note what the clock of a node shows (§4.5, 8), if a person accepted a tie with it: as a peer,
    or with a network there of which a group of ours is a member. Once for a node: by its home."""
    words, home, now = core.clock.witnesses, to_text(peer[0]), core.clock()
    counts = any(
        core.ties.accepts(own, one, now) or core.ties.is_member(one, own, now)
        for own in core.own
        for one in peer
    )
    if said is None or not counts:
        if words.has(home):
            with core.transaction():
                words.forget(home)
    elif not words.knows(home, said):
        with core.transaction():
            words.hear(home, said)


def hear_kinds(core: Core, peer: Sequence[bytes], kinds: Collection[str]) -> None:
    """Note what a node does not know: people are told before they rely on it (§8.2)."""
    if peer_kinds.is_news(core.settings, peer, kinds):
        with core.transaction():
            peer_kinds.note(core.settings, peer, kinds)


def may_go_on(core: Core, peer: Iterable[bytes]) -> bool:
    """Whether this node waited for this peer before it issues anything (§4.4).

    Not by a clock that can't be right: what it said since would be refused as of the future.
    """
    if core.is_reconciled or stale_copy.state(core) == "twins" or core.clock.trouble:
        return False
    return related(core.ties, core.own, peer, core.clock()) is Relation.TIED


def take_own_chains(core: Core, envelopes: Sequence[bytes]) -> None:
    """Take in newer chains of identities that this node holds, and nothing else."""
    own = frozenset(core.ring.ids)
    found = [one for one in verify_all(envelopes) if isinstance(one, Record)]
    take(core, [one for one in found if one.kind == "identity" and one.author in own])

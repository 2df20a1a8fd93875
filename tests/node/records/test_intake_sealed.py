"""Sealed records on the way in: what is opened, kept unread, erased (docs/protocol.md §7.11)."""

from itertools import permutations
from typing import Any

import pytest

from node.records.transaction import take
from node.store.core import Core
from protocol.audience import Audience
from protocol.record import verify
from protocol.sealed import outer_name
from tests.node.cast import LEFT, MARK, MEMBER, PEER, STRANGER, core, group, says_nothing, stored
from tests.node.world import seal_to, verified
from tests.sync.people import NOW

__all__ = ["core"]


# Sealed: the inner one, who sent it | whether it is opened, what is counted
def inner(core: Core, what: str) -> tuple[bytes, list[Any], dict[str, int]]:
    me = core.home_id
    keys = {me: core.ring.held[0].sealing[0].public}
    meeting = verify(PEER.meeting("fest")).body
    invitation = {"meeting": "fest", "details": meeting, "note": MARK}
    malformed: tuple[list[Any], dict[str, int]] = ([], {"malformed": 1})
    match what:
        case "an invitation by a peer":
            raw = seal_to(PEER, me, keys, "invitation", "fest", invitation)
            return raw, [("invitation", "fest")], {}
        case "an invitation by a member":
            raw = seal_to(MEMBER, me, keys, "invitation", "fest", invitation)
            return raw, [("invitation", "fest")], {}
        case "an invitation by who left":
            raw = seal_to(LEFT, me, keys, "invitation", "fest", invitation)
            return raw, [], {"not-for-you": 1}
        case "sealed to another key":
            other = {me: STRANGER.sealing.public}
            return seal_to(PEER, me, other, "invitation", "fest", invitation), *malformed
        case "no map inside":
            return seal_to(PEER, me, keys, "invitation", "fest", b"\xc1"), *malformed
        case "a kind that is only open":
            body = {"links": PEER.links}
            return seal_to(PEER, me, keys, "identity", "", body), *malformed
        case "sealed inside sealed":
            return seal_to(PEER, me, keys, "sealed", "x" * 26, {}), *malformed
        case "another name than the meeting's":
            return seal_to(PEER, me, keys, "invitation", "tanz", invitation), *malformed
        case "an unknown kind":
            return seal_to(PEER, me, keys, "poll", "x", {}), [], {"unknown-kind": 1}
        case "a name against the rules":
            return seal_to(PEER, me, keys, "invitation", "Ä", invitation), *malformed
        case _:
            garbage = {"wraps": [bytes(80), bytes(80)], "box": bytes(300)}
            name = outer_name(bytes(16))
            return PEER.say("sealed", garbage, Audience.direct([me]), name), *malformed


SEALED = (
    "an invitation by a peer", "an invitation by a member", "an invitation by who left",
    "sealed to another key", "no map inside", "a kind that is only open", "sealed inside sealed",
    "another name than the meeting's", "an unknown kind", "a name against the rules", "garbage",
)  # fmt: skip


@pytest.mark.parametrize("what", SEALED)
def test_sealed(core: Core, what: str) -> None:
    """Whoever carried it could not know: it is kept, acknowledged, and opened only if it may be."""
    raw, opened, counted = inner(core, what)
    assert take(core, verified(raw)) == [None]
    found = core.db.all("select kind, name from opened where kind <> 'peering'")
    assert (found, core.refused.counts()) == (opened, counted)
    assert raw in [row[2] for row in stored(core)]
    says_nothing(core)


def test_sealed_by_a_stranger(core: Core) -> None:
    keys = {core.home_id: core.ring.held[0].sealing[0].public}
    raw = seal_to(
        STRANGER, core.home_id, keys, "peering", "", {"peer": core.home_id, "shown": False}
    )
    assert take(core, verified(STRANGER.introduction(), raw)) == [None, "not-for-you"]


def test_a_peering_that_another_one_states_relates_nobody(core: Core) -> None:
    """Nobody can relate himself to a node by his own record."""
    keys = {core.home_id: core.ring.held[0].sealing[0].public}
    raw = seal_to(
        STRANGER, core.home_id, keys, "peering", "", {"peer": core.home_id, "shown": False}
    )
    take(core, verified(STRANGER.introduction(), raw), frozenset({STRANGER.id}))
    assert take(core, verified(group(STRANGER))) == ["not-for-you"]


def test_a_sealed_tombstone_before_and_after_what_it_erases(core: Core) -> None:
    keys = {core.home_id: core.ring.held[0].sealing[0].public}
    raw = seal_to(PEER, core.home_id, keys, "peering", "", {"peer": core.home_id, "shown": False})
    erased = PEER.say("sealed", None, verify(raw).audience, verify(raw).name)
    for batch in permutations((raw, erased, raw)):
        take(core, verified(*batch))
        assert not core.ties.accepts(PEER.id, core.home_id, NOW)
        core.reload()
        assert not core.ties.accepts(PEER.id, core.home_id, NOW)

"""Kinds that this software does not know: kept unread, bounded, and read once it knows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from node.app import open_core
from node.features.networks.actions import leave_network
from node.records import unread_quota
from node.records.newly_known import take_up
from node.records.transaction import take
from node.store.core import Core
from node.upkeep.tidying import tidy
from protocol import unread
from protocol.audience import PUBLIC, Audience
from protocol.kind import Place
from protocol.kinds import KINDS
from protocol.record import verify
from sync.gate import Verdict, gate
from tests.node.cast import EPOCH, LEFT, MEMBER, NET, OLD, PEER, STRANGER, TO_NET, core
from tests.node.world import seal_to, verified
from tests.sync.people import NOW, Someone

__all__ = ["core"]


def poll(by: Someone, name: str = "x", audience: Audience = PUBLIC, epoch: Any = None) -> bytes:
    """As software that is newer would say it."""
    return by.say("poll", {"question": name}, audience, name, epoch)


@contextmanager
def without(*kinds: str) -> Iterator[None]:
    """As older software, which does not know these."""
    before = dict(KINDS)
    for kind in kinds:
        del KINDS[kind]
    try:
        yield
    finally:  # in their order
        KINDS.clear()
        KINDS.update(before)


TABLE = {
    "by a peer, to everybody": (poll(PEER), None),
    "by a member, to the network": (poll(MEMBER, audience=TO_NET, epoch=EPOCH), None),
    "by the network": (poll(NET, audience=TO_NET), None),
    "by nobody one knows": (poll(STRANGER), "unknown-key"),
    "in another epoch": (poll(MEMBER, audience=TO_NET, epoch=OLD), "unknown-tie"),
    "by who left": (poll(LEFT, audience=TO_NET, epoch=OLD), "not-a-member"),
    "directly": (
        PEER.say("poll", {}, Audience.direct([MEMBER.id]), "x"), "malformed"),
    "of the future": (PEER.say("poll", {}, name="x", issued=NOW + 86_400), "future"),
    "over": (PEER.say("poll", {}, name="x", issued=NOW - 900, lives=300), "expired"),
}  # fmt: skip


@pytest.mark.parametrize("row", TABLE)
def test_the_outside_is_checked(core: Core, row: str) -> None:
    raw, code = TABLE[row]
    assert take(core, verified(raw)) == [code]
    held = [one.kind for one in core.records.headers(NOW)]
    assert ("poll" in held) is (code is None)


def test_it_replaces_is_erased_and_goes_with_its_author(core: Core) -> None:
    first, second = (poll(MEMBER, "a", TO_NET, EPOCH) for _ in range(2))
    other = poll(MEMBER, "b", TO_NET, EPOCH)
    assert take(core, verified(first, second, other)) == [None] * 3
    place = Place(MEMBER.id, TO_NET, "poll", "a")
    record = core.records.at(place)
    assert record is not None
    assert (record.raw, record.content) == (second, None)
    assert take(core, verified(MEMBER.say("poll", None, TO_NET, "a", EPOCH))) == [None]
    record = core.records.at(place)
    assert record is not None
    assert record.body is None
    assert core.erasures.is_due(), "that it is gone is confirmed"
    assert take(core, verified(MEMBER.joins(NET, EPOCH, stands=False))) == [None]
    assert [one.kind for one in core.records.headers(NOW, ["poll"])] == []


def test_it_goes_with_the_network_that_one_leaves(core: Core) -> None:
    assert take(core, verified(poll(MEMBER, "a", TO_NET, EPOCH))) == [None]
    leave_network(core, core.home_id, NET.id)
    assert list(core.records.headers(NOW, ["poll"])) == []


def test_who_may_have_it(core: Core) -> None:
    record = verify(poll(MEMBER, "a", TO_NET, EPOCH))
    for who, verdict in ((NET, Verdict.READ), (PEER, Verdict.NO), (LEFT, Verdict.NO)):
        assert gate(frozenset({who.id}), record, core.ties, NOW) is verdict


def test_places_of_a_kind_have_an_end(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "UNREAD", replace(unread.UNREAD, limit=3))
    some = verified(*(poll(PEER, f"n{number}") for number in range(5)))
    assert sorted(map(str, take(core, some))) == ["None"] * 3 + ["over-limit"] * 2
    assert len(list(core.records.headers(NOW, ["poll"]))) == 3


def test_kinds_can_be_invented_and_bring_no_more_room(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unread_quota, "UNREAD_BY_ONE", 4)
    some = [PEER.say(f"kind-{'abcdef'[number]}", {}, name="x") for number in range(6)]
    assert take(core, verified(*some)) == [None] * 4 + ["over-limit"] * 2
    assert take(core, verified(PEER.say("kind-a", {}, name="x"))) == [None], "what stands"
    assert take(core, verified(PEER.say("kind-b", None, name="x"))) == [None], "is erased"
    assert take(core, verified(PEER.meeting("m"))) == [None]


def test_bytes_of_one_author(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread_quota, "UNREAD_BYTES_BY_ONE", 5_000)
    large = [PEER.say("poll", {"text": "x" * 2_000}, name=f"n{n}") for n in range(3)]
    assert take(core, verified(*large)) == [None, None, "over-limit"]


def test_it_stays_over_restarts_and_tidying(core: Core) -> None:
    take(core, verified(poll(PEER)))
    tidy(core)
    core.reload()
    assert [one.kind for one in core.records.headers(NOW, ["poll"])] == ["poll"]
    assert core.has_unread
    assert take_up(core) == 0


def offer(name: str, **changes: Any) -> bytes:
    """Of a kind that older software does not know."""
    content = {"title": name, "text": None, "amount": None, "unit": None, "place": None} | changes
    return PEER.say("offer", content, name=name, lives=80 * 86_400)


def test_newer_software_reads_what_older_kept(core: Core) -> None:
    """Good ones are there as if they had just come; what is wrong goes."""
    wrong = PEER.say("offer", {"nothing": "of it"}, name="wrong", lives=80 * 86_400)
    too_long = PEER.say("offer", {**_GOOD}, name="long")
    with without("offer"):
        assert take(core, verified(offer("good"), wrong, too_long)) == [None] * 3
        assert take_up(core) == 0
    home, clock = core.home, core.clock.wall
    core.close()
    again = open_core(home, clock=clock)
    try:
        assert [one.name for one in again.records.headers(NOW, ["offer"])] == ["good"]
        assert again.refused.counts() == {"malformed": 1, "against-the-rules": 1}
        assert take_up(again) == 0
    finally:
        again.close()


_GOOD = {"title": "t", "text": None, "amount": None, "unit": None, "place": None}


def test_what_is_sealed_is_opened_once_it_is_known(core: Core) -> None:
    keys = {core.home_id: core.ring.held[0].sealing[0].public}
    sealed = seal_to(PEER, core.home_id, keys, "reply", "x", _REPLY)
    with without("reply"):
        assert take(core, verified(sealed)) == [None]
        assert core.has_unread
        assert list(core.records.opened("reply", NOW)) == []
        assert take_up(core) == 1, "not tried by this software yet"
        assert take_up(core) == 0
    assert take_up(core) == 1
    assert [one.name for one in core.records.opened("reply", NOW)] == ["x"]
    assert take_up(core) == 0


_REPLY = {
    "meeting": "x",
    "digest": bytes(32),
    "answer": "accept",
    "people": None,
    "note": None,
    "counter": None,
}

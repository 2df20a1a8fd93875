"""The one way in: what is sent, by whom, and what becomes of it. Read the tables as a policy."""

import contextlib
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crypto.signing import SigningKey
from node.base.errors import Problem
from node.features.groups.actions import edit_group
from node.features.meetings.actions import new_meeting
from node.features.networks.actions import found_network
from node.records.intake import PASSES
from node.records.transaction import act, take
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.encoding import encode
from protocol.ids import to_name
from protocol.kind import LIFETIME, Place, Seq
from protocol.record import RECORD_TYPE, compose, open_envelope, seal_envelope, verify, verify_all
from tests.node.cast import (
    EPOCH,
    FOREIGN,
    LEFT,
    MARK,
    MEETING,
    MEMBER,
    NET,
    OLD,
    PEER,
    STRANGER,
    TO_FOREIGN,
    TO_NET,
    core,
    group,
    says_nothing,
    stored,
)
from tests.node.world import make_core, verified
from tests.sync.people import NOW, Someone, entropy

__all__ = ["core"]


def raw_record(by: Someone, **changes: Any) -> bytes:
    """A group's entry with another payload, signed as it should be."""
    record = verify(group(by))
    fields: dict[str, Any] = {
        "author": record.author, "audience": record.audience.array(), "kind": record.kind,
        "name": record.name, "seq": list(record.seq), "issued": record.issued,
        "expires": record.expires, "epoch": None, "body": record.body,
    }  # fmt: skip
    fields |= changes
    return seal_envelope(by.key, RECORD_TYPE, encode(fields))


def nested(levels: int) -> bytes:
    return b"\x91" * levels + b"\xc0"


def twice() -> bytes:
    """A body with a key that occurs twice."""
    body = verify(group(PEER)).body or b""
    return b"\x8b" + body[1:] + b"\xa4name\xa1x"


def altered(raw: bytes, at: int) -> bytes:
    changed = bytearray(raw)
    changed[at] ^= 1
    return bytes(changed)


def with_key_of(other: Someone, by: Someone) -> bytes:
    """`by`'s words under another's key."""
    _key, payload, _signature = open_envelope(group(by))
    return seal_envelope(other.key, RECORD_TYPE, payload)


def at_times(issued: int, lives: int) -> bytes:
    record = verify(group(PEER))
    place = Place(PEER.id, PUBLIC, "group", "")
    return compose(PEER.key, place, Seq(0, 1, 9), issued, issued + lives, record.content)


# what is sent | its code (None: stored)
OPEN: dict[str, tuple[bytes, str | None]] = {
    # Malformed: the bytes
    "nothing": (b"", "malformed"),
    "no msgpack": (b"\xc1" * 50, "malformed"),
    "text": (b"GET / HTTP/1.1\r\n\r\n", "malformed"),
    "cut": (group(PEER)[:-1], "malformed"),
    "trailing bytes": (group(PEER) + b"\x00", "malformed"),
    "trailing bytes in the payload": (
        seal_envelope(PEER.key, RECORD_TYPE, open_envelope(group(PEER))[1] + b"\x00"), "malformed"
    ),
    "oversized envelope": (encode([1, bytes(32), bytes(65_900), bytes(64)]), "malformed"),
    "oversized payload": (seal_envelope(PEER.key, RECORD_TYPE, bytes(65_537)), "malformed"),
    "too deep": (nested(5000), "malformed"),
    "too deep in the payload": (
        seal_envelope(PEER.key, RECORD_TYPE, nested(5000)), "malformed"
    ),
    "too deep in the body": (raw_record(PEER, body=nested(5000)), "malformed"),
    "duplicate keys in the body": (raw_record(PEER, body=twice()), "malformed"),
    "a float": (raw_record(PEER, body=b"\xcb" + bytes(8)), "malformed"),
    "no body of this kind": (raw_record(PEER, body=encode({"name": MARK})), "malformed"),
    "a name that is not its kind's": (raw_record(PEER, name="fest"), "malformed"),
    "an audience of nobody": (raw_record(PEER, audience=["direct"]), "malformed"),
    "an epoch without a network": (raw_record(PEER, epoch=EPOCH), "malformed"),
    "lives too long": (at_times(NOW - 100, LIFETIME + 1), "malformed"),
    "an array for a payload": (seal_envelope(PEER.key, RECORD_TYPE, encode([])), "malformed"),
    # May be valid for newer software: kept out and counted
    "another version": (encode([2, "whatever"]), "unknown-version"),
    "another kind": (raw_record(PEER, kind="poll", name="x"), None),
    # Forged
    "wrong signature": (altered(group(PEER), -1), "bad-signature"),
    "altered payload": (altered(group(PEER), 300), "bad-signature"),
    "a signature over another type": (
        seal_envelope(PEER.key, b"verbund/hello/1", open_envelope(group(PEER))[1]), "bad-signature"
    ),
    "the key of another known one": (with_key_of(MEMBER, PEER), "wrong-author"),
    "a key that nobody knows": (with_key_of(Someone("nobody"), PEER), "wrong-author"),
    "in this node's name": (b"own", "wrong-author"),
    # Time
    "expired": (at_times(NOW - 500, 500), "expired"),
    "from the future": (at_times(NOW + 601, 500), "future"),
    "within ten minutes": (at_times(NOW + 600, 500), None),
    # Who, and to whom
    "by a peer": (group(PEER), None),
    "by a stranger": (group(STRANGER), "unknown-key"),
    "by a link that is not known": (raw_record(PEER, seq=[1, 1, 1]), "unknown-key"),
    "to the network by a member": (group(MEMBER, TO_NET, EPOCH), None),
    "to the network, another epoch": (group(MEMBER, TO_NET, OLD), "unknown-tie"),
    "to the network by a peer who is none": (group(PEER, TO_NET, OLD), "unknown-tie"),
    "to the network by who left": (group(LEFT, TO_NET, OLD), "not-a-member"),
    "to a foreign network": (group(MEMBER, TO_FOREIGN, EPOCH), "unknown-tie"),
    "a foreign network's own content": (FOREIGN.meeting("fest", TO_FOREIGN), "not-for-you"),
    "a foreign application": (PEER.joins(FOREIGN, OLD), "not-for-you"),
    # Against the rules of a kind
    "a group that is no network": (PEER.charter(PEER), "against-the-rules"),
    "a member that admits": (
        MEMBER.say("admission", {"member": PEER.id, "decision": "admitted", "reason": None},
                   TO_NET, to_name(PEER.id), OLD), "against-the-rules"
    ),
    "a network that joins itself": (NET.joins(NET, OLD), "against-the-rules"),
    "a network nobody knows": (PEER.joins(Someone("x", [PEER.id]), OLD), "unknown-key"),
}  # fmt: skip


@pytest.mark.parametrize("what", OPEN)
def test_open(core: Core, what: str) -> None:
    raw, code = OPEN[what]
    if raw == b"own":
        place = Place(core.home_id, PUBLIC, "endpoint", "home")
        content = {"url": "https://evil.example", "tls": None}
        raw = compose(PEER.key, place, Seq(0, 2**60, 1), NOW - 5, NOW + 500, content)
    before = stored(core)
    assert take(core, verify_all([raw])) == [code]
    if code is None:
        record = verify(raw)
        assert stored(core) == [*before, (record.kind, record.name, raw)]
    else:
        assert stored(core) == before
    counted = {} if code in (None, "unknown-key", "unknown-tie") else {code: 1}
    assert core.refused.counts() == counted
    says_nothing(core)


def test_one_bad_record_never_stops_the_rest(core: Core) -> None:
    """All of the table in one batch, shuffled: each has the outcome that it has alone."""
    rows = [(raw, code) for raw, code in OPEN.values() if raw != b"own"]
    rows = [row for row in rows if row[1] is not None]
    good = [MEMBER.meeting(f"fest-{n}", TO_NET, EPOCH) for n in range(5)]
    rows += [(raw, None) for raw in good]
    Random(3).shuffle(rows)
    assert take(core, verify_all(raw for raw, _code in rows)) == [code for _raw, code in rows]
    names = {name for kind, name, _raw in stored(core) if kind == "meeting"}
    assert names == {f"fest-{n}" for n in range(5)}
    says_nothing(core)


def test_over_the_limit(core: Core) -> None:
    some = [PEER.endpoint(f"n{number}") for number in range(6)]
    codes = take(core, verified(*some))
    assert sorted(map(str, codes)) == ["None"] * 4 + ["over-limit"] * 2
    assert take(core, verified(*some)) == codes


# Dependencies


def test_any_order_inside_a_batch(tmp_path: Path) -> None:
    """Identity, charter, membership, admission and content of a network, in 60 orders."""
    some = [
        PEER.introduction(), NET.introduction(), NET.charter(MEMBER), PEER.joins(NET, EPOCH),
        NET.admits(PEER, EPOCH), group(PEER, TO_NET, EPOCH),
    ]  # fmt: skip
    orders = [list(one) for one in permutations(range(6))]
    Random(7).shuffle(orders)
    core = make_core(tmp_path)
    found_network(core, core.home_id, {"name": "Eigenes"})
    for order in [*orders[:60], [5, 4, 3, 2, 1, 0]]:
        with pytest.raises(Problem, match="again"):
            _in_order(core, [some[at] for at in order])
    core.close()


def _in_order(core: Core, batch: list[bytes]) -> None:
    proven = frozenset({PEER.id, NET.id})
    with core.transaction():
        apply = {"network": NET.id, "charter": bytes(32), "message": None, "shown": False}
        take(core, verified(NET.introduction(), NET.charter(MEMBER)), proven)
        with act(core) as publisher:
            place = Place(core.home_id, TO_NET, "membership", "")
            publisher.write(place, apply, epoch=OLD)
        admission = {"member": core.home_id, "decision": "admitted", "reason": None}
        raw = NET.say("admission", admission, TO_NET, to_name(core.home_id), OLD)
        assert take(core, verified(raw)) == [None]
        assert take(core, verified(*batch), proven) == [None] * 6
        raise Problem("again")


def test_a_chain_of_dependencies_costs_a_bounded_number_of_looks(core: Core) -> None:
    """More than any honest batch needs is offered again, not looked at with the square."""
    from protocol.identity import authorise_majority, make_link, vote

    chain: list[bytes] = [Someone("link 0").introduction()]
    below = Someone("link 0")
    for number in range(1, PASSES + 12):
        one = Someone(f"link {number}", [below.id])
        key = SigningKey(entropy(one.name, "second"))
        payload = make_link(
            "network", 1, one.id, key.public, one.sealing.public, bytes(32), roster=[below.id]
        )
        one.links.append(authorise_majority(payload, [vote(payload, below.id, below.key)]))
        one.number, one.key = 1, key
        chain.append(one.introduction())
        below = one
    codes = take(core, verified(*reversed(chain)))
    assert codes.count(None) == PASSES + 1
    assert set(codes) == {None, "unknown-key"}


# One's own


def test_own_actions_go_the_same_way(core: Core) -> None:
    """Our own rules refuse our own records; then nothing has changed."""
    before = stored(core), core.refused.counts()
    with pytest.raises(Problem, match="own-record-refused"), act(core) as publisher:
        publisher.write(Place(core.home_id, PUBLIC, "group", ""), {"name": MARK})
    with pytest.raises(Problem, match="not-held-here"), act(core) as publisher:
        publisher.write(Place(PEER.id, PUBLIC, "group", ""), {"name": MARK})
    with pytest.raises(Problem, match="not-a-member"):
        new_meeting(core, core.home_id, FOREIGN.id, MEETING)
    assert (stored(core), core.refused.counts()) == before


def test_the_501st_meeting_is_refused(core: Core) -> None:
    """…or an earlier one would have to go: then it is said, and nothing happens."""
    with core.transaction():
        for _number in range(500):
            new_meeting(core, core.home_id, "public", MEETING)
    names = {name for kind, name, _raw in stored(core) if kind == "meeting"}
    refused: list[Any] = []
    for _time in range(6):
        with contextlib.suppress(Problem), _noting(refused):
            new_meeting(core, core.home_id, "public", MEETING)
    now = {name for kind, name, _raw in stored(core) if kind == "meeting"}
    assert refused == [("own-record-refused", {"why": "over-limit"})] * len(refused)
    assert len(now) == 500
    assert (len(refused) == 6) == (now == names)


@contextlib.contextmanager
def _noting(found: list[Any]) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        found.append((problem.code, problem.values))
        raise


def test_a_clock_that_was_wrong_does_not_bar_a_place(core: Core) -> None:
    clock = core.clock
    clock.now = NOW + 5 * 31_536_000
    edit_group(core, core.home_id, {"name": "Später"})
    clock.now = NOW
    edit_group(core, core.home_id, {"name": "Jetzt"})
    record = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert record is not None
    assert record.content is not None
    assert (record.content["name"], record.issued <= NOW + 600) == ("Jetzt", True)


def test_content_is_checked_again_after_a_control_record(
    core: Core,
) -> None:
    content = verify(MEMBER.meeting("whose", TO_NET, EPOCH)).content
    place = Place(MEMBER.id, TO_NET, "meeting", "forged")
    forged = compose(
        SigningKey(bytes(32)), place, Seq(0, 1, 2**40), NOW - 100, NOW + 100, content, EPOCH
    )
    batch = [
        MEMBER.meeting("one", TO_NET, EPOCH),
        MEMBER.meeting("two", TO_NET, EPOCH),
        forged,
        LEFT.meeting("late", TO_NET, OLD),
        MEMBER.meeting("other", TO_NET, entropy("another", size=16)),
        MEMBER.meeting("open", PUBLIC),
        MEMBER.joins(NET, EPOCH, stands=False),
        MEMBER.meeting("three", TO_NET, EPOCH),
    ]
    others = ["wrong-author", "not-a-member", "unknown-tie", None, None, "not-a-member"]
    assert take(core, verified(*batch)) == [None, None, *others]

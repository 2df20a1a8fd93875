"""What arrived and is not yet stored: its short ids are the same, whoever finds them out."""

import pytest

from crypto.hashing import digest
from sync.errors import SessionError
from sync.transfer import Inbox, record_id
from tests.sync.people import Someone, verify

ANNA = Someone("anna")
RAWS = [ANNA.meeting(f"m-{n}") for n in range(4)]
GARBAGE = b"garbage"


def short(id_: bytes) -> int:
    return int.from_bytes(id_[:8], "big")


SHORTS = [short(verify(raw).id) for raw in RAWS]


def test_found_out_or_told() -> None:
    """The id of a record that was verified is that of its envelope."""
    inbox = Inbox(short)
    inbox.put([*RAWS, GARBAGE])
    assert [inbox.done(RAWS[0], verify(RAWS[0]).id), inbox.done(RAWS[1])] == SHORTS[:2]
    assert inbox.done(GARBAGE) == short(digest(GARBAGE))
    assert not inbox.idle
    assert [inbox.done(RAWS[2]), inbox.done(RAWS[3], record_id(RAWS[3]))] == SHORTS[2:]
    assert inbox.idle


def test_has_what_is_not_done() -> None:
    """Before and after somebody asked, and what came since."""
    inbox = Inbox(short)
    inbox.put(RAWS[:2])
    assert [inbox.has(one) for one in SHORTS] == [True, True, False, False]
    inbox.put(RAWS[2:])
    assert inbox.done(RAWS[0], verify(RAWS[0]).id) == SHORTS[0]
    assert inbox.done(RAWS[2], verify(RAWS[2]).id) == SHORTS[2]
    assert [inbox.has(one) for one in SHORTS] == [False, True, False, True]


def test_works_out_no_id_that_nobody_asks_for() -> None:
    """In a first exchange a hundred thousand come, and the intake says the id of each."""
    asked: list[bytes] = []
    inbox = Inbox(lambda id_: asked.append(id_) or short(id_))
    inbox.put(RAWS)
    assert asked == []
    inbox.done(RAWS[0], b"told")
    assert asked == [b"told"]
    assert inbox.has(SHORTS[1])
    assert not inbox.has(SHORTS[0])
    assert asked[1:] == [verify(raw).id for raw in RAWS[1:]]


def test_twice_at_a_time() -> None:
    inbox = Inbox(short)
    inbox.put(RAWS[:1])
    with pytest.raises(SessionError) as caught:
        inbox.put(RAWS[:1])
    assert caught.value.code == "protocol"
    again = Inbox(short)
    again.put(RAWS[:1])
    again.done(RAWS[0])
    again.put(RAWS[:1])  # not at a time

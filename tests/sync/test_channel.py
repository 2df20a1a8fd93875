"""The channel of a session gets new keys (docs/protocol.md §8.3)."""

import pytest

from crypto.channel import Receiver, Sender
from sync import channel
from sync.channel import REKEY_SECONDS, Secure
from sync.errors import SessionError
from sync.events import Introduced
from tests.sync.memory import ANNA, BERT, Node, shake

NOW = 1_800_000_000


def pair() -> tuple[Secure, Secure]:
    return shake(Node(ANNA), Node(BERT))


def tags(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each message that is sent from now on changes the key."""
    found: list[bool] = []
    real = Sender.encrypt

    def encrypt(self: Sender, frame: bytes, rekey: bool = False) -> bytes:
        found.append(rekey)
        return real(self, frame, rekey)

    monkeypatch.setattr(Sender, "encrypt", encrypt)
    return found


def test_keys_change_with_the_message_that_reaches_the_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = pair()
    monkeypatch.setattr(channel, "REKEY_BYTES", 100)
    found = tags(monkeypatch)
    for size in (40, 59, 1, 99, 0, 1, 250, 100, 99):
        assert there.decrypt(here.encrypt(bytes(size), NOW)) == bytes(size)
    assert found == [False, False, True, False, False, True, True, True, False]


@pytest.mark.parametrize("back", [0, 10_000])
def test_keys_change_after_an_hour(monkeypatch: pytest.MonkeyPatch, back: int) -> None:
    """By the sender's clock, also where that was set back meanwhile; each direction by itself."""
    here, there = pair()
    found = tags(monkeypatch)
    start = NOW - back
    for after in (0, REKEY_SECONDS - 1, REKEY_SECONDS, REKEY_SECONDS + 1, 2 * REKEY_SECONDS):
        assert there.decrypt(here.encrypt(b"x", start + after)) == b"x"
    assert found == [False, False, True, False, True]
    assert here.decrypt(there.encrypt(b"y", NOW)) == b"y"
    assert found[-1] is False


def test_who_never_changes_its_keys_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = pair()
    honest = [here.encrypt(bytes(50), NOW), here.encrypt(bytes(50), NOW)]
    monkeypatch.setattr(channel, "REKEY_BYTES", 100)
    assert there.decrypt(honest[0]) == bytes(50)
    with pytest.raises(SessionError, match="protocol"):
        there.decrypt(honest[1])


def test_who_changes_them_each_time_is_heard() -> None:
    key = bytes(range(32))
    sender = Sender(key)
    told = Introduced((BERT.id,), (), None)
    there = Secure(Sender(key), Receiver(key, sender.header), bytes(32), False, (ANNA.id,), told)
    for text in (b"one", b"two", b""):
        assert there.decrypt(sender.encrypt(text, rekey=True)) == text


def test_other_tags_are_refused() -> None:
    """A message under the old key, after the key changed, does not open."""
    here, there = pair()
    stale, fresh = here.encrypt(b"a", NOW), here.encrypt(b"b", NOW + REKEY_SECONDS)
    assert there.decrypt(stale) == b"a"
    assert there.decrypt(fresh) == b"b"
    with pytest.raises(SessionError, match="protocol"):
        there.decrypt(stale)

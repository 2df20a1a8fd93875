"""Key files: every way in which one can be wrong, and what is then said."""

import functools
import json
import resource
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.pwhash import argon2id

from crypto import errors
from crypto.errors import BadKeyFile, WrongPassphrase
from crypto.keyfile import (
    LOCK_ENTROPY_BYTES,
    MAX_FILE_BYTES,
    MAX_SECRET_BYTES,
    Cost,
    is_locked,
    lock,
    unlock,
)

CASES = json.loads((Path(__file__).parent / "vectors" / "keyfile.json").read_text())["cases"]
ENTROPY = bytes(range(LOCK_ENTROPY_BYTES))
SECRET = bytes(range(100))  # three lines of base64
PLAIN = lock(SECRET, None, ENTROPY)
LOCKED = lock(SECRET, "passphrase", ENTROPY, cost=Cost.INTERACTIVE)


@pytest.fixture(autouse=True)
def each_key_stretched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real Argon2id, but not again for arguments it has just been asked about."""
    monkeypatch.setattr(argon2id, "kdf", functools.cache(argon2id.kdf))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_keyfile_vectors(case: dict[str, Any]) -> None:
    data = case["file"].encode()
    if "message" in case:
        with pytest.raises(getattr(errors, case["outcome"])) as caught:
            unlock(data, case["passphrase"])
        assert type(caught.value).__name__ == case["outcome"]
        assert str(caught.value) == case["message"]
    else:
        assert unlock(data, case["passphrase"]).hex() == case["outcome"]


def test_lock_writes_the_vectors() -> None:
    files = {case["name"]: case["file"].encode() for case in CASES}
    assert lock(SECRET, None, b"") == files["no passphrase"]
    assert lock(SECRET, "Bäckerstraße 7", ENTROPY, cost=Cost.INTERACTIVE) == files["locked"]


@given(st.binary(max_size=300))
def test_plain_round_trip(secret: bytes) -> None:
    data = lock(secret, None, b"")
    assert data.isascii()
    assert unlock(data, None) == secret
    assert not is_locked(data)


@pytest.mark.parametrize("secret", [b"", b"x", bytes(10_000)])
def test_locked_round_trip(secret: bytes) -> None:
    data = lock(secret, "passphrase", ENTROPY, cost=Cost.INTERACTIVE)
    assert max(map(len, data.splitlines()[2:])) <= 64
    assert unlock(data, "passphrase") == secret
    assert is_locked(data)


def test_locked_at_moderate_cost_unless_told() -> None:
    data = lock(SECRET, "passphrase", ENTROPY)
    assert json.loads(data.splitlines()[1])["mem"] == 256 << 20
    assert unlock(data, "passphrase") == SECRET


def test_passphrase_that_is_no_unicode() -> None:
    """What a terminal with another encoding hands in, by way of surrogateescape."""
    data = lock(SECRET, "B\udce4cker", ENTROPY, cost=Cost.INTERACTIVE)
    assert unlock(data, "B\udce4cker") == SECRET


def test_plain_cut_at_each_length() -> None:
    for length in range(len(PLAIN)):
        with pytest.raises(BadKeyFile):
            unlock(PLAIN[:length], None)


def test_locked_cut_at_each_length() -> None:
    for length in range(len(LOCKED)):
        with pytest.raises(BadKeyFile):
            unlock(LOCKED[:length], "passphrase")


def test_plain_each_byte_changed() -> None:
    for at in range(len(PLAIN)):
        with pytest.raises(BadKeyFile):
            unlock(PLAIN[:at] + bytes([PLAIN[at] ^ 1]) + PLAIN[at + 1 :], None)


def test_locked_each_byte_changed() -> None:
    for at in range(len(LOCKED)):
        with pytest.raises(BadKeyFile):
            unlock(LOCKED[:at] + bytes([LOCKED[at] ^ 1]) + LOCKED[at + 1 :], "passphrase")


@pytest.mark.parametrize("more", [b"\n", b" ", b"\0", b"AAAA", b"AAAA\n", b"verbund-keys-1\n"])
def test_trailing_data(more: bytes) -> None:
    for data in (PLAIN, LOCKED):
        with pytest.raises(BadKeyFile):
            unlock(data + more, "passphrase")


@given(st.binary(max_size=200))
def test_any_bytes_raise_nothing_else(tail: bytes) -> None:
    for data in (tail, b"verbund-keys-1\n" + tail, b'verbund-keys-1\n{"cipher":"none"}\n' + tail):
        with pytest.raises(BadKeyFile):
            unlock(data, None)
        with pytest.raises(BadKeyFile):
            unlock(data, "passphrase")


def test_header_nested_deeply() -> None:
    with pytest.raises(BadKeyFile):
        unlock(b"verbund-keys-1\n" + b"[" * 100_000 + b"\n", None)


def test_is_locked_refuses_other_files() -> None:
    with pytest.raises(BadKeyFile, match=r"^not a key file$"):
        is_locked(b"something else")


def test_secret_too_long() -> None:
    assert unlock(lock(bytes(MAX_SECRET_BYTES), None, b""), None) == bytes(MAX_SECRET_BYTES)
    with pytest.raises(BadKeyFile, match=f"at most {MAX_SECRET_BYTES} bytes"):
        lock(bytes(MAX_SECRET_BYTES + 1), None, b"")


def test_file_too_long() -> None:
    with pytest.raises(BadKeyFile, match=r"^not a key file$"):
        unlock(PLAIN.ljust(MAX_FILE_BYTES + 1, b"A"), None)


def test_lock_with_empty_passphrase() -> None:
    with pytest.raises(BadKeyFile, match="protects nothing"):
        lock(SECRET, "", ENTROPY)


@pytest.mark.parametrize("size", [0, 16, 39, 41])
def test_lock_with_other_entropy(size: int) -> None:
    with pytest.raises(BadKeyFile, match=f"not {size}"):
        lock(SECRET, "passphrase", bytes(size))


def test_too_little_memory() -> None:
    """On a machine, or in a container, with less than the cost asks for."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + (128 << 20), limits[1]))
    try:
        with pytest.raises(BadKeyFile) as caught:
            lock(SECRET, "another passphrase", ENTROPY, cost=Cost.MODERATE)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
    assert str(caught.value) == "this needs 256 MiB of free memory"
    assert not isinstance(caught.value, WrongPassphrase)

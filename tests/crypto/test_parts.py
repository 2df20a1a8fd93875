"""`crypto.parts`: each part by itself, and nothing that does not belong there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

from crypto.errors import BadKey, CannotOpen
from crypto.parts import (
    KEY_BYTES,
    OPEN,
    PART_OVERHEAD_BYTES,
    is_open,
    open_part,
    seal_part,
    unwrap_key,
    wrap_key,
)
from crypto.sealing import LOW_ORDER_POINTS, WRAP_BYTES, SealingKey

ANNA, BERT = SealingKey(bytes(range(32))), SealingKey(bytes(32))
KEY = bytes(range(100, 132))


@given(st.binary(max_size=300), st.integers(0, 2**32))
def test_round_trip(plain: bytes, number: int) -> None:
    sealed = seal_part(KEY, number, plain)
    assert len(sealed) == len(plain) + PART_OVERHEAD_BYTES
    assert open_part(KEY, number, sealed) == plain


def test_a_part_is_what_the_text_says() -> None:
    nonce = bytes(22) + b"\1\2"
    expected = crypto_aead_xchacha20poly1305_ietf_encrypt(b"text", b"", nonce, KEY)
    assert seal_part(KEY, 258, b"text") == expected


def test_every_change_and_every_cut() -> None:
    sealed = seal_part(KEY, 1, b"something")
    altered = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(25)]
    cut = [sealed[:size] for size in range(len(sealed))]
    for wrong in (*altered, *cut, sealed + b"\0"):
        with pytest.raises(CannotOpen):
            open_part(KEY, 1, wrong)


def test_another_place_or_another_file() -> None:
    sealed = seal_part(KEY, 1, b"something")
    for key, number in ((KEY, 2), (KEY, 0), (bytes(32), 1)):
        with pytest.raises(CannotOpen):
            open_part(key, number, sealed)


def test_a_key_for_one() -> None:
    wrapped = wrap_key(KEY, ANNA.public)
    assert (len(wrapped), is_open(wrapped)) == (WRAP_BYTES, False)
    assert unwrap_key(wrapped, [BERT, ANNA]) == KEY
    for keys in ([], [BERT]):
        with pytest.raises(CannotOpen):
            unwrap_key(wrapped, keys)


def test_a_key_for_everybody() -> None:
    wrapped = wrap_key(KEY, None)
    assert (wrapped, is_open(wrapped)) == (bytes(48) + KEY, True)
    assert unwrap_key(wrapped, []) == KEY


@pytest.mark.parametrize("size", [0, 1, WRAP_BYTES - 1, WRAP_BYTES + 1])
def test_a_wrap_of_another_size(size: int) -> None:
    with pytest.raises(CannotOpen):
        unwrap_key((OPEN + KEY * 2)[:size], [ANNA])


@pytest.mark.parametrize("size", [0, KEY_BYTES - 1, KEY_BYTES + 1])
def test_a_key_of_another_size(size: int) -> None:
    with pytest.raises(BadKey):
        wrap_key(bytes(size), ANNA.public)


@pytest.mark.parametrize("public", sorted(LOW_ORDER_POINTS))
def test_to_nobody(public: bytes) -> None:
    with pytest.raises(BadKey):
        wrap_key(KEY, public)

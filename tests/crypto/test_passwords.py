"""Hashes of passwords: they say how they were made, and fit one password each."""

import pytest

from crypto.passwords import MEMORY, NOBODY, PASSES, fits, hash_password


def test_hash_fits_its_password_and_no_other() -> None:
    made = hash_password("drei Birnen")
    assert made.startswith(f"$argon2id$v=19$m={MEMORY // 1024},t={PASSES},p=1$")
    assert [fits(made, one) for one in ("drei Birnen", "drei birnen", "", "drei Birnen ")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_same_password_is_another_hash_each_time() -> None:
    assert hash_password("x") != hash_password("x")


def test_keyboards_write_umlauts_in_two_ways() -> None:
    assert fits(hash_password("M\u00fcller"), "Mu\u0308ller")


def test_what_is_no_unicode_has_a_hash_too() -> None:
    assert fits(hash_password("\udc80"), "\udc80")


@pytest.mark.parametrize("password", ["", "x", "drei Birnen"])
def test_nobody_has_a_password(password: str) -> None:
    assert not fits(NOBODY, password)


@pytest.mark.parametrize(
    "hash_",
    ["", "x", "$argon2id$", "$argon2id$v=19$m=x,t=2,p=1$a$b", NOBODY[:-4], NOBODY + "A",
     "$argon2id$v=19$m=19456,t=2,p=1$!$!", NOBODY.replace("m=19456", "m=4194304")],
)  # fmt: skip
def test_what_is_no_hash_fits_nothing(hash_: str) -> None:
    assert not fits(hash_, "x")

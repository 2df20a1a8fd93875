"""BLAKE2b as everybody else computes it."""

import hashlib
from pathlib import Path

import cryptography_vectors
import pytest

from crypto.errors import BadKey
from crypto.hashing import DIGEST_BYTES, digest, keyed

BLAKE2B = Path(cryptography_vectors.__file__).parent / "hashes" / "blake2" / "blake2b.txt"


def published() -> list[tuple[bytes, bytes]]:
    """The (message, 64-byte digest) pairs of the published file."""
    cases = []
    for block in BLAKE2B.read_text().strip().split("\n\n"):
        fields = dict(line.split(" = ") for line in block.splitlines())
        cases.append((bytes.fromhex(fields["Msg"])[: int(fields["Len"]) // 8], fields["MD"]))
    return [(message, bytes.fromhex(md)) for message, md in cases]


def test_blake2b_published() -> None:
    cases = published()
    assert len(cases) == 7
    for message, expected in cases:
        assert hashlib.blake2b(message).digest() == expected


def test_digest_known() -> None:
    assert digest(b"").hex() == "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
    assert digest(b"abc").hex() == (
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
    )
    assert len(digest(b"")) == DIGEST_BYTES


def test_keyed_known() -> None:
    """The first two of the reference implementation's known answers (blake2-kat, keyed)."""
    key = bytes(range(64))
    assert keyed(key, b"", 64).hex() == (
        "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
        "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568"
    )
    assert keyed(key, b"\0", 64).hex() == (
        "961f6dd1e4dd30f63901690c512e78e4b45e4742ed197c3c5e45c549fd25f2e4"
        "187b0bc9fe30492b16b0d0bc4ef9b0f34c7003fac09a5ef1532e69430234cebd"
    )


def test_keyed_size_is_part_of_the_hash() -> None:
    assert len(keyed(bytes(32), b"abc")) == 32
    assert keyed(bytes(32), b"abc", 16) != keyed(bytes(32), b"abc")[:16]


@pytest.mark.parametrize("size", [0, 65])
def test_keyed_refuses_key_size(size: int) -> None:
    with pytest.raises(BadKey):
        keyed(bytes(size), b"abc")

"""AES-128, many blocks at a time (FIPS 197)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.blocks import BLOCK_BYTES, permutation
from crypto.errors import BadKey

KEYS = st.binary(min_size=BLOCK_BYTES, max_size=BLOCK_BYTES)
BLOCKS = st.lists(KEYS, max_size=20)


@pytest.mark.parametrize(
    ("key", "block", "enciphered"),
    [
        (  # FIPS 197, appendix B
            "2b7e151628aed2a6abf7158809cf4f3c",
            "3243f6a8885a308d313198a2e0370734",
            "3925841d02dc09fbdc118597196a0b32",
        ),
        (  # FIPS 197, appendix C.1
            "000102030405060708090a0b0c0d0e0f",
            "00112233445566778899aabbccddeeff",
            "69c4e0d86a7b0430d8cdb78070b4c55a",
        ),
    ],
)
def test_published(key: str, block: str, enciphered: str) -> None:
    assert permutation(bytes.fromhex(key))(bytes.fromhex(block)).hex() == enciphered


@given(KEYS, BLOCKS, BLOCKS)
def test_each_block_by_itself(key: bytes, first: list[bytes], second: list[bytes]) -> None:
    """How blocks are put together, and what was enciphered before, makes no difference."""
    many, single = permutation(key), permutation(key)
    made = many(b"".join(first)) + many(b"".join(second))
    assert made == b"".join(map(single, [*first, *second]))


@given(KEYS, st.sets(KEYS, max_size=20))
def test_permutation(key: bytes, blocks: set[bytes]) -> None:
    assert len(set(map(permutation(key), blocks))) == len(blocks)


@pytest.mark.parametrize("size", [0, 15, 17, 24, 32])
def test_key_of_another_length(size: int) -> None:
    with pytest.raises(BadKey, match=f"16 bytes, not {size}"):
        permutation(bytes(size))

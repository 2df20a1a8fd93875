"""Tags: names that only both sides of one session understand (docs/protocol.md §8.2)."""

from crypto.hashing import keyed

TAG_BYTES = 8
"""Of a million records of both sides about one pair in 40 million sessions collides."""


def tag(tag_key: bytes, name: bytes) -> bytes:
    """The tag of a set, a peer's id or a record's id."""
    return keyed(tag_key, name, TAG_BYTES)

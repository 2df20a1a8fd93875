"""Recognising peers in the local network without telling anybody else (docs/protocol.md §11).

Rules:

1. An announcement holds where its node is, and tags. It holds no id, no name and no key, and
   nothing that stays the same from one announcement to the next.
2. A tag is for one peer: only the two who share a secret can make it or recognise it. So whoever
   is no peer sees random bytes, and how many are real nobody sees: the rest is random (`tags`).
3. A tag is for one hour and one address: who plays an announcement again somewhere else, or later,
   is not taken for whom he heard, and so does not learn who knows whom.
4. What is recognised is a place to try, no proof. Who is there the handshake shows (§8.2).

>>> from crypto.sealing import SealingKey
>>> anna, berta = SealingKey(bytes(32)), SealingKey(bytes(range(32)))
>>> a, b = b"a" * 32, b"b" * 32
>>> pair_key(anna, berta.public, a, b) == pair_key(berta, anna.public, a, b)
True
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crypto.hashing import digest, keyed
from crypto.sealing import SealingKey
from protocol.encoding import decode, encode
from protocol.errors import Malformed
from protocol.fields import array, boolean, check_fields, fields, integer, octets, raw_bytes

SERVICE = "_verbund._tcp.local."
"""The DNS-SD service type (RFC 6763)."""

HOUR = 3_600
"""Seconds for which a tag is good; the hours before and after are tried, too."""

NONCE_BYTES = 16
TAG_BYTES = 8

LADDER = (16, 32, 64)
"""How many tags an announcement has: so many that they fit into one packet, and steps so wide that
they tell little about how many peers there are."""

ADDRESSES = 4
"""Of one machine: cable and radio, IPv4 and IPv6."""

ANNOUNCEMENT_BYTES = 800
"""64 tags and four addresses; with the rest of an answer it fits into one packet of 1,460 bytes."""

STRING_BYTES = 200
"""Of one string of a TXT record, which may have 255."""

_FIELDS = fields(
    version=integer(1, 1),
    nonce=octets(NONCE_BYTES),
    tls=boolean,
    port=integer(1, 65_535),
    addresses=array(raw_bytes, ADDRESSES),
    tags=raw_bytes,
)


class Announcement(NamedTuple):
    """What a node says to its local network. `addresses` are 4 or 16 bytes each."""

    nonce: bytes
    tls: bool
    port: int
    addresses: list[bytes]
    tags: bytes = b""

    def strings(self) -> dict[bytes, bytes]:
        """The strings of its TXT record."""
        raw = encode([1, *self])
        parts = range(0, len(raw), STRING_BYTES)
        return {str(n).encode(): raw[start : start + STRING_BYTES] for n, start in enumerate(parts)}

    @classmethod
    def parse(cls, strings: Mapping[bytes, bytes | None]) -> "Announcement":
        """Of the strings of a TXT record; `Malformed` if they are none."""
        parts = [strings.get(str(n).encode()) for n in range(len(strings))]
        found = [one for one in parts if one is not None]
        if len(found) != len(parts) or sum(map(len, found)) > ANNOUNCEMENT_BYTES:
            raise Malformed("not an announcement")
        values = decode(b"".join(found), ANNOUNCEMENT_BYTES)
        if type(values) is not list or len(values) != len(_FIELDS.names):
            raise Malformed("not an announcement")
        check_fields("announcement", _FIELDS, dict(zip(_FIELDS.names, values, strict=True)))
        one = cls(*values[1:])
        many = len(one.tags) // TAG_BYTES
        if many not in LADDER or len(one.tags) % TAG_BYTES or not one.addresses:
            raise Malformed("not an announcement")
        if any(len(address) not in (4, 16) for address in one.addresses):
            raise Malformed("not an announcement")
        return one

    def tag(self, key: bytes, hour: int) -> bytes:
        """What it says to whom `key` is shared with."""
        said = encode([self.nonce, hour, self.tls, self.port, self.addresses])
        return keyed(key, said, TAG_BYTES)

    def with_tags(self, keys: Iterable[bytes], hour: int, noise: bytes) -> "Announcement":
        """With a tag for each key, as many as fit, and `noise` for the rest; none shows its place.

        `noise` are 512 random bytes.
        """
        real = {self.tag(key, hour) for key in list(keys)[: LADDER[-1]]}
        many = next(size for size in LADDER if size >= len(real))
        rest = [noise[n * TAG_BYTES : (n + 1) * TAG_BYTES] for n in range(many - len(real))]
        return self._replace(tags=b"".join(sorted([*real, *rest])))

    def is_for(self, key: bytes, hour: int) -> bool:
        """Whether one of its tags is for whom `key` is shared with, about this hour."""
        found = {self.tags[at : at + TAG_BYTES] for at in range(0, len(self.tags), TAG_BYTES)}
        return any(self.tag(key, one) in found for one in (hour, hour - 1, hour + 1) if one >= 0)


def pair_key(own: SealingKey, other: bytes, announcer: bytes, finder: bytes) -> bytes:
    """The key of the tags by which `finder` recognises `announcer`; both can compute it.

    `own` is the sealing key of one of them, `other` the public one of the other. Raises `BadKey`.
    """
    return digest(b"verbund/nearby/1" + own.agree(other) + announcer + finder)

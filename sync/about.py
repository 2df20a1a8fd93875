"""What a side says about itself in a handshake (docs/protocol.md §8.2): its time, what it knows.

>>> About.read(About(1_800_000_000, ("group",), ()).packed).kinds
('group',)
"""

import re
from itertools import pairwise
from typing import Any, NamedTuple

from protocol.encoding import decode, encode
from protocol.errors import Malformed
from protocol.fields import array, check_fields, fields, integer, optional, raw_bytes

ABOUT_BYTES = 4_096
"""Names of all kinds and features, and as many again."""

KINDS, FEATURES = 128, 64
"""Of one node: five times those of today."""

WANTS, WANT_BYTES = 16, 16
"""Always so many, made up or not: nobody counts the networks of others."""

_NAME = re.compile(r"[a-z][a-z-]{0,31}")


def _is_name(value: Any) -> bool:
    return type(value) is str and _NAME.fullmatch(value) is not None


ABOUT = fields(
    time=optional(integer(0, 253_402_300_799)),
    kinds=array(_is_name, KINDS),
    features=array(_is_name, FEATURES),
    wants=lambda value: raw_bytes(value) and len(value) in (0, WANTS * WANT_BYTES),
)


class About(NamedTuple):
    """What a side says: its `time` (None: its clock can't be right), the names it knows, and whom
    it is tied to and would like to find there, for nobody to read who does not hold it."""

    time: int | None = None
    kinds: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    wants: bytes = b""

    @property
    def packed(self) -> bytes:
        """The bytes that travel, and whose digest is signed."""
        kinds, features = sorted(self.kinds), sorted(self.features)
        said = {"time": self.time, "kinds": kinds, "features": features, "wants": self.wants}
        return encode(said)

    @classmethod
    def read(cls, data: Any) -> "About":
        """From what travelled; `Malformed` if it is no such thing."""
        if not raw_bytes(data):
            raise Malformed("about: not bytes")
        said = decode(data, ABOUT_BYTES)
        check_fields("about", ABOUT, said)
        for names in (said["kinds"], said["features"]):
            if any(a >= b for a, b in pairwise(names)):
                raise Malformed("about: names out of order, or twice")
        kinds, features = tuple(said["kinds"]), tuple(said["features"])
        return cls(said["time"], kinds, features, said["wants"])

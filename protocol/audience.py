"""Who may hold a record (docs/protocol.md §4.3).

>>> Audience.parse(["public"]).scope
'public'
>>> str(Audience.network(bytes(32)))[:14]
'network:aaaaaa'
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from protocol.errors import Malformed
from protocol.ids import ID_BYTES, from_text, to_text

DIRECT_IDS = 32
"""Recipients of a sealed record: a wrap of 80 bytes each must fit beside the content."""


class Audience(NamedTuple):
    """`scope` is public, network or direct; `ids` the network, or the recipients, ascending."""

    scope: str
    ids: tuple[bytes, ...] = ()

    @classmethod
    def network(cls, network: bytes) -> "Audience":
        """The members of one network."""
        return cls("network", (network,))

    @classmethod
    def direct(cls, ids: Iterable[bytes]) -> "Audience":
        """Named identities."""
        return cls("direct", tuple(sorted(set(ids))))

    @classmethod
    def parse(cls, value: Any) -> "Audience":
        """From a decoded array; `Malformed` otherwise."""
        if type(value) is not list or not value:
            raise Malformed("audience: not an array")
        if len(value) == 2 and value[0] == "network":  # the usual one first
            network = value[1]
            if type(network) is bytes and len(network) == ID_BYTES:
                return _of_network(network)
        scope, ids = value[0], tuple(value[1:])
        for one in ids:
            if type(one) is not bytes or len(one) != ID_BYTES:
                raise Malformed("audience: ids are 32 bytes")
        if scope == "public" and not ids:
            return PUBLIC
        if scope == "direct" and 1 <= len(ids) <= DIRECT_IDS and ids == tuple(sorted(set(ids))):
            return cls("direct", ids)
        raise Malformed("audience: public, network and one id, or direct and ascending ids")

    @classmethod
    def from_text(cls, text: str) -> "Audience":
        """From the form that `str` gives; ValueError otherwise."""
        scope, _, ids = text.partition(":")
        found = cls(scope, tuple(from_text(one) for one in ids.split(",") if one))
        try:
            cls.parse(found.array())
        except Malformed as error:
            raise ValueError("not an audience") from error
        if str(found) != text:
            raise ValueError("not an audience in its one form")
        return found

    def array(self) -> list[Any]:
        """The array that stands in a payload."""
        return [self.scope, *self.ids]

    def __str__(self) -> str:
        """`public`, `network:ID` or `direct:ID,ID`."""
        if not self.ids:
            return self.scope
        return self.scope + ":" + ",".join(map(to_text, self.ids))


PUBLIC = Audience("public")


@lru_cache(maxsize=1024)
def _of_network(network: bytes) -> Audience:
    """One object for each network that is spoken to: most records are for the same few."""
    return Audience("network", (network,))

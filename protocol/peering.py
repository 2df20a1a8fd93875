"""Peerings: I accept this peer (docs/protocol.md §6.1, §7.4), and the one-time link (§9.3).

>>> link = PeerLink(bytes(32), "http://127.0.0.1:8480", None, bytes(16), 1_800_000_000)
>>> PeerLink.parse(str(link)) == link
True
"""

import base64
import binascii
from typing import Any, NamedTuple

from protocol.encoding import decode, encode
from protocol.errors import Malformed
from protocol.fields import (
    boolean,
    check_fields,
    fields,
    identifier,
    integer,
    octets,
    optional,
    origin,
)
from protocol.kind import LIFETIME, Kind, State, Statement, unnamed

CODE_BYTES = 16
"""The secret of a link: too many to guess, short enough for a QR code."""

LINK_CHARACTERS = 1_400
"""An address of 500 characters, in front and again inside, and about 150 characters more."""

PATH = "/peer#"


def _to_its_peer(statement: Statement, content: dict[str, Any]) -> None:
    if content["peer"] != statement.audience.ids[0]:
        raise Malformed("peering: peer is not the audience")


PEERING = Kind(
    name="peering",
    audiences=frozenset({"direct"}),
    fields=fields(peer=identifier, shown=boolean),
    limit=1,
    named=unnamed,
    state=State.PEERINGS,
    former=True,
    renewed=LIFETIME,
    whom="peer",
    one_recipient=True,
    shape=_to_its_peer,
)

_LINK = fields(
    version=integer(1, 1),
    id=identifier,
    url=origin,
    tls=optional(octets(32)),
    code=octets(CODE_BYTES),
    expires=integer(0, 253_402_300_799),
)


class PeerLink(NamedTuple):
    """The one-time link: who invites, where, with which certificate, the code, and until when."""

    id: bytes
    url: str
    tls: bytes | None
    code: bytes
    expires: int

    def __str__(self) -> str:
        """The address to pass on. What follows `#` is never sent to a server."""
        packed = encode([1, *self])
        return self.url + PATH + base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "PeerLink":
        """From the text of a link; `Malformed` if it was cut or is something else."""
        text = text.strip()
        secret = text.rpartition("#")[2] if PATH in text else ""
        if not secret or len(text) > LINK_CHARACTERS:
            raise Malformed("not a peer link")
        try:
            packed = base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
        except (binascii.Error, ValueError) as error:
            raise Malformed("not a peer link, or cut off") from error
        values = decode(packed)
        if type(values) is not list or len(values) != len(_LINK.names):
            raise Malformed("not a peer link")
        check_fields("peer link", _LINK, dict(zip(_LINK.names, values, strict=True)))
        link = cls(*values[1:])
        if str(link) != text:  # another spelling, or an address that is not the one to be dialled
            raise Malformed("not a peer link, or altered")
        return link

# ruff: noqa: N818 - errors are named for what is wrong, as in the protocol
"""What can be wrong with what arrives: one small tree, translated into words once, in `node/`.

::

    ProtocolError            has a `code` (docs/protocol.md §4.1) and a `detail` for whoever debugs
    ├── Malformed            the bytes break the encoding or the shape of their kind
    │   └── Unknown          a version or kind that newer software may understand
    ├── Forged               the signature, or the key's right to speak for the author, fails
    ├── Refused              well-formed and genuine, but against a rule
    └── Missing              depends on something that has not arrived; may be offered again

`detail` names fields and rules, never contents: it may be written to a log.
"""

from typing import ClassVar


class ProtocolError(Exception):
    """Something about received bytes is wrong. `code` is one of docs/protocol.md §4.1."""

    default: ClassVar[str] = "malformed"

    def __init__(self, detail: str, code: str | None = None) -> None:
        super().__init__(detail)
        self.code = code or self.default
        self.detail = detail


class Malformed(ProtocolError):
    """The encoding or the shape is broken."""


class Unknown(Malformed):
    """A version or a kind that this software does not know: kept out and counted."""

    default = "unknown-kind"


class Forged(ProtocolError):
    """The signature does not fit, or the key may not speak for the author."""

    default = "bad-signature"


class Refused(ProtocolError):
    """A genuine record that breaks a rule."""

    default = "against-the-rules"


class Missing(ProtocolError):
    """A genuine record that depends on one that has not arrived."""

    default = "unknown-tie"


CODES: dict[str, type[ProtocolError]] = {
    "malformed": Malformed,
    "unknown-version": Unknown,
    "unknown-kind": Unknown,
    "bad-signature": Forged,
    "wrong-author": Forged,
    "expired": Refused,
    "future": Refused,
    "not-for-you": Refused,
    "not-a-member": Refused,
    "over-limit": Refused,
    "against-the-rules": Refused,
    "unknown-key": Missing,
    "unknown-tie": Missing,
}
"""Every code of docs/protocol.md §4.1 and its class."""

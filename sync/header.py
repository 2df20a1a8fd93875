"""What is known of a record without its envelope."""

from typing import NamedTuple

from protocol.audience import Audience


class Header(NamedTuple):
    """What the gate looks at, the record's id, and where the store finds its envelope."""

    author: bytes
    audience: Audience
    kind: str
    name: str
    epoch: bytes | None
    expires: int
    id: bytes
    ref: int

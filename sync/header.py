"""Headers: records without their envelopes."""

from typing import NamedTuple

from protocol.audience import Audience


class Header(NamedTuple):
    """Fields that the gate looks at, the record's id, and where the store finds its envelope."""

    author: bytes
    audience: Audience
    kind: str
    name: str
    epoch: bytes | None
    expires: int
    id: bytes
    ref: int

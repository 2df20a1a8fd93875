"""Kinds that this software does not know: kept unread, and passed on (docs/protocol.md §4.9).

Only the outside of such a record is looked at: author, audience, epoch, times, the shape of its
name. It is content, never a control record: that list is closed.

>>> kind_of("petition") is UNREAD, kind_of("meeting") is UNREAD
(True, False)
"""

from protocol.fields import fields
from protocol.kind import Kind, Statement
from protocol.kinds import KINDS

UNREAD_LIMIT = 500
"""Places of an author, for each audience and kind: as many as the largest that people write."""


def _any_name(_statement: Statement) -> bool:
    return True


UNREAD = Kind(
    name="",
    audiences=frozenset({"public", "network"}),
    fields=fields(),
    limit=UNREAD_LIMIT,
    named=_any_name,
)
"""What is said of all of them."""


def kind_of(name: str) -> Kind:
    """What is known of a kind."""
    return KINDS.get(name, UNREAD)


def is_unread(name: str) -> bool:
    """Whether what a record of this kind says can't be read here."""
    return name not in KINDS

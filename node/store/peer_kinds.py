"""Kinds that the machines of others don't know (docs/protocol.md §8.2): their software is older.

Only what is missing there is kept, of the kinds known here, for each identity that was proven; what
the next handshake says replaces it.
"""

from collections.abc import Iterable

from node.store.settings import Settings
from protocol.ids import to_text
from protocol.kinds import KINDS

_LACKS = "lacks/"
"""Before an id: kinds that its machine does not know."""


def note(settings: Settings, ids: Iterable[bytes], kinds: Iterable[str]) -> None:
    """What the node that proved `ids` says to know. Inside a transaction."""
    missing = sorted(KINDS.keys() - set(kinds)) or None
    for one in ids:
        settings.set(_LACKS + to_text(one), missing)


def is_news(settings: Settings, ids: Iterable[bytes], kinds: Iterable[str]) -> bool:
    """Whether it said something else before. Who names no kind at all says nothing."""
    missing = sorted(KINDS.keys() - set(kinds)) or None
    return bool(kinds) and any(settings.get(_LACKS + to_text(one)) != missing for one in ids)


def is_unknown_to(settings: Settings, identity: bytes, kind: str) -> bool:
    """Whether the machine of `identity` said lately that it does not know `kind`."""
    return kind in (settings.get(_LACKS + to_text(identity)) or ())

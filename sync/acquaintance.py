"""What two nodes have in common, while their session lasts (docs/protocol.md §8.4)."""

from protocol.record import Record
from sync.circle import Scope, scope, set_of
from sync.errors import SessionError
from sync.frames import LISTED, Listed
from sync.gate import Subject
from sync.shelf import Shelf
from sync.tags import TAG_BYTES, tag


class Acquaintance:
    """This side's list of peers, the other's, and what follows from both."""

    def __init__(self, shelf: Shelf, tag_key: bytes, peer: frozenset[bytes], salt: bytes) -> None:
        self._shelf, self._tag_key, self.peer = shelf, tag_key, peer
        self._salt = salt
        self.their_salt = b""
        self._scope: Scope | None = None
        self._listed: Listed | None = None
        self._their_tags: frozenset[bytes] = frozenset()

    def listed(self, now: int) -> Listed | None:
        """This side's list, if it is another one than when it was last asked for."""
        ties, key = self._shelf.ties, self._tag_key
        peers = {other for one in self._shelf.own for other in ties.accepted(one, now)}
        tags = b"".join(sorted(tag(key, one) for one in peers)[:LISTED])
        listed = Listed(tags, self._salt)
        if listed == self._listed:
            return None
        self._listed = listed
        return listed

    def hear(self, frame: Listed) -> None:
        """The other side's list. Its salt is for the whole session."""
        if self.their_salt not in (b"", frame.salt):
            raise SessionError("protocol")
        tags, self.their_salt = frame.tags, frame.salt
        self._their_tags = frozenset(
            tags[at : at + TAG_BYTES] for at in range(0, len(tags), TAG_BYTES)
        )
        self._scope = None

    def look(self, now: int) -> Scope:
        """What both sides have in common now."""
        shelf, own = self._shelf, self._shelf.own
        candidates = own | {other for one in own for other in shelf.ties.accepted(one, now)}
        listed = {one for one in candidates if tag(self._tag_key, one) in self._their_tags}
        self._scope = scope(shelf.ties, own, self.peer, listed, now)
        return self._scope

    def set_of(self, record: Subject | Record, now: int) -> bytes | None:
        """The set in which a record is exchanged, by the last look; None if it is not."""
        return set_of(record, self._scope or self.look(now), self._shelf.ties, now)

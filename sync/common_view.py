"""The scope that two nodes share, followed while their session lasts (docs/protocol.md §8.4)."""

from protocol.kinds import CONTROL
from protocol.record import Record
from protocol.sealed import OUTSIDE
from sync.errors import SessionError
from sync.exchange_scope import Scope, scope, set_of
from sync.frames import LISTED, Listed
from sync.gate import Subject
from sync.shelf import Shelf
from sync.tags import TAG_BYTES, tag

GROUPS = 20_000
"""Of content, whose set is remembered: 4 MB. More are looked up again."""


class Acquaintance:
    """This side's list of peers, the other's, and what follows from both."""

    def __init__(
        self,
        shelf: Shelf,
        tag_key: bytes,
        own: frozenset[bytes],
        peer: frozenset[bytes],
        salt: bytes,
        replaced: frozenset[bytes] = frozenset(),
    ) -> None:
        self._shelf, self._tag_key, self.own, self.peer = shelf, tag_key, own, peer
        self._replaced = replaced
        self._salt = salt
        self.their_salt = b""
        self._scope: Scope | None = None
        self._looked = -1
        """Version of the ties at the last look for an author (`is_common`)."""
        self._listed: Listed | None = None
        self._their_tags: frozenset[bytes] = frozenset()
        self.groups: dict[tuple[object, ...], bytes | None] = {}
        """In which set each group of records is, as far as it was asked: at most `GROUPS`."""
        self._basis = (-1, -1)
        """What the answers in `_sets` rest on, beside the last look."""

    def listed(self, now: int) -> Listed | None:
        """This side's list, if it is another one than when it was last asked for.

        Whoever knows an identity can tell whether it is on the list: so only those are whose tie
        with this side both sides of it want to be named (§6.9).
        """
        ties, key = self._shelf.ties, self._tag_key
        peers = {other for one in self.own for other in ties.peers_named(one, now)}
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
        """The scope that both sides share now."""
        shelf, own = self._shelf, self.own
        candidates = own | {other for one in own for other in shelf.ties.peers_named(one, now)}
        listed = {one for one in candidates if tag(self._tag_key, one) in self._their_tags}
        self._scope = scope(shelf.ties, own, self.peer, listed, now, self._replaced)
        self.groups.clear()
        return self._scope

    def last(self, now: int) -> Scope:
        """The scope of the last look."""
        return self._scope or self.look(now)

    def is_common(self, author: bytes, now: int) -> bool:
        """Whether public records by this author are exchanged here, by the ties as they are now.

        What else this side takes in from others is nobody's business: who brings such a record is
        told the same whether this side knows its author or not (§6.5).
        """
        if author in self.peer:
            return True
        version = self._shelf.ties.version
        if self._scope is None or (not _is_in(author, self._scope) and version != self._looked):
            self.look(now)
        self._looked = version
        return self._scope is not None and _is_in(author, self._scope)

    def set_of(self, record: Subject | Record, now: int) -> bytes | None:
        """The set in which a record is exchanged, by the last look; None if it is not.

        The gate is asked once for all content in which it would look at the same, as long as
        neither ties nor time have moved.
        """
        common, ties = self.last(now), self._shelf.ties
        if record.kind in CONTROL or record.kind in OUTSIDE or record.expires <= now:
            return set_of(record, common, ties, now)
        basis, known = (ties.version, now), self.groups
        if basis != self._basis or len(known) >= GROUPS:
            known.clear()
            self._basis = basis
        group = (record.author, record.audience, record.kind, record.epoch)
        if group not in known:
            known[group] = set_of(record, common, ties, now)
        return known[group]


def _is_in(author: bytes, common: Scope) -> bool:
    return author in common.circle or author in common.deciders

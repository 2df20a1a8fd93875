"""Records of this node's identities: made, signed, and handed to the same intake as all others.

Rules: the counter of an author rises with each record (docs/protocol.md §4.4); `issued` and
`expires` never decrease along a place (§4.5; `expires` may after an erasure), and `issued` rises
where a kind has revisions (§7.7); what goes to named identities is sealed, under the same outer
name each time (§7.11); a record that our own rules refuse is never repaired.
"""

from collections.abc import Sequence
from typing import Any

from crypto.sealing import SEAL_ENTROPY_BYTES, WRAP_BYTES
from node.base.errors import Problem
from node.keys.ring import Held
from node.records.intake import Intake
from node.store.core import Core
from protocol.audience import Audience
from protocol.check import GRACE
from protocol.encoding import encode
from protocol.errors import ProtocolError
from protocol.ids import to_text
from protocol.kind import LIFETIME, Place
from protocol.kinds import KINDS
from protocol.record import FOREVER, Record, compose, verify
from protocol.sealed import CLOSED, SEALED, outer_name, wrap


def issue_time(old: Record | None, now: int) -> int:
    """When what replaces `old` is issued: not before it, unless a wrong clock dated that.

    What lies further ahead than receivers take (§4.5) bars its place to nobody.
    """
    return max(now, old.issued) if old is not None and old.issued <= now + GRACE else now


NAME_BYTES = 10
"""A name that nobody typed: 16 random characters."""


def new_name(core: Core) -> str:
    """A name for a record of which an author has many."""
    return to_text(core.entropy(NAME_BYTES))


class Publisher:
    """Writes records of the identities that this node holds. For one transaction."""

    def __init__(self, core: Core, intake: Intake) -> None:
        self.core = core
        self.intake = intake

    def write(
        self,
        place: Place,
        content: dict[str, Any] | None,
        *,
        expires: int | None = None,
        epoch: bytes | None = None,
        carriers: Sequence[bytes] = (),
    ) -> Record:
        """Put `content` at a place of an own identity; None erases it. `Problem` if refused.

        `carriers` are recipients who pass it on and can't open it (docs/protocol.md §7.12).
        """
        held = self.core.ring.get(place.author)
        if held is None:
            raise Problem("not-held-here")
        if place.kind != "identity" and self.core.is_superseded(held):
            raise Problem("keys-superseded")
        if place.kind != "identity" and not self.core.is_reconciled:
            raise Problem("not-reconciled")
        if place.author in self.core.counters.used_up():
            raise Problem("numbers-used-up")
        if KINDS[place.kind].control and place.kind != "identity" and content is not None:
            self.core.require_words()
        revised = KINDS[place.kind].revised
        if place.audience.scope == "direct":
            place, content = self._sealed(place, content, carriers)
        raw = self._compose(held, place, content, expires, epoch, revised)
        return self.take_own(raw)

    def take_own(self, raw: bytes) -> Record:
        """Hand an envelope of one's own to the intake; `Problem` if our own rules refuse it."""
        try:
            record = verify(raw)
        except ProtocolError as error:
            raise Problem("own-record-refused", why=error.detail) from error
        (code,) = self.intake.take([record])
        if code is not None:
            raise Problem("own-record-refused", why=code)
        return record

    def _compose(
        self,
        held: Held,
        place: Place,
        content: dict[str, Any] | None,
        expires: int | None,
        epoch: bytes | None,
        revised: bool,
    ) -> bytes:
        now = self.core.clock()
        old = self.core.records.at(place)
        issued = _issued(old, content, now, revised)
        if not KINDS[place.kind].erasable:
            until = FOREVER
        elif content is None:
            until = issued + LIFETIME
        else:
            until = min(max(expires or 0, issued + 1, _outlived(old)), issued + LIFETIME)
            until = issued + LIFETIME if expires is None else until
        seq = self.core.counters.next(held.id, held.link)
        return compose(held.signing, place, seq, issued, until, content, epoch)

    def _sealed(
        self, place: Place, content: dict[str, Any] | None, carriers: Sequence[bytes]
    ) -> tuple[Place, dict[str, Any] | None]:
        name = self.core.records.outer_name(place)
        if name is None:
            if content is None:
                raise Problem("nothing-to-erase")
            name = outer_name(self.core.entropy(16))
        outside = CLOSED if KINDS[place.kind].closed else SEALED
        outer = Place(place.author, place.audience, outside.name, name)
        if content is None:
            return outer, None
        inner = (place.kind, place.name, encode(content))
        entropy = self.core.entropy(SEAL_ENTROPY_BYTES)
        try:
            passing = {one: self.core.entropy(WRAP_BYTES) for one in carriers}
            key_of = self.core.ties.sealing_key
            sealed = wrap(place.author, place.audience, name, inner, key_of, entropy, passing)
        except KeyError as error:
            raise Problem("own-record-refused", why="unknown-recipient") from error
        return outer, sealed

    def to_network(self, author: bytes, network: bytes, kind: str, name: str) -> tuple[Place, Any]:
        """The place of content for a network and the epoch that it quotes; must be a member."""
        if author == network:
            return Place(author, Audience.network(network), kind, name), None
        epoch = self.core.ties.member_epoch(network, author, self.core.clock())
        if epoch is None:
            raise Problem("not-a-member")
        return Place(author, Audience.network(network), kind, name), epoch


def _outlived(old: Record | None) -> int:
    """How long what replaces `old` has to stand at least, so that nothing older comes back (§4.5).

    After a tombstone: as long as any content before it. Of a kind that is renewed that is known,
    and content that follows an erasure would otherwise stand for the 400 days of the tombstone.
    """
    if old is None:
        return 0
    renewed = KINDS[old.kind].renewed
    if old.body is None and renewed is not None:
        return min(old.expires, old.issued + renewed)
    return old.expires


def _issued(old: Record | None, content: dict[str, Any] | None, now: int, revised: bool) -> int:
    """Now, and not before what it replaces; a revision later than that (§7.7)."""
    issued = issue_time(old, now)
    if old is None or issued < old.issued:
        return issued
    changed = content is not None and old.body is not None and old.content != content
    return max(now, min(old.issued + (revised and changed), now + GRACE))

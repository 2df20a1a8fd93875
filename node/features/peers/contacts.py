"""When a partner's machine was last in contact with ours, and what it does not know yet.

Rules: a contact is a session in which nothing more was to be exchanged, or a file that was read. It
is kept in memory and written now and then, so that an exchange costs no disk; after a crash some of
what arrived may count as not yet told, until the next contact.
"""

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from weakref import WeakKeyDictionary

from node.base.errors import Problem
from node.features.peers.tables import Contact, peer_links
from node.store.core import Core
from sync.gate import Verdict, gate

APART_SECONDS = 600
"""Between two writings while partners are in contact."""

LOOKED_AT = 2_000
"""Records of each identity of ours that are looked at to count what somebody does not know yet."""

UNKNOWN = -1
"""In place of a number: by files alone nobody knows what arrived."""

MOST_COUNTED = 999
"""More is only said to be more."""


class _Book:
    """Contacts of one node that are not written yet."""

    def __init__(self) -> None:
        self.fresh: dict[bytes, Contact] = {}
        self.written = 0


_books: WeakKeyDictionary[Core, _Book] = WeakKeyDictionary()


def _book(core: Core) -> _Book:
    return _books.setdefault(core, _Book())


def heard(core: Core, identities: Iterable[bytes]) -> None:
    """Whoever has these identities and our node have nothing more for each other."""
    book, ties, now = _book(core), core.ties, core.clock()
    last = core.records.last()
    known = [
        one
        for one in identities
        if one in ties.charters or any(ties.accepts(own, one, now) for own in ties.own)
    ]
    new = [one for one in known if one not in book.fresh]
    book.fresh |= dict.fromkeys(known, Contact(now, last))
    if new or not 0 <= now - book.written < APART_SECONDS:
        flush(core)


def heard_by_file(core: Core, writer: bytes) -> None:
    """A file of theirs was read: what they know of ours is as before. In no transaction."""
    before = last_contact(core, writer)
    if any(core.ties.accepts(own, writer, core.clock()) for own in core.own):
        _book(core).fresh[writer] = Contact(core.clock(), before.no if before else UNKNOWN)
        flush(core)


def flush(core: Core) -> None:
    """Write down what is in memory; on a full disk later."""
    book = _book(core)
    if not book.fresh:
        return
    with suppress(Problem), core.transaction():
        for peer, one in book.fresh.items():
            peer_links(core).met(peer, one.at, one.no)
        book.written = core.clock()


def last_contact(core: Core, peer: bytes) -> Contact | None:
    """The last contact with somebody's machine."""
    return _book(core).fresh.get(peer) or peer_links(core).contact(peer)


def last_contacts(core: Core) -> dict[bytes, Contact]:
    """The same of all."""
    return peer_links(core).contacts() | _book(core).fresh


def undelivered(core: Core, peer: bytes) -> int | None:
    """How many things of ours `peer` may have and was not told yet; None if that is not known."""
    return untold(core, [peer], MOST_COUNTED)[peer]


def untold(core: Core, peers: Iterable[bytes], most: int) -> dict[bytes, int | None]:
    """The same of several. More than `most` are counted as one more."""
    peers, contacts = list(peers), last_contacts(core)
    known = [contacts[one].no for one in peers if one in contacts]
    known = [one for one in known if one != UNKNOWN]
    now = core.clock()
    fresh = [
        one
        for own in sorted(core.own)
        for one in islice(core.records.headers(now, author=own, after=min(known)), LOOKED_AT)
    ] if known else []  # fmt: skip

    def count(peer: bytes) -> int | None:
        if peer not in contacts or contacts[peer].no == UNKNOWN:
            return None
        some = (one for one in fresh if one.ref > contacts[peer].no)
        read = (one for one in some if gate({peer}, one, core.ties, now) is Verdict.READ)
        return sum(1 for _one in islice(read, most + 1))

    return {peer: count(peer) for peer in peers}

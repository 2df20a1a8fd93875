"""Identities: chains of key links (docs/protocol.md §5).

Rules, in the order in which `Identity.parse` checks them (§5.2):

1. link 0 has no authorisation; its digest is the identity's id;
2. each further link has the next number, names its predecessor and keeps the type;
3. it is signed by the rotation key that its predecessor committed to, or, in a network, by more
   than half of the last roster that a majority confirmed (§5.4);
4. every key is a good one and occurs once; only a majority link may keep the keys of the link
   before it, all three of them.

The chain is its own proof: it is checked before anything signed under its keys is believed. Which
of several chains counts is `protocol.succession`'s.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from crypto.errors import BadKey, BadSignature
from crypto.hashing import digest
from crypto.sealing import accept_sealing
from crypto.signing import SigningKey, accept_public
from crypto.signing import verify as verify_signature
from protocol.encoding import encode, load, unpack
from protocol.errors import Forged, Malformed, Missing, Refused
from protocol.fields import (
    boolean,
    check_fields,
    fields,
    id_list,
    identifier,
    integer,
    octets,
    one_of,
    optional,
)
from protocol.ids import to_name

LINK_TYPE = b"verbund/link/1"
MAJORITY_TYPE = b"verbund/majority/1"

LINKS = 256
"""A rotation every month for twenty years. 64 KiB hold about 190 of them (§5.1)."""

FOUNDERS = 256
ROSTER = 1_024
"""Ids of a thousand groups. With the signatures of half of them 64 KiB hold about 500."""

JOINS = 7
"""Sides that one decision ends, besides the first (§6.10)."""


def chain_name(payloads: Sequence[bytes], *, joint: bool = False) -> str:
    """The name of an `identity` record (§7.1); `joint`: of a chain with a link that has `joins`."""
    if not joint:
        return to_name(digest(payloads[-1]))
    return to_name(digest(b"".join(map(digest, payloads))))


LINK = fields(
    type=one_of("group", "network"),
    number=integer(0, 2**32 - 1),
    previous=optional(identifier),
    signing=octets(32),
    sealing=octets(32),
    next=octets(32),
    compromised=boolean,
    founders=id_list(0, FOUNDERS),
    roster=id_list(0, ROSTER),
    joins=id_list(0, JOINS),
    charter=optional(identifier),
)

_LISTS = ("founders", "roster", "joins")


def _as_tuples(said: dict[str, Any]) -> dict[str, Any]:
    return said | {name: tuple(said[name]) for name in _LISTS}


SpeaksFor = Callable[[bytes, bytes], bool | None]
"""Whether a key is or was an operational key of an identity; None if that is not known here."""


class Link(NamedTuple):
    """One link of a chain. `digest` is that of its payload."""

    type: str
    number: int
    previous: bytes | None
    signing: bytes
    sealing: bytes
    next: bytes
    compromised: bool
    founders: tuple[bytes, ...]
    roster: tuple[bytes, ...]
    joins: tuple[bytes, ...]
    charter: bytes | None
    digest: bytes

    @property
    def by_majority(self) -> bool:
        """Confirmed by members; only such links have a roster (§5.4)."""
        return bool(self.roster)

    @property
    def is_decision(self) -> bool:
        """By a majority, or by the founders: link 0 (§6.10)."""
        return self.by_majority or self.number == 0

    @property
    def deciders(self) -> tuple[bytes, ...]:
        """Of whom more than half decide what comes after this decision (§5.4)."""
        return self.roster or self.founders

    def follows(self, before: "Link") -> bool:
        """Whether it names `before` as one that it comes after, and may stand behind it (§5.2)."""
        if not self.joins:
            return (self.number, self.previous) == (before.number + 1, before.digest)
        named = before.digest in (self.previous, *self.joins)
        return named and self.number > before.number and before.is_decision

    @property
    def keys(self) -> tuple[bytes, bytes, bytes]:
        """What a majority link keeps, or replaces, together (§5.2)."""
        return self.signing, self.sealing, self.next

    @classmethod
    def read(cls, payload: Any) -> "Link":
        """From a link's payload; `Malformed` if it is none. Its keys are not looked at."""
        if type(payload) is not bytes:
            raise Malformed("link: payload")
        value = unpack(payload)  # the fields look at every value
        check_fields("link", LINK, value)
        return cls(**_as_tuples(value), digest=digest(payload))

    @classmethod
    def reread(cls, payload: bytes) -> "Link":
        """A link that this node checked before it stored it. For nothing else."""
        return cls(**_as_tuples(load(payload)), digest=digest(payload))

    @classmethod
    def parse(cls, payload: Any) -> "Link":
        """As `read`, and `Refused` for a bad key (§5.2)."""
        link = cls.read(payload)
        try:
            accept_public(link.signing)
            accept_sealing(link.sealing)
        except BadKey as error:
            raise Refused("link: a key that must not be used") from error
        return link


class Identity:
    """A checked chain. `elements` are the body's, to send on; `links` are read from them."""

    __slots__ = ("_read", "_stored", "id")

    def __init__(self, id_: bytes, links: Sequence[Link], elements: Sequence[Any]) -> None:
        self.id = id_
        self._stored: bytes | None = None
        self._read: tuple[tuple[Link, ...], tuple[Any, ...]] = tuple(links), tuple(elements)

    @classmethod
    def introduced(cls, id_: bytes, body: bytes | None) -> "Identity":
        """A group's first link, as this node stored it; decoded when somebody looks into it."""
        found = cls.__new__(cls)
        found.id, found._stored = id_, body
        return found

    def _chain(self) -> tuple[tuple[Link, ...], tuple[Any, ...]]:
        if self._stored is not None:
            elements = tuple(load(self._stored)["links"])
            self._read = tuple(Link.reread(payload) for payload, _none in elements), elements
            self._stored = None
        return self._read

    @property
    def links(self) -> tuple[Link, ...]:
        """From the first to the latest."""
        return self._chain()[0]

    @property
    def elements(self) -> tuple[Any, ...]:
        """Pairs of a payload and its authorisation."""
        return self._chain()[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and self._chain() == other._chain()

    def __hash__(self) -> int:
        return hash((self.id, self.current.digest))

    @property
    def type(self) -> str:
        """`group` or `network`."""
        return "group" if self._stored is not None else self._read[0][0].type

    @property
    def is_first(self) -> bool:
        """Whether nothing followed the first link."""
        return self._stored is not None or len(self._read[0]) == 1

    @property
    def current(self) -> Link:
        """The latest link."""
        return self.links[-1]

    @property
    def name(self) -> str:
        """That of its `identity` record (§7.1)."""
        payloads = [element[0] for element in self.elements]
        return chain_name(payloads, joint=any(link.joins for link in self.links))

    @property
    def charter(self) -> bytes | None:
        """Digest of the charter that founders or a majority confirmed last; None if none was."""
        return next((link.charter for link in reversed(self.links) if link.charter), None)

    @property
    def deciders(self) -> frozenset[bytes]:
        """Everybody whom a roster of this network names, and its founders (§6.7)."""
        return frozenset(self.links[0].founders).union(*(link.roster for link in self.links))

    @property
    def signers(self) -> frozenset[bytes]:
        """Whose chains one must know to check this one: who signed its majority links (§5.4)."""
        if self.is_first:
            return frozenset()
        return frozenset(
            vote[0]
            for link, (_payload, authorisation) in zip(self.links, self.elements, strict=True)
            if link.by_majority
            for vote in authorisation[1]
        )

    @property
    def decisions(self) -> tuple[Link, ...]:
        """What was decided one after the other, link 0 first (§6.10)."""
        return tuple(link for link in self.links if link.is_decision)

    @property
    def decision(self) -> Link:
        """The last one."""
        return next(link for link in reversed(self.links) if link.is_decision)

    def numbered(self, number: int) -> Link | None:
        """The link with this number, if there is one: after a joint decision some are left out."""
        if number < len(self.links) and self.links[number].number == number:
            return self.links[number]
        return next((link for link in self.links if link.number == number), None)

    def after(self, number: int) -> tuple[Link, ...]:
        """The links that come after this number."""
        if number < len(self.links) and self.links[number].number == number:
            return self.links[number + 1 :]
        return tuple(link for link in self.links if link.number > number)

    def votes(self, at: int) -> list[tuple[bytes, bytes]]:
        """Who signed the majority link at this place of the chain, with which key."""
        return [(vote[0], vote[1]) for vote in self.elements[at][1][1]]

    def first(self, number: int) -> "Identity":
        """The chain as it was after so many links."""
        return Identity(self.id, self.links[:number], self.elements[:number])

    @classmethod
    def reread(cls, elements: Sequence[Any]) -> "Identity":
        """A chain that this node checked before it stored it. For nothing else."""
        links = tuple(Link.reread(payload) for payload, _authorisation in elements)
        return cls(links[0].digest, links, tuple(elements))

    @classmethod
    def parse(cls, elements: Sequence[Any], speaks_for: SpeaksFor) -> "Identity":
        """Check a chain (§5.2); raises `Malformed`, `Forged`, `Refused` or `Missing`."""
        links: list[Link] = []
        for payload, authorisation in elements:
            link = Link.parse(payload)
            if links:
                _check_successor(links, link, payload, authorisation, speaks_for)
            else:
                _check_genesis(link, authorisation)
            links.append(link)
        _check_keys(links)
        return cls(links[0].digest, tuple(links), tuple(elements))


def _check_keys(links: Sequence[Link]) -> None:
    seen: set[bytes] = set()
    last: Link | None = None
    for link in links:
        kept = last is not None and link.by_majority and link.keys == last.keys
        if link.signing in seen and not kept:
            raise Refused("identity: an operational key occurs twice")
        seen.add(link.signing)
        last = link


def _check_genesis(link: Link, authorisation: Any) -> None:
    if authorisation is not None or link.number != 0 or link.previous is not None:
        raise Malformed("identity: the first link")
    if link.compromised or link.roster or link.joins:
        raise Malformed("identity: the first link")
    if bool(link.founders) != (link.type == "network"):
        raise Malformed("identity: networks have founders, groups have none")
    if link.charter is not None and link.type != "network":
        raise Malformed("identity: only networks have a charter")


def _check_successor(
    links: Sequence[Link], link: Link, payload: bytes, authorisation: Any, speaks_for: SpeaksFor
) -> None:
    last = links[-1]
    if link.type != last.type or not link.follows(last):
        raise Malformed("identity: a link that does not follow its predecessor")
    if link.joins and (link.previous in link.joins or not link.compromised):
        raise Malformed("identity: a joint decision brings other keys")
    if link.founders:
        raise Malformed("identity: founders stand in the first link")
    match authorisation:
        case ["rotation", bytes(key), bytes(signature)]:
            if link.roster or link.joins or link.charter is not None:
                raise Malformed("identity: a roster and a charter go with a majority")
            _check_rotation(last, payload, key, signature)
        case ["majority", list(signatures)]:
            if link.type != "network" or not link.roster:
                raise Malformed("identity: majorities are for networks and confirm a roster")
            _check_majority(deciding_roster(links), payload, signatures, speaks_for)
        case _:
            raise Malformed("identity: authorisation")


def _check_rotation(last: Link, payload: bytes, key: bytes, signature: bytes) -> None:
    if digest(key) != last.next:
        raise Forged("identity: not the rotation key that was committed", "wrong-author")
    try:
        accept_public(key)
        verify_signature(key, LINK_TYPE, payload, signature)
    except (BadKey, BadSignature) as error:
        raise Forged("identity: the rotation's signature does not fit") from error


def deciding_roster(links: Sequence[Link]) -> tuple[bytes, ...]:
    """Of whom more than half decide: the last roster confirmed, or the founders (§5.4)."""
    return next((link.roster for link in reversed(links) if link.roster), links[0].founders)


def _check_majority(
    roster: Sequence[bytes], payload: bytes, signatures: Sequence[Any], speaks_for: SpeaksFor
) -> None:
    votes = [_read_vote(one) for one in signatures]
    members = [member for member, _key, _signature in votes]
    # Before any signature: no made-up member may cost work, or keep a link waiting for its keys.
    if members != sorted(set(members)) or not set(members) <= set(roster):
        raise Refused("identity: signatures by others than the roster, or not ascending")
    if len(members) * 2 <= len(roster):
        raise Refused("identity: not more than half of the roster")
    for member, key, signature in votes:
        _check_vote(member, key, payload, signature, speaks_for)


def _read_vote(value: Any) -> tuple[bytes, bytes, bytes]:
    match value:
        case [bytes(member), bytes(key), bytes(signature)]:
            return member, key, signature
    raise Malformed("identity: a majority's signatures")


def _check_vote(
    member: bytes, key: bytes, payload: bytes, signature: bytes, speaks_for: SpeaksFor
) -> None:
    known = speaks_for(member, key)
    if known is None:
        raise Missing("identity: a member whose keys are not known here", "unknown-key")
    if not known:
        raise Forged("identity: a member's signature under another key", "wrong-author")
    try:
        verify_signature(key, MAJORITY_TYPE, payload, signature)
    except BadSignature as error:
        raise Forged("identity: a member's signature does not fit") from error


def make_link(
    type_: str,
    number: int,
    previous: bytes | None,
    signing: bytes,
    sealing: bytes,
    next_digest: bytes,
    *,
    compromised: bool = False,
    founders: Sequence[bytes] = (),
    roster: Sequence[bytes] = (),
    joins: Sequence[bytes] = (),
    charter: bytes | None = None,
) -> bytes:
    """The payload of a link. The same arguments give the same bytes (§5.1)."""
    values = (
        type_,
        number,
        previous,
        signing,
        sealing,
        next_digest,
        compromised,
        sorted(founders),
        sorted(roster),
        sorted(joins),
        charter,
    )
    return encode(dict(zip(LINK[0], values, strict=True)))


def authorise_rotation(payload: bytes, rotation: SigningKey) -> list[Any]:
    """The element of a chain for a link that the committed rotation key signs."""
    return [payload, ["rotation", rotation.public, rotation.sign(LINK_TYPE, payload)]]


def vote(payload: bytes, member: bytes, key: SigningKey) -> list[Any]:
    """One member's signature for a majority link."""
    return [member, key.public, key.sign(MAJORITY_TYPE, payload)]


def authorise_majority(payload: bytes, votes: Sequence[Any]) -> list[Any]:
    """The element of a chain for a link that a majority signs."""
    return [payload, ["majority", sorted(votes)]]

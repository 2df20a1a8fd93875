"""Targets: records. Their signatures are good, so that the fuzzer reaches what they guard."""

from functools import cache
from typing import Any, NamedTuple

from crypto.hashing import digest
from crypto.sealing import SEAL_ENTROPY_BYTES
from crypto.signing import SigningKey
from node.links.descriptor import NODE_TYPE, Descriptor, open_descriptor
from protocol.audience import PUBLIC, Audience
from protocol.check import check, check_opened
from protocol.control_state import Ties
from protocol.encoding import decode, encode
from protocol.errors import CODES, ProtocolError
from protocol.identity import authorise_rotation
from protocol.ids import to_name
from protocol.kind import LIFETIME
from protocol.kinds import KINDS
from protocol.record import (
    FIELDS,
    FOREVER,
    RECORD_TYPE,
    Record,
    open_envelope,
    open_sealed,
    reread,
    seal_envelope,
    verify,
)
from protocol.sealed import outer_name, wrap
from tests.fuzz.registry import documented
from tests.fuzz.seeds import cases, small, vectors
from tests.fuzz.source import Source, spoil
from tests.sync.memory import ANNA, BERT, Net, Node, befriend
from tests.sync.people import NOW, Someone, entropy

_STATEMENT = (*FIELDS, "content", "key", "raw", "id")


class World(NamedTuple):
    """Bert's node, to whom Anna and a network of both speak."""

    ties: Ties
    net: Net


@cache
def world() -> World:
    anna, bert = Node(ANNA), Node(BERT)
    befriend(anna, bert)
    net = Net.of("netz", BERT, ANNA)
    net.teach(bert)
    bert.take([ANNA.accepts(BERT)])
    return World(bert.ties, net)


def judged(raw: bytes, ties: Ties) -> Record | None:
    """The one way in, as far as it needs no store; None if the record is refused."""
    try:
        record = verify(raw)
        check(record, ties, NOW)
    except ProtocolError as error:
        documented(error.code, CODES)
        return None
    again = reread(raw)
    assert [getattr(again, one) for one in _STATEMENT] == [
        getattr(record, one) for one in _STATEMENT
    ]
    return record


def envelopes(data: bytes) -> None:
    """§3: whatever opens as an envelope encodes to the same bytes, signed or not."""
    try:
        key, payload, signature = open_envelope(data)
    except ProtocolError as error:
        documented(error.code, CODES)
    else:
        assert encode([1, key, payload, signature]) == data
    judged(data, world().ties)


def envelopes_seeds() -> list[bytes]:
    return cases("envelopes", "record") + cases("records", "record")[::8]


def payloads(data: bytes) -> None:
    """§4: any payload under a good signature."""
    record = judged(seal_envelope(ANNA.key, RECORD_TYPE, data), world().ties)
    if record is not None:
        values = {one: getattr(record, one) for one in FIELDS}
        values["audience"], values["seq"] = record.audience.array(), list(record.seq)
        assert encode(values) == data
        assert record.body is None or encode(record.content) == record.body


def payloads_seeds() -> list[bytes]:
    found = []
    for raw in (*world().net.control, ANNA.group(), ANNA.meeting("fest"), ANNA.accepts(BERT)):
        key, payload, _signature = open_envelope(raw)
        if key == ANNA.key.public:
            found.append(payload)
    return small(found)


@cache
def good_bodies() -> dict[str, list[Any]]:
    """Kind → what its bodies in the vectors say."""
    found: dict[str, list[Any]] = {}
    for case in vectors("bodies")["cases"]:
        if case["expect"] == "ok" and case["body"] is not None:
            found.setdefault(case["kind"], []).append(decode(bytes.fromhex(case["body"])))
    return found


def body_of(kind: Any, source: Source) -> bytes:
    """The rest as it comes, or a good body of the kind with one thing in it spoilt."""
    good = good_bodies().get(kind)
    if good and source.below(2):
        return encode(spoil(source.one_of(good), source))
    return source.rest()


NAMES = ("", "home", "fest", "a" * 64, "A")


def bodies(data: bytes) -> None:
    """§7: the body of each kind, with the rest of the record as it should be."""
    source, (ties, net) = Source(data), world()
    kind = KINDS[source.one_of(list(KINDS))]
    author, name, audience = ANNA, source.one_of(NAMES), PUBLIC
    if source.below(2):
        author = net.network
    epoch = None
    match source.below(3):
        case 1:
            audience, epoch = net.audience(), net.epochs[ANNA.id] if source.below(2) else None
        case 2:
            audience = Audience.direct([BERT.id])
    lives = FOREVER if not kind.erasable else NOW + LIFETIME
    how, body = source.below(8), body_of(kind.name, source)
    if how == 3:
        name = to_name(digest(body))
    values = [author.id, audience.array(), kind.name, name, [0, 1, 1], NOW, lives, epoch]
    tombstone = how == 0 and not body
    payload = encode(dict(zip(FIELDS, [*values, None if tombstone else body], strict=True)))
    record = judged(seal_envelope(author.key, RECORD_TYPE, payload), ties)
    if record is not None and record.body is not None:
        assert encode(record.content) == body


def bodies_seeds() -> list[bytes]:
    """Every kind's cases, at a place where they may stand."""
    scopes = {"public": b"\x00", "network": b"\x01\x01", "direct": b"\x02"}
    names = {"": b"\x00", "home": b"\x01"}
    network = vectors("bodies")["places"]["network"]["author"]
    found, kinds = [], list(KINDS)
    for case in vectors("bodies")["cases"][::3]:
        place = vectors("bodies")["places"][case["kind"]]
        head = bytes([kinds.index(case["kind"])]) + names.get(place["name"], b"\x02")
        head += b"\x01" if place["author"] == network else b"\x00"
        head += scopes[place["audience"][0]] + (b"\x03" if case["kind"] == "pact" else b"\x01")
        found.append(head + b"\x00" + bytes.fromhex(case["body"] or ""))
        found.append(head + bytes([1, len(found) % 7, 1, len(found) % 11, 2, 5]))
    return small(found)


def inside(data: bytes) -> None:
    """§7.11: what is sealed to us, opened and judged. The seal is good, the inside is not."""
    source, audience = Source(data), Audience.direct([BERT.id])
    kind, name = source.one_of([*KINDS, "other", 1]), source.one_of(NAMES)
    how, body = source.below(6), body_of(kind, source)
    if how == 2:
        name = to_name(digest(body))
    keys = {one.id: one.sealing.public for one in (ANNA, BERT)}
    outer, random = outer_name(bytes(16)), entropy("fuzz", size=SEAL_ENTROPY_BYTES)
    inner = (kind, name, None if how == 1 else body)
    wrapped = wrap(ANNA.id, audience, outer, inner, keys.__getitem__, random)
    closed = kind in KINDS and KINDS[kind].closed
    values = [ANNA.id, audience.array(), "closed" if closed else "sealed", outer, [0, 1, 1], NOW]
    values += [NOW + LIFETIME, None, encode(wrapped)]
    raw = seal_envelope(ANNA.key, RECORD_TYPE, encode(dict(zip(FIELDS, values, strict=True))))
    record = judged(raw, world().ties)
    if record is None:
        return
    try:
        opened = open_sealed(record, [BERT.sealing])
        check_opened(opened, world().ties, NOW)
    except ProtocolError as error:
        documented(error.code, CODES)
        return
    assert opened.body == inner[2]
    assert opened.body is None or encode(opened.content) == opened.body


def inside_seeds() -> list[bytes]:
    kinds, found = list(KINDS), []
    for case in vectors("bodies")["cases"][::3]:
        if "direct" in KINDS[case["kind"]].audiences:
            head = bytes([kinds.index(case["kind"]), 2])
            head += b"\x02" if case["kind"] == "pact" else b"\x00"
            found.append(head + b"\x00" + bytes.fromhex(case["body"] or ""))
            found.append(head + bytes([1, len(found) % 7, 1, len(found) % 11, 2, 5]))
    return small(found)


def chains(data: bytes) -> None:
    """§5: a chain of three links with one thing in it spoilt, and signed anew by all its keys."""
    source, who = Source(data), rotated()
    links: list[Any] = list(who.links)
    at = source.below(len(links))
    payload = spoil(decode(links[at][0]), source)
    links[at] = [encode(payload), links[at][1]]
    for number in range(1, len(links)):
        if number >= at and source.below(4):
            if source.below(2) and number > at:  # what was spoilt stays as it is
                value = decode(links[number][0])
                links[number] = [encode({**value, "previous": digest(links[number - 1][0])}), None]
            rotation = SigningKey(entropy(who.name, "rotation", number))
            links[number] = authorise_rotation(links[number][0], rotation)
    if source.below(3) == 0:
        links = spoil(links, source)
    last = links[-1] if type(links) is list and links else None
    tail = last[0] if type(last) is list and last else b""
    name = to_name(digest(tail if type(tail) is bytes else b""))
    values = [who.id, ["public"], "identity", name, [2, 1, 1], NOW, FOREVER, None]
    values.append(encode({"links": links}))
    payload = encode(dict(zip(FIELDS, values, strict=True)))
    judged(seal_envelope(who.key, RECORD_TYPE, payload), world().ties)


@cache
def rotated() -> Someone:
    """Somebody with three links."""
    who = Someone("rotated")
    who.rotate()
    who.rotate()
    return who


def chains_seeds() -> list[bytes]:
    return [
        bytes([at, 1, field, 1, how]) for at in range(3) for field in range(10) for how in (1, 4)
    ]


def descriptors(data: bytes) -> None:
    """§9.1: a descriptor as it comes, or any payload under a good signature."""
    raw = data[1:] if data[:1] == b"\x00" else seal_envelope(ANNA.key, NODE_TYPE, data[1:])
    try:
        found = open_descriptor(raw)
    except ProtocolError as error:
        documented(error.code, CODES)
        return
    assert encode(found._asdict()) == open_envelope(raw)[1]


def descriptors_seeds() -> list[bytes]:
    urls = ["https://verbund.example:8480"]
    good = Descriptor([ANNA.id], urls, bytes(32), [1], NOW, ANNA.introduction())
    whole = [b"\x00" + one for one in cases("descriptors", "descriptor")]
    return small([b"\x01" + encode(good._asdict()), *whole])

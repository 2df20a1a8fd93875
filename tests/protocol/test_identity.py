"""Chains of key links (§5). Cases by rule: `identities.json`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.words import words_from_entropy
from protocol.encoding import encode
from protocol.errors import Malformed, ProtocolError, Refused
from protocol.identity import Identity, Link, deciding_roster, make_link
from tests.protocol.making.cast import Actor, Cast, made
from tests.protocol.test_encoding import loose

GROUPS = [Actor(f"group {number}") for number in range(4)]
NETWORK = Actor("network", GROUPS)


def speaks_for(identity: bytes, key: bytes) -> bool | None:
    """As a node that knows the four groups."""
    known = {one.id: one.signing(0).public for one in GROUPS}
    return known[identity] == key if identity in known else None


def test_link_reads_what_was_made() -> None:
    group = GROUPS[0]
    payload = group.link(0)
    assert Link.parse(payload) == Link(
        type="group",
        number=0,
        previous=None,
        signing=group.signing().public,
        sealing=group.sealing().public,
        next=Link.parse(payload).next,
        compromised=False,
        founders=(),
        roster=(),
        joins=(),
        charter=None,
        digest=group.id,
    )


def test_links_are_the_same_when_made_twice() -> None:
    """Recovering from words gives the same bytes (§5.1): no time, no randomness."""
    one, again = Actor("recovered"), Actor("recovered")
    one.rotate()
    again.rotate()
    assert one.elements == again.elements
    assert len(words_from_entropy(one.entropy).split()) == 24


def test_order_of_founders_does_not_matter() -> None:
    assert Actor("network", GROUPS[::-1]).elements == NETWORK.elements


def test_a_first_link_is_decoded_when_somebody_looks_into_it() -> None:
    group = Actor("hub")
    body = encode({"links": group.elements})
    chain, whole = Identity.introduced(group.id, body), group.chain()
    assert (chain.id, chain.type, chain.is_first, chain.signers) == (
        *(whole.id, "group", True),
        frozenset(),
    )
    assert Identity.introduced(group.id, body) == whole
    assert (chain.links, chain.elements, chain.name) == (whole.links, whole.elements, whole.name)
    group.rotate()
    assert not group.chain().is_first
    assert chain != group.chain()


def test_parse_and_reread_agree() -> None:
    actor = Actor("rotates")
    for _ in range(3):
        actor.rotate()
    chain = Identity.parse(actor.elements, speaks_for)
    assert chain == Identity.reread(actor.elements)
    assert (chain.id, chain.type, chain.current.number) == (actor.id, "group", 3)


@pytest.mark.parametrize("voters", range(5))
def test_more_than_half_of_the_roster(voters: int) -> None:
    chosen = sorted(GROUPS, key=lambda one: one.id)[:voters]
    elements = [*NETWORK.elements, NETWORK.voted(chosen, GROUPS)]
    if voters > len(GROUPS) / 2:
        assert Identity.parse(elements, speaks_for).current.number == 1
    else:
        with pytest.raises(Refused):
            Identity.parse(elements, speaks_for)


def test_deciding_roster_is_the_last_one_confirmed() -> None:
    network = Actor("network", GROUPS)
    kept = GROUPS[:3]
    network.elements.append(network.voted(GROUPS, kept))
    network.rotate()
    chain = Identity.parse(network.elements, speaks_for)
    assert deciding_roster(chain.links[:1]) == tuple(sorted(one.id for one in GROUPS))
    assert deciding_roster(chain.links) == tuple(sorted(one.id for one in kept))


def test_made_up_votes_are_refused_before_any_key_is_asked_for() -> None:
    """Else a link with them would wait for keys that never come, at the receiver's cost."""
    asked = []

    def asks(identity: bytes, key: bytes) -> bool | None:
        asked.append(identity)
        return speaks_for(identity, key)

    strangers = [Actor(f"stranger {number}") for number in range(3)]
    with pytest.raises(Refused):
        Identity.parse([*NETWORK.elements, NETWORK.voted(strangers, GROUPS)], asks)
    assert asked == []


@pytest.mark.parametrize("what", ["link", "key", "signature"])
def test_every_byte_of_a_rotation_flipped_is_refused(what: str) -> None:
    actor = Actor("rotates")
    payload, (word, key, signature) = actor.rotated()
    parts = {"link": payload, "key": key, "signature": signature}
    for at in range(len(parts[what])):
        data = parts[what]
        bad = parts | {what: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
        element = [bad["link"], [word, bad["key"], bad["signature"]]]
        with pytest.raises(ProtocolError):
            Identity.parse([*actor.elements, element], speaks_for)


def test_every_byte_of_link_0_flipped_is_refused_or_another_identity() -> None:
    group = GROUPS[0]
    payload = group.elements[0][0]
    for at in range(len(payload)):
        bad = payload[:at] + bytes([payload[at] ^ 1]) + payload[at + 1 :]
        try:
            assert Identity.parse([[bad, None]], speaks_for).id != group.id
        except ProtocolError:
            continue


def test_every_truncation_of_a_link_is_malformed() -> None:
    payload = NETWORK.elements[0][0]
    for at in range(len(payload)):
        with pytest.raises(Malformed):
            Link.read(payload[:at])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([GROUPS[0].link(0), NETWORK.link(1)]) | loose, loose)))
def test_any_elements(elements: list[tuple[object, object]]) -> None:
    """§4.1: hostile chains end in a refusal, never in another error."""
    try:
        Identity.parse([*NETWORK.elements, *map(list, elements)], speaks_for)
    except ProtocolError:
        return
    assert elements == []


@pytest.mark.parametrize(
    "number", [pytest.param(190, id="as many as §5.1 promises"), pytest.param(256, id="too long")]
)
def test_how_many_rotations_fit(number: int) -> None:
    """64 KiB are the bound before `LINKS` is (§5.1)."""
    from protocol.encoding import ENVELOPE_BYTES

    actor = Actor("rotates for ever")
    for _ in range(number - 1):
        actor.rotate()
    assert (len(actor.introduction()) <= ENVELOPE_BYTES) is (number == 190)


def test_make_link_sorts_and_keeps() -> None:
    ids = sorted(made(f"id {number}") for number in range(3))
    payload = make_link("network", 1, ids[0], *ids, compromised=True, roster=ids[::-1])
    assert Link.read(payload).roster == tuple(ids)


def test_chain_of_the_cast() -> None:
    cast = Cast()
    assert cast.alliance.chain().links[0].founders == tuple(
        sorted(one.id for one in (cast.hub, cast.north, cast.south))
    )

"""The rules that need to know other records (§4.2, §4.5, §6.3, §6.5)."""

from copy import copy

import pytest

from protocol.check import GRACE, check, check_opened
from protocol.control_state import Ties
from protocol.errors import Malformed, ProtocolError, Refused
from protocol.identity import Identity
from protocol.kind import LIFETIME, Statement
from protocol.record import open_sealed, verify
from tests.protocol.making.cast import EXPIRES, ISSUED, NOW, Actor, Cast, taken_in
from tests.protocol.making.examples import examples
from tests.protocol.making.record_making import payload_of, signed
from tests.protocol.making.sealed_vectors import inner_map, record_of
from tests.protocol.making.tie_vectors import Scene

CAST = Cast()
TIES = CAST.ties()


def code(raw: bytes, ties: Ties = TIES, now: int = NOW) -> str:
    try:
        check(verify(raw), ties, now)
    except ProtocolError as error:
        return error.code
    return "ok"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param(ISSUED - GRACE - 1, "future", id="a second before the grace"),
        pytest.param(ISSUED - GRACE, "ok", id="within the grace"),
        pytest.param(EXPIRES - 1, "ok", id="last second"),
        pytest.param(EXPIRES, "expired", id="over"),
        pytest.param(0, "future", id="a clock that was reset"),
        pytest.param(EXPIRES + LIFETIME, "expired", id="much later"),
    ],
)
def test_time(now: int, expected: str) -> None:
    raw, known = examples(CAST)["endpoint"].record(), copy(TIES)
    known.own = frozenset()
    assert code(raw, known, now) == expected
    known.own = frozenset({verify(raw).author})  # §4.5: an old copy dates anew what it hears
    assert code(raw, known, now) == ("ok" if expected == "future" else expected)


def test_identity_introduces_itself_and_its_chain_is_returned() -> None:
    chain = check(verify(CAST.stranger.introduction()), Ties(), NOW)
    assert chain == Identity.reread(CAST.stranger.elements)


def test_others_return_nothing() -> None:
    assert check(verify(examples(CAST)["endpoint"].record()), TIES, NOW) is None


ROTATED = Actor("rotated")
BEFORE = ROTATED.record("endpoint", None, name="home")
ROTATED.rotate()
AFTER = ROTATED.record("endpoint", None, name="home")


@pytest.mark.parametrize(
    ("chain", "raw", "expected"),
    [
        pytest.param(1, BEFORE, "ok", id="link 0 known, record under it"),
        pytest.param(1, AFTER, "unknown-key", id="link 0 known, record under link 1"),
        pytest.param(2, BEFORE, "ok", id="link 1 known, record under link 0"),
        pytest.param(2, AFTER, "ok", id="link 1 known, record under it"),
    ],
)
def test_author_follows_from_the_key_of_the_link(chain: int, raw: bytes, expected: str) -> None:
    ties = Ties()
    ties.introduce(Identity.reread(ROTATED.elements[:chain]), NOW)
    assert code(raw, ties) == expected


@pytest.mark.parametrize(
    ("days", "compromised", "expected"),
    [
        pytest.param(0, False, "ok", id="the day of the rotation"),
        pytest.param(29, False, "ok", id="29 days later"),
        pytest.param(30, False, "expired", id="30 days later"),
        pytest.param(0, True, "expired", id="compromised: at once"),
    ],
)
def test_records_under_an_earlier_link(days: int, compromised: bool, expected: str) -> None:
    """§5.3"""
    actor = Actor("rotates")
    before = actor.record("endpoint", None, name="home")
    actor.rotate(compromised=compromised)
    ties = Ties()
    ties.introduce(Identity.reread(actor.elements), NOW - days * 86_400)
    assert code(before, ties) == expected
    assert code(actor.record("endpoint", None, name="home"), ties) == "ok"


def test_nothing_under_links_that_differ_until_one_goes_on() -> None:
    """§5.3: frozen, then thawed."""
    one, other = Actor("forked"), Actor("forked")
    under_0 = one.record("endpoint", None, name="home")
    one.rotate()
    other.rotate(compromised=True)
    under_1 = one.record("endpoint", None, name="home")
    ties = Ties()
    for elements in (one.elements, other.elements):
        ties.introduce(Identity.reread(elements), NOW)
    assert ties.successions[one.id].frozen
    assert (code(under_0, ties), code(under_1, ties)) == ("ok", "unknown-key")
    one.rotate()
    ties.introduce(Identity.reread(one.elements), NOW)
    assert not ties.successions[one.id].frozen
    assert (code(under_0, ties), code(under_1, ties)) == ("ok", "ok")


def test_a_copied_key_gives_no_voice() -> None:
    """Another's public key in an old link lets nobody speak for its owner, or silence it."""
    owner, thief = Actor("owner"), Actor("thief")
    thief.elements = [[thief.link(0, signing=owner.signing().public), None]]
    thief.id = Identity.reread(thief.elements).id
    thief.rotate()
    ties = taken_in([thief.introduction(), owner.introduction()])
    assert code(owner.record("endpoint", None, name="home"), ties) == "ok"
    assert code(thief.record("endpoint", None, name="home"), ties) == "ok"
    forged = signed(owner, payload_of(thief))
    assert code(forged, ties) == "ok"  # under link 0, which says so: the thief's own affair
    forged = signed(thief, payload_of(owner))
    assert code(forged, ties) == "wrong-author"


# After opening (§6.5): kind × what relates the two.

KINDS = ("peering", "receipt", "invitation", "reply", "meeting", "group", "endpoint", "erased")


def opened(kind: str, cast: Cast) -> Statement:
    """What hub sealed to north."""
    example = examples(cast)[kind]
    inner = inner_map(kind, example.place.name, example.body)
    return open_sealed(verify(record_of(cast, [cast.north], inner, kind)), [cast.north.sealing()])


def relations() -> dict[str, Ties]:
    """What north's node may know of hub."""
    cast = Cast()
    hub, north = cast.hub, cast.north
    own = frozenset([north.id])
    tied, former, strangers = (Ties(own) for _ in range(3))
    peering = opened("peering", cast)
    peering.author, peering.audience = north.id, type(peering.audience).direct([hub.id])
    tied.apply(peering)
    peering.content = peering.body = None
    former.apply(peering)
    told = Ties(own)
    told.apply(opened("peering", cast))
    return {
        "tied": tied,
        "former": former,
        "strangers": strangers,
        "hub says it is a peer": told,
        "north's own": Ties(frozenset([north.id, hub.id])),
        "hub's own copy": Ties(frozenset([hub.id])),
    }


OPENED = [
    pytest.param(relation, kind, good, id=f"{relation} - {kind}")
    for relation, kinds in {
        "tied": KINDS,
        "former": ("peering", "receipt", "erased"),
        "strangers": (),
        "hub says it is a peer": (),
        "north's own": KINDS,
        "hub's own copy": KINDS,
    }.items()
    for kind in KINDS
    for good in [kind in kinds]
]


@pytest.mark.parametrize(("relation", "kind", "good"), OPENED)
def test_opened(relation: str, kind: str, good: bool) -> None:
    inner, ties = opened(kind, CAST), relations()[relation]
    if good:
        check_opened(inner, ties, NOW)
        return
    with pytest.raises(Refused) as refusal:
        check_opened(inner, ties, NOW)
    assert refusal.value.code == "not-for-you"


def test_sealed_twice_is_malformed_even_if_opened_elsewhere() -> None:
    inner = opened("peering", CAST)
    inner.kind = "sealed"
    with pytest.raises(Malformed):
        check_opened(inner, relations()["tied"], NOW)


def test_member_of_today_may_not_be_one_tomorrow() -> None:
    """A membership that ends by itself ends what was said under it (§6.3)."""
    scene = Scene()
    scene.joins(scene.a, expires=NOW).says(scene.a, "admitted")
    raw = scene.records[-2][1]
    membership = verify(raw)
    ties = taken_in((raw for _what, raw in scene.records), now=NOW - 1)
    content = examples(CAST)["meeting"].content
    meeting = scene.a.record(
        "meeting", content, membership.audience, "plenum", epoch=membership.epoch
    )
    assert [code(meeting, ties, now) for now in (NOW - 1, NOW)] == ["ok", "not-a-member"]

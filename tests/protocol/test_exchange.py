"""Offers, wants and takes (§7.19–§7.21). Bounds of fields: `bodies.json`."""

import pytest

from crypto.hashing import digest
from protocol.audience import PUBLIC, Audience
from protocol.check import check, check_opened
from protocol.errors import Malformed, ProtocolError
from protocol.exchange import STANDING_SECONDS
from protocol.kind import LIFETIME
from protocol.kinds import KINDS
from protocol.record import open_sealed, verify
from tests.protocol.making.cast import ISSUED, NOW, Cast, taken_in
from tests.protocol.making.examples import examples
from tests.protocol.making.sealed_vectors import inner_map, record_of

CAST = Cast()
EXAMPLES = examples(CAST)
THINGS = ("offer", "want")
LAST = ISSUED + STANDING_SECONDS


def code(raw: bytes) -> str:
    try:
        check(verify(raw), CAST.ties(), NOW)
    except ProtocolError as error:
        return error.code
    return "ok"


@pytest.mark.parametrize("kind", THINGS)
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "ok", id="90 days"),
        pytest.param({"expires": LAST - 1}, "ok", id="less"),
        pytest.param({"expires": LAST + 1}, "against-the-rules", id="a second more"),
        pytest.param({"expires": ISSUED + LIFETIME}, "against-the-rules", id="400 days"),
        pytest.param(
            {"content": None, "expires": ISSUED + LIFETIME}, "ok", id="tombstone: 400 days"
        ),
        pytest.param({"audience": PUBLIC, "epoch": None}, "ok", id="to everybody"),
        pytest.param(
            {"audience": Audience.network(CAST.alliance.id), "epoch": None},
            "malformed",
            id="to a network, without the epoch",
        ),
        pytest.param({"name": ""}, "malformed", id="without a name"),
        pytest.param({"name": "x" * 65}, "malformed", id="a name too long"),
    ],
)
def test_thing(kind: str, changes: dict[str, object], expected: str) -> None:
    assert code(EXAMPLES[kind].record(**changes)) == expected


@pytest.mark.parametrize("kind", ["offer", "want", "take"])
@pytest.mark.parametrize(
    ("days", "erased", "expected"),
    [(90, False, None), (91, False, "against-the-rules"), (400, True, None)],
)
def test_sealed_to_one(kind: str, days: int, erased: bool, expected: str | None) -> None:
    place, body = EXAMPLES[kind].place, EXAMPLES[kind].body
    inside = inner_map(kind, place.name, None if erased else body)
    inner = open_sealed(verify(record_of(CAST, [CAST.north], inside, kind)), [CAST.north.sealing()])
    inner.expires = inner.issued + days * 86_400
    ties = taken_in(CAST.records(), [CAST.north.id])
    if expected is None:
        check_opened(inner, ties, NOW)
    else:
        with pytest.raises(ProtocolError) as refused:
            check_opened(inner, ties, NOW)
        assert refused.value.code == expected
    assert (inner.kind, inner.name, inner.body) == (kind, place.name, None if erased else body)


@pytest.mark.parametrize(
    ("audience", "name"),
    [
        pytest.param(PUBLIC, "klapptische", id="in the open"),
        pytest.param(Audience.network(CAST.alliance.id), "klapptische", id="to a network"),
        pytest.param(Audience.direct([CAST.north.id]), "klapptische", id="to one, but unsealed"),
    ],
)
def test_a_take_that_others_could_read_is_refused(audience: Audience, name: str) -> None:
    with pytest.raises(Malformed):
        verify(EXAMPLES["take"].record(audience=audience, name=name))


def test_a_take_names_what_it_answers() -> None:
    offer, take = EXAMPLES["offer"], EXAMPLES["take"].content
    answered = (take["what"], take["name"], take["digest"])
    assert answered == ("offer", offer.place.name, digest(offer.body))


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        # renewed, moves with a joint exit, confirmed when erased, control, in the directory
        ("offer", (None, True, True, False, False)),
        ("want", (None, True, True, False, False)),
        ("take", (None, False, True, False, False)),
    ],
)
def test_what_happens_to_a_kind(kind: str, row: tuple[object, ...]) -> None:
    one = KINDS[kind]
    assert (one.renewed, one.moves, one.confirmed, one.control, one.listed) == row

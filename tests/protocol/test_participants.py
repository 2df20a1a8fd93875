"""Participants (§7.23). Bounds of fields: `bodies.json`."""

import pytest

from protocol.audience import PUBLIC, Audience
from protocol.check import check, check_opened
from protocol.errors import ProtocolError
from protocol.kind import LIFETIME
from protocol.kinds import KINDS, MOVED
from protocol.participants import LASTS_SECONDS
from protocol.record import open_sealed, verify
from tests.protocol.making.cast import ISSUED, NOW, Cast, epoch_of, taken_in
from tests.protocol.making.examples import examples
from tests.protocol.making.sealed_vectors import inner_map, record_of

CAST = Cast()
EXAMPLE = examples(CAST)["participant"]
LAST = ISSUED + LASTS_SECONDS


def code(raw: bytes) -> str:
    try:
        check(verify(raw), CAST.ties(), NOW)
    except ProtocolError as error:
        return error.code
    return "ok"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "ok", id="90 days"),
        pytest.param({"expires": LAST - 1}, "ok", id="less"),
        pytest.param({"expires": LAST + 1}, "against-the-rules", id="a second more"),
        pytest.param({"expires": ISSUED + LIFETIME}, "against-the-rules", id="400 days"),
        pytest.param({"content": None, "expires": ISSUED + LIFETIME}, "ok", id="tombstone"),
        pytest.param({"audience": PUBLIC, "epoch": None}, "malformed", id="to everybody"),
        pytest.param({"epoch": None}, "malformed", id="without the epoch of the membership"),
        pytest.param({"epoch": bytes(16)}, "unknown-tie", id="of another membership"),
        pytest.param(
            {"audience": Audience.direct([CAST.north.id]), "epoch": None},
            "malformed",
            id="to one, but unsealed",
        ),
        pytest.param({"name": ""}, "malformed", id="without a name"),
    ],
)
def test_participant(changes: dict[str, object], expected: str) -> None:
    assert code(EXAMPLE.record(**changes)) == expected


def test_who_left_has_no_participants_there() -> None:
    network = Audience.network(CAST.alliance.id)
    raw = CAST.south.record(
        "participant", EXAMPLE.content, network, "x", epoch=epoch_of("south"), expires=LAST
    )
    assert code(raw) == "not-a-member"


@pytest.mark.parametrize(
    ("days", "erased", "expected"),
    [(90, False, None), (91, False, "against-the-rules"), (400, True, None)],
)
def test_sealed_to_one_group(days: int, erased: bool, expected: str | None) -> None:
    body = None if erased else EXAMPLE.body
    inside = inner_map("participant", EXAMPLE.place.name, body)
    sealed = verify(record_of(CAST, [CAST.north], inside, "participant"))
    inner = open_sealed(sealed, [CAST.north.sealing()])
    inner.expires = inner.issued + days * 86_400
    ties = taken_in(CAST.records(), [CAST.north.id])
    if expected is None:
        check_opened(inner, ties, NOW)
    else:
        with pytest.raises(ProtocolError) as refused:
            check_opened(inner, ties, NOW)
        assert refused.value.code == expected
    assert (inner.kind, inner.body) == ("participant", body)


def test_what_happens_to_the_kind() -> None:
    one = KINDS["participant"]
    row = (one.renewed, one.limit, one.confirmed, one.control, one.listed, one.runs_out)
    assert row == (LASTS_SECONDS, 1_000, True, False, False, False)
    assert one.name not in MOVED  # the consent named the network that is left

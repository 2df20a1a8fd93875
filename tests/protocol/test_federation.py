"""Networks, membership, admission (§6.2, §7.5, §7.6). Bounds of fields: `bodies.json`."""

import pytest

from protocol.audience import Audience
from protocol.check import check
from protocol.control_state import Relation
from protocol.errors import Malformed, ProtocolError
from protocol.ids import to_name
from protocol.record import verify
from tests.protocol.making.cast import NOW, Actor, Cast, epoch_of, made

CAST = Cast()
TIES = CAST.ties()
HUB, NORTH, ALLIANCE = CAST.hub, CAST.north, CAST.alliance
OTHER = Actor("other network", (HUB,))


def code(raw: bytes) -> str:
    try:
        check(verify(raw), TIES, NOW)
    except ProtocolError as error:
        return error.code
    return "ok"


# Who may say what about which network; a tombstone obeys the same rule.
POLICY = [
    ("a group applies to a network", HUB.joins(ALLIANCE, "x"), "ok"),
    ("a network applies to itself", ALLIANCE.joins(ALLIANCE, "x"), "against-the-rules"),
    ("a group applies to a group", HUB.joins(NORTH, "x"), "against-the-rules"),
    ("a group applies to itself", HUB.joins(HUB, "x"), "against-the-rules"),
    ("to a network not known here", HUB.joins(OTHER, "x"), "unknown-key"),
    ("leaves a network", HUB.joins(ALLIANCE, "x", content=None), "ok"),
    ("leaves a group", HUB.joins(NORTH, "x", content=None), "against-the-rules"),
    ("a network admits", ALLIANCE.answers(NORTH, "x"), "ok"),
    ("a network takes it back", ALLIANCE.answers(NORTH, "x", None), "ok"),
    ("a group admits", HUB.answers(NORTH, "x"), "against-the-rules"),
    ("a group takes back", HUB.answers(NORTH, "x", None), "against-the-rules"),
    ("a network has a charter", ALLIANCE.record("network", None), "ok"),
    ("a group has a charter", HUB.record("network", None), "against-the-rules"),
]


@pytest.mark.parametrize(
    ("raw", "expected"), [pytest.param(raw, want, id=name) for name, raw, want in POLICY]
)
def test_policy(raw: bytes, expected: str) -> None:
    assert code(raw) == expected


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("north", id="a word"),
        pytest.param("1", id="one digit"),
        pytest.param(to_name(NORTH.id)[:-1], id="a character too few"),
        pytest.param(to_name(NORTH.id) + "a", id="a character too many"),
        pytest.param(to_name(NORTH.id[:-1]), id="31 bytes"),
        pytest.param(to_name(NORTH.id).upper(), id="upper case"),
    ],
)
def test_an_erased_admission_names_a_member(name: str) -> None:
    """Who reads the ties takes the member from the name; nothing else may stand there."""
    audience = Audience.network(ALLIANCE.id)
    raw = ALLIANCE.record("admission", None, audience, name, epoch=epoch_of("x"))
    with pytest.raises(Malformed):
        verify(raw)


def test_applying_to_a_group_relates_nobody() -> None:
    """Else anybody could tie himself to any group by his own word (§6.5)."""
    assert TIES.relation(NORTH.id, CAST.stranger.id, NOW) is Relation.NONE
    assert code(CAST.west.joins(NORTH, "x")) == "against-the-rules"


def test_epoch_of_a_tombstone_is_kept() -> None:
    record = verify(HUB.joins(ALLIANCE, "hub", content=None))
    assert (record.epoch, record.content) == (epoch_of("hub"), None)
    assert made("a") != made("b")

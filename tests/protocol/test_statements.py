"""Statements and stances (§7.24, §7.25). Bounds of fields: `bodies.json`."""

import pytest

from crypto.hashing import digest
from protocol.audience import PUBLIC, Audience
from protocol.check import check
from protocol.errors import ProtocolError
from protocol.kind import LIFETIME
from protocol.kinds import KINDS
from protocol.record import verify
from tests.protocol.making.cast import ISSUED, NOW, Cast, epoch_of
from tests.protocol.making.examples import Example, examples

CAST = Cast()
EXAMPLES = examples(CAST)
STATEMENT, STANCE = EXAMPLES["statement"], EXAMPLES["stance"]
BY_A_MEMBER = STATEMENT._replace(author=CAST.hub, epoch=epoch_of("hub"))
BY_THE_NETWORK = STANCE._replace(author=CAST.alliance, epoch=None)
TO_ONE = {"audience": Audience.direct([CAST.north.id]), "epoch": None}


def code(raw: bytes) -> str:
    try:
        check(verify(raw), CAST.ties(), NOW)
    except ProtocolError as error:
        return error.code
    return "ok"


@pytest.mark.parametrize(
    ("example", "changes", "expected"),
    [
        pytest.param(STATEMENT, {}, "ok", id="the network's list"),
        pytest.param(STATEMENT, {"expires": ISSUED + LIFETIME}, "ok", id="400 days"),
        pytest.param(STATEMENT, {"content": None}, "ok", id="withdrawn"),
        pytest.param(BY_A_MEMBER, {}, "against-the-rules", id="by a member"),
        pytest.param(BY_A_MEMBER, {"content": None}, "against-the-rules", id="withdrawn by one"),
        pytest.param(STATEMENT, {"audience": PUBLIC}, "malformed", id="for everybody"),
        pytest.param(STATEMENT, TO_ONE, "malformed", id="for one group"),
        pytest.param(STATEMENT, {"epoch": epoch_of("hub")}, "malformed", id="with an epoch"),
        pytest.param(STATEMENT, {"name": ""}, "malformed", id="without a name"),
        pytest.param(STANCE, {}, "ok", id="an answer"),
        pytest.param(STANCE, {"content": None}, "ok", id="taken back"),
        pytest.param(STANCE, {"epoch": None}, "malformed", id="an answer without epoch"),
        pytest.param(STANCE, {"audience": PUBLIC, "epoch": None}, "malformed", id="to everybody"),
        pytest.param(STANCE, {"name": "other"}, "malformed", id="another name"),
        pytest.param(BY_THE_NETWORK, {}, "against-the-rules", id="the network answers itself"),
    ],
)
def test_who_says_what_to_whom(example: Example, changes: dict[str, object], expected: str) -> None:
    assert code(example.record(**changes)) == expected


def test_who_left_answers_nothing() -> None:
    south = STANCE._replace(author=CAST.south, epoch=epoch_of("south"))
    assert code(south.record()) == "not-a-member"


def test_a_stance_quotes_the_statement_as_it_was_read() -> None:
    said = STANCE.content
    assert (said["statement"], said["digest"]) == (STATEMENT.place.name, digest(STATEMENT.body))


@pytest.mark.parametrize("kind", ["statement", "stance"])
def test_what_happens_to_a_kind(kind: str) -> None:
    one = KINDS[kind]
    # renewed, moves with a joint exit, confirmed when erased, control, in the directory
    row = (one.renewed, one.moves, one.confirmed, one.control, one.listed)
    assert row == (LIFETIME, False, True, False, False)

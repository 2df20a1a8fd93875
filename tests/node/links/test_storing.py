"""In which parts what a peer sends is taken in."""

from node.links.storing import CONTROL_RECORDS, parts, slices
from protocol.errors import Malformed, ProtocolError
from protocol.record import Record, verify
from tests.sync.people import Someone

ONE = Someone("one")
CONTROL, CONTENT = verify(ONE.introduction()), verify(ONE.meeting("fest"))
JUNK = Malformed("no record")


def lengths(*batch: Record | ProtocolError) -> list[int]:
    found = list(parts(batch))
    assert [at for one in found for at in range(*one)] == list(range(len(batch)))
    return [end - begin for begin, end in found]


def test_content_is_one_part_and_control_records_are_several() -> None:
    many = CONTROL_RECORDS
    assert lengths() == []
    assert lengths(*[CONTENT] * 5_000, JUNK) == [5_001]
    assert lengths(*[CONTROL] * many) == [many]
    assert lengths(*[CONTROL] * (2 * many + 1)) == [many, many, 1]
    assert lengths(*[CONTENT, CONTROL, JUNK] * many, CONTENT) == [3 * many - 1, 2]


def test_whoever_owes_comes_in_slices() -> None:
    assert list(slices([b"x"] * 120)) == [(0, 50), (50, 100), (100, 120)]

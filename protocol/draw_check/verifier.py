"""`verify`: transcript and list in, what holds and what does not out (§13.9)."""

from typing import Any, NamedTuple

from protocol.draw_check.doubts import Doubts
from protocol.draw_check.facts import gather
from protocol.draw_check.reasons import Reasons
from protocol.draw_check.seats import Seats
from protocol.draw_check.shape import check_shape
from protocol.draw_format.checks import check
from protocol.draw_format.faults import BadList
from protocol.draw_format.lists import DrawList
from protocol.draw_format.transcripts import opened, seal_of
from protocol.errors import Malformed


class Verdict(NamedTuple):
    """`doubts` is empty if everything holds. `unexplained` people have no checkable reason."""

    doubts: Doubts
    unexplained: int
    document: dict[str, Any]


def verify(raw: bytes, source: DrawList) -> Verdict:
    """Check a transcript against the list that it is about."""
    doubts = Doubts()
    try:
        document = opened(raw)
    except Malformed:
        doubts.add("unreadable")
        return Verdict(doubts, 0, {})
    if not check_shape(document, doubts):
        return Verdict(doubts, 0, document)
    doubts.expect(_seal(document) == document["seal"], "seal")
    doubts.expect(document["list"] == source.fingerprint.hex(), "list")
    doubts.expect(document["mode"] == source.mode, "mode")
    doubts.expect(document["share"] == list(source.share), "share")
    for name, rows in (("people", source.people), ("meetings", source.meetings)):
        same = [row["id"] for row in document[name]] == [one.id for one in rows]
        doubts.expect(same, f"other-{name}")
    try:
        check(source)
    except BadList:
        doubts.add("list-faulty")
    if doubts.count.keys() - {"seal"}:
        return Verdict(doubts, 0, document)  # nothing else could be compared
    facts = gather(source, bytes.fromhex(document["seed"]))
    seats = Seats(facts, document, doubts)
    seats.check()
    reasons = Reasons(seats, doubts)
    reasons.check()
    return Verdict(doubts, reasons.without_reason, document)


def _seal(document: dict[str, Any]) -> str:
    try:
        return seal_of(document)
    except UnicodeEncodeError:  # half a surrogate pair in some text
        return ""

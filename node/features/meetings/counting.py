"""How many come, as the page of one's own meeting says it."""

from dataclasses import dataclass

from node.features.meetings.types import AnswerView, MeetingView


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the meeting as it is now, by what they say. `people` come, as far as groups
    said how many: each that accepted without a number counts as one. `left` are the seats that are
    free, None if nobody counts; `over`: more come than there are seats."""

    accept: tuple[AnswerView, ...]
    counter: tuple[AnswerView, ...]
    decline: tuple[AnswerView, ...]
    none: tuple[AnswerView, ...]
    people: int
    left: int | None
    over: bool


def answers_of(meeting: MeetingView) -> Answers:
    """Those who were asked anew and did not answer again count as silent."""

    def with_(kind: str | None) -> tuple[AnswerView, ...]:
        return tuple(one for one in meeting.answers if _now(one) == kind)

    accept = with_("accept")
    people = sum(one.people or 1 for one in accept)
    left = None if meeting.capacity is None else meeting.capacity - people
    silent = tuple(one for one in meeting.answers if _now(one) is None)
    return Answers(
        accept, with_("counter"), with_("decline"), silent, people,
        None if left is None else max(left, 0), left is not None and left < 0,
    )  # fmt: skip


def _now(one: AnswerView) -> str | None:
    """What stands; a proposal stands until it is adopted or answered anew, whatever changed."""
    return None if one.changed_since and one.answer != "counter" else one.answer

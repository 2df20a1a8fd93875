"""What invited groups answered, as the page of one's own meeting says it.

How many come, and which seats are free, says `node.features.answers`: people answer, too.
"""

from dataclasses import dataclass

from node.features.meetings.types import AnswerView, CounterView, MeetingView


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the meeting as it is now, by what they say."""

    accept: tuple[AnswerView, ...]
    counter: tuple[AnswerView, ...]
    decline: tuple[AnswerView, ...]
    none: tuple[AnswerView, ...]


def answers_of(meeting: MeetingView) -> Answers:
    """Those who were asked anew and did not answer again count as silent."""

    def with_(kind: str | None) -> tuple[AnswerView, ...]:
        return tuple(one for one in meeting.answers if _now(one, meeting) == kind)

    return Answers(with_("accept"), with_("counter"), with_("decline"), with_(None))


def _now(one: AnswerView, meeting: MeetingView) -> str | None:
    """What stands; a proposal stands until it is adopted or answered anew, whatever changed."""
    if one.counter is not None and one.counter == _like(meeting):
        return None
    return None if one.changed_since and one.counter is None else one.answer


def _like(meeting: MeetingView) -> CounterView:
    """The meeting as a proposal would say it."""
    return CounterView(meeting.starts, meeting.zone, meeting.minutes, meeting.place, meeting.link)

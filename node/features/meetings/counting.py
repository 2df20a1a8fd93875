"""What invited groups answered, as the page of one's own meeting says it.

How many come, and which seats are free, says `node.features.answers`: people answer, too.
"""

from dataclasses import dataclass, replace

from node.features.meetings.types import AnswerView, CounterView, MeetingView


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the meeting as it is now, by what they say."""

    accept: tuple[AnswerView, ...]
    counter: tuple[AnswerView, ...]
    decline: tuple[AnswerView, ...]
    none: tuple[AnswerView, ...]


def answers_of(meeting: MeetingView) -> Answers:
    """Those who were asked anew and did not answer again count as silent, and so does who proposed
    what the meeting says by now."""
    meeting = replace(meeting, answers=tuple(_settled(one, meeting) for one in meeting.answers))

    def with_(kind: str | None) -> tuple[AnswerView, ...]:
        return tuple(one for one in meeting.answers if _now(one) == kind)

    silent = tuple(one for one in meeting.answers if _now(one) is None)
    return Answers(with_("accept"), with_("counter"), with_("decline"), silent)


def _now(one: AnswerView) -> str | None:
    """What stands; a proposal stands until it is adopted or answered anew, whatever changed."""
    return None if one.changed_since and one.answer != "counter" else one.answer


def _settled(one: AnswerView, meeting: MeetingView) -> AnswerView:
    """Without a proposal that was adopted."""
    now = CounterView(meeting.starts, meeting.zone, meeting.minutes, meeting.place, meeting.link)
    return replace(one, answer=None, counter=None) if one.counter == now else one

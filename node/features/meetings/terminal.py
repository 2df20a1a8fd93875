"""How meetings are shown in a terminal."""

from node.base import formats
from node.base.lookalikes import short
from node.cli.context import Context
from node.cli.described import facts
from node.cli.sheet import Sheet
from node.cli.when import known_zone
from node.features.meetings.types import AnswerView, MeetingView
from node.texts import Texts
from protocol.meetings import MEETING


def when(view: MeetingView, texts: Texts) -> str:
    """When a meeting is."""
    return formats.when(view.starts, view.zone, view.minutes, texts)


def short_name(view: MeetingView) -> str:
    """Enough of a meeting's name to name it by."""
    return short(view.id)


def meeting_rows(views: tuple[MeetingView, ...], context: Context) -> list[list[str]]:
    """One row for each meeting; its zone where the reader lives in another one."""
    home = known_zone(context)
    return [
        [
            short_name(one),
            formats.when_short(one.starts, one.zone if one.zone != home else None, context.texts),
            one.title,
            context.called(one.host),
            _note(one, context),
        ]
        for one in views
    ]


def _note(view: MeetingView, context: Context) -> str:
    if view.cancelled:
        return context.t("meetings.cli.is_cancelled")
    if view.my_answer_outdated:
        return context.t("meetings.cli.is_changed")
    if view.my_answer:
        return context.texts(f"meetings.answer.{view.my_answer}")
    if view.own:
        return context.t("meetings.cli.is_own")
    return context.t("meetings.cli.is_invited") if view.invited else ""


def meeting_titles(context: Context) -> list[str]:
    """The titles of `meeting_rows`."""
    return context.titles("meetings", "short", "when", "title", "host", "note")


def show_meeting(sheet: Sheet, view: MeetingView, context: Context) -> None:
    """Everything about a meeting."""
    texts, t = context.texts, context.t
    sheet.heading(view.title)
    if view.cancelled:
        sheet.say(texts("meetings.web.cancelled_because", reason=view.cancelled))
    if view.text:
        sheet.say(view.text)
    sheet.gap()
    sheet.facts(
        [
            (t("meetings.label.when"), when(view, texts)),
            *facts(texts, "meetings", MEETING.fields, view, "place", "link", "topic"),
            (t("common.label.host"), context.called(view.host)),
            *facts(texts, "meetings", MEETING.fields, view, "open_to", "capacity"),
            (t("common.label.seen_by"), view.audience_name or t(f"common.seen_by.{view.audience}")),
            (t("meetings.label.host_note"), view.note),
            (
                t("meetings.label.my_answer"),
                _my_answer(view, texts),
            ),
            (t("common.label.short"), short_name(view)),
        ]
    )
    if view.answers:
        sheet.heading(t("meetings.cli.answers"))
        titles = context.titles("meetings", "group", "answer", "people", "note")
        sheet.table(titles, [_answer_row(one, context) for one in view.answers], whole=True)


def _answer_row(one: AnswerView, context: Context) -> list[str]:
    texts, notes = context.texts, [one.note or ""]
    if one.counter:
        counter = one.counter
        notes.append(formats.when(counter.starts, counter.zone, counter.minutes, texts))
        notes += [part for part in (counter.place, counter.link) if part]
    answer = texts(f"meetings.answer.{one.answer or 'none'}")
    if one.changed_since:
        answer = texts("meetings.answer.outdated", answer=answer)
    return [
        context.called(one.guest),
        answer,
        str(one.people) if one.people else "",
        " · ".join(part for part in notes if part),
    ]


def _my_answer(view: MeetingView, texts: Texts) -> str:
    if view.my_answer is None:
        return ""
    said = texts(f"meetings.answer.{view.my_answer}")
    return texts("meetings.answer.outdated", answer=said) if view.my_answer_outdated else said

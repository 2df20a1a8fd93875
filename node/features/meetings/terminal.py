"""How meetings are shown in a terminal."""

from node.base import formats
from node.cli.context import Context
from node.cli.sheet import Sheet
from node.cli.when import known_zone
from node.cli.words import SHORT_ID
from node.features.meetings.types import AnswerView, MeetingView
from node.texts import Texts


def when(view: MeetingView, texts: Texts) -> str:
    """When a meeting is."""
    return formats.when(view.starts, view.zone, view.minutes, texts)


def short_name(view: MeetingView) -> str:
    """Enough of a meeting's name to name it by."""
    return view.id.rpartition("/")[2][:SHORT_ID]


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
        return context.t("cli.meeting.is_cancelled")
    if view.my_answer_outdated:
        return context.t("cli.meeting.is_changed")
    if view.my_answer:
        return context.texts(f"web.answer.{view.my_answer}")
    if view.own:
        return context.t("cli.meeting.is_own")
    return context.t("cli.meeting.is_invited") if view.invited else ""


def meeting_titles(context: Context) -> list[str]:
    """The titles of `meeting_rows`."""
    labels = ("short", "when", "title", "host", "note")
    return [context.t(f"cli.label.{one}") for one in labels]


def show_meeting(sheet: Sheet, view: MeetingView, context: Context) -> None:
    """Everything about a meeting."""
    texts, t = context.texts, context.t
    sheet.heading(view.title)
    if view.cancelled:
        sheet.say(texts("web.meeting.cancelled_because", reason=view.cancelled))
    if view.text:
        sheet.say(view.text)
    sheet.gap()
    sheet.facts(
        [
            (t("cli.label.when"), when(view, texts)),
            (t("cli.label.where"), view.place),
            (t("cli.label.call"), view.link),
            (t("cli.label.topic"), view.topic),
            (t("cli.label.host"), context.called(view.host)),
            (t("cli.label.open_to"), texts(f"web.meeting.open_{view.open_to}")),
            (t("cli.label.capacity"), str(view.capacity) if view.capacity else None),
            (t("cli.label.seen_by"), view.audience_name or t(f"cli.seen_by.{view.audience}")),
            (t("cli.label.host_note"), view.note),
            (
                t("cli.label.my_answer"),
                _my_answer(view, texts),
            ),
            (t("cli.label.short"), short_name(view)),
        ]
    )
    if view.answers:
        sheet.heading(t("cli.meeting.answers"))
        titles = [t(f"cli.label.{one}") for one in ("group", "answer", "people", "note")]
        sheet.table(titles, [_answer_row(one, context) for one in view.answers], whole=True)


def _answer_row(one: AnswerView, context: Context) -> list[str]:
    texts, notes = context.texts, [one.note or ""]
    if one.counter:
        counter = one.counter
        notes.append(formats.when(counter.starts, counter.zone, counter.minutes, texts))
        notes += [part for part in (counter.place, counter.link) if part]
    answer = texts(f"web.answer.{one.answer or 'none'}")
    if one.changed_since:
        answer = texts("web.answer.outdated", answer=answer)
    return [
        context.called(one.guest),
        answer,
        str(one.people) if one.people else "",
        " · ".join(part for part in notes if part),
    ]


def _my_answer(view: MeetingView, texts: Texts) -> str:
    if view.my_answer is None:
        return ""
    said = texts(f"web.answer.{view.my_answer}")
    return texts("web.answer.outdated", answer=said) if view.my_answer_outdated else said

"""`meeting new|edit|invite|list|show|reply|cancel`."""

from typing import Any

from node.base.errors import Problem
from node.cli import terminal, when
from node.cli.context import Answer, Context, plain
from node.cli.described import said
from node.cli.parser import UsageError
from node.features.meetings.actions import Meeting
from node.features.meetings.feature import NAMED
from node.features.meetings.terminal import meeting_rows, meeting_titles, short_name, show_meeting
from node.features.meetings.types import MeetingView
from protocol.meetings import COUNTER, MEETING, REPLY


def _find(context: Context) -> Meeting:
    from node.features.meetings.actions import find_meeting

    return find_meeting(context.core, context.args.meeting)


def _view(context: Context, host: bytes, name: str) -> MeetingView:
    from node.features.meetings.views import meeting_by_name
    from protocol.ids import to_text

    found = meeting_by_name(context.sight(), to_text(host), name)
    if found is None:
        raise Problem("no-such-meeting", text=name)
    return found


def new(context: Context) -> Answer:
    """Announce a meeting, or keep a private one."""
    from node.features.meetings.actions import OPEN_TO, new_meeting
    from node.lookup.names import find_network, seen_by

    core, args = context.core, context.args
    to = seen_by(args.to or "public") or args.to
    try:
        where: str | bytes = to if to in OPEN_TO else find_network(core, to)
    except Problem as problem:
        if problem.code == "no-such-network":
            raise Problem("to-unknown", to=to, near=problem.values.get("near")) from problem
        raise
    moment = when.moment(context, args.starts, when.zone(context, args.zone))
    fields = {
        **said(args, MEETING.fields, *NAMED),
        **moment._asdict(),
    }
    view = _view(context, context.me, new_meeting(core, context.me, where, fields))
    sheet = context.sheet()
    sheet.say(context.t(f"meetings.cli.new_{view.audience}", name=view.audience_name or ""))
    show_meeting(sheet, view, context)
    sheet.hint(context.t("meetings.cli.next", name=short_name(view)))
    return Answer(plain(view), sheet)


def edit(context: Context) -> Answer:
    """Change one's own meeting, or adopt what a guest proposed; everybody invited is asked anew."""
    from node.features.meetings.actions import edit_meeting

    meeting = _find(context)
    changes = _changes(context, meeting)
    if not changes:
        raise UsageError(context.t("cli.usage.nothing_to_change"), "verbund meeting edit --help")
    asked = edit_meeting(context.core, context.me, meeting, changes, context.args.note)
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    sheet.say(context.t("meetings.cli.changed"))
    if asked:
        sheet.say(context.t("meetings.cli.asked_again", n=asked))
    show_meeting(sheet, view, context)
    return Answer({"meeting": plain(view), "asked": asked}, sheet)


def _changes(context: Context, meeting: Meeting) -> dict[str, Any]:
    from node.features.meetings.actions import counter_of
    from node.lookup.names import find_identity

    core, args = context.core, context.args
    changes: dict[str, Any] = {}
    if args.adopt:
        changes |= counter_of(core, meeting, find_identity(core, args.adopt))
    changes |= said(args, MEETING.fields, *NAMED)
    return changes | _moved(context, {**meeting.content, **changes})


def _moved(context: Context, now: dict[str, Any]) -> dict[str, Any]:
    """A new time, and its zone: that of the meeting unless another was said."""
    args = context.args
    if not (args.zone or args.starts):
        return {}
    zone = when.zone(context, args.zone) if args.zone else str(now["zone"])
    if args.starts:
        moment = when.moment(context, args.starts, zone)
    else:
        moment = when.shown(context, now["starts"], zone)
    said = {"starts": args.starts, "zone": args.zone}
    found = moment._asdict()
    return {key: one for key, one in found.items() if said[key] or one != now[key]}


def invite(context: Context) -> Answer:
    """Invite groups."""
    from node.features.meetings.actions import invite as send
    from node.lookup.names import find_identity

    core, meeting = context.core, _find(context)
    guests = [find_identity(core, text) for text in context.args.groups]
    guests = list(dict.fromkeys(guests))
    send(core, context.me, meeting, guests, context.args.note)
    names = [context.name(one) for one in guests]
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    called = ", ".join(map(context.called, names))
    sheet.say(context.t("meetings.cli.invited", title=view.title, names=called))
    sheet.hint(context.t("meetings.cli.watch", name=short_name(view)))
    return Answer({"meeting": plain(view), "invited": plain(names)}, sheet)


def list_(context: Context) -> Answer:
    """Meetings to come, or past ones."""
    from node.features.meetings.views import meeting_views

    views = meeting_views(context.sight(), past=context.args.past)
    sheet = context.sheet()
    if views:
        sheet.table(meeting_titles(context), meeting_rows(views, context))
    else:
        sheet.say(context.t("meetings.cli.none_past" if context.args.past else "meetings.cli.none"))
    return Answer({"meetings": plain(views)}, sheet)


def show(context: Context) -> Answer:
    """One meeting, with the answers to one's own."""
    meeting = _find(context)
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    show_meeting(sheet, view, context)
    if not view.own and not view.cancelled:
        key = "answer_again" if view.my_answer_outdated else "answer"
        sheet.hint(context.t(f"meetings.cli.{key}", name=short_name(view)))
    elif any(one.counter for one in view.answers) and not view.cancelled:
        sheet.hint(context.t("meetings.cli.adopt", name=short_name(view)))
    return Answer(plain(view), sheet)


def reply(context: Context) -> Answer:
    """Accept, decline, or propose something else."""
    from node.features.meetings.actions import reply as send

    args, meeting = context.args, _find(context)
    counter = said(args, COUNTER, "minutes", "place", "link") | _moved(context, meeting.content)
    fields = counter | said(args, REPLY.fields, "people", "note")
    if (args.answer == "counter") is not any(counter.values()):
        raise Problem("counter-empty" if args.answer == "counter" else "counter-unasked")
    send(context.core, context.me, meeting, args.answer, fields)
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    host = context.called(view.host)
    sheet.say(context.t(f"meetings.cli.replied_{args.answer}", title=view.title, host=host))
    sheet.hint(context.t("meetings.cli.replace"))
    return Answer({"meeting": plain(view), "answer": args.answer}, sheet)


def cancel(context: Context) -> Answer:
    """Call a meeting off."""
    from node.features.meetings.actions import cancel as call_off

    meeting, reason = _find(context), context.args.reason
    if meeting.host in context.core.own and not reason and terminal.is_there():
        reason = terminal.ask(context.t("meetings.cli.ask_reason"))
    context.confirm(context.t("meetings.cli.sure", title=meeting.content["title"]))
    told = call_off(context.core, context.me, meeting, reason or "")
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    sheet.say(context.t("meetings.cli.cancelled", title=view.title))
    if told:
        sheet.say(context.t("meetings.cli.told", n=told))
    return Answer({"meeting": plain(view), "told": told}, sheet)

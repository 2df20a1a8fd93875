"""`meeting new|invite|list|show|reply|cancel`."""

import os
from typing import Any

from node.actions.meetings import Meeting
from node.cli import terminal, words
from node.cli.context import Answer, Context, plain
from node.errors import Problem
from node.view_types import MeetingView, Viewer

MINUTES = 120
"""How long a meeting is if nothing is said."""

OPEN_TO = {"public": "everybody", "private": "invited"}
"""For whom a meeting is if nothing is said; in a network for its members."""


def _find(context: Context) -> Meeting:
    from node.actions.meetings import find_meeting

    return find_meeting(context.core, context.args.meeting)


def _view(context: Context, host: bytes, name: str) -> MeetingView:
    from protocol.ids import to_text

    found = context.views().meeting(to_text(host), name, Viewer.INSIDE)
    if found is None:
        raise Problem("no-such-meeting", text=name)
    return found


def new(context: Context) -> Answer:
    """Announce a meeting, or keep a private one."""
    from node.actions.find import find_network
    from node.actions.meetings import new_meeting

    core, args = context.core, context.args
    to = args.to or "public"
    try:
        where: str | bytes = to if to in OPEN_TO else find_network(core, to)
    except Problem as problem:
        if problem.code == "no-such-network":
            raise Problem("to-unknown", to=to, near=problem.values.get("near")) from problem
        raise
    fields: dict[str, Any] = {
        "title": args.title,
        "topic": args.topic,
        "text": args.text,
        "starts": args.starts,
        "zone": args.zone or terminal.system_zone(os.environ),
        "minutes": args.minutes or MINUTES,
        "place": args.place,
        "link": args.link,
        "open_to": args.open_to or OPEN_TO.get(to, "members"),
        "capacity": args.capacity,
    }
    view = _view(context, context.me, new_meeting(core, context.me, where, fields))
    sheet = context.sheet()
    sheet.say(context.t(f"cli.meeting.new_{view.audience}", name=view.audience_name or ""))
    words.show_meeting(sheet, view, context)
    sheet.hint(context.t("cli.meeting.next", name=words.short_name(view)))
    return Answer(plain(view), sheet)


def invite(context: Context) -> Answer:
    """Invite groups."""
    from node.actions.find import find_identity
    from node.actions.meetings import invite as send

    core, meeting = context.core, _find(context)
    guests = [find_identity(core, text) for text in context.args.groups]
    guests = list(dict.fromkeys(guests))
    send(core, context.me, meeting, guests, context.args.note)
    names = [context.name(one) for one in guests]
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    called = ", ".join(map(context.called, names))
    sheet.say(context.t("cli.meeting.invited", title=view.title, names=called))
    sheet.hint(context.t("cli.meeting.watch", name=words.short_name(view)))
    return Answer({"meeting": plain(view), "invited": plain(names)}, sheet)


def list_(context: Context) -> Answer:
    """Meetings to come, or past ones."""
    views = context.views().meetings(Viewer.INSIDE, past=context.args.past)
    sheet = context.sheet()
    if views:
        sheet.table(words.meeting_titles(context), words.meeting_rows(views, context))
    else:
        sheet.say(context.t("cli.meeting.none_past" if context.args.past else "cli.meeting.none"))
    return Answer({"meetings": plain(views)}, sheet)


def show(context: Context) -> Answer:
    """One meeting, with the answers to one's own."""
    meeting = _find(context)
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    words.show_meeting(sheet, view, context)
    if not view.own and not view.cancelled:
        sheet.hint(context.t("cli.meeting.answer", name=words.short_name(view)))
    return Answer(plain(view), sheet)


def reply(context: Context) -> Answer:
    """Accept, decline, or propose something else."""
    from node.actions.meetings import reply as send

    args, meeting = context.args, _find(context)
    fields = {
        "people": args.people,
        "note": args.note,
        "starts": args.starts,
        "zone": args.zone,
        "minutes": args.minutes,
        "place": args.place,
        "link": args.link,
    }
    changes = [fields[one] for one in ("starts", "zone", "minutes", "place", "link")]
    if (args.answer == "counter") is not any(changes):
        raise Problem("counter-empty" if args.answer == "counter" else "counter-unasked")
    send(context.core, context.me, meeting, args.answer, fields)
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    host = context.called(view.host)
    sheet.say(context.t(f"cli.meeting.replied_{args.answer}", title=view.title, host=host))
    sheet.hint(context.t("cli.meeting.replace"))
    return Answer({"meeting": plain(view), "answer": args.answer}, sheet)


def cancel(context: Context) -> Answer:
    """Call a meeting off."""
    from node.actions.meetings import cancel as call_off

    meeting, reason = _find(context), context.args.reason
    if meeting.host in context.core.own and not reason and terminal.is_there():
        reason = terminal.ask(context.t("cli.ask.reason"))
    context.confirm(context.t("cli.meeting.sure", title=meeting.content["title"]))
    told = call_off(context.core, context.me, meeting, reason or "")
    view = _view(context, meeting.host, meeting.name)
    sheet = context.sheet()
    sheet.say(context.t("cli.meeting.cancelled", title=view.title))
    if told:
        sheet.say(context.t("cli.meeting.told", n=told))
    return Answer({"meeting": plain(view), "told": told}, sheet)

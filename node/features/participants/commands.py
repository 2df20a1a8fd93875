"""`participants list|publish|withdraw`."""

from typing import TYPE_CHECKING

from node.base.lookalikes import shown
from node.cli.context import Answer, Context, plain
from node.cli.described import facts, said
from node.features.mine.audiences import audience_of
from node.features.mine.consenting import TERMINAL, Asked
from protocol.participants import PARTICIPANT

if TYPE_CHECKING:
    from node.features.members.types import Member
    from node.features.participants.views import ParticipantView
    from protocol.audience import Audience


def list_(context: Context) -> Answer:
    """Who released what, in one list or all."""
    from node.features.participants.views import list_views, participant_views
    from protocol.audience import Audience

    sight = context.sight()
    chosen = [_audience(context)] if context.args.to else []
    known = chosen or [Audience.from_text(one.audience) for one in list_views(sight)]
    views = [view for one in known for view in participant_views(sight, one)]
    sheet = context.sheet()
    if views:
        titles = context.titles("participants", "name", "group", "role", "mail", "phone", "topics")
        sheet.table(titles, [_row(one, context) for one in views])
    else:
        sheet.say(context.t("participants.web.none"))
    return Answer({"participants": plain(views)}, sheet)


def _row(view: "ParticipantView", context: Context) -> list[str]:
    return [
        shown(view.name),
        context.called(view.group),
        *(shown(one or "") for one in (view.role, view.mail, view.phone)),
        ", ".join(map(shown, view.topics)),
    ]


def publish(context: Context) -> Answer:
    """Release fields of a person who said yes to each of them."""
    from node.features.participants.actions import content_of, filled, release
    from node.features.participants.actions import said as checked
    from node.features.participants.wording import words_for

    person, audience = _person(context), _audience(context)
    stands = content_of(context.core, person.id, audience) or {"name": person.name}
    typed = said(context.args, PARTICIPANT.fields, *PARTICIPANT.fields.names)
    content = checked(stands | typed)
    words = words_for(context.sight(), context.texts, audience, filled(content))
    for one in words.values():
        context.progress(one)
    context.confirm(context.t("participants.cli.sure", name=shown(person.name)))
    release(
        context.core, person.id, audience, content, Asked(context.texts.language, words, TERMINAL)
    )
    view = _view(context, person, audience)
    sheet = context.sheet()
    sheet.say(context.t("participants.cli.released", name=shown(view.name)))
    sheet.facts(
        facts(context.texts, "participants", PARTICIPANT.fields, view, *PARTICIPANT.fields.names)
    )
    return Answer(plain(view), sheet)


def withdraw(context: Context) -> Answer:
    """Take back one field of a person, or everything."""
    from node.features.participants.actions import content_of, filled, take_back

    person, audience = _person(context), _audience(context)
    before = filled(content_of(context.core, person.id, audience))
    context.confirm(context.t("participants.cli.sure_back", name=shown(person.name)))
    take_back(context.core, person.id, audience, TERMINAL, context.args.field)
    after = filled(content_of(context.core, person.id, audience))
    gone = [one for one in before if one not in after]
    sheet = context.sheet()
    sheet.say(context.t("participants.cli.withdrawn"))
    sheet.hint(context.t("erasures.cli.next"))
    return Answer({"withdrawn": gone}, sheet)


def _audience(context: Context) -> "Audience":
    from node.base.errors import Problem
    from node.lookup.names import find_identity, find_network

    core = context.core
    try:
        found = find_network(core, context.args.to)
    except Problem as problem:
        if problem.code != "no-such-network":
            raise
        found = find_identity(core, context.args.to)
    return audience_of(core, core.home_id, found)


def _person(context: Context) -> "Member":
    from node.features.members.finding import find_member

    return find_member(context.core, context.args.person)


def _view(context: Context, person: "Member", audience: "Audience") -> "ParticipantView":
    from node.features.participants.actions import standing
    from node.features.participants.views import participant_views

    one = standing(context.core, person.id, audience)
    name = one.name if one else ""
    return next(v for v in participant_views(context.sight(), audience) if v.own and v.id == name)

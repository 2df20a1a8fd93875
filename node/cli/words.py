"""How groups, networks and meetings are shown in a terminal."""

from collections.abc import Sequence

from node.base import formats, lookalikes
from node.base.lookalikes import shown
from node.cli.context import Context
from node.cli.sheet import Sheet
from node.cli.when import known_zone
from node.features.directory.types import DirectoryPage
from node.features.groups.types import GroupView
from node.features.meetings.types import AnswerView, MeetingView
from node.features.networks.types import MemberView, NetworkView
from node.features.pacts.types import PactView
from node.features.peers.types import PeerView
from node.lookup.types import Name
from node.texts import Texts

SHORT_ID = lookalikes.SHORT_ID


def list_of(values: tuple[str, ...], texts: Texts) -> str:
    """Words in a row."""
    return formats.list_words(values, texts)


def languages(tags: tuple[str, ...], texts: Texts) -> str:
    """Names of languages, or their tags."""
    return formats.list_words([language(tag, texts) for tag in tags], texts)


def language(tag: str, texts: Texts) -> str:
    """The name of a language; its tag if we have no name for it."""
    key = f"web.language.{tag.partition('-')[0].lower()}"
    return texts(key) if tag.isascii() and texts.has(key) else tag


def yes_no(value: bool | None, texts: Texts) -> str:
    """Yes, no, or not said."""
    return texts("common.unknown" if value is None else "common.yes" if value else "common.no")


def day(seconds: int | None, texts: Texts) -> str:
    """A day, or nothing."""
    return "" if seconds is None else formats.day(seconds, texts)


def show_group(sheet: Sheet, view: GroupView, context: Context) -> None:
    """Everything about one entry."""
    texts, t = context.texts, context.t
    sheet.heading(shown(view.name))
    if view.purpose:
        sheet.say(view.purpose)
    sheet.gap()
    sheet.facts(
        [
            (t("cli.label.form"), texts(f"web.group.form_{view.form}")),
            (t("cli.label.orientation"), view.orientation),
            (t("cli.label.topics"), list_of(view.topics, texts)),
            (t("cli.label.convictions"), "\n".join(view.convictions)),
            (t("cli.label.region"), view.region),
            (t("cli.label.languages"), languages(view.languages, texts)),
            (t("cli.label.contacts"), "\n".join(_contact(*one) for one in view.contacts)),
            (t("cli.label.takes_members"), yes_no(view.takes_members, texts)),
            (t("cli.label.links"), "\n".join(view.links)),
            (t("cli.label.networks"), list_of(tuple(map(context.called, view.networks)), texts)),
            (t("cli.label.seen_by"), t(f"cli.seen_by.{view.audience}")),
            (t("cli.label.until"), None if view.form == "entry" else day(view.expires, texts)),
            (t("cli.label.id"), view.id),
        ]
    )


def _contact(what: str, where: str | None) -> str:
    return f"{what}: {where}" if where else what


def show_page(sheet: Sheet, page: DirectoryPage, context: Context) -> None:
    """A page of the directory as a table."""
    texts, t = context.texts, context.t
    number = formats.number(page.total, texts)
    if not page.total:
        sheet.say(t("cli.group.nothing"))
        return
    sheet.heading(
        t("cli.group.capped", count=number) if page.capped else t("cli.group.found", n=page.total)
    )
    titles = [
        t("cli.label.name"),
        t("cli.label.form"),
        t("cli.label.region"),
        t("cli.label.topics"),
        t("cli.label.id"),
    ]
    rows = [
        [
            one.name,
            texts(f"web.group.form_{one.form}"),
            one.region or "",
            ", ".join(one.topics),
            one.id if one.form == "entry" else one.id[:SHORT_ID],
        ]
        for one in page.entries
    ]
    if rows:
        sheet.table(titles, rows)
    else:
        sheet.say(t("cli.group.past_end", pages=page.pages))
    if page.pages > 1:
        sheet.hint(t("cli.group.more", page=page.page, pages=page.pages))


def show_network(sheet: Sheet, view: NetworkView, context: Context) -> None:
    """A charter, and how we stand."""
    t = context.t
    members = [one for one in view.members or () if one.standing == "member"]
    count = None if view.members is None else str(len(members))
    show_charter(
        sheet,
        view,
        context,
        [(t("cli.label.standing"), _standing(view, context))],
        [
            (t("cli.label.members"), count),
            (t("cli.decision.unconfirmed"), ", ".join(map(context.called, view.unconfirmed))),
            (t("cli.label.id"), view.id),
        ],
    )


Facts = Sequence[tuple[str, str | None]]


def show_charter(
    sheet: Sheet, view: NetworkView, context: Context, before: Facts = (), after: Facts = ()
) -> None:
    """What a network agreed on, with facts before and after."""
    texts, t = context.texts, context.t
    sheet.heading(shown(view.name))
    for line in (view.motto, view.purpose):
        if line:
            sheet.say(line)
    sheet.gap()
    sheet.facts(
        [
            *before,
            (t("cli.label.orientation"), view.orientation),
            (t("cli.label.consensus"), "\n".join(view.consensus)),
            (t("cli.label.topics"), list_of(view.topics, texts)),
            (t("cli.label.region"), view.region),
            (t("cli.label.languages"), languages(view.languages, texts)),
            (t("cli.label.admission"), t(f"cli.admission.{view.admission}")),
            (t("cli.label.majority"), f"{view.majority} %"),
            (t("cli.label.term"), texts("dates.days", n=view.term)),
            (t("cli.label.host"), context.called(view.host)),
            (t("cli.label.mandate"), day(view.mandate, texts)),
            (t("cli.label.links"), "\n".join(view.links)),
            *after,
        ]
    )


def _standing(view: NetworkView, context: Context) -> str:
    said = context.texts(f"web.standing.{view.standing or 'none'}")
    return f"{said} – {context.t('cli.network.held_here')}" if view.held_here else said


def network_hints(view: NetworkView, context: Context) -> list[str]:
    """What the members should know about its node, and do."""
    t, name, hints = context.t, view.name, []
    if view.held_before:
        hints.append(t("cli.decision.held_before", name=name, host=context.called(view.host)))
    if view.held_here and view.mandate <= context.core.clock():
        hints.append(t("cli.decision.mandate_over", name=name, id=view.id[:SHORT_ID]))
    if view.unconfirmed:
        hints.append(t("cli.decision.unconfirmed_next", name=name, id=view.id[:SHORT_ID]))
    if any(one.ours for one in view.proposals):
        hints.append(t("cli.decision.waiting_next", id=view.id[:SHORT_ID]))
    return hints


def network_rows(views: tuple[NetworkView, ...], context: Context) -> list[list[str]]:
    """One row for each network."""
    return [[shown(one.name), _standing(one, context), context.called(one.host)] for one in views]


def member_rows(views: tuple[MemberView, ...], context: Context) -> list[list[str]]:
    """One row for each that stands in some way."""
    texts = context.texts
    return [
        [
            _plainly(one.who, context),
            texts(f"web.standing.{one.standing}"),
            day(one.since, texts),
            one.who.id[:SHORT_ID],
            one.reason or one.message or "",
        ]
        for one in views
    ]


def _plainly(who: Name, context: Context) -> str:
    """A name beside a column of ids."""
    return str.__str__(who.name) if who.name else context.called(who)


def show_pact(sheet: Sheet, view: PactView, context: Context) -> None:
    """What a pact is about, who signed, and the charter of the network to be."""
    texts, t = context.texts, context.t
    show_charter(sheet, view.charter, context)
    sheet.heading(t("cli.pact.heading"))
    signed = [context.called(one.who) for one in view.signers if one.signed]
    missing = [context.called(one.who) for one in view.signers if not one.signed]
    sheet.facts(
        [
            (t("cli.label.state"), t(f"cli.pact.state.{view.state}")),
            (t("cli.label.proposer"), context.called(view.proposer)),
            (t("cli.label.leaves"), context.called(view.leaves) if view.leaves else None),
            (t("cli.label.until"), day(view.until - 1, texts)),
            (t("cli.label.quorum"), str(view.quorum)),
            (t("cli.label.signed"), "\n".join(signed)),
            (t("cli.label.missing"), "\n".join(missing)),
            (t("cli.label.carriers"), "\n".join(map(context.called, view.carriers))),
            (t("cli.label.note"), view.note),
            (t("cli.label.id"), view.id),
        ]
    )
    for line in pact_reach(view, context):
        sheet.hint(line)


def pact_reach(view: PactView, context: Context) -> list[str]:
    """Whom what our group says of a pact has not reached, and what to do about it."""
    founded = view.state in ("agreed", "late", "done")
    if not founded and view.state != "open":
        return []
    lines = []
    for how in ("waiting", "carried", "no-way"):
        names = ", ".join(context.called(one.who) for one in view.signers if one.reached == how)
        if names:
            key = "cut_off" if founded else f"reach_{how.replace('-', '_')}"
            values = {"name": view.name, "names": names, "pact": view.id[:SHORT_ID]}
            lines.append(context.t(f"cli.pact.{key}", **values))
    return lines


def pact_rows(views: tuple[PactView, ...], context: Context) -> list[list[str]]:
    """One row for each pact."""
    return [
        [
            one.id[:SHORT_ID],
            one.name,
            context.t(f"cli.pact.state.{one.state}"),
            f"{one.signed}/{one.quorum}",
            str(sum(who.reached in ("waiting", "no-way") for who in one.signers) or ""),
            day(one.until - 1, context.texts),
        ]
        for one in views
    ]


def peer_rows(views: tuple[PeerView, ...], context: Context) -> list[list[str]]:
    """One row for each peer."""
    return [
        [
            _plainly(one.who, context),
            context.texts(f"web.ties.{one.state}"),
            day(one.since, context.texts),
            one.who.id[:SHORT_ID],
        ]
        for one in views
    ]


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


def _my_answer(view: MeetingView, texts: Texts) -> str:
    if view.my_answer is None:
        return ""
    said = texts(f"web.answer.{view.my_answer}")
    return texts("web.answer.outdated", answer=said) if view.my_answer_outdated else said


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

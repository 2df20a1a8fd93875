"""`status`: how the node stands, at a glance."""

import time

from node.base import turns
from node.base.formats import clock
from node.base.lookalikes import SHORT_ID
from node.base.reasons import reason
from node.cli import words
from node.cli.context import Answer, Context, plain
from node.cli.sheet import Sheet
from node.features.meetings.terminal import meeting_rows, meeting_titles, short_name
from node.features.networks.terminal import held_hints, mandate_is_wrong, network_rows
from node.features.pacts.terminal import pact_reach
from node.features.peers.terminal import peer_rows
from node.features.status.types import StatusView


def status(context: Context) -> Answer:
    """Identity, server, ties, what waits for a person."""
    from node.features.status.views import status_view

    if context.args.wait:
        _settle(context)
    view = status_view(context.sight())
    sheet = context.sheet()
    _head(sheet, view, context)
    _clock(sheet, view, context)
    _disk(sheet, view, context)
    _keys(sheet, view, context)
    _waiting(sheet, view, context)
    _arriving(sheet, view, context)
    _ties(sheet, view, context)
    _departures(sheet, view, context)
    _meetings(sheet, view, context)
    _refused(sheet, view, context)
    _next(sheet, view, context)
    return Answer(plain(view), sheet)


APART_SECONDS = 0.05

SETTLE_SECONDS = 15.0
"""Who is not reached by then is tried again later, less and less often."""


def _settle(context: Context) -> None:
    """Until whoever can be reached was, and nothing is on its way."""
    until = time.monotonic() + SETTLE_SECONDS
    server = context.core.server
    while server is not None and not server.is_settled() and time.monotonic() < until:
        with turns.away():
            time.sleep(APART_SECONDS)


def _head(sheet: Sheet, view: StatusView, context: Context) -> None:
    t = context.t
    first, *more = view.own
    sheet.heading(first.name)
    sheet.facts(
        [
            (t("status.cli.also"), ", ".join(one.name for one in more)),
            (t("status.cli.server"), view.address if view.running else t("status.cli.stopped")),
            (t("status.cli.endpoints"), ", ".join(view.endpoints) or t("status.cli.no_endpoint")),
            (t("status.cli.proxy"), _proxy(view, context)),
            (
                t("status.cli.local_network"),
                t("status.cli.local_network_on") if view.local_network else None,
            ),
            (t("status.cli.known"), str(view.groups_known)),
            (t("status.cli.zone"), t(f"status.cli.zone_{view.zone_source}", zone=view.zone)),
            (t("status.cli.home"), view.home),
        ]
    )


def _clock(sheet: Sheet, view: StatusView, context: Context) -> None:
    lines = []
    if view.clock:
        lines.append(clock(view.clock, context.texts))
    for one in view.run_out:
        day = words.day(one.since, context.texts)
        lines.append(context.t(f"dates.run_out.{one.kind}", who=context.called(one.who), day=day))
    if lines:
        sheet.heading(context.t("status.cli.clock"))
        sheet.items(lines)


def _disk(sheet: Sheet, view: StatusView, context: Context) -> None:
    if view.disk:
        sheet.heading(context.t("status.cli.disk"))
        sheet.items([context.t(f"status.cli.disk_{view.disk}")])
    if view.troubles:
        sheet.heading(context.t("status.cli.troubles"))
        sheet.items(
            context.t(
                f"status.cli.trouble_{one.what}",
                why=reason(one.why, context.texts),
                day=words.day(one.at, context.texts),
                home=view.home,
            )
            for one in view.troubles
        )


def _proxy(view: StatusView, context: Context) -> str | None:
    if view.proxy is None or view.proxy_trouble is None:
        return view.proxy
    key = view.proxy_trouble.replace("-", "_")
    return context.t(f"status.cli.{key}", proxy=view.proxy)


def _keys(sheet: Sheet, view: StatusView, context: Context) -> None:
    """What is wrong with keys: it goes before everything else."""
    t = context.t
    lines = [t("status.cli.words_unconfirmed")] if view.words_unconfirmed else []
    lines += [t(f"status.cli.keys_{view.waiting}")] if view.waiting else []
    lines += [t("status.cli.superseded", who=context.called(one)) for one in view.superseded]
    lines += [t("status.cli.frozen", who=context.called(one)) for one in view.frozen]
    lines += [
        t(
            f"status.cli.contradicts_{'ours' if one.ours else 'others'}",
            who=context.called(one.who),
            day=words.day(one.last, context.texts),
        )
        for one in view.contradictions
    ]
    if lines:
        sheet.heading(t("status.cli.keys"))
        sheet.items(lines)


def _waiting(sheet: Sheet, view: StatusView, context: Context) -> None:
    t = context.t
    lines = [
        t(
            "status.cli.applied_with" if member.message else "status.cli.applied",
            who=context.called(member.who),
            network=network.name,
            message=member.message,
            id=network.id[:SHORT_ID],
            member=member.who.id[:SHORT_ID],
        )
        for network in view.networks
        for member in network.members or ()
        if network.held_here and member.standing == "applied"
    ]
    lines += [
        t(
            "decisions.cli.open",
            network=network.name,
            who=context.called(one.who),
            id=network.id[:SHORT_ID],
            proposal=one.id[:SHORT_ID],
        )
        for network in view.networks
        for one in network.proposals
        if one.ours
    ]
    lines += [
        t("networks.cli.mandate_over", name=network.name, id=network.id[:SHORT_ID])
        for network in view.networks
        if network.held_here and network.mandate <= context.core.clock()
    ]
    lines += [
        t("networks.cli.mandate_long", name=network.name, id=network.id[:SHORT_ID])
        for network in view.networks
        if mandate_is_wrong(network)
    ]
    lines += [
        t("networks.cli.held_before", name=network.name, host=context.called(network.host))
        for network in view.networks
        if network.held_before
    ]
    lines += [hint for network in view.networks for hint in held_hints(network, context)]
    lines += [
        t("networks.cli.unconfirmed_next", name=network.name, id=network.id[:SHORT_ID])
        for network in view.networks
        if network.held_here and network.unconfirmed
    ]
    lines += [
        t(
            "status.cli.asked_again" if meeting.my_answer_outdated else "status.cli.invited",
            who=context.called(meeting.host),
            title=meeting.title,
            name=short_name(meeting),
        )
        for meeting in view.upcoming
        if not meeting.cancelled
        and (meeting.my_answer_outdated or (meeting.invited and not meeting.my_answer))
    ]
    lines += [
        t(
            "pacts.cli.late" if pact.state == "late" else "pacts.cli.waiting",
            name=pact.name,
            pact=pact.id[:SHORT_ID],
            signed=pact.signed,
            quorum=pact.quorum,
        )
        for pact in view.pacts
        if pact.state == "late" or (pact.state == "open" and pact.asked and not pact.signed_here)
    ]
    lines += [line for pact in view.pacts for line in pact_reach(pact, context)]
    if lines:
        sheet.heading(t("status.cli.waiting"))
        sheet.items(lines)


def _arriving(sheet: Sheet, view: StatusView, context: Context) -> None:
    """How far a large transfer is."""
    t = context.t
    if view.running and view.arriving:
        sheet.heading(t("status.cli.arriving"))
        for one in view.arriving:
            who = context.called(one.who)
            sheet.say(t("status.cli.arriving_from", who=who, taken=one.taken, of=one.of))


def _ties(sheet: Sheet, view: StatusView, context: Context) -> None:
    t = context.t
    if view.peers:
        sheet.heading(t("status.cli.peers"))
        titles = context.titles("peers", "group", "state", "since", "id")
        sheet.table(titles, peer_rows(view.peers, context))
    if view.networks:
        sheet.heading(t("status.cli.networks"))
        titles = context.titles("networks", "name", "standing", "host")
        sheet.table(titles, network_rows(view.networks, context))


def _departures(sheet: Sheet, view: StatusView, context: Context) -> None:
    if not view.departures:
        return
    t = context.t
    sheet.heading(t("status.cli.departures"))
    for one in view.departures:
        left = words.day(one.left, context.texts)
        sheet.say(t("status.cli.left", network=context.called(one.network), day=left))
        confirmed = ", ".join(map(context.called, one.confirmed))
        missing = ", ".join(map(context.called, one.missing))
        sheet.facts(
            [
                (t("status.cli.confirmed"), confirmed),
                (t("status.cli.missing"), missing or t("erasures.cli.nobody_missing")),
            ]
        )


def _meetings(sheet: Sheet, view: StatusView, context: Context) -> None:
    if view.upcoming:
        sheet.heading(context.t("status.cli.meetings"))
        titles = meeting_titles(context)
        sheet.table(titles, meeting_rows(view.upcoming, context))


def _refused(sheet: Sheet, view: StatusView, context: Context) -> None:
    if view.set_aside:
        sheet.heading(context.t("status.cli.refused"))
        sheet.facts(
            (context.t(f"cli.refused.{code}"), str(n)) for code, n in view.set_aside.items()
        )


def _next(sheet: Sheet, view: StatusView, context: Context) -> None:
    if view.words_unconfirmed:
        return  # what they are needed for comes after them
    if not view.peers and not view.networks:
        sheet.hint(context.t("status.cli.alone" if view.endpoints else "status.cli.alone_dialling"))
    elif not view.running:
        sheet.hint(context.t("status.cli.start"))

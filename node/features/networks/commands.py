"""`network found|show|list|apply|admit|decline|leave|expel|members`."""

import argparse
from typing import Any

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID, shown
from node.base.turns import breathing
from node.cli.context import Answer, Context, plain
from node.cli.described import said
from node.features.networks.feature import CHARTER_FIELDS
from node.features.networks.terminal import member_rows, network_hints, network_rows, show_network
from node.features.networks.types import NetworkView
from protocol.networks import NETWORK


def _view(context: Context, network: bytes) -> NetworkView:
    from node.features.networks.views import network_view

    found = network_view(context.sight(), network)
    if found is None:
        raise Problem("charter-unknown")
    return found


def network_of(context: Context) -> bytes:
    """The network that a command names; `Problem` if it is not one, or several."""
    from node.lookup.names import find_network

    return find_network(context.core, context.args.network)


def charter_fields(args: argparse.Namespace) -> dict[str, Any]:
    """What was said of a charter, under the names that its fields have."""
    return said(args, NETWORK.fields, *CHARTER_FIELDS)


def found(context: Context) -> Answer:
    """Found a network; its node is this one."""
    from node.features.networks.actions import found_network

    view = _view(context, found_network(context.core, context.me, charter_fields(context.args)))
    sheet = context.sheet()
    sheet.say(context.t("networks.cli.founded", name=view.name))
    show_network(sheet, view, context)
    sheet.hint(context.t("networks.cli.founded_next", name=view.name))
    return Answer(plain(view), sheet)


def show(context: Context) -> Answer:
    """A charter."""
    view = _view(context, network_of(context))
    sheet = context.sheet()
    show_network(sheet, view, context)
    for hint in network_hints(view, context):
        sheet.hint(hint)
    if view.standing in ("none", "left", "declined", "expelled") and not view.held_here:
        sheet.hint(context.t("networks.cli.join", network=view.id[:SHORT_ID]))
    return Answer(plain(view), sheet)


def list_(context: Context) -> Answer:
    """The networks known here."""
    from node.features.networks.views import network_views

    views = network_views(context.sight())
    sheet = context.sheet()
    if views:
        titles = context.titles("networks", "name", "standing", "host")
        sheet.table(titles, network_rows(views, context))
    else:
        sheet.say(context.t("networks.cli.none"))
    return Answer({"networks": plain(views)}, sheet)


def apply(context: Context) -> Answer:
    """Ask to be admitted."""
    from node.features.networks.actions import apply_to_network
    from node.features.networks.held import find_decision

    network = network_of(context)
    args = context.args
    decision = find_decision(context.core, network, args.confirmed) if args.confirmed else None
    standing = apply_to_network(
        context.core, context.me, network, args.message, decision, shown=bool(args.shown)
    )
    who = context.name(network)
    sheet = context.sheet()
    sheet.say(context.t(f"networks.cli.now_{standing}", name=context.called(who)))
    if args.shown:
        sheet.say(context.t("networks.cli.show_us.on", name=context.called(who)))
    return Answer({"network": plain(who), "standing": standing}, sheet)


def admit(context: Context) -> Answer:
    """Admit an applicant."""
    return _decide(context, "admitted", None)


def decline(context: Context) -> Answer:
    """Decline an applicant."""
    return _decide(context, "declined", context.args.reason)


def expel(context: Context) -> Answer:
    """Expel a member."""
    return _decide(context, "expelled", context.args.reason)


def _decide(context: Context, decision: str, reason: str | None) -> Answer:
    from node.features.networks.actions import decide
    from node.lookup.names import find_identity

    core, network = context.core, network_of(context)
    roster = set(core.ties.rosters.get(network, {}))
    try:
        group = find_identity(core, context.args.group, roster or None)
    except Problem as problem:
        if problem.code != "nobody-found" or decision == "expelled":
            raise
        # Nobody of that name applied: the application may be on its way.
        near = problem.values.get("near")
        raise Problem("no-application", text=context.args.group, near=near) from problem
    who, where = context.name(group), context.name(network)
    names = {"who": context.called(who), "name": context.called(where)}
    if decision == "expelled":
        context.confirm(context.t("networks.cli.sure_expel", **names))
    decide(core, network, group, decision, reason)
    sheet = context.sheet()
    sheet.say(context.t(f"networks.cli.{decision}", **names))
    standing = core.ties.standing(network, group, core.clock()).value
    return Answer({"network": plain(where), "group": plain(who), "standing": standing}, sheet)


def leave(context: Context) -> Answer:
    """Leave, alone and at once."""
    from node.features.networks.actions import leave_network

    network = network_of(context)
    who = context.name(network)
    name = context.called(who)
    context.confirm(context.t("networks.cli.sure_leave", name=name))
    waiting = [
        context.name(one) for one in breathing(leave_network(context.core, context.me, network))
    ]
    sheet = context.sheet()
    sheet.say(context.t("networks.cli.left", name=name))
    sheet.items(
        context.t(f"networks.cli.left_{part}") for part in ("here", "there", "alone", "kept")
    )
    if waiting:
        names = ", ".join(map(context.called, waiting))
        sheet.gap()
        sheet.say(context.t("networks.cli.to_confirm", names=names))
    sheet.hint(context.t("networks.cli.left_next", network=who.id[:SHORT_ID]))
    return Answer({"network": plain(who), "to_confirm": plain(waiting)}, sheet)


def members(context: Context) -> Answer:
    """Who belongs to a network, applied, or left."""
    view = _view(context, network_of(context))
    if view.members is None:
        raise Problem("members-hidden", name=view.name)
    sheet = context.sheet()
    sheet.heading(shown(view.name))
    titles = context.titles("networks", "group", "state", "since", "id", "note")
    sheet.table(titles, member_rows(view.members, context), whole=True)
    if view.held_here and any(one.standing == "applied" for one in view.members):
        sheet.hint(context.t("networks.cli.decide", network=view.id[:SHORT_ID]))
    name = {"id": view.id, "name": view.name}
    return Answer({"network": name, "members": plain(view.members)}, sheet)

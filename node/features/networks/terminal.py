"""How networks and members are shown in a terminal."""

from collections.abc import Sequence

from node.base.lookalikes import SHORT_ID, shown
from node.cli.context import Context
from node.cli.described import facts
from node.cli.sheet import Sheet
from node.cli.words import day, plainly
from node.features.networks.types import DecisionView, MemberView, NetworkView
from node.features.networks.wording import named_outside
from protocol.networks import NETWORK


def show_network(sheet: Sheet, view: NetworkView, context: Context) -> None:
    """A charter, and how we stand."""
    t = context.t
    members = [one for one in view.members or () if one.standing == "member"]
    count = None if view.members is None else str(len(members))
    show_charter(
        sheet,
        view,
        context,
        [(t("networks.label.standing"), _standing(view, context))],
        [
            (t("networks.label.members"), count),
            (t("networks.label.shown"), _shown(view, context)),
            (t("networks.label.named"), named_outside(view, context.texts)),
            (
                t("networks.cli.alone_label"),
                t("networks.cli.alone_one", who=context.called(view.alone)) if view.alone else None,
            ),
            (t("networks.cli.unconfirmed"), ", ".join(map(context.called, view.unconfirmed))),
            (t("networks.cli.checkpoint"), view.checkpoint),
            (t("common.label.id"), view.id),
        ],
    )


FACTS = (
    "orientation",
    "consensus",
    "topics",
    "region",
    "languages",
    "admission",
    "majority",
    "counted",
    "term",
)
"""What stands beside its label, in this order."""

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
            *facts(texts, "networks", NETWORK.fields, view, *FACTS),
            (t("common.label.host"), context.called(view.host)),
            (t("networks.label.mandate"), day(view.mandate, texts)),
            *facts(texts, "networks", NETWORK.fields, view, "links"),
            *after,
        ]
    )


def _shown(view: NetworkView, context: Context) -> str | None:
    return None if view.shown is None else context.t(f"common.{'yes' if view.shown else 'no'}")


def _standing(view: NetworkView, context: Context) -> str:
    said = context.texts(f"networks.standing.{view.standing or 'none'}")
    return f"{said} – {context.t('networks.cli.held_here')}" if view.held_here else said


def network_hints(view: NetworkView, context: Context) -> list[str]:
    """What the members should know about its node, and do."""
    t, name, hints = context.t, view.name, []
    if view.held_before:
        hints.append(t("networks.cli.held_before", name=name, host=context.called(view.host)))
    if view.held_here and view.mandate <= context.core.clock():
        hints.append(t("networks.cli.mandate_over", name=name, id=view.id[:SHORT_ID]))
    if mandate_is_wrong(view):
        hints.append(t("networks.cli.mandate_long", name=name, id=view.id[:SHORT_ID]))
    if view.unconfirmed:
        hints.append(t("networks.cli.unconfirmed_next", name=name, id=view.id[:SHORT_ID]))
    hints += held_hints(view, context)
    if any(one.ours for one in view.proposals):
        hints.append(t("networks.cli.waiting_next", id=view.id[:SHORT_ID]))
    return hints


def held_hints(view: NetworkView, context: Context) -> list[str]:
    """What was decided and waits for a person; and what others showed that does not count."""
    t, said = context.t, {"name": view.name, "id": view.id[:SHORT_ID]}
    hints = [t("networks.cli.waits", **said)] if view.waits and view.standing == "member" else []
    if len(view.to_confirm) > 1:
        hints.append(t("networks.cli.two_sides", **said))
        hints += [_side(one, context) for one in view.to_confirm]
    elif any(one.asked for one in view.to_confirm) and view.standing == "member":
        hints.append(t("networks.cli.decided_before", **said))
    if view.others:
        hints.append(t("networks.cli.others", **said))
    return hints


def _side(one: DecisionView, context: Context) -> str:
    deciders, attested = (
        ", ".join(map(context.called, names)) or context.t("networks.cli.nobody")
        for names in (one.deciders, one.attested)
    )
    said = {"letters": one.letters, "deciders": deciders, "attested": attested}
    return context.t("networks.cli.side", **said)


def mandate_is_wrong(view: NetworkView) -> bool:
    """Whether a wrong clock made it too long, and our group can propose another one."""
    return view.mandate_long and (view.held_here or view.standing == "member")


def network_rows(views: tuple[NetworkView, ...], context: Context) -> list[list[str]]:
    """One row for each network."""
    return [[shown(one.name), _standing(one, context), context.called(one.host)] for one in views]


def member_rows(views: tuple[MemberView, ...], context: Context) -> list[list[str]]:
    """One row for each that stands in some way."""
    texts = context.texts
    return [
        [
            plainly(one.who, context),
            texts(f"networks.standing.{one.standing}"),
            day(one.since, texts),
            one.who.id[:SHORT_ID],
            one.reason or one.message or "",
        ]
        for one in views
    ]

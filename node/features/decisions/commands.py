"""`network amend|move|confirm|proposals`: what the members of a network decide together."""

from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.cli import words
from node.cli.context import Answer, Context, plain
from node.cli.sheet import Sheet
from node.features.networks.commands import charter_fields, network_of
from node.features.networks.types import ProposalView

if TYPE_CHECKING:
    from node.features.decisions.actions import Proposed, Wish


def _wish(context: Context) -> "Wish":
    from node.features.decisions.actions import Wish
    from node.lookup.names import find_identity

    without = frozenset(find_identity(context.core, one) for one in context.args.without or ())
    return Wish(charter_fields(context.args), without, context.args.note)


def amend(context: Context) -> Answer:
    """Propose another charter, or to confirm the members."""
    from node.features.decisions.actions import amend as propose

    network = network_of(context)
    wish = _wish(context)
    return _proposed(context, network, propose(context.core, context.me, network, wish))


def move(context: Context) -> Answer:
    """Propose that this node looks after the network."""
    from node.features.decisions.actions import move as propose
    from node.lookup.names import find_identity

    network = network_of(context)
    if context.args.to and find_identity(context.core, context.args.to) != context.me:
        who = find_identity(context.core, context.args.to)
        raise Problem("move-elsewhere", who=context.called(context.name(who)))
    wish = _wish(context)
    name = context.called(context.name(network))
    context.confirm(context.t("decisions.cli.sure_move", name=name))
    return _proposed(context, network, propose(context.core, context.me, network, wish))


def _proposed(context: Context, network: bytes, proposed: "Proposed") -> Answer:
    view = _view(context, network, proposed.name)
    sheet = context.sheet()
    name = context.called(context.name(network))
    if proposed.decided:
        sheet.say(context.t("decisions.cli.decided", name=name))
    else:
        sheet.say(context.t("decisions.cli.proposed", name=name))
        _show(sheet, view, context)
        sheet.hint(
            context.t("decisions.cli.proposed_next", network=context.name(network).id[:SHORT_ID])
        )
    return _answer(context, network, view, sheet, decided=proposed.decided)


def confirm(context: Context) -> Answer:
    """Show what would change, ask, and vote."""
    from node.features.decisions.actions import check_vote, find_proposal
    from node.features.decisions.actions import confirm as vote
    from protocol.tally import tally

    core, network, args = context.core, network_of(context), context.args
    proposal = find_proposal(core, network, context.me, args.proposal)
    found = tally(core.ties, proposal, core.clock())
    check_vote(core, context.me, proposal, found, instead=args.instead)
    view = _view(context, network, proposal.name)
    name = context.called(context.name(network))
    if not context.json:
        before = context.sheet()
        _show(before, view, context)
        context.progress(str(before))
    question = "sure_instead" if args.instead else "sure_confirm"
    context.confirm(context.t(f"decisions.cli.{question}", name=name))
    decided = vote(core, context.me, proposal, instead=args.instead)
    sheet = context.sheet()
    said = "decided" if decided else "voted"
    sheet.say(context.t(f"decisions.cli.{said}", name=name))
    view = _view(context, network, proposal.name)
    return _answer(context, network, view, sheet, decided=decided)


def list_(context: Context) -> Answer:
    """What is proposed, who confirmed, how many are needed."""
    network = network_of(context)
    views = _views(context, network)
    sheet = context.sheet()
    name = context.name(network)
    sheet.heading(context.called(name))
    for view in views:
        _show(sheet, view, context)
    if not views:
        sheet.say(context.t("decisions.cli.none"))
    if any(view.ours for view in views):
        sheet.hint(context.t("networks.cli.waiting_next", id=name.id[:SHORT_ID]))
    return Answer({"network": plain(name), "proposals": plain(views)}, sheet)


def _views(context: Context, network: bytes) -> tuple[ProposalView, ...]:
    from node.features.networks.proposals import proposal_views

    return proposal_views(context.sight(), network, closed=True)


def _view(context: Context, network: bytes, name: str) -> ProposalView:
    return next(view for view in _views(context, network) if view.id == name)


def _answer(
    context: Context, network: bytes, view: ProposalView, sheet: Sheet, **more: Any
) -> Answer:
    who = plain(context.name(network))
    return Answer({"network": who, "proposal": plain(view), **more}, sheet)


def _show(sheet: Sheet, view: ProposalView, context: Context) -> None:
    t, texts = context.t, context.texts
    kind = "move" if view.moves else "amend" if view.changes else "renew"
    sheet.heading(t(f"decisions.cli.{kind}", host=context.called(view.host)))
    facts = [(texts.label("networks", one.field), _change(context, one)) for one in view.changes]
    confirmed = t("decisions.cli.count", n=len(view.confirmed), all=view.voters, needed=view.needed)
    sheet.facts(
        [
            *facts,
            (t("networks.label.mandate"), words.day(view.mandate, texts)),
            (t("decisions.cli.added"), ", ".join(map(context.called, view.added))),
            (t("decisions.cli.removed"), ", ".join(map(context.called, view.removed))),
            (t("decisions.cli.by"), context.called(view.who)),
            (t("common.label.note"), view.note),
            (t("common.label.state"), texts(f"networks.web.decision.{view.state}")),
            (t("decisions.cli.confirmed"), ", ".join(map(context.called, view.confirmed))),
            (t("decisions.cli.votes"), confirmed),
            (t("common.label.until"), words.day(view.until, texts)),
            (t("common.label.short"), view.id),
        ]
    )


def _change(context: Context, change: Any) -> str:
    old, new = (
        "; ".join(one) or context.t("decisions.cli.empty") for one in (change.old, change.new)
    )
    return f"{old} → {new}"

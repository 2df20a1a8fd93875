"""`network amend|move|confirm|proposals`: what the members of a network decide together."""

from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.cli import words
from node.cli.context import Answer, Context, plain
from node.cli.sheet import Sheet
from node.features.networks.commands import charter_fields, network_of
from node.features.networks.types import NetworkView, ProposalView
from node.features.networks.wording import charter_words

if TYPE_CHECKING:
    from node.features.decisions.actions import Proposed, Wish


def _wish(context: Context) -> "Wish":
    from node.features.decisions.actions import Wish
    from node.lookup.names import find_identity

    args = context.args
    without, added = (
        frozenset(find_identity(context.core, one) for one in named or ())
        for named in (args.without, args.with_)
    )
    return Wish(charter_fields(args), without, added, args.note)


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
    if (decision := _waiting(context, network)) is not None:
        return _confirm_decision(context, network, decision)
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
    return _answer(context, network, view, sheet, decided=decided, confirmed=None)


def oppose(context: Context) -> Answer:
    """Show what would change, ask, and vote against it."""
    from node.features.decisions.actions import check_part_in, find_proposal
    from node.features.decisions.actions import oppose as vote_against
    from protocol.tally import tally

    core, network = context.core, network_of(context)
    proposal = find_proposal(core, network, context.me, context.args.proposal)
    check_part_in(core, context.me, proposal, tally(core.ties, proposal, core.clock()))
    if not context.json:
        before = context.sheet()
        _show(before, _view(context, network, proposal.name), context)
        context.progress(str(before))
    vote_against(core, context.me, proposal)
    sheet = context.sheet()
    sheet.say(context.t("decisions.cli.opposed", name=context.called(context.name(network))))
    return _answer(context, network, _view(context, network, proposal.name), sheet)


def _waiting(context: Context, network: bytes) -> bytes | None:
    """The decision that a person is to confirm before anything else; None if there is none."""
    from node.features.networks.held import LETTERS, find_decision, held_of

    found, said = held_of(context.core, network), context.args.proposal
    if said is not None:
        known = [one.name for one in context.core.ties.decisions.all_proposals(network)]
        is_proposal = any(name.startswith(said.strip().lower()) for name in known)
        if is_proposal or len(said) < LETTERS:
            return None
        return find_decision(context.core, network, said)
    if found is None or not found.open:
        return None
    if len(found.open) > 1:
        letters = ", ".join(one.letters for one in _network_view(context, network).to_confirm)
        raise Problem("several-decisions-open", found=letters)
    return found.open[0].digest


def _confirm_decision(context: Context, network: bytes, decision: bytes) -> Answer:
    """Show who decides from then on, ask, and hold it."""
    from node.features.decisions.holding import confirm_decision
    from node.features.networks.held import contradicts, known_decisions, letters

    core, t = context.core, context.t
    name = context.called(context.name(network))
    link = known_decisions(core, network)[decision]
    said = {"name": name, "letters": letters(decision)}
    if not context.json:
        before = context.sheet()
        before.heading(t("decisions.cli.decides", **said))
        before.items(context.called(context.name(one)) for one in link.deciders)
        context.progress(str(before))
    question = "sure_other" if contradicts(core, network, decision) else "sure_held"
    context.confirm(t(f"decisions.cli.{question}", **said))
    confirm_decision(core, network, decision)
    sheet = context.sheet()
    sheet.say(t("decisions.cli.held", **said))
    who = plain(context.name(network))
    document = {"network": who, "proposal": None, "decided": False, "confirmed": said["letters"]}
    return Answer(document, sheet)


def _network_view(context: Context, network: bytes) -> NetworkView:
    from node.features.networks.views import network_view

    found = network_view(context.sight(), network)
    if found is None:
        raise Problem("charter-unknown")
    return found


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
            (t("decisions.cli.against"), ", ".join(map(context.called, view.against))),
            (t("decisions.cli.votes"), confirmed),
            (t("common.label.until"), words.day(view.until, texts)),
            (t("common.label.short"), view.id),
        ]
    )


def _change(context: Context, change: Any) -> str:
    said = (charter_words(change.field, one, context.texts) for one in (change.old, change.new))
    old, new = ("; ".join(one) or context.t("decisions.cli.empty") for one in said)
    return f"{old} → {new}"

"""`pact propose|sign|list|show`: several groups leave together and found a network."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from node.base.errors import Problem
from node.base.lookalikes import SHORT_ID
from node.cli import terminal, when, words
from node.cli.context import Answer, Context, plain
from node.cli.parser import UsageError
from node.features.networks.commands import charter_fields
from node.features.pacts.terminal import pact_rows, show_pact
from node.features.pacts.types import PactView

if TYPE_CHECKING:
    from protocol.certificates import Pact


def _end_of(day: date) -> int:
    """The end of a day here, in seconds UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time())
    return int(midnight.astimezone().timestamp())


def _pact(context: Context) -> "Pact":
    from node.features.pacts.actions import find_pact

    pact = find_pact(context.core, context.args.pact).pact
    assert pact is not None  # noqa: S101 - only those with a text are found
    return pact


def _view(context: Context, pact: bytes) -> PactView:
    from node.features.pacts.views import pact_view

    found = pact_view(context.sight(), pact)
    if found is None:
        raise Problem("no-such-pact", text="")
    return found


def propose(context: Context) -> Answer:
    """Propose a pact, and sign it first."""
    from node.features.pacts.actions import Proposal
    from node.features.pacts.actions import propose as propose_pact
    from node.lookup.names import find_identity

    args, core = context.args, context.core
    asked = tuple(find_identity(core, one) for one in args.groups)
    carriers = tuple(find_identity(core, one) for one in args.carrier or ())
    leaves = _leaves(context, asked)
    said = Proposal(
        charter_fields(args),
        asked,
        args.quorum,
        _end_of(when.day(context, args.until)),
        leaves,
        carriers,
        args.note,
    )
    names = ", ".join(context.called(context.name(one)) for one in asked)
    left = context.called(context.name(leaves)) if leaves else None
    kind = "sure_leave" if left else "sure_found"
    _warn(context, asked, carriers)
    context.confirm(context.t(f"pacts.cli.{kind}", names=names, new=args.name, old=left or ""))
    view = _view(context, propose_pact(core, context.me, said))
    _follow(context)
    sheet = context.sheet()
    sheet.say(context.t("pacts.cli.proposed", name=view.name))
    show_pact(sheet, view, context)
    sheet.hint(context.t("pacts.cli.proposed_next", pact=view.id[:SHORT_ID]))
    return Answer(plain(view), sheet)


def _warn(context: Context, asked: tuple[bytes, ...], carriers: tuple[bytes, ...]) -> None:
    """Who will not hear of it, and who will be cut off by it: before anybody signs."""
    from node.features.pacts.reach import reach

    def named(some: Iterable[bytes]) -> str:
        return ", ".join(context.called(context.name(one)) for one in some)

    found = reach(context.core, context.me, asked, carriers)
    if found.far:
        context.progress(context.t("pacts.cli.far", names=named(found.far)))
    if not found.reachable:
        context.progress(context.t("pacts.cli.nobody_reachable"))
    elif found.only is not None:
        context.progress(context.t("pacts.cli.one_reachable", who=named([found.only])))


def _leaves(context: Context, asked: tuple[bytes, ...]) -> bytes | None:
    """The network to leave: the one that was named, or the only one that all are members of."""
    from node.lookup.names import find_network

    if context.args.leave and context.args.stay:
        raise UsageError(context.t("pacts.cli.leave_and_stay"), "verbund pact propose --help")
    if context.args.leave:
        return find_network(context.core, context.args.leave)
    if context.args.stay:
        return None
    ties, now = context.core.ties, context.core.clock()
    common = set(ties.memberships(context.me, now))
    for one in asked:
        common &= set(ties.memberships(one, now))
    if len(common) > 1:
        names = ", ".join(sorted(context.called(context.name(one)) for one in common))
        raise Problem("pact-which-network", names=names)
    return next(iter(common), None)


def sign(context: Context) -> Answer:
    """Sign, once and for good."""
    from node.features.pacts.actions import sign as sign_pact

    pact = _pact(context)
    before = _view(context, pact.digest)
    if before.state in ("open", "late") and not context.json:
        shown = context.sheet()
        show_pact(shown, before, context)
        terminal.say(str(shown))
    old = context.called(before.leaves) if before.leaves else ""
    if before.state == "open":
        _warn(context, pact.asked, pact.carriers)
    kind = "late" if before.state == "late" else "leave" if before.leaves else "found"
    context.confirm(context.t(f"pacts.cli.sign_{kind}", name=before.name, old=old))
    sign_pact(context.core, context.me, pact)
    _follow(context)
    view = _view(context, pact.digest)
    sheet = context.sheet()
    if view.state == "done":
        done = "done" if old else "done_found"
        sheet.say(context.t(f"pacts.cli.{done}", name=view.name, old=old))
    else:
        counts = {"signed": view.signed, "quorum": view.quorum}
        day = words.day(view.until - 1, context.texts)  # until the end of that day
        sheet.say(context.t("pacts.cli.signed", name=view.name, day=day, **counts))
    return Answer(plain(view), sheet)


def _follow(context: Context) -> None:
    """What a certificate that is complete asks for, also when no server runs."""
    from node.features.pacts.joint_exit import follow

    while follow(context.core):
        continue


def list_(context: Context) -> Answer:
    """Pacts that concern this group."""
    from node.features.pacts.views import pact_views

    views = pact_views(context.sight())
    sheet = context.sheet()
    if views:
        titles = context.titles("pacts", "short", "name", "state", "signed", "unreached", "until")
        sheet.table(titles, pact_rows(views, context))
    else:
        sheet.say(context.t("pacts.cli.none"))
    return Answer({"pacts": plain(views)}, sheet)


def show(context: Context) -> Answer:
    """One pact: its text, its charter, who signed."""
    view = _view(context, _pact(context).digest)
    sheet = context.sheet()
    show_pact(sheet, view, context)
    if view.state == "open" and view.asked and not view.signed_here:
        sheet.hint(context.t("pacts.cli.to_sign", pact=view.id[:SHORT_ID]))
    return Answer(plain(view), sheet)

"""What the members of a network propose and decided: all members read it, key persons answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from node.base.errors import Problem
from node.cli.problems import explain
from node.feature import Right
from node.features.decisions.actions import check_part_in, check_vote
from node.features.networks import acting, asking
from node.features.networks.finding import Meant, meant
from node.features.networks.held import (
    LETTERS,
    contradicts,
    find_decision,
    held_of,
    known_decisions,
    letters,
)
from node.features.networks.proposals import proposal_view, proposal_views
from node.features.networks.types import ProposalView
from node.features.rules.wanting import go_on, takes_two, want
from node.web.forms import Field, Filled, Form, Kind, Wrong
from node.web.page import Asked, MissingError, Page
from protocol.decisions import Proposal
from protocol.ids import from_text
from protocol.tally import State, Tally, tally

INSTEAD = Field("instead", Kind.YES, "decisions.web.instead", "decisions.web.instead_hint", True)

VOTE = Form("vote", Field("link", Kind.HIDDEN, longest=64))
OPPOSE = Form("oppose", Field("link", Kind.HIDDEN, longest=64))
HOLD = Form("hold", Field("sure", Kind.YES, "decisions.web.sure_held"))


def proposals(asked: Asked) -> Page:
    """All that still stand, also what became of those that are over."""
    found = meant(asked)
    if found.view.members is None:
        raise MissingError
    values = {
        "network": found.view,
        "proposals": proposal_views(asked.sight, found.id, closed=True),
        "may": asked.has(Right.KEY),
    }
    title = asked.texts("decisions.web.title", name=found.view.name)
    return Page("proposals.html", title, "networks", values)


@dataclass(frozen=True, slots=True)
class Asking:
    """A proposal that is asked about."""

    network: Meant
    proposal: Proposal
    counted: Tally
    view: ProposalView

    @property
    def path(self) -> str:
        """Its page."""
        return f"{self.network.path}/proposals/{self.view.id}"


def asking_about(asked: Asked) -> Asking:
    """The proposal of the address; `MissingError` if there is none, or not for this viewer."""
    found, name = meant(asked), asked.match["proposal"]
    if found.view.members is None:
        raise MissingError
    known = asked.core.ties.decisions.proposals.get(found.id, {})
    one = next((one for (_author, called), one in known.items() if called == name), None)
    if one is None:
        raise MissingError
    counted = tally(asked.core.ties, one, asked.core.clock())
    return Asking(found, one, counted, proposal_view(asked.sight, one, counted))


def voters(asked: Asked, it: Asking, *, against: bool = False) -> list[bytes]:
    """Identities of this machine that may vote for it now, or against it."""
    voted = {vote.author for vote in it.counted.votes}
    voted |= set(it.counted.against) if against else set()
    own = [one for one in acting.identities(asked.core) if one not in voted]
    return [one for one in own if not _hindered(asked, it, one)]


def _hindered(asked: Asked, it: Asking, own: bytes) -> Problem | None:
    try:
        check_part_in(asked.core, own, it.proposal, it.counted)
    except Problem as problem:
        return problem
    return None


def _otherwise(asked: Asked, it: Asking, among: Iterable[bytes]) -> bool:
    """Whether one of them voted for something that can't hold beside it."""
    for own in among:
        try:
            check_vote(asked.core, own, it.proposal, it.counted)
        except Problem as problem:
            if problem.code == "voted-otherwise":
                return True
    return False


def _forms(asked: Asked, it: Asking) -> tuple[Form, Form]:
    """For it, and against it."""
    yes = voters(asked, it)
    more = (INSTEAD,) if _otherwise(asked, it, yes) else ()
    for_it = acting.with_choice(asked, Form(VOTE.name, *VOTE.fields, *more), yes)
    return for_it, acting.with_choice(asked, OPPOSE, voters(asked, it, against=True))


def proposal(asked: Asked) -> Page:
    """One of them: what would change, who voted, how many it takes, until when."""
    it = asking_about(asked)
    return _page(asked, it)


def _page(asked: Asked, it: Asking, form: Filled | None = None) -> Page:
    for_it, against = _forms(asked, it)
    stands = {"link": it.proposal.link.digest.hex()}
    yes, no = voters(asked, it), voters(asked, it, against=True)
    may = asked.has(Right.KEY)
    why = _hindered(asked, it, asked.core.home_id) if not yes and not no else None
    form = form or asked.show(for_it, **stands, **acting.usual(yes))
    values = {
        "network": it.network.view,
        "one": it.view,
        "path": it.path,
        "may_vote": may and bool(yes),
        "may_oppose": may and bool(no),
        "no": asked.show(against, **stands, **acting.usual(no)),
        "why": _why(asked, why) if may and it.view.state == State.OPEN.value else "",
        "two": takes_two(asked, "confirm"),
        "panels": asked.panels_of("proposal", f"{it.network.view.id}/{it.view.id}"),
    }
    title = asked.texts("decisions.web.one_title", name=it.network.view.name)
    return asked.form_page("proposal.html", title, form, "networks", **values)


def _why(asked: Asked, problem: Problem | None) -> str:
    """Why no identity of this machine can vote."""
    if problem is None:
        return ""
    return explain(problem, asked.texts, page=True)


async def vote(asked: Asked) -> Page | web.StreamResponse:
    """Yes."""
    it = asking_about(asked)
    yes, (for_it, _no) = voters(asked, it), _forms(asked, it)
    if not yes:
        return asked.refused(it.path, _closed(asked, it))
    form = await asked.read(for_it)
    _require_read(form, it)
    if not form.ok:
        return _page(asked, it, form)
    own = acting.chosen(form, yes)
    instead = bool(form.values.get("instead"))
    try:
        check_vote(asked.core, own, it.proposal, it.counted, instead=instead)
        what = _what(asked, it, own, instead=instead)
        outcome = want(asked, "confirm", what)
    except Problem as problem:
        asked.refuse(form, problem, "instead" if problem.code == "voted-otherwise" else "")
        return _page(asked, it, form)
    decided = tally(asked.core.ties, it.proposal, asked.core.clock()).state is State.DECIDED
    done = "decisions.web.decided_now" if decided else "decisions.web.voted_now"
    return go_on(asked, outcome, it.path, done, name=it.network.view.name)


async def against(asked: Asked) -> Page | web.StreamResponse:
    """No."""
    it = asking_about(asked)
    no, (_yes, form_) = voters(asked, it, against=True), _forms(asked, it)
    if not no:
        return asked.refused(it.path, _closed(asked, it))
    form = await asked.read(form_)
    if not _require_read(form, it):
        return asked.go(it.path, "decisions.web.exchanged")
    if not form.ok:
        return asked.go(it.path)
    own = acting.chosen(form, no)
    try:
        outcome = want(asked, "confirm", _what(asked, it, own, against=True))
    except Problem as problem:
        return asked.refused(it.path, problem)
    return go_on(asked, outcome, it.path, "decisions.web.opposed_now", name=it.network.view.name)


def _require_read(form: Filled, it: Asking) -> bool:
    """Whether it is the very proposal that the page of this form showed: its author can put another
    one at its place while the page is open. If not, the form says so, and asks about this one."""
    link = it.proposal.link.digest.hex()
    if form.values.get("link") == link:
        return True
    form.errors.pop("link", None)
    form.errors[""] = Wrong("decisions.web.exchanged", {})
    form.typed["link"] = (link,)
    return False


def _closed(asked: Asked, it: Asking) -> Problem:
    """Why nobody here can vote: it is over, or all have."""
    found = _hindered(asked, it, asked.core.home_id)
    return found or Problem("voted-for")


def _what(asked: Asked, it: Asking, own: bytes, **more: bool) -> dict[str, Any]:
    """The particulars of a vote; whoever says yes besides reads what would change."""
    told = [*asking.for_whom(asked, own), *told_of(asked, it.view)]
    said = "networks.asks.oppose" if more.get("against") else "networks.asks.vote"
    return {
        "network": it.network.id.hex(), "as": own.hex(), "author": it.proposal.author.hex(),
        "proposal": it.proposal.name, "link": it.proposal.link.digest.hex(), **more,
        "shown": it.network.view.name, "said": said, "told": told,
    }  # fmt: skip


def told_of(asked: Asked, view: ProposalView) -> list[asking.Told]:
    """What a proposal would change, in sentences."""
    names = asked.sight
    told = [
        asking.told(
            "change",
            field={"text": f"networks.charter.{one.field}"},
            old=asking.value(one.field, {one.field: _content(one.field, one.old)}, asked.texts),
            new=asking.value(one.field, {one.field: _content(one.field, one.new)}, asked.texts),
        )
        for one in view.changes
    ]
    for key, some in (("added", view.added), ("removed", view.removed)):
        if some:
            called = ", ".join(one.name or one.id[:8] for one in some)
            told.append(asking.told(key, names=called))
    if view.moves:
        host = names.name(from_text(view.host.id))
        told.append(asking.told("host", name=host.name or host.id[:8]))
    return [*told, *asking.words(view.note)]


def _content(field: str, said: tuple[str, ...]) -> Any:
    """The value of a charter's field, from the texts that a proposal shows."""
    many = field in ("consensus", "topics", "languages", "links")
    return list(said) if many else (said[0] if said else None)


# What was decided without us


def decision(asked: Asked) -> Page:
    """Who decides from then on, and who stands by it: to be compared, and confirmed."""
    found, digest = _decision(asked)
    return _decision_page(asked, found, digest, asked.show(HOLD))


def _decision(asked: Asked) -> tuple[Meant, bytes]:
    found, said = meant(asked), asked.match["letters"]
    if held_of(asked.core, found.id) is None or len(said) != LETTERS:
        raise MissingError
    try:
        return found, find_decision(asked.core, found.id, said)
    except Problem as problem:
        raise MissingError from problem


def _decision_page(asked: Asked, found: Meant, digest: bytes, form: Filled) -> Page:
    core = asked.core
    link = known_decisions(core, found.id)[digest]
    attested = core.ties.decisions.heads(found.id)
    held = held_of(core, found.id)
    values = {
        "network": found.view,
        "letters": letters(digest),
        "deciders": asked.sight.named(link.deciders),
        "attested": asked.sight.named(one for one, head in attested.items() if head == digest),
        "other": contradicts(core, found.id, digest),
        "held": held is not None and held.held.digest == digest,
        "two": takes_two(asked, "confirm"),
    }
    title = asked.texts("decisions.web.hold_title", name=found.view.name)
    return asked.form_page("decision.html", title, form, "networks", **values)


async def hold(asked: Asked) -> Page | web.StreamResponse:
    """Confirm it."""
    (found, digest), form = _decision(asked), await asked.read(HOLD)
    if not form.ok:
        return _decision_page(asked, found, digest, form)
    link = known_decisions(asked.core, found.id)[digest]
    names = ", ".join(one.name or one.id[:8] for one in asked.sight.named(link.deciders))
    told = [asking.told("deciders", names=names, letters=letters(digest))]
    what = {
        "network": found.id.hex(), "decision": digest.hex(),
        "shown": found.view.name, "said": "networks.asks.hold", "told": told,
    }  # fmt: skip
    try:
        outcome = want(asked, "confirm", what)
    except Problem as problem:
        return asked.refused(found.path, problem)
    return go_on(asked, outcome, found.path, "decisions.web.held_now", name=found.view.name)

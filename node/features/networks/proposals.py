"""What members of a network propose, and who confirmed it."""

from collections.abc import Sequence
from typing import Any

from node.features.networks.types import ChangeView, ProposalView
from node.lookup.sight import Sight
from node.lookup.types import Name
from protocol.control_state import Standing
from protocol.decisions import Proposal
from protocol.identity import deciding_roster
from protocol.tally import OFFICE, State, Tally, proposals


def proposal_views(
    sight: Sight, network: bytes, *, closed: bool = False
) -> tuple[ProposalView, ...]:
    """The open ones, or all that still stand; for whoever is inside."""
    if not sight.inside:
        return ()
    found = proposals(sight.core.ties, network, sight.now)
    return tuple(
        proposal_view(sight, one, counted)
        for one, counted in found
        if closed or counted.state is State.OPEN
    )


class Unnamed(Sequence[Name]):
    """Groups of which a list says how many: their names are read for who asks for one."""

    def __init__(self, sight: Sight, ids: Sequence[bytes]) -> None:
        self._sight, self._ids = sight, ids

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, at: Any) -> Any:
        found = self._ids[at]
        return self._sight.name(found) if isinstance(found, bytes) else Unnamed(self._sight, found)


def unconfirmed(sight: Sight, network: bytes, whole: bool = True) -> Sequence[Name]:
    """Members without a say in what is decided, as long as nobody confirms them; by name only if
    they are wanted as a `whole`."""
    ties, chain = sight.core.ties, sight.core.ties.identities.get(network)
    if not sight.inside or chain is None:
        return ()
    roster = deciding_roster(chain.links)
    some = [one for one in ties.members(network, sight.now) if one not in roster]
    return sight.named(some) if whole else Unnamed(sight, some)


def proposal_view(sight: Sight, proposal: Proposal, counted: Tally) -> ProposalView:
    """One of them, as this viewer's group sees it."""
    before, after = frozenset(counted.roster), frozenset(proposal.link.roster)
    voters = [vote.author for vote in counted.votes]
    return ProposalView(
        id=proposal.name,
        who=sight.name(proposal.author),
        issued=proposal.issued,
        until=proposal.until,
        state=counted.state.value,
        moves=counted.moves,
        host=sight.name(proposal.terms["host"]),
        mandate=proposal.terms["mandate"],
        changes=_changes(sight, proposal) if _is_to_come(sight, proposal, counted) else (),
        added=sight.named(after - before),
        removed=sight.named(before - after),
        confirmed=sight.named(voters),
        against=sight.named(counted.against),
        voters=len(counted.roster),
        needed=counted.needed,
        ours=counted.state is State.OPEN
        and sight.me in before
        and sight.me not in voters
        and sight.me not in counted.against
        and sight.core.ties.standing(proposal.network, sight.me, sight.now) is not Standing.LEFT,
        note=proposal.note,
    )


def _is_to_come(sight: Sight, proposal: Proposal, counted: Tally) -> bool:
    """Whether it can be held against the charter of today: not if it is carried out, or over."""
    if counted.state is not State.DECIDED:
        return counted.state is State.OPEN
    chain = sight.core.ties.identities[proposal.network]
    return all(link.digest != proposal.link.digest for link in chain.links)


def _changes(sight: Sight, proposal: Proposal) -> tuple[ChangeView, ...]:
    charter = sight.core.ties.charters.get(proposal.network)
    old = charter.content if charter and charter.content else {}
    return tuple(
        ChangeView(name, _texts(old.get(name)), _texts(new))
        for name, new in proposal.terms.items()
        if name not in OFFICE and new != old.get(name)
    )


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (str(value),)

"""What a group said itself, from the records that its peers gave back (docs/protocol.md §6.10, 9).

After a total loss, or when an older copy of the folder was restored, and only if no key was called
stolen for it: else a thief may have written them. What this node remembers already stays.
"""

from node.records.held import hold
from node.store.core import Core
from node.store.memory import keep_signed, keep_stated, keep_vote
from protocol.control_state import Ties


def remember(core: Core) -> None:
    """Votes, signatures, and the decision that one's own groups stood by. Inside a transaction."""
    ties, settings, memory = core.ties, core.settings, core.ties.memory
    for network in sorted(ties.networks):
        for own, link in {*ties.decisions.votes.get(network, {}), *_in_chains(ties, network)}:
            if own in core.own:
                keep_vote(settings, memory, own, link)
        heads = ties.decisions.heads(network)
        said = next((heads[own] for own in sorted(core.own) if own in heads), None)
        if said is not None and network not in memory.held:
            keep_stated(settings, memory, network, said)
            hold(core, network, said)  # it may have other keys by now, elsewhere
    for pact, case in ties.certificates.cases.items():
        for own in sorted(core.own):
            if (own, own) in case.kept:
                keep_signed(settings, memory, own, pact)
    ties.reconsider(ties.networks)
    for own in core.own:
        ties.certificates.introduced(own)


def _in_chains(ties: Ties, network: bytes) -> set[tuple[bytes, bytes]]:
    """Who voted for which link by the chains known here: what was carried out at once, and moved
    the network, left no other trace with whoever is no member."""
    known = ties.successions.get(network)
    return {
        (member, link.digest)
        for chain in (known.witnesses if known else ())
        for at, link in enumerate(chain.links)
        if link.by_majority
        for member, key in chain.votes(at)
        if not ties.is_revoked(member, key)
    }

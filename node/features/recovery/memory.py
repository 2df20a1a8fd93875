"""What a group said itself, from the records that its peers gave back (docs/protocol.md §6.10, 9).

After a total loss, or when an older copy of the folder was restored, and only if no key was called
stolen for it: else a thief may have written them. What this node remembers already stays.
"""

from node.store.core import Core
from node.store.memory import keep_held, keep_signed, keep_stated, keep_vote


def remember(core: Core) -> None:
    """Votes, signatures, and the decision that one's own groups stood by. Inside a transaction."""
    ties, settings, memory = core.ties, core.settings, core.ties.memory
    for network in sorted(ties.networks):
        for own, link in ties.decisions.votes.get(network, {}):
            if own in core.own:
                keep_vote(settings, memory, own, link)
        heads = ties.decisions.heads(network)
        said = next((heads[own] for own in sorted(core.own) if own in heads), None)
        if said is not None and network not in memory.held:
            keep_held(settings, memory, network, said)
            keep_stated(settings, memory, network, said)
    for pact, case in ties.certificates.cases.items():
        for own in sorted(core.own):
            if (own, own) in case.kept:
                keep_signed(settings, memory, own, pact)
    ties.reconsider(ties.networks)
    for own in core.own:
        ties.certificates.introduced(own)

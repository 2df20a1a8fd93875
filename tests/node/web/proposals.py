"""Something that members propose, for the pages."""

from node.features.networks.types import ChangeView, ProposalView
from node.lookup.types import Name


def proposal(who: Name, host: Name, now: int, motto: str, note: str) -> ProposalView:
    """`who` wants to look after the network instead of `host`, under another motto."""
    return ProposalView(
        id="abcdefghijklmnop",
        who=who,
        issued=now - 86_400,
        until=now + 80 * 86_400,
        state="open",
        moves=True,
        host=who,
        mandate=now + 365 * 86_400,
        changes=(ChangeView("motto", ("Sozial, sicher, standhaft",), (motto,)),),
        added=(who,),
        removed=(host,),
        confirmed=(),
        voters=3,
        needed=2,
        ours=True,
        note=note,
    )

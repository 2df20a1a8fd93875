"""How the home group and another one stand to each other, for whoever is inside."""

from node.features.groups.types import GroupView
from node.features.groups.views import LIST_ID
from node.lookup.sight import Sight
from protocol.ids import from_text
from protocol.membership import Relation


def tie_to(sight: Sight, view: GroupView) -> str:
    """A key below `groups.tie`; empty where there is nothing to say: of oneself, or outside.

    `partner`: both sides accepted it; `waits`: we did, they did not yet; `network`: both are in
    one; `former`: there was one; `none`; `listed`: it is on the list only, without a machine.
    """
    if not sight.inside or view.own:
        return ""
    if view.id.startswith(LIST_ID):
        return "listed"
    ties, home, now = sight.core.ties, sight.core.home_id, sight.now
    other = from_text(view.id)
    if view.form == "network":
        return "member" if ties.is_member(other, home, now) else "network_none"
    if ties.accepts(home, other, now):
        return "partner" if ties.accepts(other, home, now) else "waits"
    if view.networks:
        return "network"
    return "former" if ties.relation(home, other, now) is Relation.FORMER else "none"

"""What statements add to the pages of networks and groups."""

from node.feature import Right
from node.features.groups.views import LIST_ID
from node.features.statements.actions import list_of, networks_of
from node.features.statements.links import compare_path, list_path
from node.features.statements.views import comparison_view, unanswered
from node.web.page import Asked, Panel
from protocol.ids import from_text, to_text


def of_network(asked: Asked, id: str) -> Panel | None:
    """On the page of a network of ours: its list, and what waits for our answer."""
    if not asked.has(Right.MEMBER):
        return None
    network, core = from_text(id), asked.core
    member = core.ties.is_member(network, core.home_id, asked.sight.now)
    if not (member or network in core.own):
        return None
    values = {
        "count": len(list_of(core, network)),
        "open": len(unanswered(asked.sight, network)) if member else 0,
        "path": list_path(id),
        "keeps": network in core.own and asked.has(Right.KEY),
    }
    return Panel("statements_network.html", values)


def of_group(asked: Asked, id: str) -> Panel | None:
    """On the page of a group: beside ours, in each network that both belong to."""
    if not asked.has(Right.MEMBER) or id.startswith(LIST_ID):
        return None
    group, core = from_text(id), asked.core
    if group == core.home_id:
        return None
    ties, now, me = core.ties, asked.sight.now, to_text(core.home_id)
    shared = [
        (
            comparison_view(asked.sight, one, core.home_id, group),
            compare_path(to_text(one), me, id),
        )
        for one in networks_of(core, core.home_id)
        if ties.is_member(one, group, now) and list_of(core, one)
    ]
    return Panel("statements_group.html", {"networks": shared}) if shared else None

"""What waits for a person: statements that nobody answered for the group yet."""

from node.feature import Right
from node.features.statements.actions import networks_of
from node.features.statements.links import list_path
from node.features.statements.views import unanswered
from node.web.page import Asked, Todo
from protocol.ids import to_text


def waiting(asked: Asked) -> list[Todo]:
    """For those who act for the group: of each network, how many."""
    if not asked.has(Right.KEY):
        return []
    found = []
    for network in networks_of(asked.core, asked.core.home_id):
        n = len(unanswered(asked.sight, network))
        if n:
            name = asked.sight.name(network).name or asked.texts("networks.todo.nameless")
            path = list_path(to_text(network))
            found.append(Todo("statements.todo.open", {"who": name}, path, n))
    return found

"""What waits for key persons until everybody gets here and the words are on paper."""

from node.feature import Right
from node.features.arrival import confirming
from node.features.arrival.phones import PHONES
from node.features.arrival.word_pages import WORDS
from node.web.local_pages import LOCAL_PAGES
from node.web.page import Asked, Todo
from node.web.public_address import PUBLIC_ADDRESS


def todo(asked: Asked) -> list[Todo]:
    """For key persons: a way in for the others, then the words."""
    if not asked.has(Right.KEY) or asked.visit.actor is not None:
        return []
    found = []
    app = asked.request.config_dict
    local = app[LOCAL_PAGES]
    if local.can_be_switched and not (
        local.is_on or local.is_open_anyway or app[PUBLIC_ADDRESS].url
    ):
        found.append(Todo("arrival.todo.phones", {}, PHONES))
    if confirming.are_kept(asked.core):
        found.append(Todo("arrival.todo.words", {}, WORDS))
    return found

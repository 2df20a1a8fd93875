"""What pages of other nouns need to do an act for the group: who wants it, and what to say then."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from node.features.rules.actions import Outcome, begin, needed
from node.web.page import Asked


def want(asked: Asked, act: str, what: Mapping[str, Any]) -> Outcome:
    """The viewer, a key person or whoever came by the machine's link, wants an act (`begin`).

    Raises Problem, with nothing done: a page shows it above its form (`Asked.refuse`). For whoever
    is to say yes besides, `what` may hold `shown`, a name; `said`, the key of a text with {name}
    that says more precisely what is wanted; and `told`, pairs of a text's key and its values, one
    of which may be {text}, the key of another text: each reads it in their own language.
    """
    return begin(asked.core, asked.person.id if asked.person else None, act, what)


def go_on(
    asked: Asked, outcome: Outcome, path: str, done: str, waits: str = "/settings", **values: Any
) -> web.Response:
    """After `want`: to `path` with the words `done`; to `waits` where a yes is missing."""
    if outcome.done:
        return asked.go(path, done, **values)
    return asked.go(waits, "rules.web.begun_now", n=outcome.missing)


def takes_two(asked: Asked, act: str) -> bool:
    """Whether another key person has to say yes besides: said before one begins."""
    return needed(asked.core, act) > 1

"""What a page is, and what a function that makes one is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from node.lookup.sight import Sight
from node.store.core import Core
from node.texts import Texts
from node.web.visit import Visit


class MissingError(Exception):
    """There is no such thing, or this viewer may not know of it."""


class OutsideError(Exception):
    """A page for those who run the node, asked for from outside."""


@dataclass(frozen=True, slots=True)
class Page:
    """A template, its title, the section of the menu that it belongs to, and what it shows."""

    template: str
    title: str
    section: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


class Panel(NamedTuple):
    """What one noun adds to the page of another: a template, and what it shows."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as the function of a route gets it."""

    request: web.Request
    visit: Visit
    sight: Sight
    state: Any
    """What the noun keeps while the node runs (`Feature.state`)."""
    panels: Callable[["Asked", str, str], Sequence[Panel]]

    @property
    def core(self) -> Core:
        """The node's store."""
        return self.sight.core

    @property
    def texts(self) -> Texts:
        """The texts in the visitor's language."""
        return self.visit.texts

    @property
    def match(self) -> Mapping[str, str]:
        """The variable parts of the address."""
        return self.request.match_info

    def panels_of(self, page: str, id: str) -> Sequence[Panel]:
        """What the other nouns add to this page of the thing with this id."""
        return self.panels(self, page, id)

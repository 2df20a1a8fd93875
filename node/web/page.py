"""What each page shows: functions from a visit and the views to a template and its values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class MissingError(Exception):
    """There is no such group, network, meeting or pact, or this viewer may not know of it."""


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

"""What everybody may know: that we belong to a network, a network or a group on our public page."""

from aiohttp import web

from node.base.errors import Problem
from node.features.networks.actions import name_us
from node.features.networks.finding import meant
from node.features.networks.show_publicly import show_publicly
from node.web.links import is_id
from node.web.page import Asked, MissingError
from protocol.ids import to_text


def _yes(asked: Asked) -> bool:
    return asked.posted.get("say") == "yes"


def us(asked: Asked) -> web.StreamResponse:
    """Whether the group may be named as a member."""
    found, yes = meant(asked), _yes(asked)
    try:
        name_us(asked.core, asked.core.home_id, found.id, yes)
    except Problem as problem:
        return asked.refused(found.path, problem)
    said = "us_now" if yes else "us_not_now"
    return asked.go(found.path, f"networks.web.shown.{said}", name=found.view.name)


def network(asked: Asked) -> web.StreamResponse:
    """Whether the network stands on the public page."""
    found = meant(asked)
    return _show(asked, found.id, found.path, found.view.name)


def group(asked: Asked) -> web.StreamResponse:
    """Whether another group does."""
    id = asked.match["id"]
    found = asked.sight.ids_from(id) if is_id(id) else []
    if len(found) != 1:
        raise MissingError
    (other,) = found
    return _show(asked, other, f"/groups/{to_text(other)}", asked.sight.name(other).name or id[:8])


def _show(asked: Asked, other: bytes, path: str, name: str) -> web.StreamResponse:
    yes = _yes(asked)
    try:
        show_publicly(asked.core, other, yes)
    except Problem as problem:
        return asked.refused(path, problem)
    said = "public_now" if yes else "public_not_now"
    return asked.go(path, f"networks.web.shown.{said}", name=name)

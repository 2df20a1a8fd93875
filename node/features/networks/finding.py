"""What pages about one network begin with: which one is meant, and what is asked of it next."""

from typing import NamedTuple

from node.features.networks.links import network_path
from node.features.networks.types import NetworkView
from node.features.networks.views import network_by_text
from node.web.links import is_id
from node.web.page import Asked, MissingError
from protocol.ids import from_text


class Meant(NamedTuple):
    """The network of an address: its id, and what this viewer sees of it."""

    id: bytes
    view: NetworkView

    @property
    def path(self) -> str:
        """Its page."""
        return network_path(self.view.id)


def meant(asked: Asked) -> Meant:
    """The network of the address; `MissingError` if there is none, or it is over."""
    id = asked.match["id"]
    found = network_by_text(asked.sight, id) if is_id(id) else None
    if found is None:
        raise MissingError
    return Meant(from_text(found.id), found)


def applicants(view: NetworkView) -> int:
    """How many groups wait for an answer of this machine."""
    waiting = (one.standing == "applied" for one in view.members or ())
    return sum(waiting) if view.held_here else 0


class Step(NamedTuple):
    """What is to be done next in a network: the key of its words, what they need, and where."""

    text: str
    path: str
    many: int = 1


def next_step(view: NetworkView, now: int) -> Step | None:
    """The one thing that is most wanted of key persons; None if nothing is."""
    path, belongs = network_path(view.id), view.standing == "member"
    votes = [one for one in view.proposals if one.ours]
    confirm = [one for one in view.to_confirm if one.asked]
    if n := applicants(view):
        return Step("networks.step.applicants", path + "#applicants", n)
    if belongs and confirm:
        return Step("networks.step.confirm", f"{path}/decisions/{confirm[0].letters}")
    if votes:
        return Step("networks.step.vote", f"{path}/proposals/{votes[0].id}", len(votes))
    if view.held_here and (view.mandate <= now or view.mandate_long):
        return Step("networks.step.renew", f"{path}/amend")
    if belongs and view.mandate <= now:
        return Step("networks.step.move", f"{path}/move")
    if belongs and view.unconfirmed:
        return Step("networks.step.say", f"{path}/amend?all=yes", len(view.unconfirmed))
    if view.held_here and len([one for one in view.members or () if one.standing == "member"]) < 2:
        return Step("networks.step.invite", f"{path}/invite")
    if view.standing in ("none", "left", "declined", "expelled") and not view.held_here:
        return Step("networks.step.apply", f"{path}/apply")
    return None

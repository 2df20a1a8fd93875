"""The group dissolves itself: the last key person need not look for a successor.

Rules:

1. Two key persons want it, one after the other (`rules`); the last one wants it alone.
2. What others rely on comes first: a network that is looked after on this machine is moved, or
   ended, before.
3. Then the group leaves its networks, ends its ties, takes back its links to come in; newcomers
   are declined; and every membership ends, that of key persons, too. Each of it is done once: where
   it broke off, it goes on when it is wanted again.
4. Nothing of what is stored is erased by it. Everybody can still sign in to what is theirs, take it
   along and erase it; whoever has the machine deletes the rest. The machine's keeper can undo the
   end of the memberships (`members undo`); then the group is there again, without its ties.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from node.base.errors import Problem
from node.features.joining.arrivals import decline, waiting
from node.features.joining.links import state, take_back
from node.features.joining.tables import all_links
from node.features.members.changes.tables import begin, day_of, settle
from node.features.members.tables import members
from node.features.networks.actions import leave_network
from node.features.peers.actions import end_peer
from node.features.rules.actions import DISSOLVE
from node.lookup.names import name_of
from node.people.persons import Standing, persons
from node.store.core import Core
from protocol.ids import to_text

SETTING = "dissolved"
"""When it was, in seconds."""


class Ending(NamedTuple):
    """What ends by it, for whoever is to say yes: names and numbers."""

    networks: tuple[str, ...]
    partners: tuple[str, ...]
    links: int
    newcomers: int
    members: int
    held: tuple[str, ...]
    """Networks that are looked after here: they keep the group from ending."""


def ending(core: Core) -> Ending:
    """What would end now."""
    now = core.clock()
    return Ending(
        tuple(_name(core, one) for one in _joined(core)),
        tuple(_name(core, one) for one in _partners(core)),
        sum(state(one, now) == "open" for one in all_links(core)),
        len(waiting(core)),
        len(persons(core).all(Standing.MEMBER)),
        tuple(_name(core, one) for one in sorted(core.own - {core.home_id})),
    )


def _name(core: Core, id: bytes) -> str:
    return name_of(core, id) or to_text(id)[:8]


def _joined(core: Core) -> list[bytes]:
    """Networks of which the group is a member, or that it applied to."""
    found = []
    for network in sorted(core.ties.networks):
        bond = core.ties.bond(network, core.home_id)
        if bond is not None and bond.membership is not None and bond.membership.content is not None:
            found.append(network)
    return found


def _partners(core: Core) -> list[bytes]:
    return sorted(core.ties.accepted(core.home_id, core.clock()))


def require_possible(core: Core) -> None:
    """`Problem` while a network is looked after here."""
    if held := ending(core).held:
        raise Problem("dissolve-holds-networks", names=", ".join(held))


def carry_out(core: Core, act: str, what: Mapping[str, Any]) -> bool:
    """Once key persons agreed (`Event.AGREED`); whether it was ours. `what`: {reason}."""
    if act != DISSOLVE:
        return False
    dissolve(core, str(what.get("reason", "")))
    return True


def dissolve(core: Core, reason: str) -> None:
    """The group ends. `reason` is what members and newcomers read."""
    require_possible(core)
    for network in _joined(core):
        leave_network(core, core.home_id, network)
    for peer in _partners(core):
        end_peer(core, core.home_id, peer)
    for link in all_links(core):
        take_back(core, link.id)
    settle(core)
    with core.transaction():
        for _arrival, newcomer in waiting(core):
            decline(core, None, newcomer.id, reason)
        _end_memberships(core, reason)
        core.settings.set(SETTING, core.clock())


def _end_memberships(core: Core, reason: str) -> None:
    today, batch = day_of(core.clock()), begin(core, "end")
    for member in members(core).everyone():
        if member.standing is Standing.MEMBER:
            if member.memberships:
                last = member.memberships[-1]
                batch.belong(member.id, replace(last, until=today, reason=reason))
            batch.stand(member.id, Standing.FORMER)


def dissolved(core: Core) -> int | None:
    """When the group dissolved itself; None if it did not, or has members again."""
    at: int | None = core.settings.get(SETTING)
    return at if at is not None and not persons(core).key_persons() else None

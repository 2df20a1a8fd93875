"""What the public pages may show: one's own, what a person released, and ties that may be named.

Rules:

1. Who is tied to whom is for inside. From outside a page shows what the home group says to
   everybody, and of others nothing, until a person releases that group or network by name.
2. What is released is shown only while the tie lasts, and only what its author says to everybody:
   a record of audience `public` is the author's consent to be shown. How the two stand to each
   other is not said by that.
3. A tie is named if whose it is says so in its own record (docs/protocol.md §6.9): a peering if
   both sides do; a membership if the group does, on pages of those who belong to the network and
   name it. Of who belongs to it besides only the number is said.
4. A tie that begins anew begins hidden: what was released in an earlier one counts no more.
5. A node that may be an old copy of itself (`node.records.stale_copy`) shows nothing to anybody
   outside, and inside nothing that others wrote: it may have been erased since.
"""

from typing import NamedTuple

from node.store.core import Core
from protocol.control_state import Ties
from protocol.ids import from_text, to_text

_RELEASED = "released"
"""A setting: ids, as texts, of what the public pages may show."""


def released(core: Core) -> frozenset[bytes]:
    """What a person released, whether or not the tie still stands."""
    return frozenset(map(from_text, core.settings.get(_RELEASED, ())))


def release(core: Core, identity: bytes, shown: bool) -> None:
    """Show a group or a network on the public pages from now on, or not."""
    with core.transaction():
        _keep(core, released(core) | {identity} if shown else released(core) - {identity})


def hide_again(core: Core, identity: bytes) -> None:
    """A tie ends or begins: what was released in it is over. Inside a transaction."""
    before = released(core)
    if identity in before:
        _keep(core, before - {identity})


def _keep(core: Core, ids: frozenset[bytes]) -> None:
    core.settings.set(_RELEASED, sorted(map(to_text, ids)) or None)


def shown_outside(core: Core, now: int) -> frozenset[bytes]:
    """Whose public records the public pages show."""
    if not core.is_reconciled:
        return frozenset()
    found = {one for one in released(core) if has_tie(core.ties, one, now)}
    return frozenset({core.home_id, *found, *partners_named(core, now), *networks_named(core, now)})


def meetings_listed(core: Core, now: int) -> frozenset[bytes]:
    """Whose public meetings stand among one's own on the public pages and in their feeds: besides
    the home group's those of networks that are shown, and of groups that a person released. Who is
    named as a partner and no more has them on the page of its entry."""
    chosen, identities = released(core), core.ties.identities
    return frozenset(
        one
        for one in shown_outside(core, now)
        if one == core.home_id
        or one in chosen
        or ((known := identities.get(one)) is not None and known.type == "network")
    )


def partners_chosen(core: Core, now: int) -> frozenset[bytes]:
    """The groups among them: those that a person released and that are tied to us still."""
    identities = core.ties.identities
    return frozenset(
        one
        for one in meetings_listed(core, now) - core.own
        if (known := identities.get(one)) is not None and known.type == "group"
    )


def partners_named(core: Core, now: int) -> frozenset[bytes]:
    """Peers of the home group whose tie with it both sides want to be named (§6.9)."""
    ties, home = core.ties, core.home_id
    if not core.is_reconciled:
        return frozenset()
    return frozenset(ties.peers_named(home, now))


def networks_named(core: Core, now: int) -> frozenset[bytes]:
    """Networks that the home group wants to be named as a member of (§6.9)."""
    ties, home = core.ties, core.home_id
    if not core.is_reconciled:
        return frozenset()
    return frozenset(
        one
        for one in ties.memberships(home, now)
        if (bond := ties.bond(one, home)) is not None and bond.is_named(now)
    )


class Named(NamedTuple):
    """Who belongs to a network, for whoever looks from outside."""

    members: tuple[bytes, ...]
    """Those that want to be named."""
    more: int


def members_named(core: Core, network: bytes, now: int) -> Named | None:
    """None unless it is known to everybody that the home group belongs to it, or runs it."""
    ties = core.ties
    runs_it = core.is_reconciled and network in core.own and network in released(core)
    if not (runs_it or network in networks_named(core, now)):
        return None
    bonds = {
        one: bond for one, bond in ties.rosters.get(network, {}).items() if bond.is_member(now)
    }
    named = tuple(sorted(one for one, bond in bonds.items() if bond.is_named(now)))
    return Named(named, len(bonds) - len(named))


def has_tie(ties: Ties, other: bytes, now: int) -> bool:
    """Whether both sides stand to it: a partner, a network of ours, or another part of one."""
    theirs = set(ties.parts(other, now))
    return any(
        (ties.accepts(own, other, now) and ties.accepts(other, own, now))
        or not theirs.isdisjoint(ties.parts(own, now))
        for own in ties.own
    )

"""Whom our group can invite: partner groups and members of networks that we share.

What is sealed to anybody else never arrives, so of those that a search finds besides it is said why
they can't be invited.
"""

from dataclasses import dataclass

from node.features.meetings.actions import Meeting, invitations
from node.lookup.names import names
from node.lookup.sight import Sight
from node.lookup.types import Name
from node.store.peer_kinds import is_unknown_to
from protocol.control_state import Relation
from protocol.ids import to_text

LONGEST_SEARCH = 200
MOST_OTHERS = 10
"""Groups that are found and can't be invited: of more the search says enough."""


@dataclass(frozen=True, slots=True)
class GuestView:
    """A group as the list shows it. `why`: the key of why it can't be invited; nothing if it can.

    `through` are the networks that it shares with us; none of a partner group.
    """

    id: str
    who: Name
    through: tuple[str, ...] = ()
    why: str = ""


def candidates(sight: Sight, host: bytes) -> set[bytes]:
    """All whom `host` can reach."""
    ties, now = sight.core.ties, sight.now
    found = set(ties.accepted(host, now))
    for network in ties.memberships(host, now):
        found |= set(ties.members(network, now))
    return {one for one in found - {host} if not _is_network(sight, one)}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search for guests found: who can be invited, by name; how many more there are; and
    who can't be."""

    able: tuple[GuestView, ...]
    more: int
    barred: tuple[GuestView, ...]


def found_guests(sight: Sight, meeting: Meeting, search: str, most: int, chosen: set[str]) -> Found:
    """`most` of those who can be invited and are not `chosen` yet. Only those who are shown are
    looked at: a network has thousands."""
    known, invited = names(sight.core), invited_to(sight, meeting)
    words = search.casefold().split()

    def matches(one: bytes) -> bool:
        text = f"{known.get(one, '')} {to_text(one)}".casefold()
        return all(word in text for word in words)

    def order(one: bytes) -> tuple[bool, str, bytes]:
        return one not in known, known.get(one, "").casefold(), one

    reached = candidates(sight, meeting.host) - invited
    rest = sorted(
        (one for one in reached if to_text(one) not in chosen and matches(one)), key=order
    )
    views = [view(sight, meeting.host, one) for one in rest[:most]]
    barred = [one for one in views if one.why]
    if words:
        others = [one for one in known if one not in reached | invited | {meeting.host}]
        others = [one for one in others if matches(one) and not _is_network(sight, one)]
        barred += [
            view(sight, meeting.host, one) for one in sorted(others, key=order)[:MOST_OTHERS]
        ]
    able = tuple(one for one in views if not one.why)
    return Found(able, max(0, len(rest) - most), tuple(barred[:MOST_OTHERS]))


def _is_network(sight: Sight, one: bytes) -> bool:
    return sight.core.ties.type_of(one) == "network"


def view(sight: Sight, host: bytes, guest: bytes) -> GuestView:
    """One group, and whether it can be invited now."""
    ties, now = sight.core.ties, sight.now
    why = ""
    if ties.relation(host, guest, now) is not Relation.TIED:
        why = "meetings.web.guest_untied"
    elif is_unknown_to(sight.core.settings, guest, "invitation"):
        why = "meetings.web.guest_old"
    theirs = set(ties.memberships(guest, now))
    shared = [one for one in ties.memberships(host, now) if one in theirs]
    through = () if ties.accepts(host, guest, now) else tuple(
        sight.name(one).name or to_text(one)[:8] for one in shared
    )  # fmt: skip
    return GuestView(to_text(guest), sight.name(guest), through, why)


def invited_to(sight: Sight, meeting: Meeting) -> set[bytes]:
    """Who is invited already."""
    return {one.audience.ids[0] for one in invitations(sight.core, meeting)}

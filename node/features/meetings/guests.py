"""Whom our group can invite: partner groups and members of networks that we share.

What is sealed to anybody else never arrives, so of those that a search finds besides it is said why
they can't be invited.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from node.features.meetings.actions import Meeting, invitations
from node.lookup.names import names
from node.lookup.sight import Sight, name_order
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
    return {one for one in found - {host} if ties.type_of(one) != "network"}


def found_guests(
    sight: Sight, meeting: Meeting, search: str
) -> tuple[list[GuestView], list[GuestView]]:
    """Who can be invited, by name; and who matches a search and can't be."""
    known, invited = names(sight.core), invited_to(sight, meeting)
    words = search.casefold().split()

    def matches(one: bytes) -> bool:
        text = f"{known.get(one, '')} {to_text(one)}".casefold()
        return all(word in text for word in words)

    able = [one for one in candidates(sight, meeting.host) - invited if matches(one)]
    others: list[bytes] = []
    if words:
        reached = set(able) | invited | {meeting.host}
        others = [one for one in known if one not in reached and matches(one)]
        others = [one for one in others if sight.core.ties.type_of(one) != "network"]
    views = [view(sight, meeting.host, one) for one in able]
    barred = [one for one in views if one.why]
    barred += [view(sight, meeting.host, one) for one in others[:MOST_OTHERS]]
    return _by_name(one for one in views if not one.why), _by_name(barred)[:MOST_OTHERS]


def _by_name(views: Iterable[GuestView]) -> list[GuestView]:
    return sorted(views, key=lambda one: name_order(one.who))


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

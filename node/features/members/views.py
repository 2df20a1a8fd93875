"""What commands and pages show of a member."""

from dataclasses import dataclass

from node.features.members.types import Member


@dataclass(frozen=True, slots=True)
class MembershipView:
    """One membership; days as they are known."""

    since: str
    notice: str
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class MemberView:
    """A person with everything that is kept."""

    id: str
    name: str
    standing: str
    key_person: bool
    treasurer: bool
    since: str
    until: str
    fields: dict[str, list[str]]
    """By the key of the column."""
    memberships: tuple[MembershipView, ...]


def member_view(member: Member) -> MemberView:
    """All of a person."""
    return MemberView(
        member.id,
        member.name,
        member.standing.value,
        member.key_person,
        member.treasurer,
        member.since,
        member.until,
        {key: list(some) for key, some in member.values.items()},
        tuple(
            MembershipView(one.since, one.notice, one.until, one.reason)
            for one in member.memberships
        ),
    )

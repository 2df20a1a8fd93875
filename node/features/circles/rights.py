"""Who may do what in a circle: one pure function, tested as a table.

Rules:

1. A right is given out by who holds the circle; nobody has one by being a key person, and whoever
   came by the machine's link has none: there is no page for reading into a closed circle.
2. An open circle is read by all members of the group, a closed one by who is in it. That there is a
   circle, what it is for and who holds it, all members see: so they know whom to ask.
3. An invitation gives no right but to accept it. Newcomers and former members have none.

>>> may(None, True, False, Act.READ), may(None, False, True, Act.COME_IN)
(True, True)
>>> may(None, False, False, Act.READ)
False
"""

from enum import Enum

from node.features.circles.tables import Member


class Act(Enum):
    """What somebody may want in a circle."""

    READ = "read the board, open files"
    WRITE = "write, reply, bring files"
    INVITE = "invite somebody"
    HOLD = "change the circle, give out rights, take away what others wrote, close it"
    COME_IN = "come in without being invited"
    LEAVE = "leave"


def may(member: Member | None, is_open: bool, joins: bool, act: Act) -> bool:
    """Whether a member of the group may, who is in the circle as `member` says."""
    inside = member if member is not None and member.accepted is not None else None
    match act:
        case Act.READ:
            return is_open or inside is not None
        case Act.WRITE:
            return inside is not None and (inside.writes or inside.holds)
        case Act.INVITE:
            return inside is not None and (inside.invites or inside.holds)
        case Act.HOLD:
            return inside is not None and inside.holds
        case Act.COME_IN:
            return inside is None and (joins or member is not None)
        case Act.LEAVE:
            return inside is not None

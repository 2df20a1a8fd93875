"""Who may do what in a circle: the whole table."""

import pytest

from node.features.circles.rights import Act, may
from node.features.circles.tables import Member


def somebody(*, writes: bool = False, invites: bool = False, holds: bool = False) -> Member:
    return Member("c", "p", writes, invites, holds, 0, None, 1)


INVITED = somebody(writes=True, invites=True, holds=True)._replace(accepted=None, invited_by="q")

TABLE = [
    # who, open, joins: read write invite hold come-in leave
    (None, True, True, "read, come in"),
    (None, True, False, "read"),
    (None, False, True, "come in"),
    (None, False, False, ""),
    (INVITED, True, True, "read, come in"),
    (INVITED, True, False, "read, come in"),
    (INVITED, False, False, "come in"),
    (somebody(), True, True, "read, leave"),
    (somebody(), False, False, "read, leave"),
    (somebody(writes=True), False, False, "read, write, leave"),
    (somebody(invites=True), False, False, "read, invite, leave"),
    (somebody(writes=True, invites=True), False, True, "read, write, invite, leave"),
    (somebody(holds=True), False, False, "read, write, invite, hold, leave"),
]


@pytest.mark.parametrize(("who", "is_open", "joins", "expected"), TABLE)
def test_table(who: Member | None, is_open: bool, joins: bool, expected: str) -> None:
    found = [act for act in Act if may(who, is_open, joins, act)]
    assert ", ".join(act.name.lower().replace("_", " ") for act in found) == expected

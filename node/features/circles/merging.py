"""Two persons become one: where both were in a circle the stronger rights stay; and back again."""

from typing import Any

from node.features.circles.tables import Member, board, circles, files
from node.store.core import Core

NOUN = "circles"


def merged(core: Core, stays: str, goes: str, moved: dict[str, Any]) -> None:
    """What is in circles of the one who goes is the other's from now on. In the transaction."""
    table = circles(core)
    theirs, before = table.of(goes), {one.circle: one for one in table.of(stays)}
    both = [one.circle for one in theirs if one.circle in before]
    moved[NOUN] = {
        "theirs": [list(one) for one in theirs],
        "before": [list(before[one]) for one in both],
        "posts": [one.id for one in board(core).of(goes)],
        "files": [one.id for one in files(core).of(goes)],
    }
    for one in theirs:
        table.leave(one.circle, goes)
        table.enter(_both(one._replace(person=stays), before.get(one.circle)))
    board(core).move(goes, stays, moved[NOUN]["posts"])
    files(core).move(goes, stays, moved[NOUN]["files"])


def _both(one: Member, other: Member | None) -> Member:
    if other is None:
        return one
    if (one.accepted is None) is not (other.accepted is None):
        return one if one.accepted is not None else other
    return one._replace(
        writes=one.writes or other.writes,
        invites=one.invites or other.invites,
        holds=one.holds or other.holds,
        since=min(one.since, other.since),
    )


def parted(core: Core, stayed: str, back: str, moved: dict[str, Any]) -> None:
    """That is undone, as far as the circles are still there. In the transaction."""
    noted, table = moved.get(NOUN), circles(core)
    if not noted:
        return
    before = {one[0]: Member(*one) for one in noted["before"]}
    for row in noted["theirs"]:
        theirs = Member(*row)
        if table.get(theirs.circle) is None or table.member(theirs.circle, stayed) is None:
            continue
        table.leave(theirs.circle, stayed)
        if theirs.circle in before:
            table.enter(before[theirs.circle])
        table.enter(theirs._replace(person=back))
    board(core).move(stayed, back, noted["posts"])
    files(core).move(stayed, back, noted["files"])

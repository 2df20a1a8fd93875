"""From an instance to its outcome: the order of decisions (§13.6).

1. which meetings take place, and who has a seat (`minimum.settle`)
2. more seats where exclusions and companions are in the way (`ejection`)
3. nobody without a seat could simply trade with a single person who has a worse lot
4. ranks (`arrange`), or few encounters again (`mixing`); then 3 once more
5. reasons (`certificates`)
"""

from collections.abc import Callable

from protocol.draw.arrange import Arrangement
from protocol.draw.bits import ones
from protocol.draw.board import NOWHERE, Board
from protocol.draw.certificates import Certifier, Outcome
from protocol.draw.ejection import Ejection, all_steps
from protocol.draw.generator import Generator
from protocol.draw.instance import Instance
from protocol.draw.minimum import Closing, Minimum, settle
from protocol.draw.mixing import Mixing
from protocol.draw.polish import Polish
from protocol.draw.seating import Seating

ARRANGED = 3
"""Times that ranks are arranged; a second time is rare."""

EXCHANGES = 64
"""People with worse lots who are asked for their seats, for one without."""

PROVEN = ("nothing", "apart", "closed", "full")


def decide(instance: Instance, progress: Callable[[str], None] = lambda _: None) -> Outcome:
    """Seats and reasons for an instance."""
    progress("seats")
    intro = instance.source.mode == "intro"
    board, closings = settle(instance, None if intro else Generator(instance.key, "seats"))
    seat_more(board, closings)
    by_lots(board)
    progress("ranks" if intro else "mixing")
    board = arranged(board) if intro else mixed(board)
    progress("reasons")
    at = board.at
    outcome = Outcome(instance, at, board.open, closings)
    certifier = Certifier(instance, at, board.open, closings)
    outcome.reasons = {
        unit: certifier.reason(unit) for unit, meeting in enumerate(at) if meeting < 0
    }
    return outcome


def arranged(board: Board) -> Board:
    """A board with better ranks. Where that opens a way for somebody without a seat, who has it
    changes, and ranks are arranged again."""
    instance = board.instance
    for _ in range(ARRANGED):
        arrangement = Arrangement(instance, board)
        at = arrangement.arranged()
        if at is None:
            board = polished(board, arrangement.alone)
            by_lots(board)
            return board
        board = seated(instance, board.open, at)
        if not by_lots(board):
            break
    return board


def polished(board: Board, alone: list[int]) -> Board:
    """A board with better ranks, where exclusions are too many for an arrangement.

    Whoever can stays where they would be without exclusions; if all others find a place besides,
    ranks are better from the start.
    """
    instance = board.instance
    fresh, away = Board(instance, board.open), []
    for unit, at in enumerate(board.at):
        if at < 0:
            continue
        wanted = {alone[one] for one in instance.units[unit]} if alone else {NOWHERE}
        there = min(wanted)
        if len(wanted) > 1 or there < 0 or fresh.blocked(unit) >> there & 1:
            away.append(unit)
        else:
            fresh.move(unit, there)
    seating = Seating(fresh)
    left = seating.seat_all(away)
    if left:
        Ejection(fresh, Generator(instance.key, "polish")).run(left)
    everybody = all(fresh.at[unit] >= 0 for unit in away)
    if everybody and not Minimum(fresh, seating).fill():
        board = fresh
    Polish(board).run()
    return board


def mixed(board: Board) -> Board:
    """The same board, mixed; and nobody without a seat for whom that opened a way."""
    Mixing(board.instance, board, Generator(board.instance.key, "mixing")).mix()
    by_lots(board)
    return board


def seated(instance: Instance, open_: int, at: list[int]) -> Board:
    """A board on which everybody has the seat that `at` says."""
    board = Board(instance, open_)
    for unit, meeting in enumerate(at):
        if meeting >= 0:
            board.move(unit, meeting)
    board.log.clear()
    return board


def unproven(board: Board) -> list[int]:
    """Units without a seat for whom nothing proves that there is none."""
    certifier = Certifier(board.instance, board.at, board.open, [])
    return [
        unit
        for unit, at in enumerate(board.at)
        if at < 0 and certifier.reason(unit).why not in PROVEN
    ]


def seat_more(board: Board, closings: list[Closing]) -> None:
    """As long as it helps; closed meetings may open again, unless too few could come to them."""
    generator = Generator(board.instance.key, "ejection")
    left = all_steps(board.instance)
    while left > 0:
        homeless = unproven(board)
        if not homeless:
            return
        done = False
        for closing in (None, *closings[::-1]):
            if closing is not None and closing.group == 1 << closing.meeting:
                continue
            ejection = Ejection(board, generator, left)
            done = _ejected(board, ejection, homeless, closing)
            left -= ejection.step
            if done and closing is not None:
                closings.remove(closing)
            if done or left <= 0:
                break
        if not done:
            return


def _ejected(
    board: Board, ejection: Ejection, homeless: list[int], closing: Closing | None
) -> bool:
    """Whether more people have a seat, maybe with one more meeting; if not, it stays closed."""
    if closing is None:
        return ejection.run(homeless)
    board.reopen(closing.meeting)
    done = ejection.run(homeless)
    if not done:
        board.close(closing.meeting)
    return done


def by_lots(board: Board) -> bool:
    """Who has no seat gets one that became free, or one for which a single person with a worse
    lot gives up theirs. Gives whether anybody did."""
    instance, changed = board.instance, False
    waiting = [unit for unit in unproven(board) if instance.size[unit] == 1]
    while waiting:
        unit = waiting.pop(0)
        if _seat(board, unit):
            changed = True
            continue
        other = _put_out(board, unit)
        if other >= 0:
            changed = True
            if not _seat(board, other):
                waiting = sorted([*waiting, other])
    return changed


def _seat(board: Board, unit: int) -> bool:
    """Seat a unit, unless that leaves a meeting below its minimum."""
    seating, mark = Seating(board), board.mark()
    if seating.seat(unit) and not Minimum(board, seating).fill():
        return True
    board.back(mark)
    return False


def _put_out(board: Board, unit: int) -> int:
    """Seat a unit in exchange for a single person with a worse lot: those first who simply make
    room, the worst lot first; gives who that was, or -1."""
    instance, mark = board.instance, board.mark()
    region = _around(board, instance.may[unit] & board.open)
    worse = [
        other
        for other in range(len(board.at) - 1, unit, -1)
        if instance.size[other] == 1 and board.at[other] >= 0 and region >> board.at[other] & 1
    ]
    wanted, foes = instance.may[unit] & board.open, instance.foes[unit]
    direct = [
        other
        for other in worse
        if wanted >> board.at[other] & 1
        and all(board.at[foe] != board.at[other] or foe == other for foe in foes)
    ]
    rest = [other for other in worse[:EXCHANGES] if other not in direct]
    for other in (*direct, *rest):
        board.move(other, NOWHERE)
        if _seat(board, unit):
            return other
        board.back(mark)
    return NOWHERE


def _around(board: Board, meetings: int) -> int:
    """Some meetings, all that people there could reach, and so on."""
    seen = fresh = meetings
    while fresh:
        board.refresh()
        new = 0
        for one in ones(fresh):
            new |= board.reach[one] | board.special[one]
        fresh = new & board.open & ~seen
        seen |= fresh
    return seen

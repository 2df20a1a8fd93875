"""Looks at ties are put off for moments (`links.debounce`); what ended passes nothing meanwhile."""

import asyncio
from pathlib import Path

import pytest

from node.features.meetings.actions import new_meeting
from node.features.peers.actions import end_peer
from node.links.debounce import LOOK_APART, Debounce
from tests.node.keeping import MEETING, knows
from tests.node.world import befriend, make_home, network_of, running, tap, until


async def test_nothing_new_passes_after_a_revocation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even within the moments in which the next look is put off."""
    wire = tap(monkeypatch)
    alpha_home, beta_home = make_home(tmp_path, "Alpha"), make_home(tmp_path, "Beta")
    async with running(alpha_home) as alpha, running(beta_home) as beta:
        await befriend(alpha, beta)
        await until(lambda: alpha.links.is_quiet and beta.links.is_quiet, "settled")
        alpha.links.changes.looks.ended = asyncio.get_running_loop().time()
        since = len(wire)
        end_peer(alpha.core, alpha.id, beta.id)
        alpha.links.stored()
        alpha.say(new_meeting, "public", MEETING)
        await until(lambda: not beta.core.ties.accepts(alpha.id, beta.id, 0), "heard")
        await asyncio.sleep(3 * LOOK_APART)  # whatever was put off has happened
        kinds = {one.record.kind for one in wire[since:] if alpha.id in one.source}
        assert kinds <= {"sealed"}, "only that it is over"
        assert not knows(beta, alpha.id, "meeting")


async def test_co_member_that_was_expelled_hears_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = tap(monkeypatch)
    homes = [make_home(tmp_path, name) for name in ("Alpha", "Beta", "Gamma")]
    async with running(homes[0]) as alpha, running(homes[1]) as beta, running(homes[2]) as gamma:
        await befriend(alpha, beta)
        await befriend(alpha, gamma)
        net = await network_of(alpha, beta, gamma)
        await until(lambda: all(one.links.is_quiet for one in (alpha, beta, gamma)), "settled")
        alpha.links.changes.looks.ended = asyncio.get_running_loop().time()
        since = len(wire)
        alpha.decide(net, gamma.id, "expelled")
        alpha.say(new_meeting, net, MEETING)
        await until(lambda: knows(beta, alpha.id, "meeting"), "members hear")
        await asyncio.sleep(3 * LOOK_APART)
        heard = {one.record.kind for one in wire[since:] if gamma.id in one.target}
        assert "meeting" not in heard


async def test_looks_that_take_long_leave_time_for_the_rest() -> None:
    """A peer that changes its ties all the time does not keep a node with many sessions busy."""
    loop = asyncio.get_running_loop()
    began: list[float] = []

    def look(_records: object) -> None:
        began.append(loop.time())
        end = loop.time() + 0.06
        while loop.time() < end:  # so many sessions
            pass

    changes = Debounce(look, lambda: None)
    end = loop.time() + 1.2
    while loop.time() < end:
        changes.happened([])
        await asyncio.sleep(0.005)
    changes.close()
    assert len(began) <= 1 + 1.2 / 0.18, "no more than a third of the time"

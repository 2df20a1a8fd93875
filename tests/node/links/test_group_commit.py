"""One peer's records never stop what others send in the same moment (`node.links.group_commit`)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.networks.actions import found_network
from node.links.group_commit import GroupCommit
from node.records import transaction
from node.records.intake import Intake
from node.records.transaction import Brought, Taken, take, take_all
from node.store.core import Core
from protocol.audience import Audience
from protocol.kinds import KINDS
from protocol.record import Record
from tests.node.cast import LEFT, MEMBER, NET, PEER, core, group
from tests.node.world import verified
from tests.sync.people import Someone, entropy

__all__ = ["core"]

POISON = "poison"


def limited(monkeypatch: pytest.MonkeyPatch, kind: str, limit: int) -> None:
    monkeypatch.setitem(KINDS, kind, replace(KINDS[kind], limit=limit))


def test_receipts_run_out_for_one_who_joins_and_leaves(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its leaving is heard all the same, and so is everybody else in that commit."""
    limited(monkeypatch, "sealed", 3)
    for turn in range(9):
        epoch = entropy("turn", turn, size=16)
        joins = verified(MEMBER.joins(NET, epoch), NET.admits(MEMBER, epoch))
        assert take(core, joins, frozenset({MEMBER.id, NET.id})) == [None, None]
        leaves = verified(MEMBER.joins(NET, epoch, stands=False))
        found = take_all(
            core,
            [
                Brought(leaves, frozenset({MEMBER.id})),
                Brought(verified(group(PEER)), frozenset({PEER.id})),
            ],
        )
        assert [one.codes for one in found] == [[None], [None]]
        assert not core.ties.is_member(NET.id, MEMBER.id, core.clock())


def test_more_applicants_than_an_open_network_can_admit(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, "admission", 4)
    network = found_network(core, core.home_id, {"name": "Open", "admission": "open"})
    audience = Audience.network(network)
    for number in range(8):
        one = Someone(f"applicant {number}")
        content = {"network": network, "charter": bytes(32), "message": None, "shown": False}
        epoch = entropy("applies", number, size=16)
        raw = one.say("membership", content, audience, epoch=epoch)
        codes = take(core, verified(one.introduction(), raw), frozenset({one.id}))
        assert codes == [None, None]


async def test_a_batch_that_raises_fails_alone(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Intake.take

    def takes(self: Intake, batch: Any) -> Any:
        for one in batch:
            if isinstance(one, Record) and one.author == LEFT.id:
                raise Problem(POISON)
        return honest(self, batch)

    monkeypatch.setattr(Intake, "take", takes)
    told: list[None] = []
    core.on_commit = lambda: told.append(None)
    commits = GroupCommit(core)
    commits.commits.ended = asyncio.get_running_loop().time()  # what follows shares a commit
    batches = [verified(group(who)) for who in (PEER, LEFT, MEMBER)]
    work = [commits.take_in(one, frozenset({PEER.id, MEMBER.id})) for one in batches]
    found = await asyncio.gather(*work, return_exceptions=True)
    assert isinstance(found[1], Problem)
    assert [one.codes for one in (found[0], found[2]) if isinstance(one, Taken)] == [[None]] * 2
    assert told
    assert transaction.take(core, verified(group(PEER)), frozenset({PEER.id})) == [None]

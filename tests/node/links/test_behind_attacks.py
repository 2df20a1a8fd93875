"""`behind` from whoever likes to say it, and to whoever likes to hear it (§8.2)."""

import secrets

from protocol.control_state import Ties
from sync.events import Ended, Introduced
from sync.handshake import Dialler
from sync.proof import Holding, host_of
from tests.node.hostile import Hostile, connect
from tests.node.world import Running
from tests.sync.people import Someone, verify

PEER, STRANGER, OTHER = Someone("peer"), Someone("stranger"), Someone("other")


def count(node: Running) -> int:
    return int(node.core.db.one("select count(*) from records")[0])


def dialler(node: Running, who: Someone) -> Dialler:
    holding = Holding(who.id, who.key, who.introduction())
    seeds = secrets.token_bytes(32), secrets.token_bytes(32)
    return Dialler([holding], Ties(), node.id, host_of(node.url or ""), None, *seeds)


async def until_proof(one: Hostile, here: Dialler) -> None:
    """Up to where the node proved itself, and heard nothing about us."""
    while True:
        for data in here.outgoing():
            await one.send(data)
        received = await one.answer()
        assert received is not None
        if any(isinstance(event, Introduced) for event in here.receive(received)):
            return


async def test_told_by_a_stranger(node: Running) -> None:
    """Nobody's chain but one's own is taken in, and that only if its keys fit."""
    before, mine = count(node), node.core.ties.identities[node.id]
    forged = Someone("forger")
    forged.rotate()
    forged.links = [*mine.elements, forged.links[1]]
    forged.id, forged.number = node.id, 1
    shown = [one.introduction() for one in (STRANGER, OTHER, forged)]
    for envelopes in (shown, [bytes(60_000)] * 4, shown * 5):
        async with connect(node) as one:
            here = dialler(node, STRANGER)
            await until_proof(one, here)
            here.send(["behind", envelopes])
            for data in here.outgoing():
                await one.send(data)
            await one.rest()
    assert count(node) == before
    assert node.core.ties.identities[node.id] == mine
    assert node.core.is_reconciled


async def test_nothing_is_told_to_who_only_names_somebody(node: Running) -> None:
    """Who holds no key of a group does not learn that its keys changed, nor that it is known."""
    newer = Someone("peer")
    newer.rotate()
    from node.records.transaction import take

    assert take(node.core, [verify(newer.introduction())]) == [None]
    async with connect(node) as one:
        thief = Someone("peer")
        thief.key = STRANGER.key
        here = dialler(node, thief)
        await until_proof(one, here)
        here.accept()
        for data in here.outgoing():
            await one.send(data)
        received = await one.answer()
        assert received is not None
        assert here.receive(received) == [Ended("not-accepted", by_peer=True)]

"""Attacks by asking: messages of some bytes that make a node look at all that it has."""

import secrets

from node.links.cpu_quota import BURST, CpuQuota
from sync.frames import Compare, Get, Have, Settled, Want
from tests.hostile.stage import PEER, Stage, attack
from tests.node.world import until
from tests.sync.victims import WRONG

ROUND = 7
"""Messages, without `listed`."""


HANDSHAKE = 1.5
"""Seconds, as it seems: the other side says three things in it."""


class Noted(CpuQuota):
    """Each look takes half a second, as it seems; nobody waits for it."""

    def __init__(self) -> None:
        super().__init__(cpu=self._tick)
        self.ticks = 0.0
        self.pauses: list[float] = []

    def _tick(self) -> float:
        self.ticks += 0.5
        return self.ticks

    def pause(self, peer: bytes, seconds: float, now: float) -> float:
        found = super().pause(peer, seconds, now)
        if peer == PEER.id:
            self.pauses.append(found)
        return 0.0


async def test_a_peer_that_asks_without_end(stage: Stage) -> None:
    """In one session or in many, each with a new key: it is read more slowly, and nobody else."""
    shares = stage.alpha.links.shares = Noted()
    for session in range(1, 4):
        async with attack(stage.alpha) as one:
            await one.say(
                Compare(1, 0, WRONG * 3, b""), Want(1, 0, (), True),
                Have(secrets.token_bytes(320)), Get(secrets.token_bytes(320)),
                Compare(1, 1, WRONG * 3, b""), Want(1, 1, (), True), Settled(1),
            )  # fmt: skip
            await until(lambda: len(shares.pauses) >= session * (1 + ROUND), "it was read")  # noqa: B023
    free = int((BURST - HANDSHAKE) / 0.5)
    assert shares.pauses[:free] == [0.0] * free
    assert min(shares.pauses[free + 1 :]) > 1
    await stage.serves()

"""Random clock histories: afterwards all is as if the clock had always been right.

Each world is played twice with the same identities: once as the dice want it, once on a machine
whose clock is right. What people could not do at a wrong time, and were told so, they do when it is
right.
"""

import asyncio
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.app import SCHEMA
from node.features.erasures.actions import erase_meeting
from node.features.groups.actions import edit_group
from node.features.meetings.actions import find_meeting, invite, new_meeting, reply
from node.features.networks.actions import leave_network
from node.features.start.actions import initialise
from node.keys.home import Home
from node.store.core import Core
from node.store.timekeeper import EARLIEST
from tests.node.machines import DAY, Machine, Step, Wish, attempt, copied, exchange, partnered, said
from tests.node.upkeep.test_clock_histories import meeting
from tests.node.world import wind
from tests.sync.people import NOW

FAULTS = st.one_of(
    st.builds(Step, st.just("runs"), st.sampled_from([0.1, 1, 3])),
    st.builds(
        Step,
        st.sampled_from(["off", "stopped", "sleeps", "forgets"]),
        st.sampled_from([0.5, 5, 16, 40]),
    ),
    st.builds(Step, st.just("set"), st.sampled_from([-9_000, -700, -40, -2, 0, 2, 40, 500, 9_000])),
    st.builds(Step, st.just("boots"), st.sampled_from([100, EARLIEST + 60 * DAY, NOW + 500 * DAY])),
    st.just(Step("right")),
)  # fmt: skip

TITLES = st.sampled_from(["Fest", "Plenum", "Kino"])

WISHES = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(["Wohnen", "Garten", "Kochen"])),
    st.tuples(st.just("meet"), TITLES),
    st.tuples(st.just("invite"), TITLES),
    st.tuples(st.just("erase"), TITLES),
    st.tuples(st.just("answer"), st.sampled_from(["accept", "decline"])),
    st.tuples(st.just("leave"), st.none()),
)


def edit(core: Core, topic: str) -> None:
    edit_group(core, core.home_id, {"topics": [topic]})


def meet(core: Core, title: str, days: int) -> None:
    new_meeting(core, core.home_id, "public", meeting(title, days))


def ask(core: Core, title: str, partner: bytes) -> None:
    invite(core, core.home_id, find_meeting(core, title), [partner])


def erase(core: Core, title: str) -> None:
    erase_meeting(core, core.home_id, find_meeting(core, title))


def answer(core: Core, said: str) -> None:
    reply(core, core.home_id, find_meeting(core, "Sommerfest"), said, {})


def leave(core: Core, network: bytes) -> None:
    leave_network(core, core.home_id, network)


class Life:
    """One of the two worlds: the machine under test, and the partner's."""

    def __init__(self, homes: list[Home], network: bytes) -> None:
        self.alpha, self.beta = (Machine(home) for home in homes)
        self.network = network
        self.later: list[Wish] = []
        self.done = 0

    def wish(self, what: str, value: Any) -> None:
        partner, self.done = self.beta.core.home_id, self.done + 1
        wishes: dict[str, Wish] = {
            "edit": (edit, (value,)),
            "meet": (meet, (f"{value} {self.done}", 150 + self.done)),
            "invite": (ask, (value, partner)),
            "erase": (erase, (value,)),
            "answer": (answer, (value,)),
            "leave": (leave, (self.network,)),
        }
        attempt(self.alpha.core, wishes[what], self.later)

    def talk(self) -> None:
        self.beta.counted += self.alpha.now - self.beta.now
        self.beta.now = self.alpha.now
        wind(self.beta.core)
        exchange(self.alpha.core, self.beta.core)

    async def end(self) -> None:
        """The clock is right again, and a person said so if asked."""
        await self.alpha.do(Step("right"))
        if self.alpha.core.clock.trouble:
            await self.alpha.do(Step("confirm"))
        assert self.alpha.core.clock.trouble is None
        for wish in self.later:
            attempt(self.alpha.core, wish, [])
        self.talk()
        await self.beta.look()
        for _ in range(3):
            self.talk()
            await self.alpha.run(0.1)
        self.talk()

    def state(self) -> list[Any]:
        """What each of them sees of both, and of the network."""
        a, b, now = self.alpha.core, self.beta.core, self.alpha.now
        who = [a.home_id, b.home_id, self.network]
        seen = [said(core, who, now) for core in (a, b)]
        standing = [core.ties.standing(self.network, a.home_id, now).value for core in (a, b)]
        ties = [a.ties.accepts(who[0], who[1], now), b.ties.accepts(who[1], who[0], now)]
        return [*seen, standing, ties]

    def close(self) -> None:
        self.alpha.off()
        self.beta.off()


def begun(folder: Path) -> tuple[list[Home], bytes]:
    """Two partners, one of which runs the network of both."""
    homes = [Home(folder / name) for name in ("Alpha", "Beta")]
    for home in homes:
        initialise(
            home, {"name": home.path.name}, None, secrets.token_bytes, lambda: NOW, schema=SCHEMA
        )
    life = Life(homes, b"")
    a, b = life.alpha.core, life.beta.core
    network = partnered(a, b)
    new_meeting(b, b.home_id, "public", meeting("Sommerfest", 340))
    for title in ("Fest", "Plenum", "Kino"):
        new_meeting(a, a.home_id, "public", meeting(title, 300))
    exchange(a, b)
    life.close()
    return homes, network


async def play(history: list[Step | tuple[str, Any]], folder: Path) -> None:
    homes, network = begun(folder)
    (folder / "right").mkdir()
    twins = [copied(home, folder / "right") for home in homes]
    wrong, right = Life(homes, network), Life(twins, network)
    for life in (wrong, right):
        await life.alpha.run(2)
        life.talk()
    for step in history:
        if isinstance(step, Step):
            await wrong.alpha.do(step)
            right.alpha.counted += wrong.alpha.now - right.alpha.now
            right.alpha.now = wrong.alpha.now
            await right.alpha.look()
        else:
            for life in (wrong, right):
                life.wish(*step)
        for life in (wrong, right):
            life.talk()
    for life in (wrong, right):
        await life.end()
    try:
        assert wrong.state() == right.state()
    finally:
        for life in (wrong, right):
            life.close()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.lists(st.one_of(FAULTS, WISHES), min_size=1, max_size=6))
def test_after_any_history_all_is_as_with_a_right_clock(history: list[Any]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="clock-"))
    try:
        asyncio.run(play(history, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)

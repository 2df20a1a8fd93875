"""How long a node waits before it dials somebody again, by how the last session ended."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from node.links.dial_plan import AGAIN_LONGEST, AGAIN_WAIT, FIRST_WAIT, LASTED_SECONDS, Target
from node.links.link import Link
from node.links.manager import Links
from tests.node.world import make_core


class Ending(Links):
    """Sessions that come as far as a round, and end by `code`."""

    code = ""

    async def call(self, *_args: Any, **_more: Any) -> Link:
        link = object.__new__(Link)
        link.rounds = 1
        return link

    async def run(self, link: Link) -> str:
        return self.code


@pytest.mark.parametrize(
    ("code", "waits"),
    [("connection", [1, 1, 1, 1]), ("shutdown", [1, 1, 1, 1]), ("busy", [1, 2, 4, 8])],
)
async def test_whoever_is_busy_is_left_in_peace(
    tmp_path: Path, code: str, waits: list[int]
) -> None:
    core = make_core(tmp_path)
    links = Ending(core)
    links.code = code
    target = Target("https://beta.example", None, bytes(32))
    target.others = ((None, bytes(32)),)
    loop = asyncio.get_running_loop()
    waited = []
    for _ in waits:
        before = target.wait if code == "busy" else FIRST_WAIT
        await links._try(target)
        left = target.not_before - loop.time()
        assert before / 2 - 0.1 < left <= before * 1.5
        waited.append(before / FIRST_WAIT)
    assert waited == waits
    await links.close()
    core.close()


def test_whoever_is_replaced_all_day_goes_on_trying() -> None:
    """Found by a simulated world: after 342 times in a row the wait was no number any more."""
    target = Target("https://beta.example", None, bytes(32))
    waits = [target.again("replaced", 0.0) for _ in range(2_000)]
    assert waits[0] == AGAIN_WAIT * 8
    assert waits[-1] == AGAIN_LONGEST
    assert waits == sorted(waits)
    assert target.again("replaced", LASTED_SECONDS + 1) == AGAIN_WAIT


def test_what_the_other_side_holds_changed_so_it_is_dialled_at_once() -> None:
    """Three networks founded in half a minute were three sessions "replaced": 25 s of waiting."""
    target = Target("https://beta.example", None, bytes(32))
    target.again("replaced", 0.0)
    waits = [target.again("changed", 0.0) for _ in range(2_000)]
    assert waits[:5] == [AGAIN_WAIT * 2**n for n in range(1, 6)]
    assert waits[-1] == AGAIN_LONGEST
    assert target.again("changed", LASTED_SECONDS + 1) == AGAIN_WAIT

"""The simulator's worlds hold, and its invariants can fail (`tests.world`, `tests/simulated`).

Worlds are played in processes of their own: the order in which Python goes through sets is part of
what a seed stands for.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulated.defects import DEFECTS
from tests.simulated.plan import Plan
from tests.simulated.shrink import shrink
from tests.simulated.thieves import THIEVES
from tests.world import SEEDS

ROOT = Path(__file__).parent.parent

WORLDS, AT_ONCE = 30, 5
"""Seeds, and how many one process plays."""

SECONDS = 300


def world(*arguments: str, seconds: float = SECONDS) -> subprocess.CompletedProcess[str]:
    """`python -m tests.world` with arguments."""
    return subprocess.run(
        [sys.executable, "-m", "tests.world", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def kept() -> list[str]:
    """The lines of `seeds.txt` that are worlds."""
    lines = SEEDS.read_text(encoding="utf-8").splitlines()
    return [line.partition("#")[0].strip() for line in lines if not line.startswith("#")]


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("first", range(1, WORLDS + 1, AT_ONCE))
def test_worlds_hold(first: int) -> None:
    done = world("--seed", f"{first}-{first + AT_ONCE - 1}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": holds") == AT_ONCE


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("line", kept())
def test_what_once_failed_holds(line: str) -> None:
    done = world(*shlex.split(line))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("thief", THIEVES)
def test_nobody_follows_a_thief(thief: str) -> None:
    """Who holds what members decided never does; at the end all members agree (§6.10)."""
    done = world("--seed", "1-6", "--thief", thief)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("first", [1, 4])
def test_worlds_with_more_hold(first: int) -> None:
    """Bundles, automatic backups, full disks, clocks off by years, receipts, offers and wants."""
    done = world("--seed", f"{first}-{first + 2}", "--with", "all")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(SECONDS)
def test_a_seed_is_a_world() -> None:
    """Everything that happens is the same, up to the last message."""
    one, other = (world("--seed", "4", "--days", "3").stdout.split() for _ in range(2))
    assert one[:3] == other[:3]
    assert len(one[2]) == 32
    assert world("--seed", "5", "--days", "3").stdout.split()[2] != one[2]


BREAKS = {
    "open-gate": 1,
    "hoards": 1,
    "forgets-tombstones": 2,
    "believes": 50,
    "old-over-new": 3,
    "loses": 1,
    "hasty": 3,
    "idle": 2,
    "boundless": 2,
    "deaf": 1,
    "repeats": 5,
    "silent": 1,
    "stumbles": 1,
}
"""A seed in which each defect shows."""


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_reported(name: str) -> None:
    done = world("--seed", str(BREAKS[name]), "--break", name, "--cpu", "10")
    assert done.returncode == 1, done.stdout
    reported = done.stdout.splitlines()[0].partition(" s, ")[2].split(": ")[1]
    assert reported in DEFECTS[name][1], done.stdout
    assert f"--break {name}" in done.stdout.splitlines()[-1]


def test_what_is_printed_replays_it() -> None:
    done = world("--seed", "1", "--break", "stumbles", "--days", "2")
    _, _, command = done.stdout.splitlines()[1].partition("replay: python -m tests.world ")
    again = world(*shlex.split(command))
    assert again.stdout.splitlines()[-2].split()[:3] == done.stdout.splitlines()[0].split()[:3]
    assert again.stdout.splitlines()[-1] == done.stdout.splitlines()[1]


def test_a_plan_is_shortened_to_what_it_takes() -> None:
    plan = Plan.draw(3)
    needed = {plan.events[7].number, plan.events[60].number}

    def fails(shorter: Plan) -> bool:
        return needed <= {event.number for event in shorter.events}

    assert {event.number for event in shrink(plan, fails).events} == needed


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_soak() -> None:
    minutes = os.environ.get("VERBUND_SOAK_MINUTES", "10")
    start = os.environ.get("VERBUND_SOAK_START", str(int.from_bytes(os.urandom(4), "big")))
    done = world("--minutes", minutes, "--start", start, seconds=float(minutes) * 60 + SECONDS)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr

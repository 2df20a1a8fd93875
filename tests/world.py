"""The simulator: nodes of the real code in one process, everything from one seed.

    python -m tests.world --seed 17 --trace

plays one world; what is in it, and what must hold, stands in `tests/simulated`. The hash seed of
Python is part of what a world depends on, so that this begins again with a fixed one.
"""

import argparse
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType

from tests.simulated.extras import EXTRAS
from tests.simulated.plan import Plan
from tests.simulated.shrink import shrink
from tests.simulated.thieves import THIEVES

SEEDS = Path(__file__).parent / "seeds.txt"
"""What once failed: seed and parameters of a line are arguments of this command."""

CPU_SECONDS = 60.0
"""Of one world of the usual size, after which it is said to hang."""


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit status is 1 if something broke."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if os.environ.get("PYTHONHASHSEED") != "0":
        command = [sys.executable, "-m", "tests.world", *arguments]
        os.execve(sys.executable, command, {**os.environ, "PYTHONHASHSEED": "0"})
    said = _parser().parse_args(arguments)
    if said.nodes > LARGE:
        from tests.simulated.large import large

        return large(said.nodes, said.networks, said.dials)
    if said.minutes:
        return soak(said.minutes, said.start, said.nodes, said.days, _extras(said.extras))
    first, _, last = said.seed.partition("-")
    only = tuple(map(int, said.only.split(","))) if said.only else None
    extras = _extras(said.extras)
    failed = 0
    for seed in range(int(first), int(last or first) + 1):
        plan = Plan.draw(seed, said.nodes, said.days, only, said.broken, said.thief, extras)
        failed += not holds(plan, said.trace, said.shrink, said.cpu)
    return 1 if failed else 0


def _extras(said: str) -> tuple[str, ...]:
    some = EXTRAS if said == "all" else tuple(filter(None, said.split(",")))
    if unknown := set(some) - set(EXTRAS):
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(EXTRAS)}")
    return some


LARGE = 100
"""More nodes than that are another experiment: `tests.simulated.large`."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.world", description=__doc__)
    parser.add_argument("--seed", default="1", help="one, or a range: 1-50")
    parser.add_argument("--nodes", type=int, default=5)
    parser.add_argument("--networks", type=int, default=20, help="with more than 100 nodes")
    parser.add_argument("--dials", type=int, default=32, help="links that each of them keeps up")
    parser.add_argument("--thief", choices=THIEVES, help="decides with stolen keys")
    parser.add_argument("--with", dest="extras", default="", help="all, or some of EXTRAS")
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--only", help="numbers of the events that happen, by commas")
    parser.add_argument("--break", dest="broken", help="a defect of tests.simulated.defects")
    parser.add_argument("--cpu", type=float, default=CPU_SECONDS, help="seconds, or it hangs")
    parser.add_argument("--trace", action="store_true", help="print all that happens")
    parser.add_argument("--shrink", action="store_true", help="look for fewer events")
    parser.add_argument("--minutes", type=float, default=0, help="fresh seeds for so long")
    parser.add_argument("--start", type=int, default=1_000, help="the first of the fresh seeds")
    return parser


def holds(plan: Plan, trace: bool = False, shorten: bool = False, cpu: float = CPU_SECONDS) -> bool:
    """Play a world, and say how it ended."""
    from tests.simulated.world import play

    began = time.process_time()
    watch_out(plan, cpu)
    result = play(plan, print if trace else None)
    spent = time.process_time() - began
    counts = " ".join(f"{name} {count}" for name, count in result.counts.items())
    state = str(result.broken) if result.broken else "holds"
    print(f"seed {plan.seed} {result.digest} {spent:.2f} s, {counts}: {state}", flush=True)
    if result.broken is None:
        return True
    if trace and result.broken.__cause__ is not None:
        traceback.print_exception(result.broken.__cause__)
    if shorten:
        invariant = result.broken.invariant

        def fails(shorter: Plan) -> bool:
            found = play(shorter).broken
            return found is not None and found.invariant == invariant

        plan = shrink(plan, fails)
    print(f"    replay: {plan.command} --trace", flush=True)
    return False


def watch_out(plan: Plan, cpu: float) -> None:
    """End the process where a node is busy for ever: no clock of the world would notice."""

    def over(_signal: int, frame: FrameType | None) -> None:
        print(f"seed {plan.seed} {0:032} {cpu:.2f} s, : hangs: busy for {cpu:.0f} s")
        traceback.print_stack(frame, limit=12, file=sys.stdout)
        print(f"    replay: {plan.command} --trace", flush=True)
        os._exit(1)

    signal.signal(signal.SIGVTALRM, over)
    size = max(1.0, plan.nodes / 5 * plan.days / 7)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu * size)


def soak(minutes: float, seed: int, nodes: int, days: float, extras: tuple[str, ...] = ()) -> int:
    """Fresh seeds, as long as one wants; says how many node-years an hour gives."""
    began, end = seed, time.monotonic() + minutes * 60
    failed, cpu = 0, time.process_time()
    while time.monotonic() < end:
        failed += not holds(Plan.draw(seed, nodes, days, extras=extras))
        seed += 1
    years = (seed - began) * nodes * days / 365
    hours = (time.process_time() - cpu) / 3_600
    print(f"{seed - began} worlds, {failed} broke; {years / hours:.0f} node-years an hour of CPU")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

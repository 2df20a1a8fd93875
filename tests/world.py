"""The simulator: nodes of the real code in one process, everything from one seed.

    python -m tests.world --seed 17 --trace

plays one world; what is in it, and what must hold, stands in `tests/simulated`. The hash seed of
Python is part of what a world depends on, so that this begins again with a fixed one.
"""

import argparse
import os
import sys
import time

from tests.simulated.plan import Plan


def main() -> int:
    """The command line; the exit status is 1 if something broke."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(  # noqa: S606 - itself
            sys.executable,
            [sys.executable, "-m", "tests.world", *sys.argv[1:]],
            {**os.environ, "PYTHONHASHSEED": "0"},
        )
    parser = argparse.ArgumentParser(prog="python -m tests.world", description=__doc__)
    parser.add_argument("--seed", default="1", help="one, or a range: 1-50")
    parser.add_argument("--nodes", type=int, default=5)
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--only", help="numbers of the events that happen, by commas")
    parser.add_argument("--break", dest="broken", help="a defect to put in")
    parser.add_argument("--trace", action="store_true", help="print all that happens")
    parser.add_argument("--shrink", action="store_true", help="look for fewer events")
    said = parser.parse_args()
    from tests.simulated.world import play

    first, _, last = said.seed.partition("-")
    only = tuple(map(int, said.only.split(","))) if said.only else None
    failed = 0
    for seed in range(int(first), int(last or first) + 1):
        plan = Plan.draw(seed, said.nodes, said.days, only, said.broken)
        began = time.process_time()
        result = play(plan, print if said.trace else None)
        spent = time.process_time() - began
        state = str(result.broken) if result.broken else "holds"
        print(f"seed {seed} {result.digest[:12]} {spent:.2f} s {result.counts} {state}")
        if result.broken is not None:
            failed += 1
            print(f"    {plan.command}")
            if said.trace and result.broken.__cause__ is not None:
                import traceback

                traceback.print_exception(result.broken.__cause__)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

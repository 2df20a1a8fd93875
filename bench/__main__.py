"""`python -m bench [NAME …]`: all benchmarks, or those named."""

import argparse
import ast
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from bench.result import Result

NAMES = (
    *("intake", "start", "open", "memory", "invitation", "command", "search"),
    *("page", "signing_in", "first_hour"),
    *("joint_exit", "rotation", "recover", "import"),
    *("cold_start", "loop", "loop_rarely", "reconcile", "fanout", "flood"),
    *("draw", "draw_check", "draw_mix", "draw_fair", "draw_growth"),
)

ABOUT = """One JSON object a line on standard output, progress on standard error. Exit status 1 if a
figure misses what is wanted. The machine should have nothing else to do meanwhile."""


def main() -> int:
    """Run and print; 1 if a figure misses what is wanted."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=ABOUT,
        epilog="\n".join(f"  {name:<12}{_first_line(name)}" for name in NAMES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="all of these without a name:")
    parser.add_argument(
        "--instance", action="append", default=[], metavar="FILE", help="draw this list (draw)"
    )
    parser.add_argument(
        "--minutes", type=float, metavar="N", help="how long the hostile peer goes on (flood)"
    )
    args = parser.parse_args()
    names = args.names or NAMES
    if args.instance:
        import_module("bench.draw").INSTANCES.extend(args.instance)
    if args.minutes:
        import_module("bench.flood").MINUTES = args.minutes
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    good = True
    for name in names:
        print(f"— {name}", file=sys.stderr)
        run: Callable[[], Iterable[Result]] = import_module(f"bench.{name}").run
        for result in run():
            print(result.line(), flush=True)
            good = good and result.ok
    return 0 if good else 1


def _first_line(name: str) -> str:
    """What a benchmark measures, without importing it."""
    source = Path(__file__).with_name(f"{name}.py").read_text("utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())

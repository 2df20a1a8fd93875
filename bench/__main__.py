"""`python -m bench [NAME …]`: all benchmarks, or those named."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from importlib import import_module

from bench.result import Result

NAMES = ("intake", "start", "memory", "invitation", "search")


def main() -> int:
    """Run and print; 1 if a figure misses what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    names = parser.parse_args().names or NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    good = True
    for name in names:
        print(f"— {name}", file=sys.stderr)
        run: Callable[[], Iterable[Result]] = import_module(f"bench.{name}").run
        for result in run():
            print(json.dumps(result._asdict()), flush=True)
            good = good and result.ok
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

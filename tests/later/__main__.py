"""`make test-later`: the tests under a clock that is ahead, once for each distance.

    make test-later                             in 1, 40 and 400 days, and on the next 29 February
    make test-later BY=400                      one distance; `29feb` is one, too
    make test-later ARGS="tests/node/cli -x"    some tests

What the tests start lives in the same future: commands, servers, browsers; see `clock.c`.
The exit status is 1 if anything failed on any of the days.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.days import DAY
from tests.later.clock import NoCompiler, ahead, build

DISTANCES = "1 40 400 29feb"
LEAP_DAY = "29feb"

PATIENCE = 60
"""Seconds for a Python to start."""


def seconds(distance: str, now: float) -> int:
    """How far ahead; the 29 February begins at noon, so that the day does not end meanwhile.

    >>> seconds("400", 0), seconds("29feb", 0) == (2 * 365 + 31 + 28) * DAY + DAY // 2
    (34560000, True)
    """
    if distance != LEAP_DAY:
        return int(distance) * DAY
    year = datetime.fromtimestamp(now, UTC).year
    while not _is_ahead(year, now):
        year += 1
    return int(datetime(year, 2, 29, 12, tzinfo=UTC).timestamp() - now)


def _is_ahead(year: int, now: float) -> bool:
    try:
        return datetime(year, 2, 29, 12, tzinfo=UTC).timestamp() > now
    except ValueError:  # no leap year
        return False


def run(library: Path, distance: str, more: list[str]) -> bool:
    """All tests so far ahead; whether they passed."""
    now = time.time()
    by = seconds(distance, now)
    print(f"The clock says {datetime.fromtimestamp(now + by, UTC):%A, %d %B %Y, %H:%M} UTC.")
    environ = os.environ | ahead(library, by)
    asked = [sys.executable, "-c", "import time; print(time.time())"]
    said = float(subprocess.run(asked, env=environ, capture_output=True, check=True).stdout)
    if not 0 <= said - now - by < PATIENCE:
        print("But Python does not believe it: its clock can't be moved.", file=sys.stderr)
        return False
    sys.stdout.flush()
    done = subprocess.run([sys.executable, "-m", "pytest", *more], env=environ, check=False)
    return done.returncode == 0


def main() -> int:
    """Run the tests on each of the days; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="make test-later", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("--by", default=DISTANCES, help="days, or 29feb; with blanks between")
    options, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            library = build(Path(folder))
        except NoCompiler as trouble:
            print(trouble, file=sys.stderr)
            return 1
        failed = [one for one in options.by.split() if not run(library, one, more)]
    if failed:
        print(f"Tests failed on these days: {' '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The clock of `make test-later`: what tells the day is moved, and nothing else."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.days import DAY
from tests.later.__main__ import PATIENCE, seconds
from tests.later.clock import NoCompiler, ahead, build

DAYS = 400

TELLS = """
import datetime, json, sqlite3, ssl, subprocess, sys, threading, time
began = time.monotonic()
threading.Event().wait(0.01)
time.sleep(0.01)
now = datetime.datetime.now(datetime.UTC)
again = [sys.executable, "-c", "import time; print(time.time())"]
told = {
    "time": time.time(),
    "nanoseconds": time.time_ns() / 1e9,
    "realtime": time.clock_gettime(time.CLOCK_REALTIME),
    "datetime": now.timestamp(),
    "today": datetime.datetime.today().timestamp(),
    "words": time.mktime(time.localtime()),
    "sqlite": sqlite3.connect(":memory:").execute("SELECT unixepoch('now')").fetchone()[0],
    "a process that it starts": float(subprocess.check_output(again)),
}
print(json.dumps([told, time.monotonic() - began, began]))
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return build(tmp_path_factory.mktemp("later"))
    except NoCompiler as trouble:
        pytest.skip(str(trouble))


def test_what_tells_the_day_is_moved(library: Path) -> None:
    moved = int(os.environ.get("LATER_SECONDS", "0"))
    environ = os.environ | ahead(library, DAYS * DAY) | {"TZ": "UTC"}
    before, began = time.time() - moved, time.monotonic()
    said = subprocess.check_output([sys.executable, "-c", TELLS], env=environ)
    told, took, monotonic = json.loads(said)
    late = {name: at - before - DAYS * DAY for name, at in told.items()}
    assert {name: by for name, by in late.items() if not -1 < by < PATIENCE} == {}
    assert took < time.monotonic() - began
    assert began < monotonic < time.monotonic()


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-30T15:00", "2028-02-29T12:00"),
        ("2028-02-29T11:00", "2028-02-29T12:00"),
        ("2028-02-29T13:00", "2032-02-29T12:00"),
        ("2097-01-01T00:00", "2104-02-29T12:00"),
    ],
)
def test_next_leap_day(now: str, then: str) -> None:
    start = datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()
    there = datetime.fromtimestamp(start + seconds("29feb", start), UTC)
    assert there.isoformat(timespec="minutes") == f"{then}+00:00"

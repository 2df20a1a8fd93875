"""A run says last how many browser tests there were; skipped ones fail it where asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOME = "tests/node/features/sign_in/test_browser.py"


def run(tmp_path: Path, *more: str, **environ: str) -> tuple[int, str]:
    """The status of a run on a machine without a browser, and its last line."""
    command = [sys.executable, "-m", "pytest", SOME, f"--basetemp={tmp_path / 'bt'}", *more]
    env = {**os.environ, "PATH": str(tmp_path), **environ}
    env.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_skipped_browser_test_is_named_last(tmp_path: Path, workers: str) -> None:
    environ = {"VERBUND_BROWSER": ""}
    assert run(tmp_path, "-n", workers, **environ) == (
        0,
        "In a real browser: 0 tests ran, 2 were skipped.",
    )


def test_skipped_browser_test_fails_where_a_browser_is_required(tmp_path: Path) -> None:
    status, last = run(tmp_path, "-n", "0", VERBUND_BROWSER="required")
    assert status == 1
    assert last.endswith("2 were skipped. That is a failure here: install chromium.")

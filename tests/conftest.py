"""How many tests ran in a real browser is said last; where a browser is required, none is skipped.

`VERBUND_BROWSER=required` (`.ci/run`): a skipped browser test fails the run.
"""

import os

import pytest

BROWSER = "browser"
REQUIRED = "required"

_counts = {"ran": 0, "skipped": 0}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if BROWSER not in report.keywords:
        return
    if report.skipped:
        _counts["skipped"] += 1
    elif report.when == "call":
        _counts["ran"] += 1


def is_required() -> bool:
    return os.environ.get("VERBUND_BROWSER") == REQUIRED


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    worker = hasattr(session.config, "workerinput")
    if not worker and is_required() and _counts["skipped"] and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    print("\n" + last_line(**_counts, required=is_required()))


def last_line(ran: int, skipped: int, required: bool) -> str:
    """
    >>> last_line(3, 0, False)
    'In a real browser: 3 tests ran, 0 were skipped.'
    """
    line = f"In a real browser: {ran} tests ran, {skipped} were skipped."
    return f"{line} That is a failure here: install chromium." if required and skipped else line

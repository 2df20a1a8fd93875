"""The first quarter of an hour, step by step in a real browser: the path that `bench.first_hour`
measures. How long it takes is the benchmark's; that it can be gone is looked at here.
"""

import shutil
import sys

import pytest

from bench.first_hour import PEOPLE, run

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on this machine"),
    pytest.mark.skipif(sys.platform == "darwin", reason="only 127.0.0.1 is there"),
    pytest.mark.timeout(240),
]

STEPS = ["set_up", "phones", "spreadsheet", "link", "ten_come_in", "list", "words"]


def test_a_group_begins_in_a_browser() -> None:
    found = {one.name.removeprefix("first_hour/"): one for one in run()}
    assert list(found) == [*STEPS, "seconds", "server", "coming_in"]
    assert (found["coming_in"].value, found["coming_in"].more) == (1, {"people": PEOPLE})
    assert found["set_up"].more["fields"] == 4

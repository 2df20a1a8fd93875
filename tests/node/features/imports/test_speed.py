"""The benchmark at a size for every day: it works, and nobody waits for an import.

`make bench ARGS=import` has the figures for 10,000 rows.
"""

from importlib import import_module

import pytest

ROWS = 1_000


@pytest.mark.timeout(120)
def test_a_thousand_rows_keep_nobody_waiting() -> None:
    bench = import_module("bench.import")
    found = bench.measured(ROWS, "csv")
    assert list(found["seconds"]) == list(bench.WANTED)
    assert found["longest"]["cpu"] <= bench.WANTED_MS, found["longest"]
    used = {step: cpu for step, (_seconds, cpu) in found["seconds"].items()}
    assert {step for step, cpu in used.items() if cpu > bench.WANTED[step] / 2} == set(), used

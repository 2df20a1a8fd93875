"""Checking a draw of 10,000: seconds, reading the list included, and the transcript's size."""

import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.draw import INSTANCES, lists
from bench.draw_child import SEED, content
from bench.result import Result, say
from protocol.draw.drawing import draw
from protocol.draw_check.verifier import verify
from protocol.draw_format.lists import read_list

WANTED_SECONDS, WANTED_KB = 3.0, 300.0
TIMES = 3


def run() -> Iterator[Result]:
    """One line, of the largest list."""
    with tempfile.TemporaryDirectory() as folder:
        named = [Path(one) for one in INSTANCES]
        paths = named or list(lists(Path(folder), ("std 10000",)))
        raw = content(max(paths, key=lambda path: path.stat().st_size))
    say("drawing")
    transcript = draw(read_list(raw), SEED)
    say("checking")
    spent = []
    for _ in range(TIMES):
        began = time.process_time()
        source = read_list(raw)
        verdict = verify(transcript, source)
        spent.append(time.process_time() - began)
        assert not verdict.doubts, verdict.doubts
    seconds, kb = median(spent), len(zlib.compress(transcript, 9)) / 1000
    more = {"people": len(source.people), "packed_kb": round(kb, 1)}
    more["unexplained"] = verdict.unexplained
    good = seconds <= WANTED_SECONDS and kb <= WANTED_KB
    wish = f"≤ {WANTED_SECONDS:g} s, transcript ≤ {WANTED_KB:g} kB packed"
    yield Result("draw_check", round(seconds, 3), "s", None, None, wish, good, more)

"""One target under atheris, for so many executions; its report is one JSON object.

`python -m tests.fuzz.worker TARGET EXECUTIONS FOLDER [OPTIONS OF LIBFUZZER]`, by `tests.fuzz` only.
The folder holds `corpus`, which libFuzzer fills; `found`, the inputs that are findings; `report`.
"""

import contextlib
import json
import os
import resource
import sys
import time
import traceback
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["crypto", "protocol", "sync", "node"]):
    from tests.fuzz.targets import TARGETS

from tests.fuzz.seeds import LARGEST, kept

SLOW_SECONDS = 1.0
"""CPU time for one input of at most 4 KiB: a peer sends thousands of them."""

EACH = 3
"""Inputs that are written down of those that fail at the same line."""


class Worker:
    """Counts, measures and writes down while libFuzzer calls."""

    def __init__(self, name: str, executions: int, folder: Path) -> None:
        self.target, self.executions, self.folder = TARGETS[name], executions, folder
        self.done = self.exceptions = self.slow = 0
        self.seen: dict[str, int] = {}
        self.warm = 0.0
        self.began = time.monotonic()
        self.slowest = 0.0

    def once(self, data: bytes) -> None:
        """One execution; the last one ends the process."""
        began = time.process_time()
        try:
            self.target.run(data)
        except Exception as error:  # noqa: BLE001 - to find those is what this is for
            self.exceptions += 1
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.write_down(
                f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}", data
            )
        took = time.process_time() - began
        self.slowest = max(self.slowest, took)
        if took > SLOW_SECONDS:
            self.slow += 1
            self.write_down("slow", data)
        self.done += 1
        if self.done == self.executions // 5:  # by then caches are full
            self.warm = rss()
        if self.done >= self.executions:
            self.report()
            os._exit(0)

    def write_down(self, what: str, data: bytes) -> None:
        """Keep an input, unless enough of its kind are kept."""
        self.seen[what] = self.seen.get(what, 0) + 1
        if self.seen[what] <= EACH:
            (self.folder / "found" / sha256(data).hexdigest()[:16]).write_bytes(data)

    def report(self) -> None:
        """What came of it."""
        seconds = time.monotonic() - self.began
        report = {
            "target": self.target.name,
            "executions": self.done,
            "per_second": round(self.done / seconds),
            "cpu_seconds": round(time.process_time(), 1),
            "exceptions": self.exceptions,
            "slow": self.slow,
            "slowest_ms": round(self.slowest * 1000, 1),
            "found": self.seen,
            "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            "growth_mib": round(rss() - self.warm, 1),
        }
        (self.folder / "report").write_text(json.dumps(report), encoding="utf-8")


def rss() -> float:
    """Memory in use, MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    """Begin with the seeds and what is kept."""
    name, executions, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    corpus = folder / "corpus"
    for one in (corpus, folder / "found"):
        one.mkdir(parents=True, exist_ok=True)
    for data in (*TARGETS[name].seeds(), *kept(name)):
        path = corpus / sha256(data).hexdigest()[:40]
        with contextlib.suppress(FileExistsError), path.open("xb") as file:
            file.write(data)
    worker = Worker(name, executions, folder)
    options = [f"-max_len={LARGEST}", "-timeout=20", "-rss_limit_mb=2048", "-reload=0"]
    options += [f"-artifact_prefix={folder}/found/", "-print_final_stats=0"]
    atheris.Setup([sys.argv[0], *options, *sys.argv[4:], str(corpus)], worker.once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

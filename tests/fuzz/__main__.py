"""`make fuzz`: so many executions over all targets; one JSON object a line, then one for all.

    make fuzz                                   1,000,000 executions
    make fuzz ARGS="--executions 20000"         fewer
    make fuzz ARGS="--only frames,sessions"     some targets
    make fuzz ARGS=--keep                       add what reached something new to tests/fuzz/corpus

The exit status is 1 if anything was found: an exception that is not documented, an input that takes
too long, memory that grows, a process that died. Such inputs are added to `tests/fuzz/corpus`, from
where `make test` runs them ever after.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.fuzz.seeds import keep, kept
from tests.fuzz.targets import TARGETS

EXECUTIONS = 1_000_000

GROWTH_MIB = 64
"""After the first fifth of a run. libFuzzer's own corpus and coverage need some."""

KEPT_BYTES = 1_024
KEPT_INPUTS = 60
"""What `--keep` writes for one target: the repository is no archive."""

FOLDER = Path(".fuzz")


def main() -> int:
    """Run the targets one after the other; gives the exit status."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--executions", type=int, default=EXECUTIONS, help="over all targets")
    parser.add_argument("--only", default="", help="names of targets, with commas between")
    parser.add_argument("--seed", type=int, default=0, help="of libFuzzer; 0: another each time")
    parser.add_argument("--keep", action="store_true", help="keep inputs that reach much")
    options = parser.parse_args()
    names = [one for one in options.only.split(",") if one] or list(TARGETS)
    if unknown := [one for one in names if one not in TARGETS]:
        parser.error(f"no such target: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    whole = sum(TARGETS[name].share for name in names)
    reports = []
    for name in names:
        executions = -(-options.executions * TARGETS[name].share // whole)
        reports.append(fuzz(name, executions, options.seed))
        print(json.dumps(reports[-1]), flush=True)
        if options.keep:
            keep(name, interesting(name))
    print(json.dumps(summary(reports)), flush=True)
    return 0 if all(map(is_clean, reports)) else 1


def fuzz(name: str, executions: int, seed: int) -> dict[str, Any]:
    """One target in a process of its own."""
    folder = FOLDER / name
    shutil.rmtree(folder / "found", ignore_errors=True)
    (folder / "report").unlink(missing_ok=True)
    status = worker(name, executions, f"-seed={seed}" if seed else "-verbosity=1")
    report: dict[str, Any] = {"target": name, "executions": 0, "exceptions": 0, "died": True}
    if (folder / "report").exists():
        report = json.loads((folder / "report").read_text(encoding="utf-8"))
    report["status"] = status
    found = [path.read_bytes() for path in sorted((folder / "found").glob("*"))]
    report["added"] = keep(name, found) if found else 0
    return report


def worker(name: str, executions: int, *options: str) -> int:
    """Run `tests.fuzz.worker`; what libFuzzer says goes into a log."""
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.worker", name, str(executions), str(folder)]
    with (folder / "log").open("ab") as log:
        return subprocess.run([*command, *options], stdout=log, stderr=log, check=False).returncode


def interesting(name: str) -> list[bytes]:
    """What reached something that nothing before it had: a few of all sizes."""
    known = {*TARGETS[name].seeds(), *kept(name)}
    found = {path.read_bytes() for path in (FOLDER / name / "corpus").iterdir()} - known
    inputs = sorted(
        (one for one in found if len(one) <= KEPT_BYTES), key=lambda one: (len(one), one)
    )
    room = max(KEPT_INPUTS - len(kept(name)), 0)
    return inputs if len(inputs) <= room else inputs[:: -(-len(inputs) // room)] if room else []


def is_clean(report: dict[str, Any]) -> bool:
    """Nothing was found."""
    return (
        report["status"] == 0
        and not report["exceptions"]
        and not report["slow"]
        and report["growth_mib"] <= GROWTH_MIB
    )


def summary(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """All targets together."""
    return {
        "target": "all",
        "executions": sum(one["executions"] for one in reports),
        "exceptions": sum(one["exceptions"] for one in reports),
        "slow": sum(one.get("slow", 0) for one in reports),
        "cpu_seconds": round(sum(one.get("cpu_seconds", 0) for one in reports), 1),
        "peak_rss_mib": max(one.get("peak_rss_mib", 0) for one in reports),
        "growth_mib": max(one.get("growth_mib", 0) for one in reports),
        "clean": all(map(is_clean, reports)),
    }


if __name__ == "__main__":
    sys.exit(main())

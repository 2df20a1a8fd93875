# ruff: noqa: N999 - a benchmark is called like what it measures
"""A spreadsheet of 10,000 members: read and previewed, taken in, read once more, taken back.

The steps are those of the pages, in a loop that serves: `import/preview` is from the upload to the
preview, reading and planning, for CSV and .xlsx; `import/commit` writes all of it, `import/again`
is the preview of the same file when all of them are here. `import/longest` is the longest time
that the loop does nothing else (`bench.blocks`), in processor time of whoever works.

`main` with ROWS and FORM as arguments measures in a process of its own, and prints what it found.
"""

import asyncio
import csv
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.blocks import Blocks, watched
from bench.filling import empty
from bench.processes import ROOT, environment
from bench.result import Result, say
from node.app import open_core
from node.base.tuning import tune_collector
from node.features.imports import steps
from node.features.imports.jobs import TASK, ImportJobs
from node.features.imports.tables import Import, Imports
from node.store.core import Core

ROWS = 10_000
MAIN = "from importlib import import_module; import_module('bench.import').main()"

WANTED = {"preview": 3.0, "commit": 5.0, "again": 3.0, "undo": 5.0}
WANTED_MS = 50

GIVEN = ("Ada", "Bernd", "Jürgen", "Anna", "Özlem", "Chris", "Doris", "Emil", "Gülay", "Käthe")
FAMILY = ("Müller", "Moor", "Groß", "Schmidt", "Weiß", "Krüger", "Böhm", "Fischer", "Jäger")
HEADINGS = (
    *("Vorname", "Nachname", "E-Mail", "Telefon", "Straße", "PLZ", "Ort", "Mitglied seit"),
    *("Instrument", "Beitrag", "Bemerkung", "Geburtsdatum"),
)


def run() -> Iterator[Result]:
    """One line for each step, and one for the loop."""
    longest: dict[str, Any] = {"cpu": 0}
    for form in ("csv", "xlsx"):
        found = measured(ROWS, form)
        for step, (seconds, cpu) in found["seconds"].items():
            wanted = WANTED[step]
            good, more = seconds <= wanted, {"processor time": cpu}
            name = f"import/{step}/{form}"
            yield Result(name, seconds, "s", None, None, f"≤ {wanted:g}", good, more)
        longest = max(longest, found["longest"], key=lambda one: one["cpu"])
    cpu, more = longest["cpu"], {"where": longest["where"], "wall": longest["wall"]}
    ratio = round(cpu / WANTED_MS, 2)
    yield Result(
        *("import/longest", cpu, "ms of processor time", ratio, f"{WANTED_MS} ms"),
        *(f"≤ {WANTED_MS}", cpu <= WANTED_MS, more),
    )


def measured(rows: int, form: str) -> dict[str, Any]:
    """Seconds of each step and the longest block, found by a process of its own."""
    done = subprocess.run(
        (sys.executable, "-c", MAIN, str(rows), form),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure here."""
    rows, form = int(sys.argv[1]), sys.argv[2]
    tune_collector()  # as a server does
    with tempfile.TemporaryDirectory() as folder:
        core = open_core(empty(Path(folder), "node"))
        blocks = watched()
        seconds = asyncio.run(_steps(core, table(rows, form), blocks))
        core.close()
    found = [(phase, one) for phase, some in blocks.top().items() for one in some]
    found = [one for one in found if one[0] in WANTED]
    phase, longest = max(found, key=lambda one: one[1].cpu)
    for name, one in sorted(found, key=lambda one: -one[1].cpu)[:4]:
        say(f"{name}: {one.cpu} ms of processor time, {one.wall} ms: {one.where}")
    where = f"{phase}: {longest.where}"
    longest_ = {"cpu": longest.cpu, "wall": longest.wall, "where": where}
    print(json.dumps({"seconds": seconds, "longest": longest_}))


async def _steps(core: Core, data: bytes, blocks: Blocks) -> dict[str, tuple[float, float]]:
    jobs, seconds = ImportJobs(core), {}
    _ = core.turns  # made in the loop that serves
    id = ""
    for step in WANTED:
        await asyncio.sleep(0)
        blocks.phase = step
        began, used = time.perf_counter(), _processor_time()
        if step in ("preview", "again"):
            id = await jobs.begin("", "list", io.BytesIO(data))
            await _settled(core, id, "columns")
            await jobs.step(id, "planning", steps.plan)
            counts = (await _settled(core, id, "preview")).counts
            say(f"{step}: {counts}")
        elif step == "commit":
            first = id
            await jobs.commit(id)
            await _settled(core, id, "done")
        else:
            await jobs.step(first, "undoing", steps.undo, "")
            await _settled(core, first, "undone")
        took, cpu = time.perf_counter() - began, _processor_time() - used
        seconds[step] = (round(took, 3), round(cpu, 3))
    blocks.phase = "end"
    return seconds


def _processor_time() -> float:
    """Of this process and of those that read files for it."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


async def _settled(core: Core, id: str, state: str) -> Import:
    await asyncio.gather(*(one for one in asyncio.all_tasks() if one.get_name() == TASK))
    found = Imports(core).get(id)
    assert found is not None
    assert found.state == state, (found.state, found.problem)
    return found


def table(rows: int, form: str) -> bytes:
    """The file."""
    made = [HEADINGS, *(_row(n) for n in range(rows))]
    if form == "xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("Mitglieder")
        for row in made:
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(made)
    return text.getvalue().encode("cp1252")


def _row(n: int) -> tuple[str, ...]:
    return (
        *(GIVEN[n % 10], f"{FAMILY[n % 9]}-{n // 90}", f"p{n}@example.org", f"0431 {100_000 + n}"),
        *(f"Gänseweg {n % 300}", f"{10_000 + n}", "Köln", f"{1 + n % 28:02}.{1 + n % 12:02}.2019"),
        *("Geige", "12,50", "" if n % 3 else "singt im Chor", f"{1 + n % 28}.{1 + n % 12}.1970"),
    )

"""Two peers that run on Node.js: PouchDB's replication, and ssb-db2 with EBT."""

import json
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

from bench.processes import free_port
from bench.result import say

HERE = Path(__file__).parent

PACKAGES = {
    "pouchdb": ("pouchdb@9", "express-pouchdb@4", "express@4"),
    "ssb": ("ssb-db2@8", "ssb-ebt@9", "secret-stack@6", "ssb-caps@1", "ssb-keys@8"),
}

FEEDS = 1_000
"""Who signs the messages of `ssb`."""

PATIENCE = 600.0
"""Seconds; ten times as long as the slowest needs."""

MOST = {"ssb": 20_000}
"""With 100,000 messages of 1,000 feeds the exchange stands still, without an error."""


def pouchdb(folder: Path, records: int) -> tuple[float, dict[str, str]]:
    """Seconds of one pull, and the versions."""
    return _between(folder, "pouchdb", records)


def ssb(folder: Path, records: int) -> tuple[float, dict[str, str]]:
    """Seconds until all messages were verified and written, and the versions."""
    return _between(folder, "ssb", records)


def most(name: str, records: int) -> int:
    """As many of `records` as are feasible."""
    return min(records, MOST.get(name, records))


def answers(port: int) -> bool:
    """Whether somebody listens at a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _between(folder: Path, name: str, records: int) -> tuple[float, dict[str, str]]:
    """`serve` fills itself, prints one line of JSON and waits; `fetch` prints how long it took."""
    home = _installed(folder, name)
    port = free_port()
    records = most(name, records)
    source, copy = home / "source", home / "copy"
    for one in (source, copy):
        shutil.rmtree(one, ignore_errors=True)
        one.mkdir()
    given = {"records": records, "feeds": min(FEEDS, records // 10), "port": port}
    serving = _start(home, name, {**given, "mode": "serve", "folder": str(source)})
    try:
        assert serving.stdout is not None
        served: dict[str, Any] = json.loads(serving.stdout.readline())
        say(f"{name}: {records / served['filled']:.0f} records/s written one by one")
        given |= {"port": free_port()} if name == "ssb" else {}
        fetching = _start(home, name, {**given, **served, "mode": "fetch", "folder": str(copy)})
        try:
            line = fetching.communicate(timeout=PATIENCE)[0]
        finally:
            fetching.kill()
    finally:
        serving.terminate()
        serving.wait()
    done = json.loads(line)
    assert done["records"] == records, done
    return float(done["seconds"]), _versions(home, name)


def _start(home: Path, name: str, given: dict[str, Any]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        ["node", f"{name}.js", json.dumps(given)],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _installed(folder: Path, name: str) -> Path:
    home = folder / name
    home.mkdir(exist_ok=True)
    shutil.copy(HERE / f"{name}.js", home)
    if not (home / "node_modules").exists():
        subprocess.run(
            ["npm", "install", "--no-fund", "--no-audit", *PACKAGES[name]],
            cwd=home,
            check=True,
            capture_output=True,
        )
    return home


def _versions(home: Path, name: str) -> dict[str, str]:
    found = {"node": subprocess.check_output(["node", "--version"], text=True).strip()}
    for package in PACKAGES[name]:
        bare = package.partition("@")[0]
        about = json.loads((home / "node_modules" / bare / "package.json").read_text("utf-8"))
        found[bare] = about["version"]
    return found

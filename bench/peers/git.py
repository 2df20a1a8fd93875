"""`git fetch` of many small blobs from `git daemon`, into an empty repository."""

import os
import shutil
import subprocess
import time
from base64 import b64encode
from pathlib import Path

from bench.processes import free_port

SIZE = 220
"""Random bytes of a blob; as text 296."""

IN_TREE = 100
"""Blobs of one directory."""


def fetch(folder: Path, records: int) -> tuple[float, dict[str, str]]:
    """Seconds, and the version."""
    source, copy = folder / "git-source", folder / "git-copy"
    for one in (source, copy):
        shutil.rmtree(one, ignore_errors=True)
        _git("init", "--quiet", "--bare", str(one))
    _fill(source, records)
    (source / "git-daemon-export-ok").touch()
    port = free_port()
    daemon = subprocess.Popen(
        ["git", "daemon", "--listen=127.0.0.1", f"--port={port}", f"--base-path={folder}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _until_there(port)
        began = time.perf_counter()
        url = f"git://127.0.0.1:{port}/git-source"
        _git("-C", str(copy), "fetch", "--quiet", url, "refs/heads/main:refs/heads/main")
        took = time.perf_counter() - began
    finally:
        daemon.terminate()
        daemon.wait()
    blobs = _git("-C", str(copy), "ls-tree", "-r", "--name-only", "main").count("\n")
    assert blobs == records, blobs
    return took, {"git": _git("--version").split()[-1]}


def _git(*args: str, given: bytes | None = None) -> str:
    done = subprocess.run(["git", *args], input=given, capture_output=True, check=True)
    return done.stdout.decode()


def _fill(source: Path, records: int) -> None:
    parts = [b"commit refs/heads/main\ncommitter A <a@example.org> 1800000000 +0000\ndata 1\nA\n"]
    for n in range(records):
        body = b64encode(os.urandom(SIZE))
        name = b"%d/%d" % (n // IN_TREE, n % IN_TREE)
        parts.append(b"M 100644 inline %b\ndata %d\n%b\n" % (name, len(body), body))
    _git("-C", str(source), "fast-import", "--quiet", given=b"".join(parts))


def _until_there(port: int) -> None:
    from bench.peers.node_js import answers

    while not answers(port):
        time.sleep(0.01)

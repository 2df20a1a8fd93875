"""This software beside itself without one noun: what is new travels through older nodes (§4.9)."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from node.features.meetings.actions import new_meeting
from node.features.peers.actions import name_peer
from node.records.transaction import take
from node.store.core import Core
from protocol import unread
from protocol.kinds import KINDS
from sync.sets import digests
from tests.hostile.stage import MEETING, titles
from tests.node.guides import free_ports
from tests.node.world import (
    Clock,
    Running,
    accept,
    befriend,
    make_home,
    running,
    seal_to,
    until,
    verified,
)
from tests.sync.people import Someone

ROOT = Path(__file__).parents[2]
PACKAGES = ("crypto", "protocol", "sync", "node")
PATIENCE = 40.0


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The software as it was before there was an exchange."""
    folder = tmp_path_factory.mktemp("older")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    _take_out(folder / "node/features/__init__.py", r".*EXCHANGE.*\n")
    kinds = r"from protocol\.exchange .*\n|        (OFFER|WANT|TAKE),\n"
    _take_out(folder / "protocol/kinds.py", kinds)
    shutil.rmtree(folder / "node/features/exchange")
    (folder / "protocol/exchange.py").unlink()
    return folder


def _take_out(file: Path, lines: str) -> None:
    text = file.read_text("utf-8")
    less = re.sub(lines, "", text)
    assert less != text
    file.write_text(less, "utf-8")


class Machine:
    """A home, and the software in `folder` that serves it."""

    def __init__(self, where: Path, name: str, folder: Path) -> None:
        self.home, self.folder = make_home(where, name), folder
        (self.port,) = free_ports(1)

    def command(self, *words: str) -> Any:
        """What a command answers, as JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "node", *words, "--home", str(self.home.path), "--json"],
            cwd=self.folder, env=self._environment(), capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout, done.stderr)
        return json.loads(done.stdout)

    def _environment(self) -> dict[str, str]:
        kept = {one: value for one, value in os.environ.items() if not one.startswith("VERBUND")}
        return {**kept, "LANG": "en_GB.UTF-8", "PYTHONPATH": str(self.folder)}

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Up, until the block ends."""
        url = f"http://127.0.0.1:{self.port}"
        options = ("--listen", url.removeprefix("http://"), "--public-url", url)
        with subprocess.Popen(
            [sys.executable, "-m", "node", "serve", *options, "--private-addresses",
             "--home", str(self.home.path), "--json"],
            cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        ) as server:  # fmt: skip
            try:
                assert server.stdout is not None
                assert any(line == "}\n" for line in server.stdout), "it does not start"
                yield
            finally:
                server.send_signal(signal.SIGTERM)
                server.wait(timeout=30)

    def has(self, kind: str) -> int:
        """How many records of a kind it holds, whether it can read them or not."""
        file = f"file:{self.home.database}?mode=ro"
        with closing(sqlite3.connect(file, uri=True, timeout=10)) as conn:
            sql = "select count(*) from records where kind = ? and length(envelope) > 0"
            return int(conn.execute(sql, (kind,)).fetchone()[0])


def eventually(what: Callable[[], object], why: str) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def members(one: Machine) -> int:
    return len(one.command("network", "members", "Netz")["members"])


def offered(one: Machine) -> list[str]:
    return [thing["title"] for thing in one.command("exchange", "list")["things"]]


def test_what_is_new_travels_through_older_software(tmp_path: Path, older: Path) -> None:
    """A group offers something; a second one runs older software; a third gets it from there."""
    first, second, third = (
        Machine(tmp_path, name, folder)
        for name, folder in (("First", ROOT), ("Second", older), ("Third", ROOT))
    )
    with second.serving():
        with first.serving():
            first.command("network", "found", "--name", "Netz", "--admission", "open")
            with third.serving():
                for one in (second, third):
                    link = first.command("peer", "invite")["link"]
                    one.command("peer", "accept", link)
                    eventually(lambda one=one: one.has("network"), "the charter")
                    one.command("network", "apply", "Netz")
                for one in (second, third):
                    eventually(lambda one=one: members(one) == 3, "all are members")
            first.command("exchange", "offer", "--title", "Tables", "--to", "Netz")
            eventually(lambda: second.has("offer"), "the older one keeps it")
        with third.serving():
            eventually(lambda: third.has("offer"), "it passes it on")
            assert offered(third) == ["Tables"]
            third.command("exchange", "take", "Tables")
        second.command("status")
        with first.serving():
            eventually(
                lambda: first.command("exchange", "show", "Tables")["takes"],
                "carried by the older one, sealed",
            )
    second.folder = ROOT  # it is brought up to date
    assert offered(second) == ["Tables"]


def _limited(core: Core, limit: int, patch: pytest.MonkeyPatch) -> None:
    """This node removes what is over another limit than the other node does."""
    enforce = core.records.enforce_limits

    def limited(*some: Any) -> Any:
        with patch.context() as inner:
            inner.setitem(KINDS, "meeting", replace(KINDS["meeting"], limit=limit))
            return enforce(*some)

    patch.setattr(core.records, "enforce_limits", limited)


async def test_rounds_end_with_equal_digests_where_limits_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One side knows the kind and takes three, the other side holds six by generic limits."""
    author, clock = Someone("writes much"), Clock()
    homes = [make_home(tmp_path, name, clock) for name in ("Newer", "Older")]
    async with (
        running(homes[0], clock=clock) as newer,
        running(homes[1], clock=clock) as older,
    ):
        _limited(newer.core, 3, monkeypatch)
        _limited(older.core, unread.UNREAD_LIMIT, monkeypatch)
        for node in (newer, older):
            accept(node.core, author)
            name_peer(node.core, node.id, author.id, shown=True)
            keys = {node.id: node.core.ring.held[0].sealing[0].public}
            tie = {"peer": node.id, "shown": True}
            named = seal_to(author, node.id, keys, "peering", "", tie)
            assert take(node.core, verified(named)) == [None]
            assert take(node.core, verified(author.group())) == [None]
        some = verified(*(author.meeting(f"m{number}") for number in range(6)))
        assert set(take(older.core, some)) == {None}
        await befriend(newer, older)
        for title in ("one", "two"):
            older.say(new_meeting, "public", {**MEETING, "title": title})
            await until(lambda title=title: title in titles(newer), "it arrives")
            await until(lambda: newer.links.is_quiet and older.links.is_quiet, "all is exchanged")
            assert [_held(one.core, author) for one in (newer, older)] == [3, 6]
            assert _digests(newer) == _digests(older) != b""
            accept(older.core, Someone(title))  # another round, which offers it again
            older.links.stored()


def _held(core: Core, author: Someone) -> int:
    return len(list(core.records.headers(core.clock(), ["meeting"], author=author.id)))


def _digests(node: Running) -> bytes:
    (link,) = node.links.sessions.values()
    session = link.session
    assert session is not None
    return digests(session.compared.sets(node.core.clock()), session.secure.tag_key)[0]

"""A server whose disk is full: pages, peers, commands, and coming up again.

The small file system is mounted where the tests may mount one. Where not, the node's own database
may not grow: the same refusals and the same way back, in one process.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from node.base.errors import Problem
from node.features import FEATURES
from node.features.groups.actions import edit_group
from node.features.networks.actions import leave_network
from node.links.manager import Links
from node.store.core import Core
from node.store.disk_reserve import RESERVE_BYTES
from node.web.server import make_app
from protocol.audience import PUBLIC
from protocol.kind import Place
from tests.faults.disks import Disk, Limited, Mounted, limited, mounted
from tests.faults.test_full_disk import LONG
from tests.faults.victim import Victim, zygote
from tests.node.entering import code_for, enter
from tests.node.web.html import check
from tests.node.world import Running, befriend, make_core, make_home, network_of, running, until

Answer = tuple[int, str]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Mounted]:
    with mounted(tmp_path / "disk") as found:
        yield found


async def read(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        return answer.status, await answer.text()


async def test_a_server_on_a_full_disk(small: Mounted, tmp_path: Path) -> None:
    """It is read, says what is wrong, takes back, is killed, comes up, and goes on with space."""
    async with zygote() as starter:
        node = Victim(small.folder / "Alpha", starter, tmp_path)
        await node.start(cold=False)
        await node.is_up()
        reserve = node.folder / "reserve"
        assert reserve.stat().st_size == RESERVE_BYTES
        for _time in range(2):
            small.fill()
            assert (await read(node.url + "/"))[0] == 200
            assert json.loads((await read(node.url + "/health"))[1]) == {
                "status": "ok",
                "disk": "full",
            }
            status, text = await node.command("group", "edit", "--purpose", "ä" * 2_000)
            assert (status, json.loads(text[: text.index("}") + 1])["error"]) == (1, "disk-full")
            status, text = await node.command("group", "edit", "--clear", "purpose")
            assert status == 0, text
            status, text = await node.command("status")
            assert (status, json.loads(text)["disk"]) == (0, "full")
            status, text = await node.command("page")
            assert status == 0, text
            await node.kill()
            small.fill()
            await node.start(cold=False)
            await node.is_up()
        small.free()
        status, text = await node.command("group", "edit", "--purpose", "wieder")
        assert status == 0, text
        assert json.loads((await node.command("status"))[1])["disk"] == "low"
        assert reserve.stat().st_size == RESERVE_BYTES
        await node.kill()


def purpose(node: Running, of: Running) -> str | None:
    record = node.core.records.at(Place(of.id, PUBLIC, "group", ""))
    return record.content["purpose"] if record and record.content else None


async def test_peers_of_a_full_disk(disk: Disk, tmp_path: Path) -> None:
    """What they send is refused for now, in the same session; what they ask for they get."""
    homes = [make_home(tmp_path, "Alpha"), make_home(disk.folder, "Beta")]
    async with running(homes[0]) as a, running(homes[1]) as b:
        assert b.core.reserve.make()
        await befriend(a, b)
        await until(lambda: a.links.is_quiet and b.links.is_quiet)
        network = await network_of(b, a)
        await until(lambda: a.links.is_quiet and b.links.is_quiet)
        (session,) = b.links.sessions.values()
        b.core.db.fold()
        disk.fill()
        a.say(edit_group, LONG)
        await until(lambda: b.core.reserve.state == "full", "refusal")
        await until(lambda: a.links.is_quiet and b.links.is_quiet, "rest")
        assert list(b.links.sessions.values()) == [session], "no session after the other"
        assert purpose(b, a) is None
        b.say(leave_network, network)
        await until(lambda: not a.core.ties.is_member(network, b.id, a.core.clock()), "leaving")
        session.end("shutdown")
        await until(lambda: list(b.links.sessions.values()) not in ([], [session]), "a new one")
        await until(lambda: a.links.is_quiet and b.links.is_quiet, "rest")
        assert purpose(b, a) is None
        disk.free()
        b.say(edit_group, {"purpose": "wieder"})

        def arrived() -> bool:
            b.links.tick()
            return purpose(b, a) == LONG["purpose"].strip()

        await until(arrived, "what was refused")
        assert b.core.reserve.path.stat().st_size == RESERVE_BYTES


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Core, Limited]]:
    """A node on a disk that can be full, without a reserve."""
    with limited(tmp_path / "disk", monkeypatch) as disk:
        core = make_core(disk.folder)
        yield core, disk
        core.close()


def full(_core: Core, _code: str) -> bool:
    """Not even a row that goes can be written down."""
    raise Problem("disk-full")


@asynccontextmanager
async def opened(core: Core, language: str) -> AsyncIterator[Callable[[str], Awaitable[Answer]]]:
    """Its pages in a browser of sorts, as long as they are served: path → status and text."""
    cookies, accepts = aiohttp.CookieJar(unsafe=True), {"Accept-Language": language}
    async with (
        TestServer(make_app(core, Links(core), None, FEATURES)) as server,
        aiohttp.ClientSession(server.make_url("/"), cookie_jar=cookies, headers=accepts) as client,
    ):

        async def get(path: str) -> Answer:
            if path.startswith("/enter/"):
                answer = await enter(client, "", path.removeprefix("/enter/"))
                return answer.status, check(await answer.text(), language).text
            async with client.get(path) as answer:
                return answer.status, check(await answer.text(), language).text

        yield get


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ("Es wurde nichts geändert", "ist sicher", "Schafft Platz")),
        ("en", ("Nothing was changed", "is safe", "Make room")),
    ],
)
async def test_507(
    language: str,
    said: tuple[str, ...],
    own: tuple[Core, Limited],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the reserve has room for succeeds; where even that is gone, it is said in words."""
    core, disk = own
    async with opened(core, language) as get:
        disk.fill()
        assert (await get(f"/enter/{code_for(core)}"))[0] == 200
        code = code_for(core)
        monkeypatch.setattr("node.features.start.pages.use_code", full)
        status, text = await get(f"/enter/{code}")
    assert status == 507
    assert [one for one in said if one not in text] == []


@pytest.mark.parametrize(("state", "said"), [("full", "ist voll"), ("low", "fast kein Platz")])
async def test_the_page_of_ties_shows_it(
    state: str, said: str, own: tuple[Core, Limited], monkeypatch: pytest.MonkeyPatch
) -> None:
    core, disk = own
    async with opened(core, "de") as get:
        assert (await get(f"/enter/{code_for(core)}"))[0] == 200
        assert said not in (await get("/ties"))[1]
        if state == "low":
            monkeypatch.setattr("node.store.disk_reserve.LOW_BYTES", 2**60)
        else:
            disk.fill()
            with pytest.raises(Problem, match="disk-full"):
                edit_group(core, core.home_id, LONG)
        assert core.reserve.state == state
        assert said in (await get("/ties"))[1]

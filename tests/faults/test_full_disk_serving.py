"""A server whose disk is full: pages, peers, commands, and coming up again.

The small file system is mounted where the tests may mount one. Where not, the node's own database
may not grow: the same refusals and the same way back, in one process.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from node.base.errors import Problem
from node.features.groups.actions import edit_group
from node.features.networks.actions import leave_network
from node.people.one_time_codes import make_code
from node.store.disk_reserve import RESERVE_BYTES
from protocol.audience import PUBLIC
from protocol.kind import Place
from tests.faults.disks import Disk, Mounted, limited, mounted
from tests.faults.test_full_disk import LONG
from tests.faults.victim import Victim, zygote
from tests.node.web.conftest import Site
from tests.node.web.html import check
from tests.node.world import Running, befriend, make_home, network_of, running, until


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Mounted]:
    with mounted(tmp_path / "disk") as found:
        yield found


@pytest.fixture(params=["mounted", "limited"])
def disk(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    made = mounted(folder) if request.param == "mounted" else limited(folder, monkeypatch)
    with made as found:
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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ("Es wurde nichts geändert", "ist sicher", "Schafft Platz")),
        ("en", ("Nothing was changed", "is safe", "Make room")),
    ],
)
async def test_507(
    language: str, said: tuple[str, ...], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> bool:
        raise Problem("disk-full")

    code = make_code(site.core)
    monkeypatch.setattr("node.people.sessions.use_code", full)
    answer = await site.get(f"/enter/{code}", headers={"Accept-Language": language})
    assert answer.status == 507
    text = check(await answer.text(), language).text
    assert [one for one in said if one not in text] == []


async def test_the_page_of_ties_shows_it(inside: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    reserve = inside.core.reserve
    monkeypatch.setattr("node.store.disk_reserve.LOW_BYTES", 2**62)
    assert reserve.state == "low"
    assert "fast kein Platz" in check(await inside.text("/ties"), "de").text
    reserve.path.write_bytes(b"what is left of it")
    assert reserve.state == "full"
    assert "ist voll" in check(await inside.text("/ties"), "de").text

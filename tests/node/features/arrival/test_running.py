"""The switch and the address of a node that runs as a process: by command, by page, and again."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.node.cli.servers import PATIENCE_SECONDS, Node, founded, seconds_until
from tests.node.cli.test_processes import environment
from tests.node.entering import enter, setting_up, token_in
from tests.node.guides import free_ports

pytestmark = [
    pytest.mark.skipif(sys.platform == "darwin", reason="only 127.0.0.1 is there"),
    pytest.mark.timeout(120),
]

WIFI = "127.0.0.2"

IN_A_WIFI = f"""
import sys
from node.web import local_addresses
local_addresses.house_addresses = lambda: [{WIFI!r}]
from node.app import main
sys.exit(main(sys.argv[1:]))
"""
"""The program on a machine whose Wi-Fi is on loopback."""


@contextmanager
def serving(node: Node, port: int) -> Iterator[dict[str, str]]:
    words = ["serve", "--home", str(node.home), "--listen", f"127.0.0.1:{port}", "--json"]
    with subprocess.Popen(
        [sys.executable, "-c", IN_A_WIFI, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as server:
        assert server.stdout is not None
        try:
            text = ""
            for line in server.stdout:
                text += line
                if line == "}\n":
                    break
            yield json.loads(text)
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=PATIENCE_SECONDS) == 0


async def status(url: str) -> int:
    """What a phone gets; 0 if nothing answers."""
    try:
        async with aiohttp.ClientSession() as browser, browser.get(url) as answer:
            return answer.status
    except aiohttp.ClientConnectionError:
        return 0


def becomes(url: str, wanted: int) -> None:
    seconds_until(lambda: asyncio.run(status(url)) == wanted, time.monotonic())


def test_switch_by_command_and_after_a_restart(tmp_path: Path) -> None:
    node = founded(tmp_path / "alpha", "Alpha")
    (port,) = free_ports(1)
    wifi = f"http://{WIFI}:{port}/"
    assert node.gets("phones") == {"on": False, "addresses": [], "trouble": None}
    with serving(node, port):
        assert asyncio.run(status(wifi)) == 0
        assert node.gets("phones", "on")["on"] is True
        becomes(wifi, 200)
        assert asyncio.run(status(f"{wifi}health")) == 404
        assert node.gets("phones")["addresses"] == [wifi.rstrip("/")]
    assert asyncio.run(status(wifi)) == 0
    with serving(node, port):
        becomes(wifi, 200)
        node.types("phones", "off")
        becomes(wifi, 0)
        assert asyncio.run(status(f"http://127.0.0.1:{port}/")) == 200
    assert "as soon as the program runs" in node.types("phones", "on").lower()


def test_name_counts_at_once_and_others_are_told(tmp_path: Path) -> None:
    """On the page of a running node: no restart, the same session, a record for others."""
    node = founded(tmp_path / "alpha", "Alpha")
    (port,) = free_ports(1)
    with serving(node, port) as document:
        asyncio.run(_give_it_a_name(document))
        assert node.gets("status")["endpoints"] == ["https://garten.example"]
        asyncio.run(_take_it_back(document, node))
        assert node.gets("status")["endpoints"] == []
    with serving(node, port):
        assert node.gets("status")["endpoints"] == []


async def _send(browser: aiohttp.ClientSession, root: str, data: dict[str, str]) -> int:
    path = f"{root}/machine/address"
    async with browser.get(path) as page:
        token = token_in(await page.text())
    sent, headers = {"token": token, **data}, {"Origin": root}
    async with browser.post(path, data=sent, headers=headers, allow_redirects=False) as answer:
        return answer.status


async def _set_up(browser: aiohttp.ClientSession, root: str, code: str) -> None:
    path = f"{root}/enter/{code}"
    async with browser.get(path) as page:
        token = token_in(await page.text())
    sent = {"token": token, **setting_up("Alpha")}
    async with browser.post(path, data=sent, headers={"Origin": root}) as answer:
        assert answer.status == 200


async def _give_it_a_name(document: dict[str, str]) -> None:
    root, _, code = document["enter"].partition("/enter/")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        await _set_up(browser, root, code)
        assert await _send(browser, root, {"url": "garten.example"}) == 303
        for headers in ({}, {"Host": "garten.example"}):
            async with browser.get(f"{root}/", headers=headers) as answer:
                assert answer.status == 200
        async with browser.get(f"{root}/machine/address") as answer:
            assert answer.status == 200, "still signed in"


async def _take_it_back(document: dict[str, str], node: Node) -> None:
    root = document["address"]
    code = node.gets("page")["address"].partition("/enter/")[2]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        await enter(browser, root, code)
        assert await _send(browser, root, {"url": ""}) == 200, "it is asked first"
        assert await _send(browser, root, {"url": "", "sure": "none"}) == 303

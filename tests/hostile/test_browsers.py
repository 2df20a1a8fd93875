"""Attacks by pages of others, in a browser that reaches the node: their origin, their names."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from node.links.dialling import SUBPROTOCOL
from tests.hostile.stage import Stage
from tests.hostile.test_doors import pages
from tests.node.entering import code_for
from tests.node.links.test_dialling import serving

CHROMIUM = shutil.which("chromium")

EVIL = "https://evil.example"


async def test_pages_of_others_open_no_link(stage: Stage) -> None:
    """A foreign page opened `/link` of a node on 127.0.0.1 and read its identity proof."""
    async with pages(stage) as (url, browser):
        for origin in (EVIL, "null", "http://localhost:1"):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await browser.ws_connect(f"{url}/link", protocols=[SUBPROTOCOL], origin=origin)
            assert refused.value.status == 403
        ws = await browser.ws_connect(f"{url}/link", protocols=[SUBPROTOCOL])
        assert ws.protocol == SUBPROTOCOL, "as nodes do, without an origin"
        await ws.close()


async def test_names_of_others_lead_nowhere(stage: Stage) -> None:
    """DNS rebinding: a name of the attacker leads to the node, whose pages are its own then."""
    async with pages(stage) as (url, browser):
        port = url.rpartition(":")[2]
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "0.0.0.0"):
            for path in ("/", "/health", "/.well-known/verbund", "/meetings.ics", "/nowhere"):
                answer = await browser.get(url + path, headers={"Host": host})
                assert answer.status == 421, (host, path)
                assert stage.alpha.core.home_id.hex() not in await answer.text()
            code = code_for(stage.alpha.core)
            answer = await browser.get(f"{url}/enter/{code}", headers={"Host": host})
            assert (answer.status, answer.cookies.output()) == (421, "")
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await browser.ws_connect(
                    f"{url}/link", protocols=[SUBPROTOCOL], headers={"Host": host}
                )
            assert refused.value.status == 421
        assert (await browser.get(f"{url}/enter/{code}")).status == 200, "the code is still good"


ATTACK = """
async ([node, protocol]) => {
  const link = await new Promise((done) => {
    const ws = new WebSocket(node.replace("http", "ws") + "/link", protocol);
    ws.onopen = () => done("open");
    ws.onerror = () => done("refused");
  });
  const read = await fetch(node + "/.well-known/verbund").then((a) => a.status, () => "refused");
  return [link, read];
}
"""


@asynccontextmanager
async def elsewhere() -> AsyncIterator[str]:
    """Somebody else's page, on a server of its own."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(
            text="<!doctype html><title>Free cake</title>", content_type="text/html"
        )

    app = web.Application()
    app.router.add_get("/", page)
    async with serving(app) as url:
        yield url


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.timeout(120)
async def test_a_real_browser_is_refused(stage: Stage) -> None:
    """Both attacks as pages carry them out; and the node's own page works in the same browser."""
    api: Any = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    rebound = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    async with pages(stage) as (url, _browser), elsewhere() as foreign, api.async_playwright() as p:
        chromium = await p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", rebound])
        page = await chromium.new_page()
        await page.goto(foreign)
        assert await page.evaluate(ATTACK, [url, SUBPROTOCOL]) == ["refused", "refused"]
        port = url.rpartition(":")[2]
        answer = await page.goto(f"http://evil.example:{port}/")
        assert answer.status == 421
        same = f"http://evil.example:{port}"
        assert await page.evaluate(ATTACK, [same, SUBPROTOCOL]) == ["refused", "refused"]
        assert (await page.goto(url)).status == 200
        await chromium.close()

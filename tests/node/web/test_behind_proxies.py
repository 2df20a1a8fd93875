"""People behind Caddy and nginx, real ones: set up, sign in, send much, and who is believed.

What runs in front is the configuration that the page of the address shows.
"""

import io
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest

from node.features.bundles.pages import LARGEST
from tests.node.entering import setting_up, token_in
from tests.node.guides import PROXIES, Proxy, free_ports
from tests.node.web.test_guide_servers import Answer, Served, ask, browser_at, installed, served
from tests.node.world import make_home

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(sys.platform == "darwin", reason="only 127.0.0.1 is there"),
]


class Behind(NamedTuple):
    """A node, the proxy in front of it, and a browser that asks the proxy."""

    node: Served
    proxy: Proxy
    browser: aiohttp.ClientSession
    port: int

    async def asks(self, path: str, **headers: str) -> Answer:
        return await ask(self.browser, path, headers=_headers(headers))

    async def sends(self, path: str, data: object, **headers: str) -> Answer:
        own = {"Origin": self.proxy.url, "Sec-Fetch-Site": "same-origin"}
        return await ask(
            self.browser, path, "POST", data=data, headers={**own, **_headers(headers)}
        )


def _headers(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}


@pytest.fixture
def name() -> str:
    return "caddy"


@pytest.fixture
def node_and_proxy(name: str, tmp_path: Path) -> Iterator[tuple[Served, Proxy, int]]:
    (tmp_path / "proxy").mkdir(mode=0o755)
    (port,) = free_ports(1)
    with PROXIES[name](tmp_path / "proxy", port) as proxy:
        home = make_home(tmp_path, "Alpha").path
        at = ("--listen", f"127.0.0.1:{port}", "--public-url", proxy.url, "--private-addresses")
        with served(home, *at, trusted=proxy.trusted) as node:
            yield node, proxy, port


@pytest.fixture
async def behind(node_and_proxy: tuple[Served, Proxy, int]) -> AsyncIterator[Behind]:
    node, proxy, port = node_and_proxy
    async with browser_at(proxy) as browser:
        yield Behind(node, proxy, browser, port)


@installed("nginx", "caddy")
async def test_people_behind_a_proxy(behind: Behind) -> None:
    """One start for several questions: starting is what takes the time."""
    await _sets_up_and_signs_in(behind)
    await _only_the_proxy_is_believed(behind)
    await _sends_much(behind)
    await _looks_whether_it_leads_here(behind)
    await _words_go_into_no_cache(behind)


async def _sets_up_and_signs_in(behind: Behind) -> None:
    code = str(behind.node.document["enter"]).rpartition("/")[2]
    page = await behind.asks(f"/enter/{code}")
    form = setting_up("Alpha")
    done = await behind.sends(f"/enter/{code}", {"token": token_in(page.text), **form})
    assert done.status == 303
    assert done.secure
    assert all(done.secure)
    home = await behind.asks("/")
    assert (await behind.sends("/sign-out", {"token": token_in(home.text)})).status == 303
    page = await behind.asks("/sign-in")
    given = {"who": form["name"], "password": form["password"]}
    signed_in = await behind.sends("/sign-in", {"token": token_in(page.text), **given})
    assert signed_in.status == 303
    cookies = signed_in.headers["Set-Cookie"]
    assert cookies.startswith("__Host-verbund")
    assert "Secure" in cookies
    assert "HttpOnly" in cookies
    assert "SameSite=Lax" in cookies
    assert "Domain" not in cookies
    assert (await behind.asks("/machine")).status == 200


async def _only_the_proxy_is_believed(behind: Behind) -> None:
    """What a browser says of itself is overwritten; who goes past the proxy is not believed."""
    through = await behind.asks(
        "/?lang=en", X_Forwarded_Proto="http", X_Forwarded_Host="evil.example"
    )
    assert through.secure == [True]
    assert "evil.example" not in through.text
    past = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    connector = aiohttp.TCPConnector(local_addr=("127.0.0.3", 0))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{behind.port}", connector=connector) as one:
        answer = await ask(one, "/?lang=en", headers=past)
        assert (answer.status, answer.secure) == (200, [False])
        assert "evil.example" not in answer.text


async def _sends_much(behind: Behind) -> None:
    """As much as a bundle may have passes the proxy: the node itself says what is wrong with it."""
    token = token_in((await behind.asks("/bundles")).text)
    data = aiohttp.FormData()
    data.add_field("token", token)
    data.add_field("file", io.BytesIO(b"x" * LARGEST), filename="large.verbund")
    answer = await behind.sends("/bundles", data, Accept_Language="de")
    assert answer.status == 400
    assert "<html" in answer.text


async def _looks_whether_it_leads_here(behind: Behind) -> None:
    page = await behind.asks("/machine/address")
    assert "reverse_proxy 127.0.0.1:" in page.text
    assert f"proxy_pass http://127.0.0.1:{behind.port};" in page.text
    sent = await behind.sends("/machine/address/look", {"token": token_in(page.text)})
    assert sent.status == 303
    said = (await behind.asks("/machine/address")).text.partition('role="status"')[2][:300]
    assert "It works." in said


async def _words_go_into_no_cache(behind: Behind) -> None:
    page = await behind.asks("/machine/words")
    assert page.headers["Cache-Control"] == "no-store"

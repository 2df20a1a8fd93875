"""The pages in the local network: switched on and off while the node runs, and who was here.

127.0.0.2 stands for the Wi-Fi, 127.0.0.3 for a phone in it.
"""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession, CookieJar, TCPConnector, web

from node.features import FEATURES
from node.links.dialling import SUBPROTOCOL
from node.links.manager import Links
from node.people.one_time_codes import make_code
from node.store.core import Core
from node.web import local_addresses
from node.web import local_pages as module
from node.web.forwarded import keep_proxy_address
from node.web.idle_connections import Site
from node.web.local_addresses import house_addresses
from node.web.local_pages import (
    LOCAL_PAGES,
    PORTS,
    LocalPages,
    Place,
    keep_switch,
    kind_of_device,
)
from node.web.server import make_app
from tests.node.world import make_core, shut, until

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="only 127.0.0.1 is there")

WIFI, PHONE = "127.0.0.2", "127.0.0.3"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"
ANDROID = "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


class Node:
    """A node whose pages are served on loopback, and where its Wi-Fi is."""

    def __init__(self, core: Core, runner: web.AppRunner) -> None:
        self.core, self.runner = core, runner
        self.port = runner.addresses[0][1]
        self.wifi = [WIFI]
        self.local = runner.app[LOCAL_PAGES]
        self.local.addresses = lambda: self.wifi
        self.local.names = list
        self.local.attach(runner, "127.0.0.1", self.port, plain=True)

    async def asks(
        self, path: str = "/", at: str = "", agent: str = IPHONE, **headers: str
    ) -> tuple[int, str]:
        """What a phone gets."""
        async with phone() as browser:
            at = at or f"http://{WIFI}:{self.port}"
            said = {"User-Agent": agent, **{k.replace("_", "-"): v for k, v in headers.items()}}
            async with browser.get(at + path, headers=said, allow_redirects=False) as answer:
                return answer.status, await answer.text()

    async def reaches(self, at: str = "") -> bool:
        try:
            return (await self.asks(at=at))[0] == 200
        except ClientConnectionError:
            return False


def phone(address: str = PHONE) -> ClientSession:
    connector = TCPConnector(local_addr=(address, 0))
    return ClientSession(connector=connector, cookie_jar=CookieJar(unsafe=True))


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[Node]:
    core = make_core(tmp_path)
    links = Links(core)
    runner = web.AppRunner(make_app(core, links, None, FEATURES))
    await runner.setup()
    await Site(runner, "127.0.0.1", 0).start()
    yield Node(core, runner)
    await links.close()
    await shut(runner)
    core.close()


async def test_it_is_off_until_a_person_switches_it_on(node: Node) -> None:
    await node.local.look()
    assert not await node.reaches()
    await node.local.switch(True)
    assert node.local.places == [Place(WIFI, node.port)]
    assert await node.reaches()
    await node.local.switch(False)
    assert node.local.places == []
    assert not await node.reaches()


async def test_it_comes_back_after_a_restart(node: Node) -> None:
    await node.local.switch(True)
    again = LocalPages(node.core)
    assert again.is_on
    await node.local.switch(False)
    assert not again.is_on


async def test_a_kept_connection_ends_with_the_switch(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever had a page open does not go on by the connection that is still there."""
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.01)
    await node.local.switch(True)
    reader, writer = await asyncio.open_connection(WIFI, node.port, local_addr=(PHONE, 0))
    writer.write(f"GET /health HTTP/1.1\r\nHost: {WIFI}\r\n\r\n".encode())
    assert (await reader.readline()).endswith(b"404 Not Found\r\n")
    await node.local.switch(False)
    assert await asyncio.wait_for(_rest(reader), 5) is not None
    writer.close()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize("path", ["/link", "/.well-known/verbund", "/health"])
async def test_other_groups_machines_do_not_get_in(node: Node, path: str) -> None:
    await node.local.switch(True)
    assert (await node.asks(path))[0] == 404
    async with phone() as browser, browser.get(f"http://127.0.0.1:{node.port}/health") as answer:
        assert answer.status == 200
    with pytest.raises(Exception, match="404"):
        async with phone() as browser:
            await browser.ws_connect(f"http://{WIFI}:{node.port}/link", protocols=[SUBPROTOCOL])


async def test_names_of_others_are_refused_there_too(node: Node) -> None:
    await node.local.switch(True)
    assert (await node.asks(Host="evil.example"))[0] == 421
    assert (await node.asks(Origin="http://evil.example"))[0] == 403


async def test_it_follows_the_addresses_and_the_switch(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it does while the node runs: nobody calls `look`."""
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    task = asyncio.create_task(node.local.follow())
    keep_switch(node.core, True)  # by a command
    await until(lambda: node.local.places == [Place(WIFI, node.port)], "it is open")
    node.wifi = ["127.0.0.4"]
    await until(lambda: node.local.places == [Place("127.0.0.4", node.port)], "it has followed")
    assert await node.reaches(f"http://127.0.0.4:{node.port}")
    assert not await node.reaches()
    node.wifi = []
    await until(lambda: node.local.trouble != "", "there is no network")
    assert node.local.places == []
    node.wifi = [WIFI]
    await until(lambda: node.local.places != [], "it is back")
    assert node.local.trouble == ""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not await node.reaches()


async def test_port_that_is_taken_gives_way_to_the_next(node: Node) -> None:
    with socket.create_server((WIFI, node.port)):
        await node.local.switch(True)
        (place,) = node.local.places
        assert place.port == node.port + 1
        assert node.local.trouble == ""
        assert await node.reaches(place.url)
    await node.local.switch(False)
    await node.local.switch(True)
    assert node.local.places == [place], "the code that was printed still leads here"


async def test_all_ports_taken_is_said(node: Node) -> None:
    held = [socket.socket() for _ in range(PORTS)]
    for at, one in enumerate(held):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((WIFI, node.port + at))
        one.listen()
    await node.local.switch(True)
    assert (node.local.places, node.local.trouble) == ([], "port-taken")
    for one in held:
        one.close()
    await node.local.look()
    assert (node.local.places, node.local.trouble) == ([Place(WIFI, node.port)], "")


async def test_address_that_is_none_of_ours_is_said(node: Node) -> None:
    node.wifi = ["192.0.2.77"]
    await node.local.switch(True)
    assert (node.local.places, node.local.trouble) == ([], "refused")


async def test_no_network_and_a_machine_in_a_data_centre(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.wifi = []
    monkeypatch.setattr(module, "has_public_address", lambda: False)
    await node.local.switch(True)
    assert node.local.trouble == "no-network"
    monkeypatch.setattr(module, "has_public_address", lambda: True)
    await node.local.look()
    assert node.local.trouble == "data-centre"


async def test_node_that_is_open_to_all_needs_no_switch(node: Node) -> None:
    node.local.attach(node.runner, "0.0.0.0", node.port, plain=True)
    assert node.local.is_open_anyway
    await node.local.switch(True)
    assert node.local.places == [Place(WIFI, node.port)]
    node.local.attach(node.runner, "0.0.0.0", node.port, plain=False)
    assert not node.local.is_open_anyway


async def test_phone_is_noticed_by_time_and_kind_alone(node: Node) -> None:
    await node.local.switch(True)
    assert not node.local.seen
    await node.asks()
    now = node.core.clock()
    await node.asks("/networks")  # of the same visit
    assert [tuple(one) for one in node.local.seen] == [(now, "iphone")]
    await node.asks(agent=ANDROID)
    await node.asks("/static/style.css", agent="curl")
    await node.asks("/nowhere", agent="curl")
    node.core.clock.wall.now += 60
    await node.asks()
    assert [one.kind for one in node.local.seen] == ["iphone", "android", "iphone"]
    assert PHONE not in repr(node.local.seen)


async def test_the_machine_itself_is_no_phone(node: Node) -> None:
    await node.local.switch(True)
    async with phone(WIFI) as browser:
        await (await browser.get(f"http://{WIFI}:{node.port}/")).read()
    async with ClientSession() as browser:
        await (await browser.get(f"http://127.0.0.1:{node.port}/")).read()
        await (await browser.get(f"http://{WIFI}:{node.port}/")).read()
    assert not node.local.seen


async def test_the_machines_name_is_shown_only_if_it_leads_here(node: Node) -> None:
    node.local.names = lambda: ["nowhere.invalid", "localhost"]
    await node.local.switch(True)
    assert node.local.name == ""
    await node.local.switch(False)
    node.local.names = lambda: ["nowhere.invalid", WIFI]  # a name that leads there
    await node.local.switch(True)
    assert node.local.name == WIFI


DEVICES = [
    (IPHONE, "iphone"),
    (ANDROID, "android"),
    ("Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X)", "ipad"),
    ("Mozilla/5.0 (Linux; Android 15; SM-X200) AppleWebKit/537.36 Safari/537.36", "tablet"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "computer"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "computer"),
    ("WhatsApp/2.23", "device"),
    ("", "device"),
]


@pytest.mark.parametrize(("agent", "kind"), DEVICES)
def test_kinds_of_devices(agent: str, kind: str) -> None:
    assert kind_of_device(agent) == kind


def test_networks_inside_of_the_machine_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import ifaddr

    def adapter(name: str, *ips: object) -> ifaddr.Adapter:
        return ifaddr.Adapter(name, name, [ifaddr.IP(one, 24, name) for one in ips])

    there = [
        adapter("lo", "127.0.0.1"),
        adapter("wlan0", "192.168.7.20", ("fd00::7", 0, 0)),
        adapter("enp3s0", "10.0.0.9", "169.254.3.4", "203.0.113.7"),
        adapter("docker0", "172.17.0.1"),
        adapter("br-77ab", "172.18.0.1"),
        adapter("tun0", "10.8.0.2"),
        adapter("wg0", "10.9.0.2"),
    ]
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: there)
    monkeypatch.setattr(local_addresses, "address_of_the_way_out", lambda: "")
    assert house_addresses() == ["10.0.0.9", "192.168.7.20"]
    monkeypatch.setattr(local_addresses, "address_of_the_way_out", lambda: "192.168.7.20")
    assert house_addresses() == ["192.168.7.20", "10.0.0.9"]


# What a proxy says, and who may say it


async def secure(node: Node, address: str, at: str, proto: str = "https") -> bool:
    """Whether a cookie is made for https, asked from an address."""
    async with phone(address) as browser:
        headers = {"X-Forwarded-Proto": proto, "X-Forwarded-For": "1.2.3.4"}
        async with browser.get(f"{at}/?lang=de", headers=headers, allow_redirects=False) as answer:
            (cookie,) = answer.cookies.values()
            return bool(cookie["secure"])


async def test_forwarded_headers_count_only_from_the_proxy(node: Node) -> None:
    await node.local.switch(True)
    here, wifi = f"http://127.0.0.1:{node.port}", f"http://{WIFI}:{node.port}"
    assert await secure(node, "127.0.0.1", here)
    assert not await secure(node, "127.0.0.1", here, "http")
    assert not await secure(node, PHONE, here)
    assert not await secure(node, PHONE, wifi)
    assert not await secure(node, "127.0.0.1", wifi), "never over the local network's sites"
    with node.core.transaction():
        keep_proxy_address(node.core, PHONE)
    assert await secure(node, PHONE, here)
    assert not await secure(node, PHONE, wifi)
    assert not await secure(node, "127.0.0.5", here)


async def test_forwarded_host_and_address_count_from_nobody(node: Node) -> None:
    async with phone("127.0.0.1") as browser:
        headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4"}
        at = f"http://127.0.0.1:{node.port}/enter/{make_code(node.core)}"
        async with browser.get(at, headers=headers, allow_redirects=False) as answer:
            text = await answer.text() + str(answer.headers)
            assert answer.status == 200
            assert "evil" not in text
            assert "1.2.3.4" not in text


def test_address_of_a_proxy_is_an_address(tmp_path: Path) -> None:
    core = make_core(tmp_path)
    with core.transaction(), pytest.raises(ValueError, match="does not appear"):
        keep_proxy_address(core, "proxy.example")
    core.close()

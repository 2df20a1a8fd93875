"""By which names a node may be asked, and from whose pages: as a table, and over raw sockets."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from node.app import PROGRAM
from node.base.errors import Problem
from node.features import FEATURES
from node.links.dialling import SUBPROTOCOL
from node.links.manager import Links
from node.serving import Options as ServeOptions
from node.serving import address_of, filled_in, keep
from node.store.core import Core
from node.web import hosts as module
from node.web.hosts import Hosts, machine_addresses, name_in, own_names
from node.web.idle_connections import IDLE_CONNECTIONS, IdleConnections, Site
from node.web.server import make_app
from tests.node.world import make_core, shut

MACHINE = next(iter(sorted(own_names(), key=len)))

KNOWN = [
    ("127.0.0.1", "", "127.0.0.1:8480", "127.0.0.1"),
    ("127.0.0.1", "", "localhost", "127.0.0.1"),
    ("127.0.0.1", "", "LOCALHOST.:8480", "127.0.0.1"),
    ("127.0.0.1", "", "[::1]:8480", "127.0.0.1"),
    ("127.0.0.1", "", f"{MACHINE}.local:8480", "127.0.0.1"),
    ("127.0.0.1", "", MACHINE.upper(), "127.0.0.1"),
    ("127.0.0.1", "https://group.example", "group.example", "127.0.0.1"),
    ("127.0.0.1", "https://group.example", "Group.Example.:443", "127.0.0.1"),
    ("127.0.0.1", "https://group.example:8443", "group.example", "127.0.0.1"),
    ("127.0.0.1", "http://abc.onion", "abc.onion", "127.0.0.1"),
    ("127.0.0.1", "https://[2001:db8::7]:8480", "[2001:DB8:0::7]:8480", "127.0.0.1"),
    ("0.0.0.0", "", "192.168.7.20:8480", "192.168.7.20"),
    ("::", "", "192.168.7.20", "::ffff:192.168.7.20"),
    ("::", "", "[fd00::7]:8480", "fd00::7"),
    ("::", "", "[fe80::7%25eth0]:8480", "fe80::7"),
    ("192.168.7.20", "", "192.168.7.20", "192.168.7.20"),
    ("house.example", "", "house.example:8480", "192.168.7.20"),
]
UNKNOWN = [
    ("127.0.0.1", "", "evil.example", "127.0.0.1"),
    ("127.0.0.1", "", "evil.example:8480", "127.0.0.1"),
    ("127.0.0.1", "", "127.0.0.1.evil.example", "127.0.0.1"),
    ("127.0.0.1", "", "localhost.evil.example", "127.0.0.1"),
    ("127.0.0.1", "", "evil.local", "127.0.0.1"),
    ("127.0.0.1", "", "group.example", "127.0.0.1"),
    ("127.0.0.1", "https://group.example", "www.group.example", "127.0.0.1"),
    ("127.0.0.1", "https://group.example", "group.example.evil", "127.0.0.1"),
    ("127.0.0.1", "https://group.example", "group.example@evil.example", "127.0.0.1"),
    ("127.0.0.1", "", "203.0.113.7", "127.0.0.1"),
    ("0.0.0.0", "", "203.0.113.7", "192.168.7.20"),
    ("0.0.0.0", "", "evil.example", "192.168.7.20"),
    ("0.0.0.0", "", "0.0.0.0:8480", "127.0.0.1"),
    ("::", "", "[::]:8480", "::1"),
    ("192.168.7.20", "", "192.168.7.21", "192.168.7.20"),
    ("127.0.0.1", "", "", "127.0.0.1"),
    ("127.0.0.1", "", ":8480", "127.0.0.1"),
    ("127.0.0.1", "", "localhost:x", "127.0.0.1"),
    ("127.0.0.1", "", "localhost, evil.example", "127.0.0.1"),
    ("127.0.0.1", "", "[::1", "127.0.0.1"),
    ("127.0.0.1", "", "2130706433", "127.0.0.1"),
    ("127.0.0.1", "", "127.1", "127.0.0.1"),
]


@pytest.mark.parametrize(("listen", "url", "host", "arrived"), KNOWN)
def test_own_names_are_known(listen: str, url: str, host: str, arrived: str) -> None:
    assert Hosts(listen, url).knows(host, arrived)


@pytest.mark.parametrize(("listen", "url", "host", "arrived"), UNKNOWN)
def test_other_names_are_not(listen: str, url: str, host: str, arrived: str) -> None:
    assert not Hosts(listen, url).knows(host, arrived)


def test_addresses_and_names_of_the_machine_as_they_change(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts, now = Hosts("0.0.0.0"), [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(module, "machine_addresses", lambda: frozenset({"192.168.7.20"}))
    assert hosts.knows("192.168.7.20", "127.0.0.1")
    monkeypatch.setattr(module, "machine_addresses", lambda: frozenset({"10.0.0.9"}))
    now[0] += 2
    assert hosts.knows("10.0.0.9", "127.0.0.1")
    assert not hosts.knows("192.168.7.20", "127.0.0.1")
    monkeypatch.setattr(socket, "gethostname", lambda: "Harbour-Pi.fritz.box")
    for name in ("harbour-pi", "harbour-pi.local", "harbour-pi.fritz.box"):
        assert hosts.knows(f"{name}:8480", "127.0.0.1")
    assert not hosts.knows(f"{MACHINE}.local", "127.0.0.1") or MACHINE == "harbour-pi"


def test_strangers_do_not_make_it_look_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(module, "machine_addresses", lambda: looks.append(1) or frozenset())
    hosts = Hosts("0.0.0.0")
    for number in range(200):
        assert not hosts.knows(f"203.0.113.{number}", "127.0.0.1")
    assert len(looks) <= 2


def test_this_machine_has_addresses() -> None:
    assert "127.0.0.1" in machine_addresses()


ORIGINS = [
    ("http://127.0.0.1:8480", "127.0.0.1:8480", True),
    ("https://group.example", "group.example", True),
    ("HTTPS://GROUP.EXAMPLE", "127.0.0.1:8480", True),
    ("http://127.0.0.1:9999", "127.0.0.1:8480", False),
    ("http://localhost:8480", "127.0.0.1:8480", False),
    ("https://evil.example", "group.example", False),
    ("https://group.example.evil", "group.example", False),
    ("http://group.example:81", "group.example", False),
    ("null", "127.0.0.1:8480", False),
    ("", "", False),
    ("file://", "127.0.0.1:8480", False),
    ("chrome-extension://group.example", "group.example", False),
]


@pytest.mark.parametrize(("origin", "host", "own"), ORIGINS)
def test_whose_page_it_is(origin: str, host: str, own: bool) -> None:
    assert Hosts("127.0.0.1", "https://group.example").is_own(origin, host) is own


@pytest.mark.parametrize("text", ["a:b:c", "[::1]x", "[]", "[]:80", "a b", "a/b", "a,b", "a:1x"])
def test_what_is_no_host(text: str) -> None:
    assert name_in(text) is None


# Over sockets


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[tuple[Core, int]]:
    core = make_core(tmp_path)
    links = Links(core)
    app = make_app(core, links, None, FEATURES, Hosts("127.0.0.1", "https://group.example"))
    runner = web.AppRunner(app)
    await runner.setup()
    site = Site(runner, "127.0.0.1", 0)
    await site.start()
    yield core, runner.addresses[0][1]
    await links.close()
    await shut(runner)
    core.close()


async def ask(port: int, *lines: str) -> tuple[int, str]:
    """One request as raw lines; gives status and everything that came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join((*lines, "Connection: close", "", "")).encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return int(answer.split()[1]), answer.decode("utf-8", "replace")


PATHS = (
    "/", "/link", "/health", "/.well-known/verbund", "/directory", "/groups/x", "/networks",
    "/meetings", "/meetings.ics", "/peer", "/ties", "/bundles", "/erasures", "/static/site.css",
    "/enter/x", "/nowhere",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_every_address_looks_at_the_host(node: tuple[Core, int], path: str) -> None:
    _core, port = node
    status, text = await ask(port, f"GET {path} HTTP/1.1", "Host: evil.example")
    assert status == 421
    assert "Alpha" not in text
    assert "--public-url" in text
    assert "Set-Cookie" not in text
    status, text = await ask(port, f"GET http://evil.example{path} HTTP/1.1", "Host: localhost")
    assert status == 421
    status, text = await ask(port, f"GET {path} HTTP/1.0")
    assert status == 421


@pytest.mark.parametrize("path", PATHS)
async def test_every_address_looks_at_the_origin(node: tuple[Core, int], path: str) -> None:
    _core, port = node
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null", "file://"):
        request = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: {origin}")
        status, text = await ask(port, *request)
        assert status == 403, origin
        assert "Alpha" not in text


async def test_own_names_are_served(node: tuple[Core, int]) -> None:
    _core, port = node
    for host in (f"127.0.0.1:{port}", "localhost", "group.example", f"{MACHINE}.local"):
        assert (await ask(port, "GET / HTTP/1.1", f"Host: {host}"))[0] == 200
    own = ("GET / HTTP/1.1", "Host: group.example", "Origin: https://group.example")
    assert (await ask(port, *own))[0] == 200


UPGRADE = (
    "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Sec-WebSocket-Protocol: {SUBPROTOCOL}",
)  # fmt: skip


async def upgrade(port: int, *lines: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join(("GET /link HTTP/1.1", *lines, *UPGRADE, "", "")).encode())
    status = await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    return int(status.split()[1])


async def test_the_link_is_for_nodes(node: tuple[Core, int]) -> None:
    """Nodes say no Origin; a browser always does."""
    _core, port = node
    host = f"Host: 127.0.0.1:{port}"
    assert await upgrade(port, host) == 101
    assert await upgrade(port, "Host: group.example") == 101
    assert await upgrade(port, "Host: evil.example") == 421
    for origin in ("https://evil.example", "null", "http://localhost:8000"):
        assert await upgrade(port, host, f"Origin: {origin}") == 403
    both = ("Host: localhost", "Host: evil.example")
    assert await upgrade(port, *both) in (400, 421)


async def test_refusals_are_in_the_language_of_who_asks(node: tuple[Core, int]) -> None:
    _core, port = node
    request = ("GET / HTTP/1.1", "Host: evil.example", "Accept-Language: de")
    _status, text = await ask(port, *request)
    assert "Unter dieser Adresse wird nichts gezeigt" in text
    assert "Content-Type: text/plain; charset=utf-8" in text
    assert "Server: verbund" in text


# Where it listens


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 on this machine")
async def test_listening_at_both_families(tmp_path: Path) -> None:
    app = web.Application()
    app[IDLE_CONNECTIONS] = IdleConnections()
    app.router.add_get("/", _ok)
    runner = web.AppRunner(app)
    await runner.setup()
    await Site(runner, "::", 0).start()
    port = runner.addresses[0][1]
    assert address_of(runner, "::", False) == f"http://localhost:{port}"
    async with ClientSession() as browser:
        for host in ("127.0.0.1", "[::1]"):
            assert (await browser.get(f"http://{host}:{port}/")).status == 200
    await shut(runner)


async def _ok(_request: web.Request) -> web.Response:
    return web.Response()


PUBLIC = [
    ("https://Gruppe.Example", "https://gruppe.example"),
    ("HTTPS://GRUPPE.EXAMPLE:8480/", "https://gruppe.example:8480"),
    ("https://gärten.example", "https://xn--grten-gra.example"),
    ("https://Straße.example", "https://xn--strae-oqa.example"),
    (" https://gruppe.example ", "https://gruppe.example"),
    ("http://[2001:DB8::7]:8480", "http://[2001:db8::7]:8480"),
    ("https://203.0.113.7:8480", "https://203.0.113.7:8480"),
]


@pytest.mark.parametrize(("said", "kept"), PUBLIC)
def test_public_address_is_written_as_records_have_it(tmp_path: Path, said: str, kept: str) -> None:
    core = make_core(tmp_path)
    options = filled_in(core, ServeOptions(PROGRAM, public_url=said))
    assert options.public_url == kept
    keep(core, options)
    assert core.settings.get("serve")["public_url"] == kept
    core.close()


@pytest.mark.parametrize(
    "said",
    ["gruppe.example", "ftp://gruppe.example", "https://gruppe.example/verbund", "https://a b",
     "https://me@gruppe.example", "https://", "https://gruppe.example?x", "https://gruppe_.example",
     "https://gruppe.example:99999999"],
)  # fmt: skip
def test_what_is_no_public_address_is_named(tmp_path: Path, said: str) -> None:
    core = make_core(tmp_path)
    with pytest.raises(Problem) as refused:
        filled_in(core, ServeOptions(PROGRAM, public_url=said))
    assert refused.value.code == "bad-public-url"
    assert core.settings.get("serve") is None
    core.close()


def test_certificate_for_any_place_to_listen_at(tmp_path: Path) -> None:
    from node.serving import certificate_of

    core = make_core(tmp_path)
    for host in ("::", "0.0.0.0", "fd00::7", "house.example"):
        context, pin = certificate_of(core, ServeOptions(PROGRAM, tls="auto"), host)
        assert isinstance(context, ssl.SSLContext)
        assert pin is not None
        (core.home.path / "tls.pem").unlink()
    core.close()

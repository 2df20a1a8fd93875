"""Caddy, nginx and systemd as the guides write them, with real nodes behind and under them."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest

from node.app import open_core
from node.features.arrival.server_files import caddy as caddy_file
from node.features.arrival.server_files import nginx as nginx_file
from node.features.bundles.pages import LARGEST
from node.features.meetings.actions import new_meeting
from node.keys.home import Home
from node.knock.reach import connect
from node.links.dialling import PING_SECONDS, SUBPROTOCOL
from tests.node.entering import setting_up, token_in
from tests.node.guides import (
    INSTALLED,
    NAMES,
    PROXIES,
    ROOT,
    Proxy,
    block,
    blocks,
    free_ports,
    nginx,
    serve_options,
)
from tests.node.world import make_home, running, until

pytestmark = pytest.mark.timeout(120)


def installed(*names: str) -> Any:
    """Each of the proxies, left out where it is not installed; `.ci/run` installs both."""
    return pytest.mark.parametrize(
        "name",
        [
            pytest.param(
                one,
                marks=pytest.mark.skipif(not INSTALLED[one], reason=f"no {one} here"),
            )
            for one in names
        ],
    )


def test_both_guides_say_the_same() -> None:
    english, german = ([*blocks(one, "nginx"), *blocks(one, "ini")] for one in ("en", "de"))
    assert [one.replace(NAMES["de"], NAMES["en"]) for one in german] == english
    assert block("de", "", "reverse_proxy").replace(NAMES["de"], NAMES["en"]) == block(
        "en", "", "reverse_proxy"
    )
    assert " ".join(serve_options("de")).replace(NAMES["de"], NAMES["en"]) == " ".join(
        serve_options("en")
    )


def test_guides_show_the_files_that_the_page_shows_and_that_run_here() -> None:
    assert block("en", "nginx", "proxy_pass") == nginx_file()
    assert block("en", "", "reverse_proxy") == caddy_file()


def test_the_largest_bundle_passes_nginx() -> None:
    (most,) = re.findall(r"client_max_body_size (\d+)m;", nginx_file())
    assert int(most) * 1_048_576 > LARGEST + 65_536


def test_pings_keep_a_link_open_where_nothing_was_set() -> None:
    """nginx cuts what is silent for 60 s (`proxy_read_timeout`), many others as well; a pong may
    take a while on a mobile line."""
    assert PING_SECONDS * 1.25 < 60


# Two nodes, one behind the proxy, through which the other is linked with it


class Served:
    """`verbund serve` as a process."""

    def __init__(self, home: Path, *options: str, trusted: Path | None = None) -> None:
        self.home, self.trusted = home, trusted
        command = [sys.executable, "-m", "node", "serve", *options, "--home", str(home), "--json"]
        with (home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
                text=True,
                cwd=ROOT,
                env=self._environment(),
            )
        self.document = self._document()

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("VERBUND")}
        return kept | ({"SSL_CERT_FILE": str(self.trusted)} if self.trusted else {})

    def _document(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        found: dict[str, Any] = json.loads("".join(lines))
        return found

    def types(self, *words: str) -> dict[str, Any]:
        """A command of this group."""
        done = subprocess.run(
            [sys.executable, "-m", "node", *words, "--home", str(self.home), "--json"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def end(self) -> None:
        self.process.terminate()
        assert self.process.wait(20) == 0
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def served(home: Path, *options: str, trusted: Path | None = None) -> Iterator[Served]:
    one = Served(home, *options, trusted=trusted)
    try:
        yield one
    finally:
        one.end()


LONG = "Wir sammeln, was ansteht. " * 150


def full_of_meetings(home: Home) -> None:
    """Enough for a bundle of more than 2 MB."""
    core = open_core(home)
    start = core.clock() + 20 * 86_400
    day = datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%d")
    with core.transaction():
        for number in range(480):
            fields = {"title": f"Treffen {number}", "text": LONG, "starts": f"{day}T19:00"}
            new_meeting(
                core,
                core.home_id,
                "public",
                fields | {"zone": "Europe/Berlin", "minutes": 90, "place": "Saal"},
            )
    core.close()


@asynccontextmanager
async def browser_at(proxy: Proxy) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(ssl=proxy.context())
    async with aiohttp.ClientSession(proxy.url, connector=connector) as browser:
        yield browser


@installed("nginx", "caddy")
async def test_an_hour_of_ordinary_use(name: str, tmp_path: Path) -> None:
    (tmp_path / "proxy").mkdir(mode=0o755)
    alpha_home, beta_home = make_home(tmp_path, "Alpha"), make_home(tmp_path, "Beta")
    full_of_meetings(beta_home)
    (port,) = free_ports(1)
    with PROXIES[name](tmp_path / "proxy", port) as proxy:
        options = [
            {"127.0.0.1:8480": f"127.0.0.1:{port}", f"https://{NAMES['en']}": proxy.url}.get(
                one, one
            )
            for one in serve_options("en")
        ]
        assert options != serve_options("en")
        with (
            served(alpha_home.path, *options) as alpha,
            served(
                beta_home.path, "--listen", "127.0.0.1:0", "--private-addresses",
                trusted=proxy.trusted,
            ) as beta,
        ):  # fmt: skip
            link = alpha.types("peer", "invite")["link"]
            assert link.startswith(f"{proxy.url}/peer#")
            await asyncio.to_thread(beta.types, "peer", "accept", link)
            await asyncio.to_thread(alpha.types, "group", "show-publicly", "Beta", "yes")
            async with browser_at(proxy) as browser:
                await _pages(browser)
                await _a_link_between_nodes(browser)
                await _inside(browser, alpha, beta, tmp_path)
                await _feed(browser)
                await _strangers(browser, proxy)


class Answer(NamedTuple):
    """What came back, read to its end."""

    status: int
    headers: Mapping[str, str]
    text: str
    secure: list[bool]
    """Of each cookie."""


async def ask(
    browser: aiohttp.ClientSession, path: str, method: str = "GET", **options: Any
) -> Answer:
    async with browser.request(method, path, allow_redirects=False, **options) as answer:
        secure = [bool(one["secure"]) for one in answer.cookies.values()]
        return Answer(answer.status, answer.headers, await answer.text(), secure)


async def _pages(browser: aiohttp.ClientSession) -> None:
    for path in ("/", "/directory", "/networks", "/meetings", "/health", "/.well-known/verbund"):
        async with browser.get(path) as answer:
            assert answer.status == 200, path
            await answer.read()
    assert (await ask(browser, "/nowhere")).status == 404


async def _a_link_between_nodes(browser: aiohttp.ClientSession) -> None:
    """What Beta has is in Alpha's feed: it came over a link through the proxy."""
    async with asyncio.timeout(60):
        while "Treffen 479" not in (await ask(browser, "/meetings.ics")).text:
            pass  # each answer takes a while of its own


async def _inside(
    browser: aiohttp.ClientSession, alpha: Served, beta: Served, folder: Path
) -> None:
    """The inside link, its cookie for https only, and a bundle of more than 2 MB handed in."""
    code = alpha.types("page")["address"].rpartition("/")[2]
    door = await ask(browser, f"/enter/{code}")
    assert door.secure == [True], "the proxy says that it was https"
    own = {"Origin": f"{browser._base_url}".rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    data = {"token": token_in(door.text), **setting_up("Alpha")}
    entered = await ask(browser, f"/enter/{code}", "POST", data=data, headers=own)
    assert entered.status == 303
    assert entered.secure == [True, True]
    assert entered.headers["Set-Cookie"].startswith("__Host-verbund")
    token = token_in((await ask(browser, "/bundles")).text)
    path = folder / "for-alpha.verbund"
    beta.types("bundle", "write", str(path), "--for", "Alpha")
    assert path.stat().st_size > 2_000_000
    with path.open("rb") as file:
        data = aiohttp.FormData()
        data.add_field("token", token)
        data.add_field("file", file, filename=path.name)
        handed = await ask(browser, "/bundles", "POST", data=data, headers=own)
    assert handed.status == 200
    assert "Beta" in handed.text


async def _feed(browser: aiohttp.ClientSession) -> None:
    feed = await ask(browser, "/meetings.ics")
    assert feed.headers["Content-Type"] == "text/calendar; charset=utf-8"
    known = {"If-None-Match": feed.headers["ETag"]}
    assert (await ask(browser, "/meetings.ics", headers=known)).status == 304


async def _strangers(browser: aiohttp.ClientSession, proxy: Proxy) -> None:
    """A page of somebody else, and a name that is not ours, behind the proxy too."""
    evil = {"Origin": "https://evil.example"}
    assert (await ask(browser, "/", headers=evil)).status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await browser.ws_connect(proxy.url + "/link", protocols=[SUBPROTOCOL], headers=evil)
    assert refused.value.status == 403
    assert "ok" not in (await ask(browser, "/health", headers={"Host": "evil.example"})).text


SCALE = 100
"""So many times faster than in an hour; the proxy is even less patient than that."""


@installed("nginx", "caddy")
async def test_an_idle_link_stays(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Idle for longer than the proxy waits: pings pass."""
    monkeypatch.setattr("node.web.server.PING_SECONDS", PING_SECONDS / SCALE)
    seconds = 1.0
    async with running(make_home(tmp_path, "Alpha")) as alpha:
        more = {"proxy_read_timeout 1h": f"proxy_read_timeout {seconds:.0f}s"}
        port = int(alpha.url.rpartition(":")[2])
        (tmp_path / "proxy").mkdir()
        folder = tmp_path / "proxy"
        with nginx(folder, port, more) if name == "nginx" else PROXIES[name](folder, port) as proxy:
            async with browser_at(proxy) as browser:
                ws = await browser.ws_connect("/link", protocols=[SUBPROTOCOL], autoping=False)
                loop, pings = asyncio.get_running_loop(), 0
                began = loop.time()
                while loop.time() - began < 2 * seconds:
                    message = await ws.receive(timeout=5)
                    assert message.type is aiohttp.WSMsgType.PING, message
                    await ws.pong(message.data)
                    pings += 1
                assert pings > 2 * seconds
                await ws.close()


# systemd


def units() -> dict[str, str]:
    """Name → text of the units in the guide, by the file names beside them."""
    service, backup, timer = blocks("en", "ini")
    return {
        "verbund.service": service,
        "verbund-backup.service": backup,
        "verbund-backup.timer": timer,
    }


@pytest.fixture
def account(tmp_path: Path) -> Path:
    """A home folder in which Verbund is set up as the guide says."""
    bin_ = tmp_path / "verbund" / ".venv" / "bin"
    bin_.mkdir(parents=True)
    program = bin_ / "verbund"
    program.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m node "$@"\n')
    program.chmod(0o755)
    folder = tmp_path / ".config" / "systemd" / "user"
    folder.mkdir(parents=True)
    for name, text in units().items():
        (folder / name).write_text(text)
    return tmp_path


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
def test_systemd_has_nothing_to_say(account: Path) -> None:
    folder = account / ".config" / "systemd" / "user"
    (account / "run").mkdir(mode=0o700)
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *(str(folder / name) for name in units())],
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(account),
            "XDG_RUNTIME_DIR": str(account / "run"),
        },
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def started(account: Path, unit: str, *more: str) -> "subprocess.Popen[str]":
    """What systemd would start: `ExecStart`, in no terminal, with next to no environment."""
    (line,) = re.findall(r"^ExecStart=(.*)$", units()[unit], re.MULTILINE)
    words = [word.replace("%h", str(account)) for word in line.split()]
    return subprocess.Popen(
        [*words, *more],
        cwd=account,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"HOME": str(account), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )


def test_the_units_start_what_they_name(account: Path) -> None:
    """The server goes on until SIGTERM, a clean end; the backup beside it writes its file."""
    if sys.platform == "darwin":
        pytest.skip("units are for Linux")
    folder = account / ".local" / "share" / "verbund"
    folder.parent.mkdir(parents=True)
    home = make_home(folder.parent, "verbund")
    assert home.path == folder
    core = open_core(home)
    with core.transaction():
        (port,) = free_ports(1)
        core.settings.set("serve", {"listen": f"127.0.0.1:{port}", "public_url": None})
    core.close()
    server = started(account, "verbund.service")
    assert server.stdout is not None
    asyncio.run(until(lambda: _noted(home), "the server is up"))
    (account / "backups").mkdir()
    backup = started(account, "verbund-backup.service")
    out, _err = backup.communicate(timeout=60)
    assert backup.returncode == 0, out
    assert (account / "backups" / "verbund.backup").stat().st_size > 1_000
    server.terminate()
    assert server.wait(20) == 0
    server.stdout.close()


def _noted(home: Home) -> bool:
    sock = connect(str(home.path))
    if sock is not None:
        sock.close()
    return sock is not None

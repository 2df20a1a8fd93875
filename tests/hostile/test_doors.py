"""Attacks on what is open to strangers: addresses, uploads, pages, dialling."""

import gzip
import re
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from node.features import FEATURES
from node.links.dial_plan import Target
from node.links.dialling import client, dial
from node.links.manager import Links
from node.web.server import REQUEST_BYTES, make_app
from protocol.encoding import encode
from protocol.record import RECORD_TYPE, seal_envelope, verify
from tests.hostile.stage import PEER, STRANGER, Stage, attack, outcome, outcomes
from tests.node.entering import code_for, enter
from tests.node.hostile import connect
from tests.node.links.test_dialling import answering, serving
from tests.node.world import until
from tests.sync.people import Someone

POLICY = Path(__file__).parents[1] / "node/web/policy.txt"

ROUTES = {
    f"{method} {path}"
    for method, path in re.findall(r"(GET|POST) +(/\S*)$", POLICY.read_text("utf-8"), re.MULTILINE)
}
"""Everything that a node answers. What is not here is off."""


@asynccontextmanager
async def pages(stage: Stage) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    """Alpha's pages and a browser."""
    app = make_app(stage.alpha.core, stage.alpha.links, None, FEATURES)
    jar = aiohttp.CookieJar(unsafe=True)
    async with serving(app) as url, aiohttp.ClientSession(cookie_jar=jar) as browser:
        yield url, browser


async def test_uploads_are_no_protocol(stage: Stage) -> None:
    """Mastodon CVE-2024-25623: an upload is read as a protocol object.

    The only upload is that of a bundle, by a person of the group, and read as nothing else.

    A good record that comes in another way than in a session is nothing, whatever its type.
    """
    before, raw = stage.count(), PEER.meeting("upload")
    types = ("application/vnd.verbund.node", "application/octet-stream", "multipart/form-data",
             "application/activity+json", "image/png")  # fmt: skip
    async with pages(stage) as (url, browser):
        for path in (
            "/link",
            "/.well-known/verbund",
            "/sign-out",
            "/meetings",
            "/static/x",
            "/bundles",
        ):
            for type_ in types:
                answer = await browser.post(url + path, data=raw, headers={"Content-Type": type_})
                assert answer.status in (400, 403, 405), (path, type_)
    async with connect(stage.alpha) as one:
        await one.ws.send_str(raw.hex())
        assert await one.rest() == []
    assert stage.count() == before


async def test_off_is_absent(stage: Stage) -> None:
    """Misskey CVE-2026-28432: bypassed although federation was off. What is off has no route."""
    app = make_app(stage.alpha.core, stage.alpha.links, None, FEATURES)
    routes = {f"{r.method} {r.resource.canonical}" for r in app.router.routes() if r.resource}
    assert {one for one in routes if not one.startswith("HEAD")} == ROUTES
    async with pages(stage) as (url, browser):
        for method, path in (
            ("POST", "/inbox"), ("GET", "/.well-known/webfinger"), ("GET", "/api/v1/instance"),
            ("PUT", "/link"), ("DELETE", "/groups/x"), ("TRACE", "/"), ("PROPFIND", "/"),
            ("GET", "/link/"), ("GET", "/LINK"), ("GET", "//link"), ("GET", "/%2e%2e/link"),
            ("GET", "/static/..%2f..%2fkeys"), ("GET", "/static/%2e%2e"),
        ):  # fmt: skip
            answer = await browser.request(method, URL(url + path, encoded=True))
            assert answer.status in (404, 405), (method, path, answer.status)


async def test_only_accepted_addresses_are_dialled(stage: Stage) -> None:
    """Lemmy CVE-2025-25194, CVE-2026-33693: a record makes the server knock inside a home."""
    reached: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.Response()

    async with serving(answering(answer)) as url:
        port = url.rpartition(":")[2]
        hosts = ("127.0.0.1", "0.0.0.0", "localhost", "[::ffff:127.0.0.1]", "127.1", "[::]")
        wanted = []
        core = stage.alpha.core
        with core.transaction():
            core.settings.set("serve", {"private_addresses": False})
        careful = Links(core, private=False)
        async with attack(stage.alpha) as one:
            for host in hosts:
                content = {"url": f"http://{host}:{port}", "tls": None}
                assert await outcome(one, PEER.say("endpoint", content, name="home")) is None
                (chain,) = stage.alpha.core.ties.endpoints[PEER.id].values()
                assert chain.content == content
                wanted.append(Target(content["url"], None, PEER.id))
            path = {"url": f"http://127.0.0.1:{port}/admin?x=", "tls": None}
            assert await outcome(one, PEER.say("endpoint", path, name="path")) == "malformed"
            assert await outcome(one, STRANGER.introduction()) in (None, "not-for-you")
            stranger = STRANGER.say("endpoint", content, name="home")
            assert await outcome(one, stranger) in ("not-for-you", "unknown-key")
        await until(lambda: not stage.alpha.links.connected(PEER.id), "to be dialled again")
        assert PEER.id in {target.expected for target in careful.wanted()}
        for target in wanted:
            await careful.try_once(target)
        await careful.close()
    assert reached == []


async def test_remote_names_name_no_files(stage: Stage) -> None:
    """Mastodon CVE-2023-36460, Pleroma CVE-2023-5588: remote file names written to the disk."""
    home = stage.alpha.core.home.path
    before = {path.name for path in home.parent.rglob("*")}
    names = ("../../x", "/etc/passwd", "a/b", "..\\x", "x\x00", "", "CON:", "%2e%2e")
    content = verify(PEER.meeting("fest")).content
    link = {**(content or {}), "link": "file:///etc/passwd"}
    async with attack(stage.alpha) as one:
        assert await outcomes(one, *(PEER.meeting(name) for name in names)) == {"malformed"}
        assert await outcome(one, PEER.say("meeting", link, name="link")) == "malformed"
        assert await outcome(one, PEER.meeting("..")) is None, "a name like others: no file"
    assert {path.name for path in home.parent.rglob("*")} == before


SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


async def test_remote_text_is_text(stage: Stage) -> None:
    """Mastodon CVE-2023-36459: script in what others wrote. On every page, in both languages."""
    group = verify(PEER.group()).content or {}
    meeting = verify(PEER.meeting("fest")).content or {}
    link = {"label": SCRIPT[:20], "url": "https://x.example/\"onload='alert(3)"}
    lists = {"topics": [SCRIPT], "contacts": [], "links": []}
    fields = {**group, "name": SCRIPT, "purpose": SCRIPT, "region": SCRIPT, **lists}
    async with attack(stage.alpha) as one:
        assert await outcome(one, PEER.say("group", fields)) is None
        texts = dict.fromkeys(("title", "topic", "text", "place"), SCRIPT)
        bad = {**meeting, **texts, "link": "javascript:alert(4)"}
        assert await outcome(one, PEER.say("meeting", bad, name="bad")) == "malformed"
        good = {**meeting, **texts, "link": link["url"]}
        assert await outcome(one, PEER.say("meeting", good, name="fest")) in (None, "malformed")
        good["link"] = None
        assert await outcome(one, PEER.say("meeting", good, name="fest")) is None
    stage.show_peer()
    async with pages(stage) as (url, browser):
        await enter(browser, url, code_for(stage.alpha.core))
        shown = 0
        for path in ("/", "/directory", "/directory?q=script", "/meetings", "/ties", "/networks"):
            for language in ("de", "en"):
                answer = await browser.get(url + path, headers={"Accept-Language": language})
                text = await answer.text()
                assert answer.status == 200
                assert "<script" not in text, path
                assert "<img src=x" not in text, path
                policy = answer.headers["Content-Security-Policy"]
                assert "script-src 'self';" in policy, "our own files, nothing in a page"
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                shown += "&lt;script" in text
        assert shown >= 4, "it is shown, as text"
        calendar = await (await browser.get(f"{url}/meetings.ics")).text()
        assert "BEGIN:VALARM" not in calendar


async def test_nothing_is_crawled(stage: Stage) -> None:
    """PeerTube CVE-2025-32947: an endless crawl. What a record names is not looked for."""
    reached: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.Response()

    async with serving(answering(answer)) as url, attack(stage.alpha) as one:
        for turn in range(5):
            network = Someone(f"endless {turn}", [PEER.id])
            host = Someone(f"host {turn}")
            for raw in (network.introduction(), host.introduction()):
                assert await outcome(one, raw) in (None, "not-for-you")
            content = verify(network.charter(host)).content or {}
            link = {"label": "mehr", "url": f"{url}/link"}
            for raw in (
                network.say("network", {**content, "links": [link]}),
                host.say("endpoint", {"url": url, "tls": None}, name="home"),
                PEER.joins(network, bytes(16)),
            ):
                assert await outcome(one, raw) in (None, "not-for-you", "malformed", "unknown-tie")
        wanted = {target.expected for target in stage.alpha.links.wanted()}
        assert wanted <= {PEER.id, stage.beta.id}
        await stage.serves()
    assert reached == []


async def test_bombs(stage: Stage) -> None:
    """aiohttp CVE-2025-69223, -69228, -69229: zip bombs, endless forms, chunks."""
    parts = tuple(map(int, version("aiohttp").split(".")[:3]))
    assert parts >= (3, 13, 3)
    bomb = gzip.compress(bytes(50_000_000))

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(500):
            yield bytes(10_000)

    tracemalloc.start()
    async with serving(answering(answer)) as url:
        session = client(True)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await dial(session, url, None)
        await session.close()
    async with pages(stage) as (url, browser):
        for data, headers in (
            (endless(), {"Content-Type": "application/x-www-form-urlencoded"}),
            (endless(), {"Content-Type": "multipart/form-data; boundary=x"}),
            (bomb, {"Content-Encoding": "gzip"}),
            (b"x" * (REQUEST_BYTES + 1), {}),
        ):
            try:
                found = await browser.post(f"{url}/sign-out", data=data, headers=headers)
                assert found.status in (400, 403, 413)
            except aiohttp.ClientError:
                pass  # hung up on while it still sent
        long = {"X-Long": "x" * 100_000}
        assert (await browser.get(f"{url}/health", headers=long)).status == 400
    async with connect(stage.alpha, compress=15) as one:
        assert not one.ws.compress, "frames are never compressed"
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000, "nothing was unpacked, nothing was gathered"


async def test_lies_about_a_meeting_do_not_stop_the_calendar(stage: Stage) -> None:
    """Mastodon CVE-2023-36459, once more: text that would be lines of a calendar or of mail."""
    content = verify(PEER.meeting("fest")).content or {}
    trick = "Fest\nEND:VEVENT\nBEGIN:VALARM"
    async with attack(stage.alpha) as one:
        assert await outcome(one, PEER.say("meeting", {**content, "title": trick}, name="a")) == (
            "malformed"
        )
        assert await outcome(one, PEER.say("meeting", {**content, "text": trick}, name="b")) is None
        raw = seal_envelope(PEER.key, RECORD_TYPE, encode({"author": PEER.id}))
        assert await outcome(one, raw) == "malformed"
    stage.show_peer()
    async with pages(stage) as (url, browser):
        calendar = await (await browser.get(f"{url}/meetings.ics")).text()
    assert "BEGIN:VEVENT" in calendar
    assert "\r\nBEGIN:VALARM" not in calendar

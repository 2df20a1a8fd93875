"""Taking along and handing in by the page: a real node, a real server (docs/protocol.md §10)."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, FormData
from aiohttp.test_utils import TestServer

from node.features import FEATURES
from node.features.bundles import pages
from node.features.bundles.actions import write_bundle
from node.features.bundles.reading import read_bundle
from node.features.groups.actions import edit_group
from node.links.manager import Links
from node.store.core import Core
from node.texts import Texts
from node.web.server import make_app
from protocol.ids import to_text
from tests.node.by_hand import acquainted
from tests.node.entering import code_for, enter, token_in
from tests.node.world import Clock, make_core

T = Texts("en")
MULTIPART = "multipart/form-data; boundary=x"


class Desk:
    """A node's page and somebody inside; `other` is a peer that it never reaches."""

    def __init__(self, core: Core, other: Core, server: TestServer, browser: ClientSession) -> None:
        self.core, self.other, self.server, self.browser = core, other, server, browser
        self.file = core.home.path.parent / "x.verbund"

    async def get(self, path: str) -> ClientResponse:
        headers = {"Accept-Language": "en"}
        return await self.browser.get(self.server.make_url(path), headers=headers)

    async def enter(self) -> None:
        root = str(self.server.make_url("/")).rstrip("/")
        assert (await enter(self.browser, root, code_for(self.core))).status == 200

    async def proof(self) -> str:
        page = await (await self.get("/bundles")).text()
        return token_in(page)

    async def hand_in(
        self, data: bytes, proof: str | None = None, name: str = "x.verbund", **headers: str
    ) -> ClientResponse:
        form = FormData()
        form.add_field("token", await self.proof() if proof is None else proof)
        form.add_field("file", io.BytesIO(data), filename=name, content_type="text/html")
        headers = {"Accept-Language": "en", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return await self.browser.post(self.server.make_url("/bundles"), data=form, headers=headers)

    def written(self) -> bytes:
        """A bundle for this node."""
        write_bundle(self.other, self.core.home_id, self.file, replace=True)
        return self.file.read_bytes()


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = Clock()
    core, other = (make_core(tmp_path, name, clock) for name in ("Alpha", "Beta"))
    acquainted([core, other])
    server = TestServer(make_app(core, Links(core), None, FEATURES))
    await server.start_server()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        yield Desk(core, other, server, browser)
    await server.close()
    core.close()
    other.close()


@pytest.fixture
async def desk(outside: Desk) -> Desk:
    await outside.enter()
    return outside


async def test_there_and_back(desk: Desk) -> None:
    edit_group(desk.core, desk.core.home_id, {"region": "Kiel"})
    page = await (await desk.get("/bundles")).text()
    assert T("bundles.web.for", who="Beta") in page
    answer = await desk.get(f"/bundles/{to_text(desk.other.home_id)}")
    assert (answer.status, answer.content_type) == (200, "application/vnd.verbund.bundle")
    name = f"verbund-{to_text(desk.other.home_id)[:8]}.verbund"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    desk.file.write_bytes(await answer.read())
    assert read_bundle(desk.other, desk.file).new == 1

    edit_group(desk.other, desk.other.home_id, {"region": "Plön"})
    data = desk.written()
    first = await (await desk.hand_in(data)).text()
    assert T("bundles.web.read", who="Beta") in first
    assert T("bundles.cli.new", n=1) in first
    assert T("bundles.cli.new", n=0) in await (await desk.hand_in(data)).text()
    assert "Plön" in await (await desk.get(f"/groups/{to_text(desk.other.home_id)}")).text()


async def test_an_introduction(desk: Desk) -> None:
    answer = await desk.get("/bundles/everybody")
    desk.file.write_bytes(await answer.read())
    assert read_bundle(desk.other, desk.file).head.sealed is False


async def test_a_damaged_one(desk: Desk) -> None:
    page = await (await desk.hand_in(desk.written()[:-1])).text()
    assert "can’t be read" in page
    for data, code in ((b"<html>", "none"), (b"", "none"), (desk.written()[:300], "cut")):
        answer = await desk.hand_in(data)
        assert answer.status == 400
        assert T(f"bundles.error.bundle-{code}") in await answer.text()


async def test_the_name_of_the_file_is_not_looked_at(desk: Desk, tmp_path: Path) -> None:
    before = files(tmp_path)
    for name in ("../../evil.py", "<script>", "x" * 5_000):
        page = await (await desk.hand_in(desk.written(), name=name)).text()
        assert T("bundles.cli.new", n=0) in page
        assert "evil" not in page
    assert files(tmp_path) == before


def files(folder: Path) -> list[Path]:
    """What is there, but for the bundle itself."""
    return sorted(one for one in folder.rglob("*") if one.name != "x.verbund")


@pytest.mark.parametrize("path", ["/bundles", "/bundles/everybody"])
async def test_not_from_outside(outside: Desk, path: str) -> None:
    assert (await outside.get(path)).status == 403
    answer = await outside.hand_in(outside.written(), "0" * 32)
    assert answer.status == 403


async def test_only_our_own_form(desk: Desk) -> None:
    edit_group(desk.other, desk.other.home_id, {"region": "Plön"})
    data, proof = desk.written(), await desk.proof()
    for given in ("", "0" * 32, proof[:-1], "ä" * 32):
        assert (await desk.hand_in(data, given)).status == 403
    assert (await desk.hand_in(data, proof, Sec_Fetch_Site="cross-site")).status == 403
    assert (await desk.hand_in(data, proof, Origin="https://evil.example")).status == 403
    assert "Plön" not in await (await desk.get(f"/groups/{to_text(desk.other.home_id)}")).text()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", MULTIPART),
        (b"nothing", "multipart/form-data"),
        (b"proof=1&file=2", "application/x-www-form-urlencoded"),
        (b"--x\r\n\r\n", MULTIPART),
        (b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\n1\r\n--x--", MULTIPART),
        (b"--x\r\n" * 9_000, MULTIPART),
    ],
)  # fmt: skip
async def test_what_is_no_form(desk: Desk, body: bytes, kind: str) -> None:
    answer = await desk.browser.post(
        desk.server.make_url("/bundles"), data=body, headers={"Content-Type": kind}
    )
    assert answer.status in (400, 403)


async def test_too_large(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    data = desk.written()
    monkeypatch.setattr(pages, "LARGEST", len(data) - 1)
    assert (await desk.hand_in(data)).status == 413
    monkeypatch.setattr(pages, "LARGEST", len(data))
    assert (await desk.hand_in(data)).status == 200
    monkeypatch.setattr(pages, "LARGEST", 64)
    assert (await desk.hand_in(bytes(200_000))).status == 413, "by its length, before it is read"


async def test_larger_than_other_forms(desk: Desk) -> None:
    answer = await desk.hand_in(desk.written() + bytes(3_000_000))
    assert answer.status == 200


@pytest.mark.parametrize("id_", ["x", "everybodyelse", "aaaaaaaa", "…", "everybody/.."])
async def test_for_nobody(desk: Desk, id_: str) -> None:
    assert (await desk.get(f"/bundles/{id_}")).status in (400, 404)


async def test_for_ourselves(desk: Desk) -> None:
    answer = await desk.get(f"/bundles/{to_text(desk.core.home_id)}")
    assert answer.status == 400
    assert T("bundles.error.bundle-own") in await answer.text()


async def test_a_stranger(desk: Desk, tmp_path: Path) -> None:
    stranger = make_core(tmp_path, "Stranger", Clock())
    write_bundle(stranger, None, desk.file, replace=True)
    page = await (await desk.hand_in(desk.file.read_bytes())).text()
    assert T("bundles.strange.seen", name="Stranger") in page
    assert stranger.home_id not in desk.core.ties.identities
    stranger.close()


async def test_no_room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("node.features.bundles.pages._receive", full)
    page = await (await desk.hand_in(desk.written())).text()
    assert T("errors.disk-full") in page


async def test_pages_are_answered_meanwhile(desk: Desk) -> None:
    found = await asyncio.gather(
        *(desk.get("/bundles/everybody") for _ in range(4)), *(desk.get("/") for _ in range(4))
    )
    assert [one.status for one in found] == [200] * 8

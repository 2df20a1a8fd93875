"""How phones get here, on the page: the switch, the address, the code, and who was here.

127.0.0.2 stands for the Wi-Fi, 127.0.0.3 for a phone in it.
"""

import re
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar, TCPConnector

from node.features.arrival import surroundings
from node.features.arrival.phones import PHONES
from node.web import local_pages as module
from node.web.local_pages import LOCAL_PAGES, LocalPages
from node.web.public_address import PUBLIC_ADDRESS
from tests.node.web.conftest import Site, person

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="only 127.0.0.1 is there")

WIFI, PHONE = "127.0.0.2", "127.0.0.3"
IPHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)"}
SEEN = f"{PHONES}/seen"


@pytest.fixture
def local(new_site: Site, monkeypatch: pytest.MonkeyPatch) -> LocalPages:
    """The Wi-Fi of a node whose key person looks at the page."""
    found = new_site.server.app[LOCAL_PAGES]
    found.addresses = lambda: [WIFI]
    found.names = list
    runner = new_site.server.runner
    found.attach(runner, "127.0.0.1", new_site.server.port or 0, plain=True)
    monkeypatch.setattr(surroundings, "enclosure", lambda _addresses: "")
    new_site.sign_in(person(new_site.core, "Kim", key_person=True))
    return found


async def switch(site: Site, on: str) -> str:
    await site.text(PHONES)
    answer = await site.post(PHONES, {"on": on})
    assert (answer.status, answer.headers["Location"]) == (303, PHONES)
    return await site.text(PHONES)


async def visit(site: Site, path: str = "/") -> int:
    """Somebody opens the address on a phone."""
    connector = TCPConnector(local_addr=(PHONE, 0))
    async with ClientSession(connector=connector, cookie_jar=CookieJar(unsafe=True)) as browser:
        at = f"http://{WIFI}:{site.server.port}{path}"
        async with browser.get(at, headers=IPHONE) as answer:
            return answer.status


async def test_one_switch_shows_address_and_code(new_site: Site, local: LocalPages) -> None:
    html = await new_site.text(PHONES)
    assert "Für dieses WLAN öffnen" in html
    assert "nicht verschlüsselt" in html
    assert '<svg class="qr-code"' not in html
    html = await switch(new_site, "yes")
    url = f"http://{WIFI}:{new_site.server.port}"
    assert f'<code translate="no">{url}</code>' in html
    assert f'aria-label="QR-Code von {url}"' in html
    assert "Noch kein Handy" in html
    assert f'data-live="{SEEN}"' in html
    assert local.is_on
    assert await visit(new_site) == 200
    html = await switch(new_site, "no")
    assert "Für dieses WLAN öffnen" in html
    assert url not in html
    with pytest.raises(OSError, match="Cannot connect"):
        await visit(new_site)


async def test_a_phone_was_here(new_site: Site, local: LocalPages) -> None:
    """Live, by a part of the page, and by looking again without a script."""
    await switch(new_site, "yes")
    assert "Noch kein Handy" in await new_site.text(SEEN)
    await visit(new_site)
    part = await new_site.text(SEEN)
    assert 'Ein iPhone war hier, <span class="soft">gerade eben' in part
    assert "<html" not in part
    assert "Ein iPhone war hier" in await new_site.text(PHONES)
    new_site.core.clock.wall.now += 130
    assert "vor 2 Minuten" in await new_site.text(SEEN)
    assert PHONE not in part
    assert [one.kind for one in local.seen] == ["iphone"], "looking at the page is no visit"


async def test_code_is_of_the_address(new_site: Site, local: LocalPages) -> None:
    """What the page draws is the code that a library draws for the same address."""
    import segno

    html = await switch(new_site, "yes")
    (path,) = re.findall(r'class="dark" d="([^"]+)"', html)
    rows = segno.make(local.places[0].url, error="m", micro=False).matrix
    drawn = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path)
        for step in range(int(length))
    }
    assert drawn == {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}


TROUBLES = [
    ("no-network", "in keinem WLAN"),
    ("data-centre", "Rechenzentrum"),
]


@pytest.mark.parametrize(("trouble", "words"), TROUBLES)
async def test_what_does_not_work_is_said_before_anybody_tries(
    new_site: Site,
    local: LocalPages,
    trouble: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    local.addresses = list
    monkeypatch.setattr(module, "has_public_address", lambda: trouble == "data-centre")
    assert words in await new_site.text(PHONES)
    assert words in await switch(new_site, "yes")
    local.addresses = lambda: [WIFI]
    await local.look()
    assert words not in await new_site.text(PHONES)


async def test_taken_ports_are_said_before_anybody_tries(new_site: Site, local: LocalPages) -> None:
    held = []
    for port in range(local.first_port, local.first_port + module.PORTS):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((WIFI, port))
        one.listen()
        held.append(one)
    assert "lauscht auf diesem Rechner schon etwas anderes" in await new_site.text(PHONES)
    held.pop().close()
    assert "lauscht auf diesem Rechner" not in await new_site.text(PHONES)
    for one in held:
        one.close()


@pytest.mark.parametrize("kind", ["windows", "container", "virtual"])
async def test_where_phones_do_not_get_through(
    new_site: Site, local: LocalPages, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not local.is_on
    monkeypatch.setattr(surroundings, "enclosure", lambda _addresses: kind)
    html = await new_site.text(PHONES)
    assert "Handys" in html.partition('class="warning"')[2].partition("</p>")[0]


def test_enclosures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version, sign = tmp_path / "version", tmp_path / "sign"
    monkeypatch.setattr(surroundings, "VERSION", version)
    monkeypatch.setattr(surroundings, "CONTAINERS", (sign,))
    assert surroundings.enclosure(["192.168.1.20"]) == ""
    version.write_text("Linux version 6.1.0 (debian)")
    assert surroundings.enclosure(["192.168.1.20"]) == ""
    assert surroundings.enclosure(["10.0.2.15"]) == "virtual"
    sign.touch()
    assert surroundings.enclosure(["192.168.1.20"]) == "container"
    version.write_text("Linux version 5.15.153.1-microsoft-standard-WSL2")
    assert surroundings.enclosure(["192.168.1.20"]) == "windows"


async def test_who_looks_over_the_wifi_is_told_before_closing(
    new_site: Site, local: LocalPages
) -> None:
    await switch(new_site, "yes")
    assert "über das WLAN" not in await new_site.text(PHONES)
    at = f"http://{WIFI}:{new_site.server.port}"
    port = new_site.server.port
    token = new_site.cookie(f"verbund-{port}")
    async with ClientSession(cookies={f"verbund-{port}": token}) as browser:
        answer = await browser.get(at + PHONES, headers={"Accept-Language": "de"})
        assert "selbst über das WLAN" in await answer.text()


async def test_program_that_is_no_server_says_so(new_site: Site) -> None:
    new_site.sign_in(person(new_site.core, "Kim", key_person=True))
    assert "läuft hier nicht als Server" in await new_site.text(PHONES)
    assert (await new_site.post(PHONES, {"on": "yes"})).status == 303
    assert not new_site.server.app[LOCAL_PAGES].is_on


async def test_machine_says_how_it_stands(new_site: Site, local: LocalPages) -> None:
    assert "Für das WLAN nicht offen." in await new_site.text("/machine")
    await switch(new_site, "yes")
    assert "Für dieses WLAN offen." in await new_site.text("/machine")
    assert local.places


async def test_links_to_come_in_lead_through_the_wifi(new_site: Site, local: LocalPages) -> None:
    """On the machine itself a link would lead to `localhost`, and no phone anywhere."""
    html = await _new_link(new_site)
    assert "gilt nur auf diesem Rechner" in html
    await switch(new_site, "yes")
    html = await _new_link(new_site)
    (link,) = re.findall(r'<code class="link">([^<]+)</code>', html)
    assert link.startswith(f"{local.places[0].url}/join/")
    assert "gilt nur auf diesem Rechner" not in html
    assert await visit(new_site, link.removeprefix(local.places[0].url)) == 200


async def _new_link(site: Site) -> str:
    await site.text("/invitations/new")
    answer = await site.post("/invitations/new", {"days": "14", "most": "50"})
    assert answer.status == 303
    return await site.text(answer.headers["Location"])


async def test_first_page_says_that_no_phone_gets_in_yet(new_site: Site, local: LocalPages) -> None:
    """Until the switch is on, or there is a name."""
    waiting = f'href="{PHONES}"'
    assert waiting in (await new_site.text("/")).partition('id="waiting"')[2]
    await switch(new_site, "yes")
    assert waiting not in await new_site.text("/")
    await switch(new_site, "no")
    new_site.server.app[PUBLIC_ADDRESS].change("https://garten.example")
    assert waiting not in await new_site.text("/")
    assert not local.is_on

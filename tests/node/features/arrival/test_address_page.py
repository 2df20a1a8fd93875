"""The public address on the page: what can be one, what a change ends, and when it counts."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from node.base.addresses import plain_url
from node.features.arrival import address as module
from node.features.arrival.address import (
    BadAddressError,
    leads_here,
    proxy_at,
    public_address,
)
from node.features.arrival.address_pages import ADDRESS
from node.features.arrival.server_files import caddy, nginx
from node.features.ways.tables import add_passkey
from node.features.ways.types import Passkey
from node.keys.tls import make_certificate
from node.people.persons import persons
from node.store.serve_settings import serve_options
from node.web.forwarded import proxy_address
from node.web.public_address import PUBLIC_ADDRESS
from tests.node.web.conftest import Site, person
from tests.node.world import make_core

CAN = [
    ("garten.example", "https://garten.example"),
    (" Garten.Example ", "https://garten.example"),
    ("https://garten.example/", "https://garten.example"),
    ("HTTPS://garten.example:8443", "https://garten.example:8443"),
    ("http://garten.example", "http://garten.example"),
    ("gärten.example", "https://xn--grten-gra.example"),
    ("http://abcdef.onion", "http://abcdef.onion"),
]
CAN_NOT = [
    ("ftp://garten.example", "scheme"),
    ("javascript://garten.example", "scheme"),
    ("garten", "none"),
    ("garten example", "none"),
    ("me@garten.example", "none"),
    ("https://", "none"),
    ("garten_.example", "none"),
    ("garten.example:99999999", "none"),
    ("https://garten.example/verbund", "path"),
    ("https://garten.example?x", "path"),
    ("localhost", "house"),
    ("localhost:8480", "house"),
    ("pi.local", "house"),
    ("garten.fritz.lan", "house"),
    ("192.168.1.20", "inside"),
    ("http://127.0.0.1:8480", "inside"),
    ("https://[::1]:8480", "inside"),
    ("9.9.9.9", "number"),
]


@pytest.mark.parametrize(("typed", "kept"), CAN)
def test_what_can_be_an_address(typed: str, kept: str) -> None:
    assert public_address(typed) == kept == plain_url(kept)


@pytest.mark.parametrize(("typed", "why"), CAN_NOT)
def test_what_can_not(typed: str, why: str) -> None:
    with pytest.raises(BadAddressError) as refused:
        public_address(typed)
    assert refused.value.why == why


def test_address_of_a_proxy() -> None:
    assert [proxy_at(one) for one in ("", " 192.168.1.5 ", "FD00::7")] == [
        "",
        "192.168.1.5",
        "fd00::7",
    ]
    with pytest.raises(BadAddressError):
        proxy_at("proxy.example")


@pytest.fixture
async def site(new_site: Site) -> Site:
    new_site.sign_in(person(new_site.core, "Kim", key_person=True))
    return new_site


async def save(site: Site, url: str, proxy: str = "", **more: str) -> tuple[int, str]:
    answer = await site.post(ADDRESS, {"url": url, "proxy": proxy, **more})
    return answer.status, await answer.text()


def kept(site: Site) -> str | None:
    found: str | None = serve_options(site.core.settings).get("public_url")
    return found


async def by_name(site: Site, host: str, token: str = "") -> int:
    """The status of the address page, asked for by a name."""
    headers = {"Host": host}
    cookies = {"verbund": token} if token else {}
    async with ClientSession(cookies=cookies) as browser:
        answer = await browser.get(site.root.join(site.root.with_path(ADDRESS)), headers=headers)
        return answer.status


async def test_first_name_counts_at_once(site: Site) -> None:
    told: list[str] = []
    site.server.app[PUBLIC_ADDRESS].on_change = told.append
    assert await by_name(site, "garten.example") == 421
    assert (await save(site, "Garten.example"))[0] == 303
    assert kept(site) == "https://garten.example"
    assert told == ["https://garten.example"]
    token = site.cookie(f"verbund-{site.server.port}")
    assert await by_name(site, "garten.example", token) == 200
    html = await site.text(ADDRESS)
    assert 'value="garten.example"' in html
    assert "https://garten.example" in html
    for text in (caddy("https://garten.example", "127.0.0.1:8480"),):
        assert text.splitlines()[0] in html
    assert "server_name garten.example;" in html
    assert "/etc/letsencrypt/live/garten.example/fullchain.pem" in html


async def test_change_says_first_what_it_ends_and_keeps_the_session(site: Site) -> None:
    await save(site, "alt.example")
    token = site.cookie(f"verbund-{site.server.port}")
    status, html = await save(site, "neu.example")
    assert status == 200
    assert "Passkeys: Jeder gehört zu dem Namen" in html
    assert kept(site) == "https://alt.example"
    sure = {"sure": "https://neu.example"}
    assert (await save(site, "https://neu.example", **sure))[0] == 303
    assert kept(site) == "https://neu.example"
    assert (await site.get(ADDRESS)).status == 200, "still signed in"
    for host in ("alt.example", "neu.example"):
        assert await by_name(site, host, token) == 200
    assert await by_name(site, "evil.example", token) == 421


def with_passkey(site: Site, host: str) -> None:
    """Kim has one, made under this name."""
    kim = persons(site.core).key_persons()[0]
    one = Passkey(b"id", kim.id, host, b"key", 0, "Phone", site.core.clock(), None)
    with site.core.transaction():
        add_passkey(site.core, one)


async def test_first_name_is_asked_about_if_it_ends_passkeys(site: Site) -> None:
    """They were made at this machine itself."""
    with_passkey(site, "localhost")
    status, html = await save(site, "garten.example")
    assert status == 200
    assert "Es gibt Passkeys, die damit enden." in html
    assert kept(site) is None
    sure = {"sure": "https://garten.example"}
    assert (await save(site, "https://garten.example", **sure))[0] == 303
    assert kept(site) == "https://garten.example"


async def test_change_that_ends_no_passkey_says_so(site: Site) -> None:
    await save(site, "alt.example")
    with_passkey(site, "neu.example")
    _status, html = await save(site, "neu.example")
    assert "Bisher hat niemand einen, der damit endet." in html


async def test_yes_to_one_name_is_no_yes_to_another(site: Site) -> None:
    await save(site, "alt.example")
    assert (await save(site, "neu.example", sure="https://other.example"))[0] == 200
    assert kept(site) == "https://alt.example"
    assert (await save(site, ""))[0] == 200
    assert kept(site) == "https://alt.example"
    assert (await save(site, "", sure="none"))[0] == 303
    assert kept(site) is None


@pytest.mark.parametrize(("typed", "why"), CAN_NOT)
async def test_what_can_not_is_said_beside_the_field(site: Site, typed: str, why: str) -> None:
    status, html = await save(site, typed, "proxy.example")
    assert status == 422
    assert "<title>2 errors" in html or "<title>2 Fehler" in html
    assert 'aria-describedby="address-url-hint address-url-error"' in html
    assert kept(site) is None
    assert why


async def test_proxy_on_another_machine(site: Site) -> None:
    assert (await save(site, "", "192.168.1.5"))[0] == 303
    assert proxy_address(site.core) == "192.168.1.5"
    assert (await save(site, "", ""))[0] == 303
    assert proxy_address(site.core) == ""


async def test_address_that_a_terminal_set_stays_as_it_is(site: Site) -> None:
    """Numbers, with a certificate of the machine's own."""
    site.server.app[PUBLIC_ADDRESS].change("https://9.9.9.9:8480")
    html = await site.text(ADDRESS)
    assert 'value="9.9.9.9:8480"' in html
    assert (await save(site, "9.9.9.9:8480", "192.168.1.5"))[0] == 303
    assert kept(site) == "https://9.9.9.9:8480"


async def test_before_the_words_are_on_paper_nobody_else_hears_of_it(site: Site) -> None:
    site.core.ring.words = bytes(32)
    await save(site, "garten.example")
    assert "hören von dieser Adresse erst" in await site.text(ADDRESS)
    site.core.ring.words = None


# Whether it leads here


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[str]:
    """Something that answers and is no node."""
    app = web.Application()
    app.router.add_get("/.well-known/verbund", _hello)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pem = tmp_path / "x.pem"
    pem.write_bytes(make_certificate("localhost"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield " ".join(str(one[1]) for one in runner.addresses)
    await runner.cleanup()


async def test_what_an_address_leads_to(
    site: Site, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 3.0)
    plain, tls = other.split()
    here = f"http://localhost:{site.server.port}"
    assert await leads_here(site.core, here) == "here"
    another = make_core(tmp_path / "x", "Beta")
    assert await leads_here(another, here) == "another"
    another.close()
    assert await leads_here(site.core, f"http://localhost:{plain}") == "no-node"
    assert await leads_here(site.core, f"https://localhost:{tls}") == "certificate"
    assert await leads_here(site.core, "http://localhost:1") == "silent"
    assert await leads_here(site.core, "https://nowhere.invalid") == "unknown"


async def test_looking_says_it_in_words(site: Site) -> None:
    site.server.app[PUBLIC_ADDRESS].change(f"http://localhost:{site.server.port}")
    assert (await site.post(f"{ADDRESS}/look")).headers["Location"] == ADDRESS
    assert "führt hierher. Es geht." in await site.text(ADDRESS)


def test_configuration_has_ones_own_name_and_port() -> None:
    text = nginx("https://garten.example:8443", "127.0.0.1:8481")
    assert "listen 8443 ssl;" in text
    assert "proxy_pass http://127.0.0.1:8481;" in text
    assert "group.example" not in text
    assert caddy("http://garten.example").startswith("http://garten.example {")

"""What browsers are told: what may run, what may be kept, in which language."""

import pytest

from node.web.headers import SAFE
from tests.node.web.conftest import Site
from tests.node.web.html import Document
from tests.node.web.world import OUTSIDE

EVERYTHING = [
    *OUTSIDE,
    "/ties",
    "/erasures",
    "/pacts/{open}",
    "/nowhere",
    "/meetings.ics",
    "/static/style.css",
    "/enter/x",
]


@pytest.mark.parametrize("path", EVERYTHING)
async def test_every_answer_is_safe(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert {name: answer.headers.get(name) for name in SAFE} == SAFE
    assert "aiohttp" not in str(answer.headers)


async def test_policy_allows_our_own_files_and_nothing_else(site: Site) -> None:
    answer = await site.get("/")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


async def test_pages_from_outside_are_asked_for_again(site: Site) -> None:
    answer = await site.get("/")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Vary"] == "Accept-Language, Cookie"
    assert answer.headers["Content-Language"] == "de"


@pytest.mark.parametrize("path", ["/", "/ties", "/pacts/{open}", "/directory", "/nowhere"])
async def test_pages_from_inside_are_kept_nowhere(inside: Site, path: str) -> None:
    assert (await inside.get(path)).headers["Cache-Control"] == "no-store"


async def test_style_is_kept_for_a_year_under_its_hash(site: Site) -> None:
    links = Document(await site.text("/")).all("link")
    path = next(link["href"] for link in links if link["rel"] == "stylesheet")
    hashed, plain = await site.get(str(path)), await site.get("/static/style.css")
    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == "no-cache"
    assert (await hashed.read()) == (await plain.read())
    assert hashed.content_type == "text/css"


async def test_style_stays_small(site: Site) -> None:
    assert len(await (await site.get("/static/style.css")).read()) <= 24_000


async def test_mark_is_a_picture(site: Site) -> None:
    assert (await site.get("/static/mark.svg")).content_type == "image/svg+xml"


async def test_style_under_an_old_hash_is_gone(site: Site) -> None:
    assert (await site.get("/static/style-000000000000.css")).status == 404


async def test_head_is_answered(site: Site) -> None:
    answer = await site.browser.head(site.server.make_url("/directory"))
    assert (answer.status, await answer.read()) == (200, b"")


async def test_language_is_remembered(site: Site) -> None:
    assert 'lang="de"' in await site.text("/")
    chosen = await site.get("/meetings?past=1&lang=en")
    assert '<html lang="en">' in await chosen.text()
    assert chosen.headers["Set-Cookie"].startswith(
        "verbund-language=en; HttpOnly; Max-Age=31536000"
    )
    assert '<html lang="en">' in await site.text("/", "de")


@pytest.mark.parametrize("lang", ["xx", "", "DE", "<script>"])
async def test_language_that_we_do_not_have(site: Site, lang: str) -> None:
    answer = await site.get("/", params={"lang": lang})
    assert '<html lang="de">' in await answer.text()
    assert "Set-Cookie" not in answer.headers


async def test_switch_keeps_the_search(site: Site) -> None:
    hrefs = Document(await site.text("/directory?q=a+b&lang=de")).hrefs
    assert "/directory?q=a+b&lang=en" in hrefs

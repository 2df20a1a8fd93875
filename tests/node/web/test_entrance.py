"""The link of the group's machine: it waits for the button; who came by it; signing out."""

import re

import pytest

from node.people.persons import Standing
from node.people.sessions import KEEPER_SECONDS, REST_SECONDS
from node.web.visit import form_token
from tests.node.entering import code_for, token_in
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document


async def is_inside(site: Site) -> bool:
    return (await site.get("/ties")).status == 200


@pytest.fixture
def code(site: Site) -> str:
    return code_for(site.core)


async def test_button_lets_in_once(site: Site, code: str) -> None:
    page = await site.get(f"/enter/{code}")
    assert page.status == 200
    assert not await is_inside(site)
    first = await site.post(f"/enter/{code}", token=token_in(await page.text()))
    assert (first.status, first.headers["Location"]) == (303, "/")
    assert await is_inside(site)
    site.browser.cookie_jar.clear()
    again = await site.get(f"/enter/{code}")
    assert again.status == 403
    assert "schon benutzt" in Document(await again.text()).text
    assert not await is_inside(site)


async def test_looking_uses_nothing_up(site: Site, code: str) -> None:
    """As a scanner of mails does, a chat's preview, a browser that loads ahead."""
    for _time in range(3):
        assert (await site.get(f"/enter/{code}")).status == 200
        assert (await site.browser.head(site.root.with_path(f"/enter/{code}"))).status == 200
    assert (await site.post(f"/enter/{code}")).status == 303


async def test_button_works_in_the_browser_that_was_shown_it(site: Site, code: str) -> None:
    """A scanner that presses buttons has a page of its own; nobody else's page lets in."""
    token = token_in(await (await site.get(f"/enter/{code}")).text())
    site.browser.cookie_jar.clear()
    for given in (token, "", "0" * 32, form_token("")):
        assert (await site.post(f"/enter/{code}", token=given)).status == 403
    assert not await is_inside(site)
    assert (await site.get(f"/enter/{code}")).status == 200, "the code is still good"


@pytest.mark.parametrize("path", ["/enter/wrong", "/enter/" + "x" * 5000, "/enter/%00"])
async def test_wrong_code_is_explained(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert answer.status == 403
    assert "verbund page" in await answer.text()
    assert "Set-Cookie" not in answer.headers


async def test_cookie_is_kept_from_scripts_and_from_forms_of_others(site: Site, code: str) -> None:
    await site.get(f"/enter/{code}")
    answer = await site.post(f"/enter/{code}")
    (cookie,) = answer.headers.getall("Set-Cookie")
    name = f"verbund-{site.server.port}"
    assert re.fullmatch(rf"{name}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=Lax", cookie)
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_cookies_over_tls_are_for_tls_and_this_host_only(site: Site, code: str) -> None:
    tls = {"X-Forwarded-Proto": "https"}
    page = await site.get(f"/enter/{code}", headers=tls)
    (cookie,) = page.headers.getall("Set-Cookie")
    assert re.fullmatch(
        rf"__Host-verbund-form-{site.server.port}=[\w-]{{32}}; HttpOnly; Path=/; SameSite=Lax;"
        " Secure",
        cookie,
    )
    nonce = cookie.partition("=")[2].partition(";")[0]
    answer = await site.post(
        f"/enter/{code}",
        token=form_token(nonce),
        Cookie=cookie.partition(";")[0],
        X_Forwarded_Proto="https",
    )
    assert answer.headers["Set-Cookie"].startswith(f"__Host-verbund-{site.server.port}=")
    assert answer.headers["Set-Cookie"].endswith("; SameSite=Lax; Secure")


async def test_made_up_token_is_outside(site: Site) -> None:
    await site.enter()
    site.browser.cookie_jar.clear()
    for token in ("a-token", "x" * 5000, ""):
        answer = await site.get("/ties", headers={"Cookie": f"verbund-{site.server.port}={token}"})
        assert answer.status == 403


async def test_cookie_of_another_port_does_not_count(site: Site) -> None:
    token = await site.enter()
    site.browser.cookie_jar.clear()
    for port, status in ((1, 403), (site.server.port, 200)):
        headers = {"Cookie": f"verbund-{port}={token}"}
        assert (await site.get("/ties", headers=headers)).status == status


async def test_signing_out_ends_the_session(site: Site) -> None:
    token = await site.enter()
    assert (await site.post("/sign-out")).status == 303
    assert "Du bist abgemeldet." in await site.text("/")
    assert "Du bist abgemeldet." not in await site.text("/"), "it is said once"
    headers = {"Cookie": f"verbund-{site.server.port}={token}"}
    assert (await site.get("/ties", headers=headers)).status == 403


async def test_keeper_has_an_evening(site: Site) -> None:
    await site.enter()
    site.core.clock.wall.now += KEEPER_SECONDS - 1
    assert await is_inside(site)
    site.core.clock.wall.now += 2
    assert not await is_inside(site)


async def test_person_stays_as_long_as_they_come(site: Site) -> None:
    site.sign_in(person(site.core))
    clock = site.world.clock if site.world else None
    assert clock is not None
    for _time in range(5):
        clock.now += REST_SECONDS - 1
        assert await is_inside(site)
    clock.now += REST_SECONDS + 1
    assert not await is_inside(site)


async def test_person_who_is_gone_is_outside(site: Site) -> None:
    from node.people.persons import persons

    one = person(site.core)
    site.sign_in(one)
    assert await is_inside(site)
    with site.core.transaction():
        persons(site.core).remove(one.id)
    assert not await is_inside(site)


@pytest.mark.parametrize("standing", [Standing.NEWCOMER, Standing.FORMER])
async def test_who_is_no_member_sees_what_everybody_sees(site: Site, standing: Standing) -> None:
    site.sign_in(person(site.core, "Toni", standing))
    assert not await is_inside(site)
    page = await site.get("/")
    assert "Angemeldet: Toni" in await page.text()
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://[", "Sec_Fetch_Site": "same-origin"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
)
async def test_form_from_elsewhere_is_refused(inside: Site, headers: dict[str, str]) -> None:
    assert (await inside.post("/sign-out", **headers)).status == 403
    assert await is_inside(inside)


async def test_form_without_its_token_is_refused(inside: Site) -> None:
    for given in ("0" * 32, "ö", "", form_token("")):
        assert (await inside.post("/sign-out", token=given)).status == 403
    assert (await inside.post("/sign-out", {"x": "x" * 70_000})).status == 413
    assert await is_inside(inside)


async def test_old_browser_that_says_no_origin_needs_the_token(inside: Site) -> None:
    assert (await inside.post("/sign-out", token="0" * 32, Origin="")).status == 403
    assert (await inside.post("/sign-out", Origin="")).status == 303


async def test_form_token_does_not_give_the_session_away(site: Site) -> None:
    token = await site.enter()
    html = await site.text("/")
    assert token_in(html) == form_token(token)
    assert token not in html

"""Getting in with a code, staying, and leaving."""

import re

import pytest

from node.people.one_time_codes import make_code
from node.web.entrance import LEAVE, form_proof
from tests.node.web.conftest import Site
from tests.node.web.html import Document


def proof(html: str) -> str:
    """What our own form sends."""
    return next(str(f["value"]) for f in Document(html).all("input") if f.get("name") == "proof")


async def post(site: Site, data: dict[str, str], **headers: str) -> int:
    answer = await site.browser.post(
        site.server.make_url("/leave"),
        data=data,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        allow_redirects=False,
    )
    return answer.status


async def is_inside(site: Site) -> bool:
    return (await site.get("/ties")).status == 200


async def test_code_lets_in_once(site: Site) -> None:
    code = make_code(site.core)
    first = await site.get(f"/enter/{code}")
    assert (first.status, first.headers["Location"]) == (303, "/")
    assert await is_inside(site)
    site.browser.cookie_jar.clear()
    again = await site.get(f"/enter/{code}")
    assert again.status == 403
    assert "War er schon benutzt" in Document(await again.text()).text
    assert not await is_inside(site)


async def test_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    answer = await site.get(f"/enter/{make_code(site.core)}")
    (cookie,) = answer.headers.getall("Set-Cookie")
    name = f"verbund-{site.server.port}"
    assert re.fullmatch(rf"{name}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=Strict", cookie)
    assert answer.headers["Cache-Control"] == "no-store"


async def test_cookie_is_for_tls_only_behind_a_proxy_with_tls(site: Site) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    answer = await site.get(f"/enter/{make_code(site.core)}", headers=headers)
    assert answer.headers["Set-Cookie"].endswith("; SameSite=Strict; Secure")


@pytest.mark.parametrize("path", ["/enter/wrong", "/enter/" + "x" * 5000, "/enter/%00"])
async def test_wrong_code_is_explained(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert answer.status == 403
    assert "verbund page" in await answer.text()
    assert "Set-Cookie" not in answer.headers


async def test_looking_ahead_does_not_use_up_the_code(site: Site) -> None:
    code = make_code(site.core)
    answer = await site.browser.head(site.server.make_url(f"/enter/{code}"))
    assert answer.status == 405
    assert (await site.get(f"/enter/{code}")).status == 303


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


async def test_leaving_ends_the_stay(site: Site) -> None:
    token = await site.enter()
    given = proof(await site.text("/"))
    assert await post(site, {"proof": given}, Origin="null") == 303
    assert not await is_inside(site)
    headers = {"Cookie": f"verbund-{site.server.port}={token}"}
    assert (await site.get("/ties", headers=headers)).status == 403


async def test_leaving_from_our_own_origin(inside: Site) -> None:
    given = proof(await inside.text("/"))
    own = f"http://{inside.server.host}:{inside.server.port}"
    assert await post(inside, {"proof": given}, Origin=own, Sec_Fetch_Site="same-origin") == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://[", "Sec_Fetch_Site": "same-origin"},
        {"Origin": "null", "Sec_Fetch_Site": "cross-site"},
    ],
)
async def test_leaving_from_elsewhere_is_refused(inside: Site, headers: dict[str, str]) -> None:
    given = proof(await inside.text("/"))
    assert await post(inside, {"proof": given}, **headers) == 403
    assert await is_inside(inside)


async def test_leaving_without_our_form_is_refused(inside: Site) -> None:
    assert await post(inside, {"proof": "0" * 32}, Origin="null") == 403
    assert await post(inside, {"proof": "ö"}, Origin="null") == 403
    assert await post(inside, {}, Origin="null") == 403
    assert await post(inside, {"proof": "x" * 9000}, Origin="null") == 413
    assert await is_inside(inside)


async def test_proof_does_not_give_the_token_away(site: Site) -> None:
    token = await site.enter()
    html = await site.text("/")
    assert proof(html) == form_proof(token, LEAVE)
    assert re.fullmatch("[0-9a-f]{32}", proof(html))
    assert token not in html

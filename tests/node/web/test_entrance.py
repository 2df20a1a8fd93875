"""Getting in with a code, staying, and leaving."""

import re

import pytest

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


async def test_code_lets_in_once(site: Site) -> None:
    first = await site.get("/enter/one-time-code")
    assert (first.status, first.headers["Location"]) == (303, "/")
    assert (await site.get("/ties")).status == 200
    site.browser.cookie_jar.clear()
    again = await site.get("/enter/one-time-code")
    assert again.status == 403
    assert "War er schon benutzt" in Document(await again.text()).text
    assert (await site.get("/ties")).status == 403


async def test_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    answer = await site.get("/enter/one-time-code")
    name = f"verbund-{site.server.port}"
    assert answer.headers.getall("Set-Cookie") == [
        f"{name}=a-token; HttpOnly; Path=/; SameSite=Strict"
    ]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_cookie_is_for_tls_only_behind_a_proxy_with_tls(site: Site) -> None:
    answer = await site.get("/enter/one-time-code", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Set-Cookie"].endswith("; SameSite=Strict; Secure")


@pytest.mark.parametrize("path", ["/enter/wrong", "/enter/" + "x" * 5000, "/enter/%00"])
async def test_wrong_code_is_explained(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert answer.status == 403
    assert "verbund page" in await answer.text()
    assert "Set-Cookie" not in answer.headers


async def test_looking_ahead_does_not_use_up_the_code(site: Site) -> None:
    answer = await site.browser.head(site.server.make_url("/enter/one-time-code"))
    assert answer.status == 405
    assert site.hall.codes == {"one-time-code"}


async def test_made_up_token_is_outside(site: Site) -> None:
    for token in ("a-token", "x" * 5000, ""):
        answer = await site.get("/ties", headers={"Cookie": f"verbund-{site.server.port}={token}"})
        assert answer.status == 403


async def test_cookie_of_another_port_does_not_count(site: Site) -> None:
    site.hall.tokens.add("a-token")
    assert (await site.get("/ties", headers={"Cookie": "verbund-1=a-token"})).status == 403


async def test_leaving_ends_the_stay(inside: Site) -> None:
    given = proof(await inside.text("/"))
    assert await post(inside, {"proof": given}, Origin="null") == 303
    assert inside.hall.tokens == set()
    assert (await inside.get("/ties")).status == 403


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
    assert inside.hall.tokens == {"a-token"}


async def test_leaving_without_our_form_is_refused(inside: Site) -> None:
    assert await post(inside, {"proof": "0" * 32}, Origin="null") == 403
    assert await post(inside, {"proof": "ö"}, Origin="null") == 403
    assert await post(inside, {}, Origin="null") == 403
    assert await post(inside, {"proof": "x" * 9000}, Origin="null") == 413
    assert inside.hall.tokens == {"a-token"}


async def test_proof_does_not_give_the_token_away(inside: Site) -> None:
    html = await inside.text("/")
    assert re.fullmatch("[0-9a-f]{32}", proof(html))
    assert "a-token" not in html

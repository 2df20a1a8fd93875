"""One's own ways back, and coming in by them, in a browser of sorts."""

import json
import re

import pytest

from node.features.ways import tables
from node.features.ways.codes import new_code, new_papers
from node.people.persons import Person
from node.people.sessions import Sessions
from node.store.core import Core
from tests.node.features.joining.conftest import Browser
from tests.node.features.ways.device import Device
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document

CODE = re.compile(r"<code>([2-9A-Z]{4}(?:-[2-9A-Z]{4})+)</code>")


@pytest.fixture
def anna(core: Core) -> Person:
    return person(core, "Anna")


@pytest.fixture
async def site(browser: Browser, anna: Person) -> Site:
    """Anna's browser."""
    found = await browser()
    found.sign_in(anna)
    return found


async def enter(site: Site, code: str) -> int:
    await site.get("/code")
    return (await site.post("/code", {"code": code})).status


async def is_in(site: Site, who: str) -> bool:
    return f"Angemeldet: {who}" in Document(await site.text("/")).text


async def test_code_from_one_device_lets_another_in(site: Site, browser: Browser) -> None:
    (code,) = CODE.findall(await (await site.post("/me/ways/code")).text())
    assert CODE.findall(await site.text("/me/ways")) == []  # shown once
    other = await browser()
    assert await enter(other, code.lower()) == 303
    assert await is_in(other, "Anna")
    assert await is_in(site, "Anna")
    assert await enter(await browser(), code) == 422


async def test_codes_on_paper(site: Site, browser: Browser) -> None:
    html = await (await site.post("/me/ways/paper")).text()
    codes = CODE.findall(html)
    assert len(codes) == 8
    assert "Sie sind für Anna" in Document(html).text
    other = await browser()
    assert await enter(other, codes[4]) == 303
    assert "streich ihn" in (await other.text("/")).lower()
    assert await enter(await browser(), codes[4]) == 422
    assert "7 Codes sind übrig" in await site.text("/me/ways")


async def test_browser_that_is_closed_stays_signed_in(core: Core, browser: Browser) -> None:
    """The cookie lasts; a session cookie would go with the window."""
    anna = person(core, "Anna")
    site = await browser()
    await site.get("/code")
    answer = await site.post("/code", {"code": new_code(core, anna.id, None).text})
    cookie = answer.cookies[f"verbund-{site.server.port}"]
    assert int(cookie["max-age"]) > 365 * 86_400


async def test_wrong_code_says_so_and_keeps_what_was_typed(core: Core, browser: Browser) -> None:
    site = await browser()
    await site.get("/code")
    answer = await site.post("/code", {"code": "ABCD-EFGH"}, Accept_Language="de")
    html = await answer.text()
    assert answer.status == 422
    assert 'value="ABCD-EFGH"' in html
    assert "Dazu passt kein Code" in html


async def test_known_and_unknown_are_told_alike(core: Core, browser: Browser, anna: Person) -> None:
    """Used before, run out, made up: the same answer, and the same look-ups."""
    used, (paper, *_more) = new_code(core, anna.id, None).text, new_papers(core, anna.id)
    await enter(await browser(), used)
    await enter(await browser(), paper)
    late = new_code(core, anna.id, None).text
    core.clock.wall.now += 601
    found = set()
    for code in (used, "ABCD-EFGH", late):
        site = await browser()
        await site.get("/code")
        answer = await site.post("/code", {"code": code})
        found.add(
            (answer.status, (await answer.text()).replace(code, "").replace(site.token(), ""))
        )
    assert len(found) == 1


async def test_session_before_is_not_taken_over(core: Core, browser: Browser, anna: Person) -> None:
    site = await browser()
    name = f"verbund-{site.server.port}"
    await site.get("/code")
    token = site.token()
    site.browser.cookie_jar.update_cookies({name: "known-to-others" * 3}, site.root)
    code = new_code(core, anna.id, None).text
    answer = await site.post("/code", {"code": code}, token=token)
    assert answer.status == 303
    assert answer.cookies[name].value != "known-to-others" * 3


async def test_who_is_signed_in_as_another_becomes_who_the_code_is_for(
    core: Core, site: Site, browser: Browser
) -> None:
    bernd = person(core, "Bernd")
    old = site.cookie(f"verbund-{site.server.port}")
    assert await enter(site, new_code(core, bernd.id, None).text) == 303
    assert await is_in(site, "Bernd")
    assert Sessions(core).find(old) is None


async def test_address_leads_nowhere_else(core: Core, browser: Browser, anna: Person) -> None:
    site = await browser()
    await site.get("/code?next=//evil.example")
    data = {"code": new_code(core, anna.id, None).text, "next": "https://evil.example"}
    answer = await site.post("/code?next=//evil.example", data)
    assert (answer.status, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("code", ["", "x" * 5_000, "\u202e\x00", "ABCDEFG1", "12345678"])
async def test_what_is_no_code(code: str, browser: Browser) -> None:
    assert await enter(await browser(), code) == 422


async def test_log_is_for_oneself(core: Core, site: Site, browser: Browser) -> None:
    await site.post("/me/ways/code")
    assert "Du hast dir einen Code" in await site.text("/me/ways")
    other = await browser()
    other.sign_in(person(core, "Bernd", key_person=True))
    assert "Du hast dir einen Code" not in await other.text("/me/ways")


async def test_why_there_are_no_passkeys_here(site: Site) -> None:
    """The test's address is made of digits."""
    html = await site.text("/me/ways")
    assert "aus Ziffern" in html
    assert "data-passkey" not in html
    answer = await site.post("/me/ways/passkeys/options")
    assert answer.status == 409
    assert "kein Passkey" in (await answer.json())["message"]


async def test_passkey_in_a_browser_of_sorts(core: Core, site: Site, browser: Browser) -> None:
    """At `localhost`, as a browser with a device does it."""
    port = site.server.port
    local = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    device = Device(local["Origin"], "localhost")
    assert "data-passkey" in await (await site.get("/me/ways", headers=local)).text()
    options = await site.post("/me/ways/passkeys/options", **local)
    answer = await site.post(
        "/me/ways/passkeys", {"answer": device.create(await options.text())}, **local
    )
    assert (answer.status, answer.headers["Location"]) == (303, "/me/ways")
    (held,) = tables.passkeys_of(core, core.db.one("select person from ways_passkeys")[0])
    assert held.host == "localhost"
    other = await browser()
    await other.get("/code", headers=local)
    options = await other.post("/code/passkey/options", **local)
    asked = json.loads(await options.text())
    assert asked["allowCredentials"] == []
    answer = await other.post("/code/passkey", {"answer": device.get(json.dumps(asked))}, **local)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert await is_in(other, "Anna")
    assert "gehört zur Adresse localhost" in await site.text("/me/ways")
    assert (await site.post("/me/ways/passkeys/remove", {"id": held.id.hex()})).status == 303
    assert tables.passkeys_of(core, held.person) == []


@pytest.mark.parametrize("answer", ["", "{}", "x" * 20_000])
async def test_bad_answers_of_a_script(answer: str, site: Site, browser: Browser) -> None:
    local = {"Host": f"localhost:{site.server.port}"}
    local["Origin"] = f"http://{local['Host']}"
    assert (await site.post("/me/ways/passkeys", {"answer": answer}, **local)).status == 303
    other = await browser()
    await other.get("/code", headers=local)
    found = await other.post("/code/passkey", {"answer": answer}, **local)
    assert (found.status, found.headers["Location"]) == (303, "/code")
    assert "geschickt als verlangt" in await other.text("/code")


@pytest.mark.parametrize("id_", ["", "zz", "00", "x" * 3_000])
async def test_passkeys_that_are_not_there(id_: str, site: Site) -> None:
    assert (await site.post("/me/ways/passkeys/remove", {"id": id_})).status == 303

"""Links and invitations, for key persons: making, showing, printing, taking back."""

import re

import pytest

from node.features.joining.state import SHOWN, SHOWN_SECONDS, State
from node.features.joining.tables import all_links
from node.features.members.editing import edit
from node.people.persons import Person
from node.store.core import Core
from tests.node.features.joining.conftest import Browser
from tests.node.features.joining.test_links import listed
from tests.node.features.joining.visiting import come_in
from tests.node.web.conftest import Site
from tests.node.web.html import Document

ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+(/(?:join|invited)/[a-z2-7]{52})")


@pytest.fixture
async def kaethe(browser: Browser, key: Person) -> Site:
    site = await browser()
    site.sign_in(key)
    return site


async def made(site: Site, path: str, said: dict[str, str]) -> str:
    """The page of a link that was just made."""
    answer = await site.post(path, said)
    assert answer.status == 303, await answer.text()
    assert answer.headers["Location"].startswith("/invitations/")
    return answer.headers["Location"]


async def test_link_with_code_and_poster(core: Core, browser: Browser, kaethe: Site) -> None:
    html = await kaethe.text("/invitations/new")
    assert re.findall(r'name="(\w+)" value="(\w*)"', html)[-4:] == [
        *(("note", ""), ("days", "30"), ("most", "50"), ("asks", "yes")),
    ]
    said = {"note": "Chorchat", "days": "10", "most": "20", "asks": "yes"}
    page = await made(kaethe, "/invitations/new", said)
    html = await kaethe.text(page)
    (path,) = set(ADDRESS.findall(html))
    assert '<svg viewBox="0 0 ' in html
    poster = await kaethe.text(f"{page}/poster")
    assert ADDRESS.findall(poster) == [path]
    assert "Chorchat" not in poster
    other = await browser()
    assert (await come_in(other, path, "Anna")).status == 303
    (link,) = all_links(core)
    assert (link.note, link.most, link.used, link.asks) == ("Chorchat", 20, 1, True)
    assert "Chorchat" in Document(await kaethe.text("/invitations")).text


async def test_link_is_shown_for_an_hour(core: Core, kaethe: Site) -> None:
    page = await made(kaethe, "/invitations/new", {"days": "10", "most": "20"})
    steady = core.clock.steady
    core.clock.steady = lambda: steady() + SHOWN_SECONDS
    state = State(core)
    state.keep("x", "secret")
    assert state.token("x") == "secret"
    core.clock.steady = steady
    assert ADDRESS.search(await kaethe.text(page))


def test_links_that_can_be_shown_are_few_and_for_an_hour(core: Core) -> None:
    now = 0.0
    core.clock.steady = lambda: now
    state = State(core)
    for n in range(SHOWN + 1):
        state.keep(str(n), f"secret {n}")
    assert [state.token(one) for one in ("0", "1", "nobody")] == ["", "secret 1", ""]
    now = SHOWN_SECONDS
    assert state.token("1") == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days", "0"),
        ("days", "367"),
        ("days", "x"),
        ("days", ""),
        ("most", "0"),
        ("most", "1001"),
        ("most", "1e9"),
        ("note", "x" * 101),
    ],
)
async def test_links_that_are_not_made(field: str, value: str, core: Core, kaethe: Site) -> None:
    said = {"note": "Chat", "days": "10", "most": "20", field: value}
    answer = await kaethe.post("/invitations/new", said)
    assert (answer.status, all_links(core)) == (422, [])
    html = await answer.text()
    assert 'value="Chat"' in html or field == "note"


async def test_link_is_taken_back(core: Core, browser: Browser, kaethe: Site) -> None:
    page = await made(kaethe, "/invitations/new", {"days": "10", "most": "20"})
    path = ADDRESS.findall(await kaethe.text(page))[0]
    for _time in range(2):
        assert (await kaethe.post(f"{page}/end")).status == 303
    assert (await (await browser()).get(path)).status == 410
    assert not ADDRESS.search(await kaethe.text(page))
    assert (await kaethe.post("/invitations/nobody/end")).status == 404


async def test_person_of_the_list_is_invited(core: Core, browser: Browser, kaethe: Site) -> None:
    anna = listed(core, "Anna Müller")
    page = await made(kaethe, f"/members/{anna}/invite", {"people": anna})
    html = await kaethe.text(page)
    path = ADDRESS.findall(html)[0]
    assert path.startswith("/invited/")
    assert "Anna Müller" in html
    other = await browser()
    await come_in(other, path, "Anna")
    assert "Willkommen, Anna Müller" in await other.text("/welcome")
    # who came in is invited no more
    text = Document(await kaethe.text(f"/members/{anna}/invite")).text
    assert "war schon hier" in text
    assert (await kaethe.post(f"/members/{anna}/invite", {"people": anna})).status == 303
    assert len(all_links(core)) == 1


async def test_household_is_invited_together(core: Core, kaethe: Site) -> None:
    anna, bernd, clara = (listed(core, one) for one in ("Anna", "Bernd", "Clara"))
    for one in (anna, bernd):
        edit(core, one, {"mail": ("both@example.org",)})
    edit(core, clara, {"mail": ("clara@example.org",)})
    html = await kaethe.text(f"/members/{anna}/invite")
    offered = re.findall(r'name="people" value="(\w+)"( checked)?', html)
    assert offered == [(anna, " checked"), (bernd, "")]
    answer = await kaethe.post(f"/members/{anna}/invite", {"people": clara})
    assert answer.status == 422
    from aiohttp import FormData

    form = FormData([("token", kaethe.token()), ("people", anna), ("people", bernd)])
    origin = {"Origin": str(kaethe.root).rstrip("/")}
    answer = await kaethe.browser.post(
        kaethe.root.with_path(f"/members/{anna}/invite"),
        data=form,
        headers=origin,
        allow_redirects=False,
    )
    assert answer.status == 303
    (link,) = all_links(core)
    assert (set(link.people), link.most) == ({anna, bernd}, 2)


async def test_only_on_this_machine_is_said(core: Core, kaethe: Site) -> None:
    page = await made(kaethe, "/invitations/new", {"days": "10", "most": "20"})
    assert "gilt nur auf diesem Rechner" in await kaethe.text(page)
    with core.transaction():
        core.settings.set("serve", {"public_url": "https://chor.example/"})
    html = await kaethe.text(page)
    assert "gilt nur auf diesem Rechner" not in html
    assert re.search(r"https://chor\.example/join/[a-z2-7]{52}", html)

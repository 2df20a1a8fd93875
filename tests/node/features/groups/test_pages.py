"""A group's page: what it leads back to, whether it is listed twice, how the two stand."""

import pytest

from node.features.groups.actions import group_content
from node.features.groups.tables import own_list
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check
from tests.node.web.texts import UTOPIE


@pytest.fixture
async def key(site: Site) -> Site:
    site.sign_in(person(site.core, key_person=True))
    return site


def listed(site: Site, name: str, region: str | None = None) -> str:
    """The id of a row of one's own list."""
    with site.core.transaction():
        content = group_content({"name": name, "region": region})
        own_list(site.core).put({"kind": "group", **content})
        return f"entry-{own_list(site.core).number(name)}"


async def names(site: Site) -> list[str]:
    return Document(await site.text(f"/directory?q={UTOPIE['name']}")).inside_of("h3")


async def test_one_group_of_two_entries_is_shown_once(key: Site) -> None:
    """By name and place by itself; somebody says that it is not, and takes that back."""
    row = listed(key, UTOPIE["name"].upper(), UTOPIE["region"])
    assert await names(key) == [UTOPIE["name"]]
    page = check(await key.text("/groups/{utopie}"), "de")
    assert "steht auch auf eurer eigenen Liste" in page.text
    answer = await key.post("/groups/{utopie}/same", {"other": row, "same": "no"})
    assert answer.headers["Location"] == key.path("/groups/{utopie}")
    assert len(await names(key)) == 2
    await key.post("/groups/{utopie}/same", {"other": row, "same": "yes"})
    assert await names(key) == [UTOPIE["name"]]


async def test_the_same_name_alone_is_asked(key: Site) -> None:
    row = listed(key, UTOPIE["name"], "Anderswo")
    assert len(await names(key)) == 2
    for path in ("/groups/{utopie}", f"/groups/{row}"):
        text = check(await key.text(path), "de").text
        assert "Das ist dieselbe Gruppe" in text
        assert "Das sind zwei verschiedene Gruppen" in text
    answer = await key.post(f"/groups/{row}/same", {"other": key.path("{utopie}"), "same": "yes"})
    assert answer.headers["Location"] == key.path("/groups/{utopie}")
    assert await names(key) == [UTOPIE["name"]]


async def test_two_of_one_name_are_told_apart(key: Site) -> None:
    row = listed(key, UTOPIE["name"], "Anderswo")
    await key.post("/groups/{utopie}/same", {"other": row, "same": "no"})
    text = Document(await key.text(f"/directory?q={UTOPIE['name']}")).text
    assert "Von eurer Liste Anderswo" in text
    assert "dieselbe Gruppe" not in Document(await key.text("/groups/{utopie}")).text


@pytest.mark.parametrize(
    "other", ["", "entry-", "entry-99999999999999999999", "zebra", "{kiel}", "entry-²"]
)
async def test_what_is_no_row_is_refused(key: Site, other: str) -> None:
    sent = {"other": key.path(other), "same": "yes"}
    answer = await key.post("/groups/{utopie}/same", sent)
    assert answer.status in (303, 404)
    assert len(await names(key)) == 1


async def test_members_see_it_and_say_nothing(key: Site) -> None:
    row = listed(key, UTOPIE["name"], "Anderswo")
    key.sign_in(person(key.core))
    text = check(await key.text("/groups/{utopie}"), "de").text
    assert "Im Verzeichnis steht noch etwas mit diesem Namen" in text
    assert "dieselbe Gruppe" not in text.replace("ob es dieselbe Gruppe ist", "")
    assert (await key.post("/groups/{utopie}/same", {"other": row, "same": "yes"})).status == 403


async def back(site: Site, came: str = "") -> str | None:
    headers = {"Referer": str(site.root).rstrip("/") + came} if came else {}
    answer = await site.get("/groups/{utopie}", headers=headers)
    hrefs = Document(await answer.text()).hrefs
    return next((one for one in hrefs if one.endswith("#results")), None)


async def test_what_was_chosen_stays_when_one_comes_back(key: Site) -> None:
    chosen = "/directory?region=Sachsen&view=table&page=2"
    assert await back(key) == "/directory#results"
    assert await back(key, chosen) == f"{chosen}#results"
    assert await back(key, "/networks") == f"{chosen}#results"  # by a way round
    assert await back(key, "/directory") == "/directory#results"  # reset
    key.sign_in(person(key.core, "Ada"))
    assert await back(key) == "/directory#results"  # of others nothing is known


@pytest.mark.parametrize(
    "came", ["/directory/../x?q=1", "//evil.example/directory?q=1", "/directory?q=" + "x" * 3_000]
)
async def test_only_the_directory_is_gone_back_to(key: Site, came: str) -> None:
    assert await back(key, came) == "/directory#results"


async def test_back_works_without_a_cookie(site: Site) -> None:
    assert await back(site, "/directory?q=utopie") == "/directory?q=utopie#results"


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("/groups/{utopie}", "Ihr seid Partnergruppen."),
        ("/groups/{waiting}", "die andere Gruppe hat noch nicht geantwortet"),
        ("/groups/{listed}", "steht nur auf eurer Liste"),
        ("/groups/{network}", "Wie ihr zueinander steht"),
    ],
)
async def test_how_the_two_stand(key: Site, group: str, said: str) -> None:
    text = check(await key.text(group), "de").text
    own = group == "/groups/{network}"
    assert (said in text) is not own
    key.browser.cookie_jar.clear()
    if group == "/groups/{utopie}":
        assert "Partnergruppen" not in Document(await key.text(group)).text

"""Setting up in the browser: who has the printed link, and nobody else, becomes the first one."""

import asyncio

import pytest

from node.features.groups.actions import current_entry, edit_group
from node.people.one_time_codes import make_code
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check

ANSWERS = {
    "group": "Chor am Hafen",
    "purpose": "Wir singen.\nDienstags.",
    "name": "Kim Müller",
    "password": "drei Birnen im Keller",
}


@pytest.fixture
def path(new_core: Core) -> str:
    return f"/enter/{make_code(new_core)}"


def entry(core: Core) -> tuple[object, object]:
    found = current_entry(core, core.home_id) or {}
    return found.get("name"), found.get("purpose")


async def test_link_sets_the_group_up(new_site: Site, path: str) -> None:
    core = new_site.core
    page = check(await new_site.text(path))
    assert "Eure Gruppe einrichten" in page.inside_of("h1")
    assert [named["name"] for named in page.all("input") if named.get("type") != "hidden"] == [
        "group", "name", "password",
    ]  # fmt: skip
    answer = await new_site.post(path, ANSWERS)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    (first,) = persons(core).all()
    assert first == Person(first.id, "Kim Müller", Standing.MEMBER, True, False, core.clock())
    assert entry(core) == ("Chor am Hafen", "Wir singen.\nDienstags.")
    home = await new_site.text("/")
    assert "Eure Gruppe ist eingerichtet. Willkommen, Kim Müller!" in home
    assert "Angemeldet: Kim Müller" in home
    assert (await new_site.get("/bundles")).status == 200, "acts for the group"
    await new_site.post("/sign-out")
    await new_site.get("/sign-in")
    sent = {"who": "kim mueller", "password": ANSWERS["password"]}
    assert (await new_site.post("/sign-in", sent)).status == 303


async def test_link_in_english(new_site: Site, path: str) -> None:
    page = check(await new_site.text(path, "en"), "en")
    assert "What is your group called?" in page.text


async def test_every_link_from_before_is_over(new_site: Site, path: str) -> None:
    other = make_code(new_site.core)
    await new_site.get(path)
    await new_site.post(path, ANSWERS)
    for one in (path, f"/enter/{other}"):
        assert (await new_site.get(one)).status == 403
        assert (await new_site.post(one, ANSWERS)).status == 403
    assert len(persons(new_site.core).all()) == 1


async def test_nobody_sets_up_without_the_link(new_site: Site) -> None:
    await new_site.get("/sign-in")
    for path in ("/enter/wrong", "/enter/" + "a" * 32):
        assert (await new_site.post(path, ANSWERS)).status == 403
    page = check(await new_site.text("/setup"))
    assert "wer den Link hat" in page.text
    assert "noch nicht eingerichtet" in check(await new_site.text("/sign-in")).text
    assert persons(new_site.core).all() == []


async def test_with_people_the_link_lets_in_and_sets_nothing_up(new_site: Site, path: str) -> None:
    person(new_site.core, key_person=True)
    link = f"/enter/{make_code(new_site.core)}"
    assert "group" not in [
        one.get("name") for one in Document(await new_site.text(link)).all("input")
    ]
    await new_site.post(link, ANSWERS)
    assert entry(new_site.core)[0] == "Neue Gruppe"
    assert [one.name for one in persons(new_site.core).all()] == ["Kim"]
    assert (await new_site.get("/setup")).status == 303


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"group": ""}, "Das fehlt noch."),
        ({"name": " \u202e "}, "Das fehlt noch."),
        ({"group": "x" * 121}, "um ein Zeichen zu lang"),
        ({"purpose": "x" * 2_005}, "um 5 Zeichen zu lang"),
        ({"password": "kürzer"}, "zu kurz"),
        ({"password": "chor am hafen"}, "Das errät"),
        ({"password": ""}, "Das fehlt noch."),
    ],
)
async def test_what_is_wrong_is_said_and_the_link_stays_good(
    new_site: Site, path: str, changed: dict[str, str], said: str
) -> None:
    await new_site.get(path)
    answer = await new_site.post(path, ANSWERS | changed)
    text = await answer.text()
    page = check(text)
    assert answer.status == 422
    assert said in page.text
    kept = {one.get("name"): one.get("value") for one in page.all("input")}
    expected = {**ANSWERS, **changed}
    assert kept["name"] == expected["name"].replace("\u202e", "")
    assert kept["group"] == expected["group"]
    assert expected["password"] == "" or expected["password"] not in text
    assert persons(new_site.core).all() == []
    assert (await new_site.post(path, ANSWERS)).status == 303


async def test_ten_megabytes_are_refused_and_nothing_is_used_up(new_site: Site, path: str) -> None:
    await new_site.get(path)
    answer = await new_site.post_large(path, 10_000_000)
    assert answer.status == 413
    assert (await new_site.post(path, ANSWERS)).status == 303


async def test_form_sent_twice_makes_one_person(new_site: Site, path: str) -> None:
    await new_site.get(path)
    both = await asyncio.gather(*(new_site.post(path, ANSWERS) for _ in range(2)))
    assert sorted(one.status for one in both) == [303, 403]
    assert len(persons(new_site.core).all()) == 1


async def test_what_was_said_at_the_terminal_is_there_already(new_site: Site, path: str) -> None:
    edit_group(new_site.core, new_site.core.home_id, {"purpose": "Wir singen."})
    page = await new_site.text(path)
    assert 'value="Neue Gruppe"' in page
    assert "Wir singen." in page
    edit_group(new_site.core, new_site.core.home_id, {"name": "Meine Gruppe"})
    assert 'value="Meine Gruppe"' not in await new_site.text(path)


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ("/ties", "/ties"),
        ("/meetings/abc/def", "/meetings/abc/def"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/ties?x=1", "/"),
        ("/" + "x" * 400, "/"),
    ],
)
async def test_a_link_leads_to_a_page_of_this_machine_only(
    new_site: Site, new_core: Core, to: str, where: str
) -> None:
    person(new_core, "Kim", key_person=True)
    code = make_code(new_core)
    answer = await new_site.get(f"/enter/{code}", params={"to": to})
    assert f'name="to" value="{where}"' in await answer.text()
    answer = await new_site.post(f"/enter/{code}", {"to": to})
    assert (answer.status, answer.headers["Location"]) == (303, where)

"""Participants and what is one's own, in a browser of sorts: consent, list, back, erasing."""

import json
import re

import pytest

from node.features.mine.consenting import Asked, consents_of
from node.features.networks.actions import found_network
from node.features.participants.actions import FIELDS, content_of
from node.features.participants.actions import release as do_release
from node.features.participants.pages import PER_PAGE
from node.people.persons import Person, Standing
from node.texts import LANGUAGES
from protocol.audience import Audience
from protocol.ids import to_text
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check

HOSTILE = "<script>alert(1)</script>\u202eabc"


@pytest.fixture
def network(new_site: Site) -> Audience:
    core = new_site.core
    return Audience.network(found_network(core, core.home_id, {"name": "Hafenverbund"}))


@pytest.fixture
def ada(new_site: Site) -> Person:
    return person(new_site.core, "Ada")


def path(audience: Audience, rest: str = "") -> str:
    return f"/participants/{to_text(audience.ids[0])}{rest}"


def ticked(**fields: str) -> dict[str, str]:
    return fields | {f"release_{name}": "yes" for name in fields}


async def release(site: Site, audience: Audience, **fields: str) -> None:
    answer = await site.post(path(audience, "/me"), ticked(**fields))
    assert answer.status == 303, Document(await answer.text()).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_in_both_languages(
    new_site: Site, network: Audience, ada: Person, language: str
) -> None:
    site = new_site
    site.sign_in(ada)
    for where in ("/participants", path(network), path(network, "/me"), "/me/data"):
        check(await site.text(where, language), language)
    await release(site, network, name="Ada", mail="ada@example.org", about=HOSTILE, topics="a, b")
    for where in ("/participants", path(network), path(network, "/me"), "/me/data", "/me"):
        html = await site.text(where, language)
        check(html, language)
        assert "<script>alert" not in html
        assert "\u202e" not in html
    check(await site.text("/me/data/erase", language), language)


async def test_no_list_yet(new_site: Site, ada: Person) -> None:
    new_site.sign_in(ada)
    assert "noch in keinem Verbund" in Document(await new_site.text("/participants")).text


async def test_only_what_is_ticked_goes_out(new_site: Site, network: Audience, ada: Person) -> None:
    site = new_site
    site.sign_in(ada)
    page = await site.text(path(network, "/me"))
    assert "Ich bin einverstanden, dass meine Gruppe „Mail“ weitergibt" in Document(page).text
    assert page.count('type="checkbox"') == len(FIELDS)
    assert "checked" not in page  # nobody agrees by leaving things as they are
    said = {"name": "Ada", "release_name": "yes", "mail": "ada@example.org"}
    answer = await site.post(path(network, "/me"), said)
    assert answer.status == 422
    text = await answer.text()
    assert "ohne dein Häkchen geht nichts hinaus" in Document(text).text.lower() or (
        "Ohne dein Häkchen geht nichts hinaus" in Document(text).text
    )
    assert 'value="ada@example.org"' in text
    assert content_of(site.core, ada.id, network) is None
    for said in ({"name": "Ada"}, ticked(mail="ada@example.org"), {"release_phone": "yes"}):
        assert (await site.post(path(network, "/me"), said)).status == 422
    await release(site, network, name="Ada", languages="de, tr", topics="Mietrecht; Garten")
    assert content_of(site.core, ada.id, network) == {
        **dict.fromkeys(FIELDS),
        "name": "Ada",
        "languages": ["de", "tr"],
        "topics": ["Mietrecht; Garten"],
    }
    words = {one.field: one.words for one in consents_of(site.core, ada.id)}
    assert words["topics"] == (
        "Ich bin einverstanden, dass meine Gruppe „Womit ich mich auskenne, was mir wichtig ist“"
        " weitergibt an: die Mitglieder des Verbunds Hafenverbund – bis ich es zurücknehme."
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 121},
        {"name": "Ada", "mail": "x" * 255 + "@example.org"},
        {"name": "Ada", "languages": "Deutsch"},
        {"name": "Ada", "topics": ", ".join(map(str, range(17)))},
        {"name": "Ada", "about": "x" * 1_001},
        {"name": "\u202e"},
    ],
)
async def test_what_does_not_fit_is_told(
    new_site: Site, network: Audience, ada: Person, fields: dict[str, str]
) -> None:
    new_site.sign_in(ada)
    answer = await new_site.post(path(network, "/me"), ticked(**fields))
    html = await answer.text()
    assert answer.status == 422
    assert re.search("<title>[0-9]+ Fehler", html)
    check(html, "de")
    assert content_of(new_site.core, ada.id, network) is None


async def test_one_click_takes_one_thing_back(
    new_site: Site, network: Audience, ada: Person
) -> None:
    site = new_site
    site.sign_in(ada)
    await release(site, network, name="Ada", mail="ada@example.org", about="Ein Satz")
    page = await site.text("/me/data")
    assert "ada@example.org" in page
    assert page.count(path(network, "/withdraw")) == 3  # mail, about, and everything
    answer = await site.post(path(network, "/withdraw"), {"field": "mail"})
    assert (answer.status, answer.headers["Location"]) == (303, "/me/data")
    assert (content_of(site.core, ada.id, network) or {})["mail"] is None
    await site.post(path(network, "/withdraw"), {"field": "mail"})  # sent twice
    text = Document(await site.text("/me/data")).text
    assert "gibt es nichts zurückzunehmen" in text
    await site.post(path(network, "/withdraw"))
    assert content_of(site.core, ada.id, network) is None
    text = Document(await site.text("/me/data")).text
    assert "Du hast nichts freigegeben" in text
    assert text.count("Zurückgenommen am") == 3
    assert (await site.post(path(network, "/withdraw"), {"field": "nothing"})).status == 404


async def test_nobody_releases_or_takes_back_for_somebody_else(
    new_site: Site, network: Audience, ada: Person
) -> None:
    site = new_site
    site.sign_in(ada)
    await release(site, network, name="Ada")
    site.sign_in(person(site.core, "Kim", key_person=True))
    await site.post(path(network, "/withdraw"), {"person": ada.id})
    assert content_of(site.core, ada.id, network) is not None
    assert "Du hast nichts freigegeben" in await site.text("/me/data")
    site.sign_in(None)
    assert (await site.post(path(network, "/me"), ticked(name="X"))).status == 404
    assert (await site.get(path(network, "/me"))).status == 303
    assert (await site.get("/me/data")).status == 403
    site.sign_in(person(site.core, "Noa", Standing.NEWCOMER))
    assert (await site.get(path(network))).status == 403
    assert (await site.get("/me/data")).status == 200  # what is stored of a newcomer is theirs


@pytest.mark.parametrize("whom", ["x", "a" * 52, "%00", "7" * 52])
async def test_lists_that_there_are_not(new_site: Site, ada: Person, whom: str) -> None:
    new_site.sign_in(ada)
    for rest in ("", "/me"):
        assert (await new_site.get(f"/participants/{whom}{rest}")).status == 404


async def test_files_to_take_along(new_site: Site, network: Audience, ada: Person) -> None:
    site = new_site
    site.sign_in(ada)
    await release(site, network, name="Ada", about=HOSTILE)
    answer = await site.get("/me/data/export.json")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="verbund-')
    assert answer.headers["Cache-Control"] == "no-store"
    said = json.loads(await answer.text())
    assert said["person"] == ada.id
    answer = await site.get("/me/data/export.html", headers={"Accept-Language": "de"})
    html = await answer.text()
    assert "<script>alert" not in html
    assert "\u202e" not in html
    assert "src=" not in html
    assert "href=" not in html
    assert "Hafenverbund" in html
    assert Document(html).faults == []


async def test_everything_erased_in_the_browser(
    new_site: Site, network: Audience, ada: Person
) -> None:
    site = new_site
    person(site.core, "Kim", key_person=True)
    site.sign_in(ada)
    await release(site, network, name="Ada", mail="ada@example.org")
    answer = await site.post("/me/data/erase")
    assert answer.status == 422  # not ticked
    answer = await site.post("/me/data/erase", {"sure": "yes"})
    assert answer.status == 303
    where = answer.headers["Location"]
    assert where.startswith("/erased/")
    assert (await site.get("/me/data")).status == 403
    site.browser.cookie_jar.clear()
    html = await site.text(where)
    check(html, "de")
    assert "Alles von dir ist gelöscht" in html
    assert "Ada" not in html
    assert (await site.get("/erased/x")).status == 404


async def test_last_key_person_is_told_before(new_site: Site) -> None:
    site = new_site
    site.sign_in(person(site.core, "Kim", key_person=True))
    html = await site.text("/me/data/erase")
    check(html, "de")
    assert "Du bist die einzige Schlüsselperson" in html
    assert 'name="sure"' not in html
    answer = await site.post("/me/data/erase", {"sure": "yes"})
    assert answer.status == 422
    assert "Du bist die einzige Schlüsselperson" in await answer.text()


async def test_long_lists_are_paged_and_searched(new_site: Site, network: Audience) -> None:
    site = new_site
    for number in range(PER_PAGE + 1):
        who = person(site.core, f"Mitglied {number:02}")
        said = {"name": who.name, "topics": ["Garten"] if number % 10 == 0 else []}
        words = dict.fromkeys(("name", "topics"), "Ja")
        do_release(site.core, who.id, network, said, Asked("de", words))
    site.sign_in(person(site.core, "Anna"))
    pages = [await site.text(path(network, f"?page={n}")) for n in ("1", "2", "99", "x")]
    for page in pages:
        check(page, "de")
    counted = [sum(f"Mitglied {n:02}" in page for n in range(PER_PAGE + 1)) for page in pages]
    assert counted == [PER_PAGE, 1, 1, PER_PAGE]
    text = Document(await site.text(path(network, "?q=GARTEN%20mitglied"))).text
    assert "6 Personen" in text
    text = Document(await site.text(path(network, "?q=%22><b>"))).text
    assert "Niemand passt dazu" in text

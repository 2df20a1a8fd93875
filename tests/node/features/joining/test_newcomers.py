"""Newcomers, for key persons: who waits, who of the list that may be, yes, no, and undoing it."""

import pytest

from node.base.errors import Problem
from node.features.joining import tables
from node.features.joining.arrivals import come_in as come_in_by
from node.features.joining.arrivals import give_contact
from node.features.joining.claims import candidates, claim
from node.features.joining.links import make_link
from node.features.joining.types import Wish
from node.features.members.editing import edit
from node.features.members.merging import part
from node.features.ways.actions import has_come_in
from node.features.ways.codes import new_papers
from node.people.passwords import has_password, set_password
from node.people.persons import Person, Standing, persons
from node.people.sessions import Sessions
from node.people.tables import PasswordTable
from node.store.core import Core
from node.texts import Texts
from tests.node.features.joining.conftest import Browser
from tests.node.features.joining.test_arrivals import who
from tests.node.features.joining.visiting import come_in, link
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document

LIST = {
    "Anna Müller": {"mail": ("anna@example.org", "mueller@example.org"), "phone": ("0431 123456",)},
    "Bernd Müller": {"mail": ("mueller@example.org",)},
    "Anna Schmidt": {"mail": ("a.schmidt@example.org",)},
    "Clara Groß": {"phone": ("+49 (0)431 654 321",)},
}


@pytest.fixture
def listed(core: Core) -> dict[str, str]:
    """The imported list: name → id."""
    found = {}
    for name, values in LIST.items():
        found[name] = person(core, name).id
        edit(core, found[name], values)
    return found


def newcomer(core: Core, name: str, contact: str = "") -> str:
    token = make_link(core, None, Wish()).token
    id_ = come_in_by(core, token, f"visit {len(persons(core).all())}".encode(), name)
    give_contact(core, id_, contact)
    return id_


def proposed(core: Core, id_: str) -> list[tuple[str, bool, bool]]:
    arrival = tables.arrival_of(core, id_)
    assert arrival is not None
    return [(one.person.name, one.fits, one.possible) for one in candidates(core, arrival)]


@pytest.mark.parametrize(
    ("name", "contact", "expected"),
    [
        ("Anna Müller", "", []),  # a name alone proposes nobody
        ("Anna Müller", "somebody@example.org", []),
        ("Anni", "ANNA@example.org", [("Anna Müller", False, True)]),
        ("Anna", "0431/12 34 56", [("Anna Müller", True, True)]),
        ("Clara", "0049 431 654321", [("Clara Groß", True, True)]),
        (
            "Bernd",
            "mueller@example.org",
            [("Bernd Müller", True, True), ("Anna Müller", False, True)],
        ),
        ("Anna", "anna@example.org' or 1=1 --", []),
        ("Anna", "%", []),
    ],
)
@pytest.mark.usefixtures("listed")
def test_who_of_the_list_a_newcomer_may_be(
    name: str, contact: str, expected: list[tuple[str, bool, bool]], core: Core
) -> None:
    assert proposed(core, newcomer(core, name, contact)) == expected


def test_who_came_in_before_can_not_be_claimed(core: Core, listed: dict[str, str]) -> None:
    anna = listed["Anna Müller"]
    new_papers(core, anna)
    id_ = newcomer(core, "Anna", "anna@example.org")
    assert proposed(core, id_) == [("Anna Müller", True, False)]
    with pytest.raises(Problem, match="came-in-before"):
        claim(core, None, id_, anna, Texts("de"))
    assert who(core, id_).standing is Standing.NEWCOMER


def test_nobody_is_claimed_who_was_not_proposed(core: Core, listed: dict[str, str]) -> None:
    id_ = newcomer(core, "Anna Schmidt", "anna@example.org")
    with pytest.raises(Problem, match="no-such-person"):
        claim(core, None, id_, listed["Anna Schmidt"], Texts("de"))


def test_claimed_newcomer_is_the_person_of_the_list(core: Core, listed: dict[str, str]) -> None:
    anna = listed["Anna Müller"]
    id_ = newcomer(core, "Anni", "anna@example.org")
    token = Sessions(core).begin(id_, "invitation", "")
    new_papers(core, id_)
    with core.transaction():
        set_password(core, id_, "hash")
    claim(core, "key", id_, anna, Texts("de"))
    assert (has_password(core, anna), has_password(core, id_)) == (True, False)
    table = PasswordTable(core.db)
    assert table.called("anni") == table.called("anna mueller") == [anna]
    session = Sessions(core).find(token)
    assert session is not None
    assert (session.person, persons(core).get(id_)) == (anna, None)
    assert (who(core, anna).name, who(core, anna).standing) == ("Anna Müller", Standing.MEMBER)
    assert has_come_in(core, anna)
    arrival = tables.arrival_of(core, anna)
    assert arrival is not None
    assert (arrival.state, arrival.decided_by, arrival.contact) == ("let-in", "key", "")
    with pytest.raises(Problem, match="newcomer-decided"):
        claim(core, "key", id_, anna, Texts("de"))


def test_claim_can_be_undone(core: Core, listed: dict[str, str]) -> None:
    anna = listed["Anna Müller"]
    id_ = newcomer(core, "Anni", "anna@example.org")
    token = Sessions(core).begin(id_, "invitation", "")
    with core.transaction():
        set_password(core, id_, "hash")
    part(core, claim(core, "key", id_, anna, Texts("de")))
    assert (has_password(core, anna), has_password(core, id_)) == (False, True)
    assert PasswordTable(core.db).called("anni") == [id_]
    session = Sessions(core).find(token)
    assert session is not None
    assert (session.person, who(core, id_).standing) == (id_, Standing.NEWCOMER)
    arrival = tables.arrival_of(core, id_)
    assert arrival is not None
    assert (arrival.state, tables.arrival_of(core, anna)) == ("waiting", None)
    assert not has_come_in(core, anna)


# In browsers


async def arrived(core: Core, browser: Browser, name: str, contact: str = "") -> Site:
    site = await browser()
    await come_in(site, link(core), name)
    if contact:
        await site.post("/welcome", {"contact": contact})
    return site


async def test_key_person_confirms(core: Core, browser: Browser, key: Person) -> None:
    newcomer_, kaethe = await arrived(core, browser, "Anna"), await browser()
    kaethe.sign_in(key)
    text = await kaethe.text("/newcomers")
    assert "Anna" in text
    waiting = Document(await kaethe.text("/")).text
    assert "Anna ist hereingekommen und wartet auf dein Ja" in waiting
    path = text[text.index("/newcomers/") :].partition('"')[0]
    answer = await kaethe.post(path, {"who": "new"})
    assert (answer.status, answer.headers["Location"]) == (303, "/newcomers")
    assert "gehört jetzt zur Gruppe" in await kaethe.text("/newcomers")
    assert (await newcomer_.get("/ties")).status == 200
    assert "wartet auf dein Ja" not in await kaethe.text("/")
    again = await kaethe.post(path, {"who": "new"})
    assert again.status == 303
    assert "inzwischen" in await kaethe.text("/newcomers")


async def test_key_person_says_who_of_the_list_it_is(
    core: Core, browser: Browser, key: Person, listed: dict[str, str]
) -> None:
    newcomer_ = await arrived(core, browser, "Anni", "anna@example.org")
    kaethe = await browser()
    kaethe.sign_in(key)
    text = await kaethe.text("/newcomers")
    path = text[text.index("/newcomers/") :].partition('"')[0]
    page = Document(await kaethe.text(path)).text
    assert "anna@example.org" in page
    assert "Anna Müller" in page
    assert "Anna Schmidt" not in page
    assert (await kaethe.post(path, {"who": listed["Anna Schmidt"]})).status == 422
    assert (await kaethe.post(path, {"who": listed["Anna Müller"]})).status == 303
    assert "Willkommen, Anna Müller" in await newcomer_.text("/welcome")


async def test_newcomer_reads_why_not(core: Core, browser: Browser, key: Person) -> None:
    newcomer_, kaethe = await arrived(core, browser, "Anna"), await browser()
    kaethe.sign_in(key)
    text = await kaethe.text("/newcomers")
    path = text[text.index("/newcomers/") :].partition('"')[0]
    assert (await kaethe.post(f"{path}/decline", {"reason": ""})).status == 422
    assert (await kaethe.post(f"{path}/decline", {"reason": "Voll <b>bis</b> Mai"})).status == 303
    html = await newcomer_.text("/welcome")
    assert "Voll &lt;b&gt;bis&lt;/b&gt; Mai" in html
    assert "So kommst du wieder herein" not in html


async def test_newcomer_learns_nothing_of_the_list(
    core: Core, browser: Browser, listed: dict[str, str]
) -> None:
    """The same answer, and the same look-ups, whether somebody is on it or not."""
    found = []
    for contact in ("anna@example.org", "nobody@example.org"):
        site = await arrived(core, browser, "Anna")
        asked: list[str] = []
        core.db.conn.set_trace_callback(asked.append)
        answer = await site.post("/welcome", {"contact": contact})
        core.db.conn.set_trace_callback(None)
        text = (await site.text("/welcome")).replace(contact, "CONTACT")
        looked = [one for one in asked if "member_" in one]
        found.append((answer.status, answer.headers["Location"], len(text), looked))
    assert found[0] == found[1]
    assert found[0][3] == []
    for id_ in listed.values():
        assert (await site.get(f"/newcomers/{id_}")).status == 403


async def test_contact_is_asked_of_newcomers_only(core: Core, browser: Browser) -> None:
    site = await browser()
    await come_in(site, link(core, Wish(asks=False)), "Anna")
    assert "Mailadresse oder Telefonnummer" not in await site.text("/welcome")
    await site.post("/welcome", {"contact": "anna@example.org"})
    assert tables.arrivals(core, "let-in")[0].contact == ""

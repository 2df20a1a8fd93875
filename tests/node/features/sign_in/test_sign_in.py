"""Signing in and out, one's own page, sessions, password: a real server, a browser of sorts."""

import asyncio
import re
import socket

import pytest

from crypto.passwords import hash_password
from node.people.passwords import set_names, set_password
from node.people.persons import Person, Standing, persons
from node.store.core import Core
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check

PASSWORD = "drei Birnen im Keller"
HASH = hash_password(PASSWORD)


def with_password(core: Core, one: Person, hash_: str = HASH) -> Person:
    with core.transaction():
        set_password(core, one.id, hash_)
    return one


@pytest.fixture
def kim(new_core: Core) -> Person:
    return with_password(new_core, person(new_core, "Kim Müller"))


async def sign_in(site: Site, who: str, password: str = PASSWORD, **more: str) -> tuple[int, str]:
    """Status, and where it leads or what it says."""
    await site.get("/sign-in")
    answer = await site.post("/sign-in", {"who": who, "password": password, **more})
    return answer.status, answer.headers.get("Location") or await answer.text()


async def signed_in(site: Site) -> str:
    """The name of who is; empty if nobody is."""
    found = re.search("Angemeldet: ([^<]+)", await site.text("/"))
    return found[1] if found else ""


@pytest.mark.parametrize("name", ["Kim Müller", " kim  mueller", "KIM MÜLLER", "kim@example.org"])
async def test_name_or_mail_and_password(new_site: Site, kim: Person, name: str) -> None:
    with new_site.core.transaction():
        set_names(new_site.core, kim.id, "mail", "Kim@Example.org")
    assert await sign_in(new_site, name) == (303, "/")
    assert await signed_in(new_site) == "Kim Müller"
    assert (await new_site.get("/ties")).status == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [("Kim Müller", "drei birnen im keller"), ("Kim", PASSWORD), ("niemand@example.org", PASSWORD)],
)
async def test_wrong_pair_tells_nothing_and_keeps_the_name(
    new_site: Site, kim: Person, name: str, password: str
) -> None:
    status, text = await sign_in(new_site, name, password)
    page = check(text)
    assert status == 422
    assert "Name und Passwort passen nicht zusammen." in page.text
    fields = {named.get("name"): named.get("value") for tag, named in page.tags if tag == "input"}
    assert (fields["who"], fields["password"]) == (name, None)
    assert page.title.startswith("1 Fehler – ")
    assert not await signed_in(new_site)


async def test_going_on_to_where_one_was(new_site: Site, kim: Person) -> None:
    refused = Document(await new_site.text("/ties"))
    assert "/sign-in?to=/ties" in refused.hrefs
    form = Document(await new_site.text("/sign-in?to=/ties"))
    back = next(named["value"] for _tag, named in form.tags if named.get("name") == "back")
    assert await sign_in(new_site, kim.name, back=str(back)) == (303, "/ties")


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil", "/sign-out", "/enter/x", "x", "/a b"],
)
async def test_going_on_leads_nowhere_else(new_site: Site, kim: Person, back: str) -> None:
    assert await sign_in(new_site, kim.name, back=back) == (303, "/")


async def test_two_who_share_name_and_password_are_asked(new_site: Site, kim: Person) -> None:
    other = with_password(new_site.core, person(new_site.core, "Kim Müller"))
    third = with_password(
        new_site.core, person(new_site.core, "Kim Müller"), hash_password("x" * 9)
    )
    status, text = await sign_in(new_site, kim.name)
    page = check(text)
    assert status == 200
    offered = {named["value"] for _tag, named in page.tags if named.get("type") == "radio"}
    assert offered == {kim.id, other.id}
    for wrong in (third.id, "", "x"):
        assert (await new_site.post("/sign-in", {"person": wrong})).status == 422
    assert not await signed_in(new_site)
    assert (await new_site.post("/sign-in", {"person": other.id})).status == 303
    assert (await new_site.get("/me")).status == 200
    again = await new_site.post("/sign-in", {"person": kim.id})
    assert again.status == 422, "the proof was used up"


async def test_choosing_who_one_is_without_a_password_is_nothing(
    new_site: Site, kim: Person
) -> None:
    await new_site.get("/sign-in")
    assert (await new_site.post("/sign-in", {"person": kim.id})).status == 422
    assert not await signed_in(new_site)


async def test_what_was_typed_survives_signing_out(new_site: Site, kim: Person) -> None:
    """Signed out in another tab, then sent: it comes back, and goes on after signing in."""
    await sign_in(new_site, kim.name)
    stale = new_site.token()
    await new_site.post("/sign-out")
    typed = {"session": "so viel Mühe", "password": "geheim"}
    late = await new_site.post("/me/sessions", typed, token=stale)
    text = await late.text()
    page = check(text)
    assert late.status == 403
    assert "so viel Mühe" in page.text
    assert "geheim" not in text
    hidden = {named.get("name"): named.get("value") for tag, named in page.tags if tag == "input"}
    sent = {name: str(hidden[name]) for name in ("back", "kept")}
    assert await sign_in(new_site, kim.name, **sent) == (303, "/sign-in/again")
    again = check(await new_site.text("/sign-in/again"))
    assert "so viel Mühe" in again.text
    assert ("/me/sessions", "post") in [
        (f.get("action"), f.get("method")) for f in again.all("form")
    ]


async def test_what_was_typed_before_signing_in_elsewhere_is_sent_again(
    new_site: Site, kim: Person
) -> None:
    new_site.sign_in(kim)
    answer = await new_site.post("/me/sessions", {"session": "abc"}, token="0" * 32)
    page = check(await answer.text())
    assert answer.status == 403
    inputs = {named.get("name"): named.get("value") for tag, named in page.tags if tag == "input"}
    assert inputs["session"] == "abc"
    assert inputs["token"] == new_site.token()


async def test_strangers_slow_nobody_in_a_browser_that_is_known(
    new_site: Site, kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever types nonsense for Kim waits; Kim, who was signed in here before, does not."""
    await sign_in(new_site, kim.name)
    await new_site.post("/sign-out")
    known = new_site.cookie(f"verbund-known-{new_site.server.port}")
    assert known.startswith(f"{kim.id}.")
    waited: list[float] = []
    sleep = asyncio.sleep

    async def noting(seconds: float, result: object = None) -> object:
        waited.append(seconds)
        return await sleep(0, result)

    monkeypatch.setattr("node.people.slowing.asyncio.sleep", noting)
    new_site.browser.cookie_jar.clear()
    for _ in range(7):
        await sign_in(new_site, kim.name, "falsch")
    assert waited == [0.5, 1.0]
    assert await sign_in(new_site, kim.name) == (303, "/"), "what is right gets in, after a wait"
    assert waited == [0.5, 1.0, 2.0]
    for _ in range(7):
        new_site.browser.cookie_jar.clear()
        await sign_in(new_site, kim.name, "falsch")
    waited.clear()
    new_site.browser.cookie_jar.clear()
    jar = new_site.browser.cookie_jar
    jar.update_cookies({f"verbund-known-{new_site.server.port}": known}, new_site.root)
    assert await sign_in(new_site, kim.name) == (303, "/")
    assert waited == []
    jar.clear()
    forged = f"{kim.id}.{'0' * 32}"
    jar.update_cookies({f"verbund-known-{new_site.server.port}": forged}, new_site.root)
    assert (await sign_in(new_site, kim.name))[0] == 303
    assert waited != [], "a mark that was made up counts for nothing"


async def test_too_many_at_once_are_told_to_come_again(
    new_site: Site, kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.people.hashing.WAITING", -2)
    status, text = await sign_in(new_site, kim.name)
    assert status == 422
    assert "warte eine Minute" in check(text).text
    assert 'value="Kim Müller"' in text


async def test_browser_that_takes_no_cookies_is_told(new_site: Site, kim: Person) -> None:
    answer = await new_site.post("/sign-in", {"who": kim.name, "password": PASSWORD})
    page = check(await answer.text())
    assert answer.status == 403
    assert "nimmt keine Cookies an" in page.text
    assert kim.name in page.text


async def test_full_disk_keeps_nobody_from_signing_in(
    new_site: Site, kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving, ending and erasing still work then, and need somebody who is signed in."""
    monkeypatch.setattr(new_site.core.reserve, "may_write", lambda: new_site.core.reserve.entitled)
    assert await sign_in(new_site, kim.name) == (303, "/")
    assert await signed_in(new_site) == kim.name


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Host": f"{socket.gethostname()}.local"}, True),
        ({"Host": f"{socket.gethostname()}.local", "X-Forwarded-Proto": "https"}, False),
        ({}, False),
    ],
)
async def test_what_plain_http_means_is_said(
    new_site: Site, kim: Person, headers: dict[str, str], said: bool
) -> None:
    """In a Wi-Fi; not on the machine itself, nor over TLS."""
    page = await (await new_site.get("/sign-in", headers=headers)).text()
    assert ("nicht verschlüsselt" in page) is said


# One's own page


@pytest.mark.parametrize("standing", Standing)
async def test_own_page(new_site: Site, standing: Standing) -> None:
    new_site.sign_in(person(new_site.core, "Toni", standing, key_person=True))
    page = check(await new_site.text("/me"))
    assert "Toni" in page.text
    assert {"/me/password", "/me/sessions"} <= set(page.hrefs)


@pytest.mark.parametrize("path", ["/me", "/me/sessions", "/me/password", "/sign-in/again"])
async def test_own_pages_are_not_for_who_came_by_the_machine(new_site: Site, path: str) -> None:
    person(new_site.core)
    await new_site.enter()
    assert (await new_site.get(path)).status == 403


async def test_sessions_are_listed_and_ended(new_site: Site, kim: Person) -> None:
    phone = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17 Safari/604.1"}
    await new_site.get("/sign-in")
    await new_site.post("/sign-in", {"who": kim.name, "password": PASSWORD}, **phone)
    mine = new_site.token()
    others = [new_site.sessions.begin(kim.id, "password", f"Firefox {n}") for n in range(3)]
    foreign = new_site.sessions.begin(person(new_site.core, "Toni").id, "password", "Chrome")
    page = check(await new_site.text("/me/sessions"))
    assert "Safari, iPhone" in page.text
    assert "Firefox 2" in page.text
    assert "Chrome" not in page.text
    ids = [str(n["value"]) for _tag, n in page.tags if n.get("name") == "session"]
    assert len(ids) == 3
    assert (await new_site.post("/me/sessions", {"session": ids[0]})).status == 303
    assert sum(new_site.sessions.find(one) is not None for one in others) == 2
    again = await new_site.post("/me/sessions", {"session": ids[0]})
    assert again.status == 303
    assert "schon abgemeldet" in await new_site.text("/me/sessions")
    await new_site.post("/me/sessions", {"others": "yes"})
    assert [new_site.sessions.find(one) for one in others] == [None] * 3
    assert new_site.sessions.find(foreign) is not None
    assert new_site.token() == mine
    assert await signed_in(new_site) == kim.name


async def test_session_of_somebody_else_can_not_be_ended(new_site: Site, kim: Person) -> None:
    other = new_site.sessions.begin(person(new_site.core, "Toni").id, "password", "Chrome")
    found = new_site.sessions.find(other)
    assert found is not None
    new_site.sign_in(kim)
    await new_site.post("/me/sessions", {"session": found.digest.hex()})
    assert new_site.sessions.find(other) is not None


NEW = "ein Haus auf vier Beinen"


async def test_first_password(new_site: Site) -> None:
    one = person(new_site.core, "Toni")
    new_site.sign_in(one)
    assert (await new_site.post("/me/password", {"password": NEW})).headers["Location"] == "/me"
    await new_site.post("/sign-out")
    assert await sign_in(new_site, "toni", NEW) == (303, "/")


async def test_password_is_changed_by_who_knows_it(new_site: Site, kim: Person) -> None:
    new_site.sign_in(kim)
    other = new_site.sessions.begin(kim.id, "password", "x")
    wrong = {"current_password": "x", "password": NEW, "elsewhere": "yes"}
    answer = await new_site.post("/me/password", wrong)
    assert answer.status == 422
    assert "nicht dein Passwort bisher" in check(await answer.text()).text
    assert new_site.sessions.find(other) is not None
    right = {**wrong, "current_password": PASSWORD}
    assert (await new_site.post("/me/password", right)).status == 303
    assert new_site.sessions.find(other) is None
    assert await signed_in(new_site) == kim.name
    await new_site.post("/sign-out")
    assert (await sign_in(new_site, kim.name))[0] == 422
    assert await sign_in(new_site, kim.name, NEW) == (303, "/")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "Das fehlt noch."),
        ("kurz", "Das ist zu kurz"),
        ("kimmueller1", "Das errät"),
        ("Neue Gruppe 2027", "Das errät"),
        ("1234567890", "ganz oben auf jeder Liste"),
        ("aaaaaaaaaaaa", "ganz oben auf jeder Liste"),
        ("passwort2027", "ganz oben auf jeder Liste"),
        ("x" * 501, "zu lang"),
    ],
)
async def test_password_that_would_be_guessed(
    new_site: Site, kim: Person, password: str, said: str
) -> None:
    new_site.sign_in(kim)
    sent = {"current_password": PASSWORD, "password": password}
    answer = await new_site.post("/me/password", sent)
    assert answer.status == 422
    assert said in check(await answer.text()).text


async def test_renamed_person_signs_in_under_the_new_name(new_site: Site, kim: Person) -> None:
    with new_site.core.transaction():
        persons(new_site.core).change(kim.id, name="Kim Meier")
    assert (await sign_in(new_site, "Kim Müller"))[0] == 422
    assert await sign_in(new_site, "kim meier") == (303, "/")


async def test_person_who_went_leaves_no_way_in(new_site: Site, kim: Person) -> None:
    with new_site.core.transaction():
        persons(new_site.core).remove(kim.id)
    assert (await sign_in(new_site, kim.name))[0] == 422
    rows = "select (select count(*) from passwords), (select count(*) from sign_in_names)"
    assert new_site.core.db.one(rows) == (0, 0)

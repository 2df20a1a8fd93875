"""Circles in a browser of sorts: boards, files, people, and what a closed circle keeps."""

import io
import re
from urllib.parse import quote

import pytest

from node.features.circles.actions import come_in, invite, make, write
from node.features.circles.limits import FILE_BYTES
from node.features.circles.tables import board, circles, files
from node.people.persons import Person
from node.texts import LANGUAGES
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check

SECRET = "Unter uns: 17 Quitten"


@pytest.fixture
def kim(new_site: Site) -> Person:
    return person(new_site.core, "Kim")


@pytest.fixture
def alex(new_site: Site) -> Person:
    return person(new_site.core, "Alex", key_person=True)


def closed(site: Site, who: Person, name: str = "Garten") -> str:
    return make(site.core, who.id, name, "Für den Garten", is_open=False, joins=False)


async def sent(site: Site, path: str, **fields: str) -> str:
    """Where a form leads that was accepted."""
    await site.get(path)
    answer = await site.post(path, fields)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def upload(site: Site, path: str, text: str, name: str, data: bytes) -> int:
    """As a browser writes it, but with any name that somebody may send."""
    parts = [
        f'Content-Disposition: form-data; name="{field}"\r\n\r\n{value}'.encode()
        for field, value in (("token", site.token()), ("text", text))
    ]
    named = f"form-data; name=\"file\"; filename*=UTF-8''{quote(name, safe='')}"
    head = f"Content-Disposition: {named}\r\nContent-Type: text/html\r\n\r\n"
    parts.append(head.encode() + data)
    body = b"".join(b"--xxx\r\n" + part + b"\r\n" for part in parts) + b"--xxx--\r\n"
    root = str(site.root).rstrip("/")
    headers = {"Origin": root, "Content-Type": "multipart/form-data; boundary=xxx"}
    answer = await site.browser.post(
        root + path, data=io.BytesIO(body), headers=headers, allow_redirects=False
    )
    return answer.status


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_in_both_languages(
    new_site: Site, kim: Person, alex: Person, language: str
) -> None:
    site = new_site
    site.sign_in(kim)
    check(await site.text("/circles", language), language)
    check(await site.text("/circles/new", language), language)
    id_ = closed(site, kim)
    post = write(site.core, kim.id, id_, SECRET)
    write(site.core, kim.id, id_, "Antwort", post)
    invite(site.core, kim.id, id_, alex.id)
    one = f"/circles/{id_}"
    pages = ("", "/people", "/change", "/leave", "/close")
    for path in (*pages, f"/posts/{post}", f"/posts/{post}/change", f"/posts/{post}/erase"):
        check(await site.text(one + path, language), language)
    assert SECRET in await site.text(one, language)
    come_in(site.core, alex.id, id_)
    check(await site.text(f"{one}/leave", language), language)


async def test_a_circle_from_making_to_closing(new_site: Site, kim: Person, alex: Person) -> None:
    site = new_site
    site.sign_in(kim)
    where = await sent(site, "/circles/new", name="Garten", purpose="", open="no", joins="no")
    assert "Den Kreis „Garten“ gibt es jetzt" in Document(await site.text(where)).text
    thread = await sent(site, where, text="Wer gießt?")
    await sent(site, thread, text="Ich.")
    text = Document(await site.text(thread)).text
    assert "Wer gießt?" in text
    assert "Ich." in text
    await sent(site, f"{where}/people", person=alex.id)
    site.sign_in(alex)
    todo = Document(await site.text(where)).text
    assert "Kim lädt dich ein" in todo
    assert "Wer gießt?" not in todo  # only invited
    await sent(site, f"{where}/come-in")
    assert "Wer gießt?" in await site.text(where)
    site.sign_in(kim)
    answer = await site.post(f"{where}/leave")
    assert answer.status == 422  # the last who holds it names somebody
    assert await sent(site, f"{where}/leave", successor=alex.id) == "/circles"
    site.sign_in(alex)
    assert await sent(site, f"{where}/close") == "/circles"
    assert circles(site.core).all() == []
    assert (await site.get(where)).status == 404


async def test_what_a_closed_circle_keeps_from_other_members(
    new_site: Site, kim: Person, alex: Person
) -> None:
    """A key person, by every address and every id; also who came by the machine's link."""
    site = new_site
    site.sign_in(kim)
    id_ = closed(site, kim)
    post = write(site.core, kim.id, id_, SECRET)
    assert await upload(site, f"/circles/{id_}", "Anbei", "plan.html", b"<b>17</b>") == 303
    (file,) = files(site.core).of(kim.id)
    mine = make(site.core, alex.id, "Chor", None, is_open=True, joins=True)
    paths = [
        f"/circles/{id_}{rest}"
        for rest in ("/people", "/change", "/leave", "/close", f"/files/{file.id}")
    ]
    for rest in ("", "/change", "/erase"):
        paths += [f"/circles/{one}/posts/{post}{rest}" for one in (id_, mine)]
    paths.append(f"/circles/{mine}/files/{file.id}")
    for who in (alex, None):
        site.sign_in(who)
        assert SECRET not in await site.text(f"/circles/{id_}")
        assert "17" not in Document(await site.text("/circles")).text
        for path in paths:
            answer = await site.get(path)
            assert answer.status == 404, path
            assert SECRET not in await answer.text()
    site.sign_in(alex)
    for path, fields in (
        (f"/circles/{id_}", {"text": "Hallo"}),
        (f"/circles/{id_}/posts/{post}", {"text": "Hallo"}),
        (f"/circles/{id_}/posts/{post}/change", {"text": "Hallo"}),
        (f"/circles/{id_}/posts/{post}/erase", {}),
        (f"/circles/{id_}/people", {"person": alex.id}),
        (f"/circles/{id_}/people/{alex.id}", {"holds": "yes"}),
        (f"/circles/{id_}/people/{kim.id}", {"do": "remove"}),
        (f"/circles/{id_}/close", {}),
        (f"/circles/{id_}/leave", {}),
        (f"/circles/{id_}/change", {"name": "X", "open": "yes", "joins": "yes"}),
    ):
        assert (await site.post(path, fields)).status == 404, path
    answer = await site.post(f"/circles/{id_}/come-in")
    assert answer.status == 303
    assert circles(site.core).member(id_, alex.id) is None
    assert {one.text for one in board(site.core).of(kim.id)} == {SECRET, "Anbei"}


async def test_newcomers_and_outside_see_no_circle(new_site: Site, kim: Person) -> None:
    from node.people.persons import Standing

    id_ = make(new_site.core, kim.id, "Offen", None, is_open=True, joins=True)
    for path in ("/circles", f"/circles/{id_}"):
        assert (await new_site.get(path)).status == 403
    new_site.sign_in(person(new_site.core, "Noa", Standing.NEWCOMER))
    for path in ("/circles", f"/circles/{id_}"):
        assert (await new_site.get(path)).status == 403


async def test_page_says_that_the_machine_can_be_read(new_site: Site, kim: Person) -> None:
    new_site.sign_in(kim)
    id_ = closed(new_site, kim)
    for path in ("/circles", "/circles/new", f"/circles/{id_}"):
        text = Document(await new_site.text(path)).text
        assert "Wer aber den Rechner der Gruppe hat, kann alles lesen" in text


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("../../x", "x"),
        ("a\r\nb", "a b"),
        ("Bild.svg", "Bild.svg"),
        ("seite.html", "seite.html"),
        ("Maß\u202efdp.exe", "Maßfdp.exe"),
    ],
)
async def test_a_file_is_saved_and_never_shown(
    new_site: Site, kim: Person, name: str, saved: str
) -> None:
    site = new_site
    site.sign_in(kim)
    id_ = closed(site, kim)
    data = b"<html><script>alert(1)</script>" + bytes(300_000)
    assert await upload(site, f"/circles/{id_}", "Anbei", name, data) == 303
    (file,) = files(site.core).of(kim.id)
    assert file.name == saved
    answer = await site.get(f"/circles/{id_}/files/{file.id}")
    assert await answer.read() == data
    said = answer.headers
    assert said["Content-Type"] == "application/octet-stream"
    assert said["Content-Disposition"].startswith("attachment; filename=")
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Cache-Control"] == "no-store"
    assert "sandbox" in said["Content-Security-Policy"]
    assert int(said["Content-Length"]) == len(data)


async def test_a_file_that_is_too_large_is_told_in_words(new_site: Site, kim: Person) -> None:
    site = new_site
    site.sign_in(kim)
    id_ = closed(site, kim)
    status = await upload(site, f"/circles/{id_}", "Anbei", "x", bytes(FILE_BYTES + 1))
    assert status == 422
    assert files(site.core).total() == 0
    status = await upload(site, f"/circles/{id_}", "Anbei", "x", bytes(FILE_BYTES + 2**20))
    assert status == 413
    assert board(site.core).of(kim.id) == []


async def test_what_was_typed_stays(new_site: Site, kim: Person) -> None:
    site = new_site
    site.sign_in(kim)
    id_ = closed(site, kim)
    answer = await site.post(f"/circles/{id_}", {"text": "x" * 4_001})
    html = await answer.text()
    assert answer.status == 422
    assert "x" * 4_001 in html
    assert re.search("<title>1 Fehler", html)
    check(html, "de")
    answer = await site.post("/circles/new", {"name": "Garten", "open": "no", "joins": "no"})
    assert answer.status == 422
    assert "Einen Kreis „Garten“ gibt es schon" in Document(await answer.text()).text


async def test_two_who_change_a_circle_at_once(new_site: Site, kim: Person) -> None:
    """The second sees what the first changed; nothing that was typed is lost."""
    site = new_site
    site.sign_in(kim)
    id_ = closed(site, kim)
    path = f"/circles/{id_}/change"
    edition = re.search('name="edition" value="([^"]+)"', await site.text(path))
    assert edition
    both = {"edition": edition[1], "open": "no", "joins": "no"}
    first = await site.post(path, {**both, "name": "Gemüse", "purpose": "Für den Garten"})
    assert first.status == 303
    second = await site.post(path, {**both, "name": "Blumen", "purpose": "Für den Garten"})
    assert second.status == 422
    text = await second.text()
    assert "Gemüse" in text
    assert 'value="Blumen"' in text


async def test_boards_are_paged(new_site: Site, kim: Person) -> None:
    site = new_site
    site.sign_in(kim)
    id_ = closed(site, kim)
    for number in range(21):
        write(site.core, kim.id, id_, f"Zettel {number:02}")
    pages = [await site.text(f"/circles/{id_}?page={n}") for n in ("1", "2", "99", "-1", "x")]
    counted = [sum(f"Zettel {n:02}" in page for n in range(21)) for page in pages]
    assert counted == [20, 1, 1, 20, 20]


async def test_people_are_invited_by_the_names_that_they_have(new_site: Site, kim: Person) -> None:
    site = new_site
    site.sign_in(kim)
    id_ = closed(site, kim)
    path = f"/circles/{id_}/people"
    twins = [person(site.core, "Robin Bauer") for _ in range(2)]
    person(site.core, "Müller, Jo")
    assert await sent(site, path, person="mueller, JO") == path
    answer = await site.post(path, {"person": "Robin Bauer"})
    text = Document(await answer.text()).text
    assert answer.status == 422
    assert f"({twins[0].id[:8]})" in text
    assert await sent(site, path, person=twins[1].id[:8]) == path
    answer = await site.post(path, {"person": "Niemand <b>"})
    html = await answer.text()
    check(html, "de")
    assert "ist in der Gruppe niemand bekannt" in Document(html).text
    there = {one.person for one in circles(site.core).people(id_)}
    assert twins[1].id in there
    assert twins[0].id not in there

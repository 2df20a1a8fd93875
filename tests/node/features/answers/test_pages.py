"""Members answer on a meeting's page; its organisers see who comes, and what is new."""

import re

import pytest

from node.base.zones import now_in
from node.features.acting.actions import say_yes
from node.features.acting.tables import log_of
from node.features.answers import tables
from node.features.answers.answering import answer_as_person, answer_by_link, take_back_by_link
from node.features.answers.organising import make_link
from node.features.answers.types import Said
from node.features.meetings.actions import cancel, edit_meeting
from node.people.persons import Person, Standing
from node.store.core import Core
from node.web.visit import form_token
from tests.node.features.answers.conftest import ZONE, Browser, Meet, known, later
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document


async def signed_in(browser: Browser, who: Person) -> Site:
    site = await browser()
    site.sign_in(who)
    return site


def mine(core: Core, id: str, who: Person) -> Said | None:
    found = tables.of_person(core, id, who.id)
    return found.said if found else None


async def edition(site: Site, path: str) -> str:
    found = re.search(r'name="edition" value="([^"]*)"', await site.text(path))
    return found[1] if found else ""


# One tap


async def test_one_tap_answers_and_another_changes_it(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    id_, site = meet(), await signed_in(browser, member)
    path = f"/meetings/{id_}"
    for answer, words in (
        ("yes", "Du kommst."),
        ("no", "Du kommst nicht."),
        ("maybe", "vielleicht"),
    ):
        done = await site.post(f"{path}/tap", {"answer": answer})
        assert (done.status, done.headers["Location"]) == (303, path)
        assert words in await site.text(path)
        assert mine(core, id_, member) == Said(answer)
    await site.post(f"{path}/tap", {"answer": "back"})
    assert mine(core, id_, member) is None
    assert "Zurückgenommen" in await site.text(path)


async def test_tap_keeps_how_many_and_the_note(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    id_, site = meet(), await signed_in(browser, member)
    path = f"/meetings/{id_}"
    said = {"answer": "yes", "people": "3", "note": "Mit Kuchen", "shown": "first"}
    sent = {**said, "edition": await edition(site, f"{path}/mine")}
    assert (await site.post(f"{path}/mine", sent)).status == 303
    await site.post(f"{path}/tap", {"answer": "maybe"})
    assert mine(core, id_, member) == Said("maybe", 3, "Mit Kuchen", "first")


async def test_two_devices_change_one_answer(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    """What was typed on the one is not written over what was said on the other."""
    id_, site = meet(), await signed_in(browser, member)
    path = f"/meetings/{id_}/mine"
    answer_as_person(core, id_, member.id, Said("yes", 2))
    sent = {"answer": "yes", "people": "2", "note": "x", "shown": "number"}
    sent["edition"] = await edition(site, path)
    answer_as_person(core, id_, member.id, Said("no", 2))
    found = await site.post(path, sent)
    assert (found.status, mine(core, id_, member)) == (422, Said("no", 2))
    assert "Ich komme nicht" in Document(await found.text()).text


@pytest.mark.parametrize("state", ["full", "over", "cancelled"])
async def test_tap_that_comes_too_late_says_why(
    core: Core, meet: Meet, browser: Browser, member: Person, state: str
) -> None:
    id_, site = meet(capacity=1), await signed_in(browser, member)
    path = f"/meetings/{id_}"
    await site.text(path)
    if state == "full":
        answer_by_link(core, id_, "a", Said("yes", name="Ute"))
    if state == "over":
        later(core, 51)
    if state == "cancelled":
        cancel(core, core.home_id, known(core, id_), "Regen")
    assert (await site.post(f"{path}/tap", {"answer": "yes"})).status == 303
    said = {"full": "Alle Plätze sind", "over": "ist vorbei", "cancelled": "ist abgesagt"}[state]
    assert said in await site.text(path)
    assert mine(core, id_, member) is None


WHO = [
    # standing           public, for all   public, for members   private
    (Standing.MEMBER, 303, 303, 303),
    (Standing.NEWCOMER, 303, 403, 404),
    (Standing.FORMER, 303, 403, 404),
]


@pytest.mark.parametrize(("standing", "open_", "members", "private"), WHO)
async def test_who_answers_as_themselves(
    core: Core,
    meet: Meet,
    browser: Browser,
    standing: Standing,
    open_: int,
    members: int,
    private: int,
) -> None:
    site = await signed_in(browser, person(core, "Kim", standing))
    ids = meet(), meet(title="b", open_to="members"), meet("private", title="c")
    found = [(await site.post(f"/meetings/{one}/tap", {"answer": "yes"})).status for one in ids]
    assert found == [open_, members, private]


async def test_acting_for_somebody_answers_for_them(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    child = person(core, "Lotte")
    say_yes(core, None, member.id, child.id)
    id_, site = meet(), await signed_in(browser, member)
    await site.post("/me/acting/begin", {"person": child.id})
    token = form_token(site.cookie(f"verbund-{site.server.port}") + child.id)
    done = await site.post(f"/meetings/{id_}/tap", {"answer": "yes"}, token=token)
    assert done.status == 303
    assert (mine(core, id_, child), mine(core, id_, member)) == (Said("yes"), None)
    assert (await site.get("/me/calendar")).status == 403  # a key that lasts is one's own
    secret = make_link(core, id_)  # what both read of it has no secret
    await site.post(f"/come/{secret}", {"answer": "yes"}, token=token)
    paths = [one.path for one in log_of(core, child.id, 9)]
    assert "" in paths
    assert secret not in str(paths)


async def test_group_sees_what_each_chose(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    id_ = meet()
    for n, shown in enumerate(("number", "first", "name")):
        who = person(core, f"Kim{n} Lang{n}")
        answer_as_person(core, id_, who.id, Said("yes", 1, "Notiz", shown))
    html = await (await signed_in(browser, member)).text(f"/meetings/{id_}")
    seen = [one for n in range(3) for one in (f"Kim{n}", f"Lang{n}") if one in html]
    assert seen == ["Kim1", "Kim2", "Lang2"]
    assert "Und 1 Antwort ohne Namen." in html
    assert "Notiz" not in html


# Moved since


async def test_moved_meeting_waits_for_those_who_come(
    core: Core, meet: Meet, browser: Browser, member: Person
) -> None:
    id_, site = meet(), await signed_in(browser, member)
    answer_as_person(core, id_, member.id, Said("yes"))
    assert "kommst du noch?" not in await site.text("/")
    edit_meeting(core, core.home_id, known(core, id_), {"place": "Speicher 7"})
    assert "kommst du noch? Sommerrat" in await site.text("/")
    assert "haben sich geändert, seit du geantwortet hast" in await site.text(f"/meetings/{id_}")
    await site.post(f"/meetings/{id_}/tap", {"answer": "yes"})
    assert "kommst du noch?" not in await site.text("/")


# Who organises


async def test_organiser_hears_of_each_answer_and_a_no_too(
    core: Core, meet: Meet, browser: Browser, key: Person, member: Person
) -> None:
    id_, site = meet(), await signed_in(browser, key)
    path = f"/meetings/{id_}/answers"
    answer_as_person(core, id_, member.id, Said("no", note="Bin krank"))
    answer_by_link(core, id_, "a", Said("yes", 2, "", "number", "Ute Geheim", "ute@example.org"))
    answer_by_link(core, id_, "b", Said("yes", name="Wer"))
    take_back_by_link(core, "b")
    assert "3 neue Antworten: Sommerrat" in await site.text("/")
    html = await site.text(path)
    page = Document(html)
    for words in ("Anna Müller", "Bin krank", "Ute Geheim", "ute@example.org", "3 Neue, seit du"):
        assert words in page.text
    assert "Jemand ohne Konto hat die Antwort zurückgenommen." in page.text
    assert "3 neue Antworten" in await site.text("/")  # looking ticks nothing off
    (rev,) = set(re.findall(r'name="rev" value="(\d+)"', html))
    answer_by_link(core, id_, "c", Said("maybe", name="Spät"))  # after the page was shown
    assert (await site.post(f"{path}/seen", {"rev": rev})).status == 303
    assert "1 neue Antwort: Sommerrat" in await site.text("/")
    answer_as_person(core, id_, key.id, Said("yes"))  # one's own is no news
    assert "1 neue Antwort: Sommerrat" in await site.text("/")
    other = await signed_in(browser, person(core, "Alex", key_person=True))
    assert "5 neue Antworten: Sommerrat" in await other.text("/")
    assert "neue Antwort" not in await (await signed_in(browser, member)).text("/")


async def test_striking_undoing_closing(
    core: Core, meet: Meet, browser: Browser, key: Person
) -> None:
    id_, site = meet(), await signed_in(browser, key)
    path = f"/meetings/{id_}/answers"
    ids = [answer_by_link(core, id_, t, Said("yes", name=f"Unsinn {t}")).id for t in "abc"]
    await site.text(path)
    assert (await site.post(f"{path}/strike", {"id": ids[0]})).status == 303
    html = await site.text(path)
    assert "1 Antwort ist gestrichen." in html
    (undo,) = set(re.findall(r'action="([^"]*/put-back/\d+)"', html))
    await site.post(undo)
    assert all(one.struck is None for one in tables.of_meeting(core, id_))
    (rev,) = set(re.findall(r'name="rev" value="(\d+)"', html))
    await site.post(f"{path}/strike", {"all": "new", "rev": rev})
    assert [one.struck is None for one in tables.of_meeting(core, id_)] == [False] * 3
    await site.post(f"{path}/close", {"closed": "yes"})
    assert "hier gerade nicht antworten" in await (await browser()).text(f"/meetings/{id_}")
    await site.post(f"{path}/close", {"closed": "no"})
    assert not tables.rules_of(core, id_).closed


async def test_link_of_a_meeting_is_shown_once(
    core: Core, meet: Meet, browser: Browser, key: Person
) -> None:
    id_, site = meet("private"), await signed_in(browser, key)
    path = f"/meetings/{id_}/answers"
    assert "/come/" not in await site.text(path)
    await site.post(f"{path}/link")
    (link,) = set(re.findall(r"/come/[a-z2-7]{52}", await site.text(path)))
    assert (await (await browser()).get(link)).status == 200
    assert link in await site.text(f"/meetings/{id_}/sheet")
    await site.post(f"{path}/unlink")
    assert (await (await browser()).get(link)).status == 404


async def test_erasing_shows_what_goes_first(
    core: Core, meet: Meet, browser: Browser, key: Person
) -> None:
    id_, site = meet(), await signed_in(browser, key)
    answer_by_link(core, id_, "a", Said("yes", name="Ute"))
    page = Document(await site.text(f"/meetings/{id_}/answers/erase"))
    assert "1 Antwort ohne Konto wird gelöscht" in page.text
    assert "Das Treffen kommt noch" in page.text
    assert len(tables.of_meeting(core, id_)) == 1
    await site.post(f"/meetings/{id_}/answers/erase")
    assert tables.of_meeting(core, id_) == []


async def test_hundreds_of_answers_are_paged(
    core: Core, meet: Meet, browser: Browser, key: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from node.features.answers import answering

    monkeypatch.setattr(answering, "FAST_OF_MEETING", 1_000)
    monkeypatch.setattr(answering, "FAST_OF_NODE", 1_000)
    id_, site = meet(), await signed_in(browser, key)
    with core.transaction():
        for n in range(250):
            answer_by_link(core, id_, f"{n}", Said("yes", name=f"Mensch {n:03}", note="x" * 100))
    for number, count in ((1, 100), (3, 50), (99, 50), ("x", 100), ("-1", 100)):
        html = await site.text(f"/meetings/{id_}/answers?page={number}")
        assert html.count('<td data-label="Antwort">') == count
        assert len(html) < 130_000


async def test_sheet_has_names_as_allowed_blank_rows_and_the_code(
    core: Core, meet: Meet, browser: Browser, key: Person, member: Person
) -> None:
    id_, site = meet(), await signed_in(browser, key)
    answer_as_person(core, id_, member.id, Said("yes", 2, "", "first"))
    answer_by_link(core, id_, "a", Said("yes", 3, "", "number", "Ute Geheim"))
    answer_by_link(core, id_, "b", Said("no", 1, "", "name", "Kommt Nicht"))
    html = await site.text(f"/meetings/{id_}/sheet")
    page = Document(html)
    assert "Anna" in page.text
    assert "und 3 Personen, die ihren Namen hier nicht zeigen" in page.text
    for name in ("Müller", "Ute", "Kommt Nicht"):
        assert name not in page.text
    assert html.count('class="blank"') == 19
    assert "qr-code" in html
    when = f"{now_in(ZONE, core.clock() + 48 * 3_600):%H:%M} Uhr"
    assert when in page.text


async def test_not_ours_has_no_organisers_page(
    core: Core, meet: Meet, browser: Browser, key: Person
) -> None:
    site = await signed_in(browser, key)
    for path in ("/meetings/" + "a" * 52 + "/x/answers", "/meetings/x/y/sheet"):
        assert (await site.get(path)).status == 404
    token = make_link(core, meet())
    assert (await site.get(f"/come/{token}")).status == 200

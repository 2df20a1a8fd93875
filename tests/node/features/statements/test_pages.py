"""The pages: the list, answering, keeping it, comparing; who sees and who may do what."""

from pathlib import Path

import pytest

from node.features.networks.actions import found_network
from node.features.statements.actions import (
    add,
    answer,
    edit,
    find_statement,
    list_of,
    remove,
    stance_of,
)
from node.features.statements.links import compare_path
from node.features.statements.paging import PER_PAGE
from node.features.statements.views import statement_view
from node.lookup.types import Viewer
from node.store.core import Core
from node.texts import LANGUAGES
from protocol.ids import from_text, to_text
from protocol.statements import MOST
from tests.node.by_hand import exchange, network_of
from tests.node.features.statements.world import groups
from tests.node.web.conftest import Serve, Site, person
from tests.node.web.html import Document, check
from tests.node.web.texts import HOUSES, SECRET

LIST = "/statements/{network}"
HOUSE = f"{LIST}/one/{{houses}}"
BUS = f"{LIST}/one/{{buses}}"


def network(site: Site) -> bytes:
    return from_text(site.path("{network}"))


async def form(site: Site, path: str, **typed: str) -> dict[str, str]:
    """What a form sends: what it was shown with, and what was typed on top of it."""
    fields = Document(await site.text(path)).all("input")
    hidden = {str(one["name"]): str(one["value"]) for one in fields if one.get("type") == "hidden"}
    return {**hidden, **typed}


async def said_after(site: Site, found: object) -> str:
    """What the page says to which one is led on."""
    return Document(await site.text(found.headers["Location"])).text  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_list_has_topics_answers_and_the_next_step(site: Site, language: str) -> None:
    site.sign_in(person(site.core, key_person=True))
    html = await site.text(LIST, language)
    check(html, language)
    document = Document(html)
    said = {
        "de": ("teilweise", "früher", "Wer das sieht", "ja: 1 · teilweise: 1 · nein: 0"),
        "en": ("in part", "no answer yet", "Who sees this", "yes: 1 · in part: 1 · no: 0"),
    }[language]
    assert said[0] in document.text
    assert [one for one in said[2:] if one not in document.text] == []
    assert HOUSES["text"] in document.text
    assert site.path(BUS) in document.hrefs  # the open one, also by the button
    assert site.path(f"{LIST}/alike") in document.hrefs


async def test_members_see_and_key_persons_answer(site: Site) -> None:
    site.sign_in(person(site.core, "Member"))
    page = Document(await site.text(HOUSE))
    assert f"Ja {SECRET}" in page.text
    assert page.all("input") == [one for one in page.all("input") if one["type"] == "hidden"]
    assert (await site.post(HOUSE, {"answer": "agree"})).status == 403
    site.sign_in(person(site.core, "Key", key_person=True))
    fields = {one.get("name") for one in Document(await site.text(HOUSE)).all("input")}
    assert fields == {"token", "edition", "answer", "read"}


async def test_answer_goes_on_to_the_next_that_waits(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    sent = await form(site, HOUSE, answer="no", sentence="So nicht.")
    answer = await site.post(HOUSE, sent)
    assert (answer.status, answer.headers["Location"]) == (303, site.path(BUS))
    assert "Gespeichert. Hier ist die letzte, die noch offen ist." in await said_after(site, answer)
    answer = await site.post(BUS, await form(site, BUS, answer="agree"))
    assert answer.headers["Location"] == site.path(LIST)
    assert "zu allen Aussagen etwas gesagt" in await said_after(site, answer)
    answer = await site.post(f"{BUS}/back")
    assert "zurückgenommen" in await said_after(site, answer)
    bus = find_statement(site.core, site.path("{buses}"))
    assert stance_of(site.core, site.core.home_id, bus) is None
    answer = await site.post(f"{BUS}/back")
    assert "nichts zurückzunehmen" in await said_after(site, answer)


async def test_what_was_changed_meanwhile_is_read_again(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    sent = await form(site, BUS, answer="agree", sentence="Endlich.")
    edit(
        site.core, find_statement(site.core, site.path("{buses}")), {"text": "Busse kosten nichts."}
    )
    answer = await site.post(BUS, sent)
    html = await answer.text()
    check(html)
    assert answer.status == 422
    text = Document(html).text
    assert "Busse kosten nichts." in text
    assert "während ihr geantwortet habt" in text
    fields = {one["name"]: one["value"] for one in Document(html).all("input") if one.get("value")}
    assert "Endlich." in Document(html).inside_of("textarea")[0]
    again = await site.post(BUS, sent | {"read": fields["read"]})
    assert again.status == 303


async def test_two_key_persons_at_once(site: Site) -> None:
    """The second one sees what the first one answered, and says whether it is to be another."""
    site.sign_in(person(site.core, "First", key_person=True))
    sent = await form(site, HOUSE, answer="agree", sentence="Ja, alle.")
    assert (await site.post(HOUSE, sent)).status == 303
    site.sign_in(person(site.core, "Second", key_person=True))
    answer = await site.post(HOUSE, sent | {"answer": "no", "sentence": "Keine."})
    html = await answer.text()
    check(html)
    assert (answer.status, "Jemand hat das inzwischen geändert" in html) == (422, True)
    mine = stance_of(site.core, site.core.home_id, find_statement(site.core, site.path("{houses}")))
    assert mine is not None
    assert (mine.content or {})["sentence"] == "Ja, alle."
    fields = {str(one["name"]): one.get("value") for one in Document(html).all("input")}
    again = sent | {"answer": "no", "sentence": "Keine.", "edition": str(fields["edition"])}
    assert (await site.post(HOUSE, again)).status == 303


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"answer": "", "sentence": ""}, "Wähle eines davon."),
        ({"answer": "perhaps"}, "Wähle eines davon."),
        ({"answer": "agree", "sentence": "x" * 301}, "um ein Zeichen zu lang"),
        ({"answer": "agree", "read": "nonsense"}, "Lest den neuen Wortlaut"),
    ],
)
async def test_answers_that_are_none(site: Site, sent: dict[str, str], said: str) -> None:
    site.sign_in(person(site.core, key_person=True))
    answer = await site.post(BUS, await form(site, BUS, **sent))
    html = await answer.text()
    assert (answer.status, said in Document(html).text) == (422, True)
    check(html)


async def test_list_is_kept_on_the_page(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    sent = {"text": "Schulen\r\n bleiben offen.\n", "topic": "Bildung", "about": ""}
    answer = await site.post(f"{LIST}/new", sent)
    path = answer.headers["Location"]
    assert "steht auf der Liste" in await said_after(site, answer)
    assert "Schulen bleiben offen." in {
        one.content["text"] for one in list_of(site.core, network(site)) if one.content
    }
    again = await site.post(f"{LIST}/new", {"text": "schulen bleiben OFFEN."})
    assert (again.status, "steht schon auf der Liste" in await again.text()) == (422, True)
    page = Document(await site.text(f"{path}/change"))
    edition = next(one["value"] for one in page.all("input") if one.get("name") == "edition")
    changed = {**sent, "text": "Schulen bleiben abends offen.", "edition": edition or ""}
    answer = await site.post(f"{path}/change", changed)
    assert "werden noch einmal gefragt" in await said_after(site, answer)
    # Another key person had the same page open:
    answer = await site.post(f"{path}/change", {**changed, "text": "Schulen schließen früh."})
    assert (answer.status, "Jemand hat das inzwischen geändert" in await answer.text()) == (
        422,
        True,
    )
    assert "Was dann geschieht" in await site.text(f"{path}/remove")
    answer = await site.post(f"{path}/remove")
    assert answer.headers["Location"] == site.path(LIST)
    assert len(list_of(site.core, network(site))) == 2
    assert (await site.get(path)).status == 404


async def test_change_says_how_many_answers_it_ends(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    text = Document(await site.text(f"{HOUSE}/change")).text
    assert "2 Gruppen haben schon geantwortet." in text


async def test_list_of_others_is_not_kept_here(site: Site) -> None:
    """Of a network that another group looks after."""
    site.sign_in(person(site.core, key_person=True))
    theirs = "/statements/{open_network}"
    assert "new" not in "".join(Document(await site.text(theirs)).hrefs_in("content"))
    for path in ("/new", "/one/strange.statement/change", "/one/strange.statement/remove"):
        assert (await site.get(theirs + path)).status == 404
        assert (await site.post(theirs + path, {"text": "x"})).status == 404
    assert (await site.get(f"{theirs}/one/strange.statement")).status == 200


async def test_alike_and_two_groups(site: Site) -> None:
    site.sign_in(person(site.core, "Member"))
    html = await site.text(f"{LIST}/alike")
    text = Document(html).text
    assert "50 % einig, bei einer Aussage, zu der beide etwas gesagt haben" in text
    assert "So wird gerechnet" in text
    pair = f"{LIST}/alike/{{home}}/{{partner}}"
    assert site.path(pair) in Document(html).hrefs
    text = Document(await site.text(pair)).text
    for said in (
        "50 % einig",
        "fast",
        "früher: nein",
        f"Nicht alle {SECRET}",
        "Themen",
    ):
        assert said in text
    assert (await site.get(f"{LIST}/alike/{{home}}/{{home}}")).status == 404
    assert (await site.get(f"{LIST}/alike/{{home}}/{{kiel}}")).status == 404  # no member
    assert (await site.get(f"{LIST}/alike/x/y")).status == 404


async def test_entry_from_the_pages_of_network_group_and_home(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    page = Document(await site.text("/networks/{network}"))
    assert {site.path(LIST), site.path(f"{LIST}/alike")} <= set(page.hrefs)
    assert "2 Aussagen. Eine wartet auf eure Antwort." in page.text
    assert (
        site.path(f"{LIST}/alike/{{home}}/{{partner}}")
        in Document(await site.text("/groups/{partner}")).hrefs
    )
    assert "50 % einig, bei einer Aussage" in Document(await site.text("/groups/{partner}")).text
    assert site.path(LIST) in Document(await site.text("/")).hrefs_in("waiting")


async def test_outside_there_is_nothing(site: Site) -> None:
    for path in ("/networks/{network}", "/groups/{partner}", "/"):
        document = Document(await site.text(path))
        assert not [href for href in document.hrefs if "statements" in href]
    for path in (LIST, HOUSE, f"{LIST}/alike"):
        assert (await site.get(path)).status == 403
    sight = site.sight(Viewer.OUTSIDE)
    assert statement_view(sight, network(site), site.path("{houses}")) is None


@pytest.mark.parametrize(
    "path",
    [
        "/statements/{unanswered}",  # applied, not a member
        "/statements/{old}",  # left
        "/statements/{home}",  # no network
        "/statements/x",
        f"{LIST}/one/nothing",
        f"{LIST}/one/" + "n" * 100,
        f"{LIST}/one/%00",
    ],
)
async def test_what_is_not_there(inside: Site, path: str) -> None:
    assert (await inside.get(path)).status == 404


async def test_page_left_open_while_it_was_withdrawn(site: Site) -> None:
    site.sign_in(person(site.core, key_person=True))
    sent = await form(site, BUS, answer="agree")
    remove(site.core, find_statement(site.core, site.path("{buses}")))
    assert (await site.post(BUS, sent)).status == 404


async def test_empty_list_offers_the_first_step(new_site: Site, new_core: Core) -> None:
    id = to_text(found_network(new_core, new_core.home_id, {"name": "Neuer Verbund"}))
    await new_site.enter()
    document = Document(await new_site.text(f"/statements/{id}"))
    assert "Macht einen Anfang" in document.text
    assert f"/statements/{id}/new" in document.hrefs
    text = Document(await new_site.text(f"/statements/{id}/alike?with={id}")).text
    assert "Sobald andere Gruppen" in text


async def test_long_lists_come_in_parts(new_site: Site, new_core: Core) -> None:
    """Two hundred statements of the longest kind: each page under 60 kB, and all of them there."""
    network = found_network(new_core, new_core.home_id, {"name": "Neuer Verbund"})
    for number in range(MOST):
        add(new_core, network, {"text": f"{number:03} ".ljust(300, "x"), "topic": f"T{number % 3}"})
    await new_site.enter()
    base, seen = f"/statements/{to_text(network)}", set()
    for number in range(1, 5):
        html = await new_site.text(f"{base}?page={number}")
        assert len(html.encode()) < 60_000
        found = {n for n in range(MOST) if f"{n:03} x" in check(html).text}
        assert len(found) == PER_PAGE
        seen |= found
    assert seen == set(range(MOST))
    assert "Seite 4 von 4" in Document(html).text
    first = list_of(new_core, network)[0]
    answer(new_core, new_core.home_id, first, "agree")
    document = Document(await new_site.text(f"{base}?show=open&page=9"))
    assert "Alle 200 Ohne eure Antwort 199" in document.text
    assert f"{base}?show=open&page=3" in document.hrefs


async def test_two_groups_with_long_sentences(tmp_path: Path, serve: Serve) -> None:
    """Each page under 60 kB; what a topic comes to is said of all of it, on each page."""
    with groups(tmp_path, "Alpha", "Beta") as (a, b):
        network = network_of(a, b)
        for number in range(65):
            add(a, network, {"text": f"{number:03} ".ljust(300, "x"), "topic": "Wohnen"})
        exchange(a, b)
        for core, word in ((a, "agree"), (b, "partly")):
            for one in list_of(core, network):
                answer(core, core.home_id, one, word, "s" * 300)
        exchange(a, b)
        site = await serve(a)
        await site.enter()
        base = compare_path(to_text(network), to_text(a.home_id), to_text(b.home_id))
        seen: set[int] = set()
        for number in (1, 2, 3):
            html = await site.text(f"{base}?page={number}")
            assert len(html.encode()) < 60_000
            text = check(html).text
            assert text.count("50 % einig, bei 65 Aussagen") == 2
            seen |= {n for n in range(65) if f"{n:03} x" in text}
        assert len(seen) == 65
        likes = f"/statements/{to_text(network)}/alike?with={to_text(b.home_id)}"
        assert likes in Document(html).hrefs
        assert "Neben Beta" in Document(await site.text(likes)).text

"""Offering, changing, taking and ending on a page: for key persons; what is wrong is said."""

import re
from collections.abc import Mapping

import pytest

from node.features.exchange.actions import ThingView, find_thing, id_of, thing_by_id
from tests.node.web.conftest import Site, person
from tests.node.web.html import Document, check
from tests.node.web.texts import SECRET

OFFER = "/exchange/{home}/offer/{tables}"
BENCH = "/exchange/{partner}/offer/{bench}"
STRANGE = "/exchange/{hostile}/want/strange.thing"
DAY = 86_400


def thing(site: Site, title: str) -> ThingView:
    found = thing_by_id(site.sight(), id_of(find_thing(site.core, title)))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "to", "audience"),
    [
        ("offer", "public", "public"),
        ("want", "{network}", "network"),
        ("offer", "{partner}", "direct"),
    ],
)
async def test_said_to_whom_one_chose(inside: Site, kind: str, to: str, audience: str) -> None:
    sent = {"title": "Zelte", "amount": "3", "unit": "Stück", "to": inside.path(to)}
    answer = await inside.post(f"/exchange/{kind}", sent)
    assert answer.status == 303
    made = thing(inside, "Zelte")
    assert answer.headers["Location"] == f"/exchange/{made.id}"
    assert (made.kind, made.audience, made.amount, made.unit) == (kind, audience, 3, "Stück")
    assert made.until == inside.core.clock() + 30 * DAY
    assert "Steht in der Börse" in await inside.text(f"/exchange/{made.id}")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Titel"),
        ({"title": "Zelte", "to": "nobody"}, "Wer das sieht"),
        ({"title": "Zelte", "to": "public", "unit": "Stück"}, "Hier fehlt die Zahl."),
        ({"title": "Zelte", "to": "public", "amount": "-2"}, "Wie viel"),
        ({"title": "Zelte", "to": "public", "until": "1.1.2027"}, "schon vorbei"),
        ({"title": "Zelte", "to": "public", "until": "1.1.2029"}, "längstens bis"),
        ({"title": "Zelte", "to": "public", "until": "2027-02-30"}, "Bis"),
        ({"title": "Zelte", "to": "public", "until": "05/06"}, "Bis"),
    ],
)
async def test_what_is_wrong_is_said_beside_it(
    inside: Site, sent: Mapping[str, str], words: str
) -> None:
    answer = await inside.post("/exchange/offer", sent)
    html = await answer.text()
    assert answer.status == 422
    check(html, "de")
    assert words in Document(html).text
    for typed in sent.values():
        assert typed in html or typed in ("nobody", "public")
    assert "verbund exchange" not in html


async def test_changed_in_place_and_never_shorter(inside: Site) -> None:
    before = thing(inside, "Klapptische")
    html = await inside.text(OFFER + "/change")
    edition = re.search(r'name="edition" value="([^"]+)"', html)
    assert edition is not None
    sent = {"title": "Klapptische, blau", "amount": "8", "unit": "Stück", "until": "",
            "edition": edition[1]}  # fmt: skip
    answer = await inside.post(OFFER + "/change", sent)
    assert answer.status == 303
    after = thing(inside, "Klapptische, blau")
    assert (after.id, after.amount, after.until) == (before.id, 8, before.until)
    assert after.takes[0].outdated


async def test_a_page_left_open_meanwhile_comes_back_once(inside: Site) -> None:
    html = await inside.text(OFFER + "/change")
    edition = re.search(r'name="edition" value="([^"]+)"', html)
    assert edition is not None
    first = {"title": "Erste", "amount": "8", "unit": "Stück", "edition": edition[1]}
    assert (await inside.post(OFFER + "/change", first)).status == 303
    answer = await inside.post(OFFER + "/change", {**first, "title": "Zweite"})
    assert answer.status == 422
    assert "Erste" in await answer.text()


async def test_taken_changed_and_taken_back(inside: Site) -> None:
    assert f"nur {(await name_of(inside, STRANGE))}" in Document(
        await inside.text(STRANGE + "/take")
    ).text.replace("\u2068", "").replace("\u2069", "")
    answer = await inside.post(STRANGE + "/take", {"amount": "", "note": "Am Montag"})
    assert answer.status == 303
    assert "Zugesagt." in await inside.text(STRANGE)
    assert "Am Montag" in await inside.text(STRANGE + "/take")
    answer = await inside.post(STRANGE + "/end")
    assert answer.status == 303
    text = Document(await inside.text(STRANGE)).text
    assert "Eure Zusage ist zurückgenommen." in text
    assert "Ihr habt zugesagt" not in text


async def name_of(site: Site, path: str) -> str:
    found = thing_by_id(site.sight(), site.path(path).removeprefix("/exchange/"))
    assert found is not None
    return str(found.author.name)[:10]


async def test_ended_after_a_preview(inside: Site) -> None:
    text = Document(await inside.text(OFFER + "/end")).text
    assert "Zurückholen lässt es sich nicht" in text
    assert "Eine Gruppe hat schon zugesagt" in text
    answer = await inside.post(OFFER + "/end")
    assert answer.headers["Location"] == "/exchange?mine=yes"
    assert "ist beendet" in await inside.text("/exchange?mine=yes")
    assert (await inside.get(OFFER)).status == 404


@pytest.mark.parametrize("rest", ["change", "end"])
async def test_of_others_nothing_is_changed(inside: Site, rest: str) -> None:
    answer = await inside.get(f"{STRANGE}/{rest}")
    assert answer.status in (303, 404)
    assert (await inside.post(f"{STRANGE}/{rest}", {"title": "x"})).status in (303, 404)
    assert thing_by_id(inside.sight(), inside.path(STRANGE).removeprefix("/exchange/"))


async def test_what_is_one_s_own_is_not_taken(inside: Site) -> None:
    assert (await inside.get(OFFER + "/take")).status == 303
    answer = await inside.post(OFFER + "/take", {"note": "x"})
    assert answer.status == 422


async def test_members_see_and_do_not_act(site: Site) -> None:
    site.sign_in(person(site.core))
    text = Document(await site.text(STRANGE)).text
    assert "Zusagen kann eine Schlüsselperson" in text
    assert "/exchange/offer" not in await site.text("/exchange")
    for path in ("/exchange/offer", OFFER + "/change", OFFER + "/end", BENCH + "/take"):
        assert (await site.get(path)).status == 403, path
    assert SECRET in await site.text(BENCH)

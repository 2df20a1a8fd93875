"""The recovery words on the page: shown to key persons, asked back, wiped, and kept nowhere."""

import itertools
import logging
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.app import SCHEMA, open_core
from node.base.errors import Problem
from node.features.acting.actions import say_yes
from node.features.arrival import confirming
from node.features.arrival.word_pages import CHECK, NEW, OPEN_SECONDS, WORDS
from node.features.start.actions import initialise
from node.keys.home import Home
from node.people.persons import Standing
from node.store.core import Core
from node.web.visit import form_token
from tests.node.web.conftest import Serve, Site, person
from tests.node.world import Clock, accept, make_core
from tests.sync.people import Someone


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    home, clock = Home(tmp_path / "Alpha"), Clock()
    initialise(
        home, {"name": "Alpha"}, None, secrets.token_bytes, clock, schema=SCHEMA, keep_words=True
    )
    made = open_core(home, clock=clock)
    yield made
    made.close()


@pytest.fixture
async def key_person(serve: Serve, core: Core) -> Site:
    site = await serve(core)
    site.sign_in(person(core, "Kim", key_person=True))
    return site


def words_in(html: str) -> list[str]:
    table = html.partition('class="words"')[2].partition("</ol>")[0]
    return re.findall(r"<li>([a-z]+)</li>", table)


def pairs(words: list[str]) -> list[str]:
    return [f"{a}</li>\n<li>{b}" for a, b in itertools.pairwise(words)]


def numbers(html: str) -> list[int]:
    """Which words are asked back."""
    return [int(one) for one in re.findall(r'name="secret_(\d+)"', html)]


async def shown(site: Site) -> list[str]:
    return words_in(await (await site.post(WORDS)).text())


async def answers(site: Site, words: list[str]) -> int:
    asked = numbers(await site.text(CHECK))
    data = {f"secret_{n}": words[n - 1] for n in asked}
    return (await site.post(CHECK, data)).status


async def test_words_are_shown_confirmed_and_wiped(key_person: Site, core: Core) -> None:
    site, kept = key_person, confirming.kept_words(core)
    assert (core.home.key_file).stat().st_mode & 0o777 == 0o600
    assert await shown(site) == kept
    assert await answers(site, kept) == 303
    assert core.ring.words is None
    assert "nur noch auf eurem Papier" in await site.text(WORDS)
    files = b"".join(one.read_bytes() for one in core.home.path.iterdir() if one.is_file())
    entropy_and_words = [" ".join(kept).encode(), " ".join(kept[:2]).encode()]
    assert not any(one in files for one in entropy_and_words)
    core.require_words()
    again = await site.post(WORDS)
    assert (again.status, again.headers["Location"]) == (303, WORDS)


async def test_words_stand_in_the_answer_to_a_form_and_nowhere_else(
    key_person: Site, core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site, kept = key_person, confirming.kept_words(core)
    for path in (WORDS, CHECK, NEW, "/machine", "/", "/me", "/ties"):
        answer = await site.get(path)
        text = await answer.text()
        assert words_in(text) == []
        assert not any(pair in text for pair in pairs(kept))
        assert answer.headers["Cache-Control"] == "no-store"
    answer = await site.post(WORDS)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    html = await answer.text()
    assert f'content="{OPEN_SECONDS};url={WORDS}"' in html
    assert 'translate="no"' in html
    wrong = await site.post(CHECK, {f"secret_{n}": kept[n % 24] for n in (1, 2)})
    assert wrong.status == 422
    said = caplog.text.lower()
    assert sum(one in said.split() for one in kept) == 0


async def test_only_key_persons_see_them(serve: Serve, core: Core) -> None:
    site = await serve(core)
    for who in (
        None,
        person(core, "Robin", Standing.NEWCOMER),
        person(core, "Alex"),
        person(core, "Toni", treasurer=True),
        person(core, "Uli", Standing.FORMER, key_person=True),
    ):
        site.browser.cookie_jar.clear()
        if who is not None:
            site.sign_in(who)
        else:
            await site.get("/")
        for path in (WORDS, CHECK, NEW):
            assert (await site.get(path)).status == 403
            answer = await site.post(path)
            assert answer.status == 403
            assert words_in(await answer.text()) == []
    await site.enter()  # by the link of the machine
    await site.get(WORDS)
    assert await shown(site) == confirming.kept_words(core)


async def test_who_acts_for_a_key_person_does_not_see_them(serve: Serve, core: Core) -> None:
    """Somebody may answer letters for Kim; the group's identity is no letter."""
    kim, anna = person(core, "Kim", key_person=True), person(core, "Anna")
    say_yes(core, anna, anna.id, kim.id)
    say_yes(core, kim, anna.id, kim.id)
    site = await serve(core)
    site.sign_in(anna)
    assert (await site.post("/me/acting/begin", {"person": kim.id})).status == 303
    home = await site.text("/")
    assert "Du handelst für Kim" in home
    assert WORDS not in home
    token = form_token(site.cookie(f"verbund-{site.server.port}") + kim.id)
    for path in (WORDS, CHECK, NEW, "/machine/phones", "/machine/address"):
        assert (await site.get(path)).status == 403
        assert (await site.post(path, token=token)).status == 403
    assert core.ring.words is not None


async def test_wrong_words_confirm_nothing_and_do_not_change_what_is_asked(
    key_person: Site, core: Core
) -> None:
    site, kept = key_person, confirming.kept_words(core)
    await shown(site)
    asked = numbers(await site.text(CHECK))
    assert len(asked) == 2
    for _ in range(3):
        answer = await site.post(CHECK, {f"secret_{n}": "abandon" for n in asked})
        html = await answer.text()
        assert answer.status == 422
        assert f"An Stelle {asked[0]}" in html or f"an Stelle {asked[0]}" in html
        assert not any(one in html.partition("<form")[2] for one in pairs(kept))
        assert numbers(html) == asked
        await shown(site)
        assert numbers(await site.text(CHECK)) == asked
    assert core.ring.words is not None
    core.close()
    again = open_core(core.home, clock=core.clock.wall)
    assert [n - 1 for n in asked] == confirming.asked_back(again), "a restart changes nothing"
    again.close()


async def test_other_fields_than_those_asked_confirm_nothing(key_person: Site, core: Core) -> None:
    """Somebody knows two words and sends these."""
    kept = confirming.kept_words(core)
    asked = confirming.asked_back(core)
    others = [at for at in range(24) if at not in asked][:2]
    answer = await key_person.post(CHECK, {f"secret_{at + 1}": kept[at] for at in others})
    assert answer.status == 422
    assert core.ring.words is not None


async def test_words_are_read_as_people_type_them(key_person: Site, core: Core) -> None:
    kept = confirming.kept_words(core)
    assert await answers(key_person, [f" {one.upper()} " for one in kept]) == 303
    assert core.ring.words is None


async def test_two_key_persons_at_once(serve: Serve, key_person: Site, core: Core) -> None:
    """The second is told that it is done, whatever page was open; nothing of the words is left."""
    other = await serve(core)
    other.sign_in(person(core, "Sascha", key_person=True))
    kept = await shown(key_person)
    assert await shown(other) == kept
    old = await other.text(CHECK)
    assert await answers(key_person, kept) == 303
    for path, data in (
        (CHECK, {f"secret_{n}": kept[n - 1] for n in numbers(old)}),
        (CHECK, {}),
        (WORDS, {}),
    ):
        answer = await other.post(path, data)
        assert (answer.status, answer.headers["Location"]) == (303, WORDS)
        assert "schon bestätigt" in await other.text(WORDS)
    with pytest.raises(Problem, match="words-confirmed"):
        confirming.confirm(core, {})


async def test_signing_out_in_another_tab_shows_no_word_again(key_person: Site, core: Core) -> None:
    kept = await shown(key_person)
    asked = numbers(await key_person.text(CHECK))
    token = key_person.token()
    key_person.browser.cookie_jar.clear()
    data = {f"secret_{n}": kept[n - 1] for n in asked}
    answer = await key_person.post(CHECK, data, token)
    assert answer.status == 403
    html = await answer.text()
    # Some of the words are also in the language of pages: `main`, `button`, `section`.
    bare = await (await key_person.post(CHECK, {}, token)).text()
    for word in (kept[n - 1] for n in asked):
        assert html.count(f">{word}<") <= bare.count(f">{word}<")
        assert html.count(f'"{word}"') <= bare.count(f'"{word}"')
    assert core.ring.words is not None


async def test_banner_is_on_every_page_inside_until_then(
    key_person: Site, serve: Serve, core: Core
) -> None:
    member, outside = await serve(core), await serve(core)
    member.sign_in(person(core, "Alex"))
    pages = ("/", "/directory", "/meetings", "/exchange", "/networks")
    for path in (*pages, "/machine", "/machine/phones", "/ties"):
        assert f'<a href="{WORDS}">Jetzt aufschreiben</a>' in await key_person.text(path), path
    for path in pages:
        html = await member.text(path)
        assert "Eine Schlüsselperson kann sie aufschreiben" in html
        assert WORDS not in html
        assert "noch nicht auf Papier" not in await outside.text(path)
    waiting = (await key_person.text("/")).partition('id="waiting"')[2]
    assert f'<a href="{WORDS}">' in waiting
    await answers(key_person, confirming.kept_words(core))
    home = await key_person.text("/")
    assert "noch nicht auf Papier" not in home
    assert WORDS not in home


async def test_other_words_on_the_page(key_person: Site, core: Core) -> None:
    before, old = confirming.kept_words(core), core.home_id
    html = await key_person.text(WORDS)
    assert f'href="{NEW}"' in html
    assert "zerreißt sie" in await key_person.text(NEW)
    assert (await key_person.post(NEW)).headers["Location"] == WORDS
    assert core.home_id != old
    words = await shown(key_person)
    assert words != before
    assert await answers(key_person, before) == 422
    assert await answers(key_person, words) == 303
    accept(core, Someone("Beta"))
    assert f'href="{NEW}"' not in await key_person.text(WORDS)
    now = core.home_id
    assert (await key_person.get(NEW)).status == 303
    assert (await key_person.post(NEW)).status == 303
    assert core.home_id == now


async def test_node_whose_words_were_shown_at_a_terminal(serve: Serve, tmp_path: Path) -> None:
    core = make_core(tmp_path, "Beta")
    site = await serve(core)
    site.sign_in(person(core, "Kim", key_person=True))
    html = await site.text(WORDS)
    assert "Sie stehen auf Papier" in html
    assert "noch nicht auf Papier" not in html
    assert (await site.post(WORDS)).status == 303
    core.close()

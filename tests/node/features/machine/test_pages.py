"""Our machine: one line for each part, and the pages that clock, proxy, network and reach have."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.features import FEATURES
from node.links.proxy import Proxy, kept
from node.store import troubles
from node.store.core import Core
from node.store.serve_settings import Server, Unreached, serve_options
from node.texts import LANGUAGES
from node.web.site import rights
from tests.node.web.conftest import Serve, Site, person
from tests.node.web.html import Document, check
from tests.node.world import Clock, make_core

DAY = 86_400
PAGES = sorted(
    path for (method, path), _right in rights(FEATURES).items()
    if method == "GET" and path.startswith("/machine")
)  # fmt: skip


def lines(html: str) -> dict[str, tuple[str, bool]]:
    """Of each part: how it stands, and whether it is marked."""
    found = re.findall(
        r'<li( class="warm")?><div><h2>[^<]*</h2><p>(.*?)</p></div><a[^>]*href="/machine/([a-z]+)"',
        html,
    )
    return {name: (Document(f"<p>{said}</p>").text, bool(warm)) for warm, said, name in found}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_part_is_one_line_that_leads_to_its_page(inside: Site, language: str) -> None:
    html = await inside.text("/machine", language)
    check(html, language)
    found = lines(html)
    assert [*found] == [
        "phones", "address", "words", "backups", "keys", "clock", "disk", "unreached", "nearby",
        "proxy", "version",
    ]  # fmt: skip
    assert [f"/machine/{one}" for one in found if f"/machine/{one}" not in PAGES] == []
    for name in found:
        assert (await inside.get(f"/machine/{name}")).status == 200, name


async def test_only_what_wants_somebody_is_marked(new_site: Site, new_core: Core) -> None:
    await new_site.enter()
    assert [k for k, one in lines(await new_site.text("/machine")).items() if one[1]] == ["backups"]
    troubles.note(new_core, "renewal", "disk-full")
    new_core.clock.wall = Clock(new_core.clock() + 500 * DAY)
    await new_site.enter()
    found = lines(await new_site.text("/machine"))
    assert [k for k, one in found.items() if one[1]] == ["backups", "clock", "unreached"]
    assert "stimmt das?" in found["clock"][0]
    assert "Etwas gelingt dem Rechner nicht." in found["unreached"][0]


async def test_for_key_persons_and_the_keeper(site: Site) -> None:
    site.sign_in(person(site.core))
    for path in PAGES:
        assert (await site.get(path.replace("{name}", "x"))).status == 403, path
    site.sign_in(person(site.core, key_person=True))
    assert (await site.get("/machine")).status == 200
    assert "Wer nicht antwortet" not in await site.text("/machine/unreached")


# The clock


async def test_a_person_says_that_the_clock_is_right(new_site: Site, new_core: Core) -> None:
    await new_site.enter()
    assert "Niemand zweifelt daran." in await new_site.text("/machine/clock")
    assert "<button>Die Uhr geht richtig" not in await new_site.text("/machine/clock")
    new_core.clock.wall = Clock(new_core.clock() + 500 * DAY)
    await new_site.enter()
    html = await new_site.text("/machine/clock")
    check(html, "de")
    assert "<button>Die Uhr geht richtig" in html
    assert "Was abgelaufen ist" in html
    assert (await new_site.post("/machine/clock")).status == 303
    assert new_core.clock.trouble is None
    html = await new_site.text("/machine/clock")
    assert "Es gilt wieder die Uhr dieses Rechners" in html
    assert "Was abgelaufen ist" not in html


async def test_a_clock_that_nobody_set_is_not_confirmed(new_site: Site, new_core: Core) -> None:
    await new_site.enter()
    new_core.clock.wall = Clock(0)
    assert "<button>Die Uhr geht richtig" not in await new_site.text("/machine/clock")
    assert (await new_site.post("/machine/clock")).status == 303
    assert "ist nicht gestellt" in await new_site.text("/machine/clock")


# The ways


@pytest.mark.parametrize(
    ("typed", "is_taken"),
    [
        ("socks5://127.0.0.1:9050", True),
        ("socks5://anna:geheim@127.0.0.1:9050", True),
        ("http://127.0.0.1:9050", False),
        ("127.0.0.1:9050", False),
        ("socks5://127.0.0.1", False),
        ("socks5://anna@127.0.0.1:9050", False),
    ],
)
async def test_a_proxy(new_site: Site, new_core: Core, typed: str, is_taken: bool) -> None:
    await new_site.enter()
    answer = await new_site.post("/machine/proxy", {"address": typed})
    assert answer.status == (303 if is_taken else 422)
    assert kept(new_core) == (Proxy.parse(typed) if is_taken else None)
    if is_taken:
        html = await new_site.text("/machine/proxy")
        assert "geheim" not in html
        assert "socks5://127.0.0.1:9050" in html
        assert "socks5://127.0.0.1:9050" in await new_site.text("/machine")
    else:
        assert "Das ist keine Adresse eines Proxys." in await answer.text()


async def test_a_proxy_that_stays_keeps_its_password(new_site: Site, new_core: Core) -> None:
    await new_site.enter()
    said = "socks5://anna:geheim@127.0.0.1:9050"
    await new_site.post("/machine/proxy", {"address": said})
    await new_site.post("/machine/proxy", {"address": "socks5://127.0.0.1:9050"})
    assert serve_options(new_core.settings)["proxy"] == said
    await new_site.post("/machine/proxy", {"address": ""})
    assert kept(new_core) is None


async def test_a_proxy_and_groups_in_the_same_network_exclude_each_other(
    new_site: Site, new_core: Core
) -> None:
    await new_site.enter()
    await new_site.post("/machine/nearby", {"on": "yes"})
    assert serve_options(new_core.settings)["local_network"] is True
    answer = await new_site.post("/machine/proxy", {"address": "socks5://127.0.0.1:9050"})
    assert answer.status == 422
    await new_site.post("/machine/nearby", {"on": "no"})
    assert serve_options(new_core.settings)["local_network"] is False
    await new_site.post("/machine/proxy", {"address": "socks5://127.0.0.1:9050"})
    await new_site.post("/machine/nearby", {"on": "yes"})
    assert serve_options(new_core.settings)["local_network"] is False
    assert "Nehmt erst den Proxy weg." in await new_site.text("/machine/nearby")


# What does not get through


async def test_whom_it_does_not_reach_and_trying_again(site: Site) -> None:
    done: list[str] = []
    partner = site.core.home_id
    site.core.server = Server(
        "http://localhost:8480",
        0,
        unreached=lambda: [Unreached((partner,), 125)],
        dial_again=lambda: done.append("dialled"),
        tidy_now=lambda: done.append("tidied"),
    )
    troubles.note(site.core, "pact", "not-a-member")
    await site.enter()
    html = await site.text("/machine/unreached")
    check(html, "de")
    text = Document(html).text
    assert "in 3 Minuten" in text
    assert "Was eine Absprache verlangt, konnte nicht getan werden" in text
    assert (await site.post("/machine/unreached")).status == 303
    assert done == ["dialled", "tidied"]
    troubles.over(site.core, "pact")
    site.core.server = site.core.server._replace(unreached=tuple)
    assert "Alles kommt durch." in await site.text("/machine/unreached")


@pytest.fixture
def wordless(tmp_path: Path) -> Iterator[Core]:
    """Of which nobody has the words on paper yet."""
    core = make_core(tmp_path, "Ohne")
    core.ring.words = bytes(32)
    yield core
    core.close()


async def test_words_that_are_not_on_paper_are_marked(serve: Serve, wordless: Core) -> None:
    site = await serve(wordless)
    await site.enter()
    assert lines(await site.text("/machine"))["words"][1]


async def test_disk_and_software_say_what_is_there(inside: Site) -> None:
    text = Document(await inside.text("/machine/disk")).text
    assert str(inside.core.home.path) in text
    assert re.search(r"Noch frei \d", text)
    assert "Verbund 0." in Document(await inside.text("/machine/version")).text

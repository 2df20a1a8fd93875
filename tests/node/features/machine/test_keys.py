"""Backups and keys on the page: with the words on paper, as the commands ask for them."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from node.app import SCHEMA, open_core
from node.features.recovery.backup import look_into
from node.features.start.actions import initialise
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.records import stale_copy
from node.store.core import Core
from node.upkeep.backups import file_of, known_backups
from node.upkeep.erasure_list import save_list
from node.web.hosts import LOOPBACK, own_names
from protocol.ids import to_text
from tests.node.web.conftest import Serve, Site
from tests.node.web.html import Document, check
from tests.node.world import Clock

BACKUPS, RENEW, STOLEN = "/machine/backups", "/machine/keys/renew", "/machine/keys/stolen"


class Node(NamedTuple):
    core: Core
    words: str


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    home, clock = Home(tmp_path / "Linde"), Clock()
    started = initialise(
        home, {"name": "Linde & Söhne"}, None, secrets.token_bytes, clock, schema=SCHEMA
    )
    core = open_core(home, clock=clock)
    yield Node(core, started.words)
    core.close()


@pytest.fixture
async def served(serve: Serve, node: Node) -> Site:
    site = await serve(node.core)
    await site.enter()
    return site


def other_words() -> str:
    from crypto.words import words_from_entropy

    return words_from_entropy(bytes(32))


async def test_a_backup_is_made_read_back_and_taken_along(served: Site, node: Node) -> None:
    assert "Hier liegt noch keine." in await served.text(BACKUPS)
    assert (await served.post(BACKUPS)).status == 303
    html = await served.text(BACKUPS)
    check(html, "de")
    assert "noch einmal gelesen: Es ist alles da." in html
    (one,) = known_backups(node.core)
    answer = await served.post(f"{BACKUPS}/{one.name}")
    data = await answer.read()
    assert answer.status == 200
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="verbund-linde-s-hne-{one.name}"'
    )
    assert answer.headers["Content-Length"] == str(len(data))
    assert data == file_of(node.core, one.name).read_bytes()
    file = node.core.home.path.parent / "taken"
    file.write_bytes(data)
    assert look_into(file, Phrase.read(node.words)) == node.core.clock()
    assert "Zuletzt am" in await served.text(BACKUPS)


async def test_a_second_one_on_the_same_day_takes_the_place_of_the_first(served: Site) -> None:
    for _ in range(2):
        assert (await served.post(BACKUPS)).status == 303
    assert len(known_backups(served.core)) == 1


async def test_a_damaged_one_is_given_to_nobody(served: Site, node: Node) -> None:
    await served.post(BACKUPS)
    (one,) = known_backups(node.core)
    file = file_of(node.core, one.name)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    answer = await served.post(f"{BACKUPS}/{one.name}")
    assert answer.status == 303
    assert "nicht mehr, was geschrieben wurde" in await served.text(BACKUPS)
    answer = await served.post(f"{BACKUPS}/{one.name}/words", {"secret_words": node.words})
    assert "Sie ist beschädigt." in await answer.text()


async def test_the_list_of_what_was_erased_goes_along(served: Site, node: Node) -> None:
    assert (await served.post(f"{BACKUPS}/erasures")).status == 404
    assert f"{BACKUPS}/erasures" not in await served.text(BACKUPS)
    save_list(node.core)
    assert f"{BACKUPS}/erasures" in await served.text(BACKUPS)
    data = await (await served.post(f"{BACKUPS}/erasures")).read()
    assert data == file_of(node.core, "erasures").read_bytes()


@pytest.mark.parametrize("name", ["x", "..%2Fkeys", "2027-01-01.verbund", "%00", "keys"])
async def test_nothing_else_is_given(served: Site, name: str) -> None:
    await served.post(BACKUPS)
    answer = await served.post(f"{BACKUPS}/{name}")
    assert answer.status == 404
    assert (await served.get(f"{BACKUPS}/{name}/words")).status == 404


async def test_whether_the_words_open_it(served: Site, node: Node) -> None:
    await served.post(BACKUPS)
    (one,) = known_backups(node.core)
    path = f"{BACKUPS}/{one.name}/words"
    check(await served.text(path), "de")
    for typed, said in (
        ("", "Die 24 Wörter"),
        ("linde " * 24, "linde"),
        (node.words.rpartition(" ")[0], "23"),
        (other_words(), "Wörter"),
    ):
        answer = await served.post(path, {"secret_words": typed})
        assert answer.status == 422
        assert said in Document(await answer.text()).text
    answer = await served.post(path, {"secret_words": f"\n {node.words.upper()} "})
    assert answer.status == 303
    assert "Die Wörter öffnen die Sicherung" in await served.text(BACKUPS)


async def test_without_a_key_to_seal_to_the_words_are_asked_once(served: Site, node: Node) -> None:
    node.core.ring.backup = None
    answer = await served.post(BACKUPS, {"secret_words": other_words()})
    assert answer.status == 422
    assert known_backups(node.core) == []
    assert (await served.post(BACKUPS, {"secret_words": node.words})).status == 303
    assert len(known_backups(node.core)) == 1
    assert "secret_words" not in await served.text(BACKUPS)


def link(core: Core) -> int:
    return core.ring.held[0].link


async def test_keys_are_renewed_with_the_words(served: Site, node: Node) -> None:
    html = await served.text(RENEW)
    check(html, "de")
    assert "gilt noch 30 Tage" in html
    who = to_text(node.core.home_id)
    for typed in ("", other_words(), "x " * 24):
        answer = await served.post(RENEW, {"who": who, "secret_words": typed})
        assert (answer.status, link(node.core)) == (422, 0)
    answer = await served.post(RENEW, {"who": who, "secret_words": node.words})
    assert (answer.status, link(node.core)) == (303, 1)
    text = Document(await served.text("/machine/keys")).text
    assert "hat neue Schlüssel" in text
    assert "einmal erneuert" in text


async def test_stolen_keys_end_at_once_and_only_if_it_is_meant(served: Site, node: Node) -> None:
    assert "gilt sofort und überall nicht mehr" in await served.text(STOLEN)
    sent = {"who": to_text(node.core.home_id), "secret_words": node.words}
    answer = await served.post(STOLEN, sent)
    assert (answer.status, link(node.core)) == (422, 0)
    assert "Das lässt sich nicht zurücknehmen." in await answer.text()
    answer = await served.post(STOLEN, {**sent, "sure": "yes"})
    assert (answer.status, link(node.core)) == (303, 1)
    assert node.core.ties.identities[node.core.home_id].current.compromised


async def test_whose_keys_nobody_holds_here_are_not_renewed(served: Site, node: Node) -> None:
    answer = await served.post(RENEW, {"who": "x" * 52, "secret_words": node.words})
    assert (answer.status, link(node.core)) == (422, 0)


async def test_words_are_asked_for_only_where_nobody_reads_along(served: Site, node: Node) -> None:
    await served.post(BACKUPS)
    (one,) = known_backups(node.core)
    name = min(own_names() - LOOPBACK)
    plain = {"Host": f"{name}:{served.server.port}"}
    for path in (RENEW, STOLEN, f"{BACKUPS}/{one.name}/words"):
        html = await (await served.get(path, headers=plain)).text()
        assert "secret_words" not in html
        assert "an der andere mitlesen können" in html
    sent = {"who": to_text(node.core.home_id), "secret_words": node.words}
    host = plain["Host"]
    answer = await served.post(RENEW, sent, Host=host, Origin=f"http://{host}")
    assert (answer.status, link(node.core)) == (422, 0)


async def test_an_old_copy_goes_on_only_when_a_person_says_so(served: Site, node: Node) -> None:
    assert (await served.get("/machine/keys/waiting")).status == 303
    with node.core.transaction():
        stale_copy.begin(node.core, "restored")
    assert "Nicht länger warten" in await served.text("/machine/keys")
    html = await served.text("/machine/keys/waiting")
    check(html, "de")
    assert "kommt aus einer Sicherung" in html
    assert (await served.post("/machine/keys/waiting")).status == 303
    assert node.core.is_reconciled
    assert "macht mit dem weiter, was er weiß" in await served.text("/machine/keys")
    assert (await served.post("/machine/keys/waiting")).status == 303

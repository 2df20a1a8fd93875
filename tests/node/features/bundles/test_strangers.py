"""Two groups without any address find each other by files, on their pages alone."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData

from node.base.errors import Problem
from node.features.bundles import strangers
from node.features.bundles.strangers import KEPT_SECONDS, follow_up
from node.features.bundles.tables import strange_files
from node.features.rules.tables import rules
from tests.node.features.peers.two import Group, close, group
from tests.node.web.conftest import person
from tests.node.web.html import Document
from tests.node.world import Clock


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[tuple[Group, Group]]:
    clock = Clock()
    one, other = [await group(tmp_path, n, clock, address=False) for n in ("Hof", "Garten")]
    yield one, other
    await close(one)
    await close(other)


async def file_of(one: Group, whom: str = "everybody") -> bytes:
    answer = await one.site.get(f"/bundles/{whom}")
    assert answer.status == 200
    return await answer.read()


async def hands_in(one: Group, data: bytes) -> str:
    """Hand a file in; gives the page of a stranger's, or the text that answers."""
    await one.site.get("/bundles")
    form = FormData()
    form.add_field("token", one.site.token())
    form.add_field("file", io.BytesIO(data), filename="x.verbund")
    root = str(one.site.root).rstrip("/")
    answer = await one.site.browser.post(
        root + "/bundles", data=form, headers={"Origin": root}, allow_redirects=False
    )
    if answer.status == 303:
        return answer.headers["Location"]
    return Document(await answer.text()).text


async def accepts(one: Group, data: bytes) -> None:
    where = await hands_in(one, data)
    assert await one.send(f"{where}/accept") == where
    assert "Ihr nehmt" in (await one.look(where)).text


async def test_from_nothing_to_connected(both: tuple[Group, Group]) -> None:
    hof, garten = both
    for one, other in ((hof, garten), (garten, hof)):
        where = await hands_in(one, await file_of(other))
        page = await one.look(where)
        assert one.peers() == []  # seen before it is accepted
        assert f"{other.id[:4]} {other.id[4:8]}" in page.text
        await one.send(f"{where}/accept")
        await one.look(where)
        assert [state for _name, state in one.peers()] == ["waiting"]
        assert "Noch nicht bestätigt" in (await one.look(f"/ties/{other.id}")).text
    for one, other in ((hof, garten), (garten, hof)):
        assert "Gelesen" in await hands_in(other, await file_of(one, other.id))
    assert hof.peers() == [("Garten", "active")]
    assert garten.peers() == [("Hof", "active")]
    tie = (await hof.look(f"/ties/{garten.id}")).text
    assert "noch keiner" not in tie
    assert "Noch nicht angekommen" not in tie  # by files alone nobody knows what arrived


async def test_two_key_persons(both: tuple[Group, Group]) -> None:
    hof, garten = both
    with hof.core.transaction():
        rules(hof.core).set_needed("connect", 2)
    other = person(hof.core, "Alex", key_person=True)
    where = await hands_in(hof, await file_of(garten))
    await hof.send(f"{where}/accept")
    assert "Es fehlt noch das Ja einer anderen" in (await hof.look(where)).text
    assert hof.peers() == []
    (waits,) = rules(hof.core).in_state("waiting")
    hof.site.sign_in(other)
    await hof.send(f"/settings/requests/{waits.id}", {"say": "yes"})
    await strangers.soon(where.rpartition("/")[2], 20)
    assert [state for _name, state in hof.peers()] == ["waiting"]


async def test_file_that_went_before_the_second_said_yes(both: tuple[Group, Group]) -> None:
    hof, garten = both
    with hof.core.transaction():
        rules(hof.core).set_needed("connect", 2)
    other = person(hof.core, "Alex", key_person=True)
    where = await hands_in(hof, await file_of(garten))
    await hof.send(f"{where}/accept")
    (waits,) = rules(hof.core).in_state("waiting")
    await hof.send(f"{where}/drop")
    hof.site.sign_in(other)
    await hof.send(f"/settings/requests/{waits.id}", {"say": "yes"})
    assert "Diese Datei ist nicht mehr da" in (await hof.look("/settings")).text
    with pytest.raises(Problem, match="file-gone"):
        strangers.agree(hof.core, where.rpartition("/")[2])
    assert hof.peers() == []


async def test_what_is_too_large_for_a_stranger(
    both: tuple[Group, Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    hof, garten = both
    data = await file_of(garten)
    monkeypatch.setattr(strangers, "LARGEST", len(data) - 1)
    with pytest.raises(Problem, match="bundle-stranger-large"):
        strangers.keep(hof.core, io.BytesIO(data), None)
    assert "Bittet sie zuerst um ihre Vorstellung" in await hands_in(hof, data)
    assert strange_files(hof.core).in_state("seen") == []


async def test_own_file_and_damaged_ones(both: tuple[Group, Group]) -> None:
    hof, garten = both
    assert "eigene Gruppe" in await hands_in(hof, await file_of(hof))
    data = bytearray(await file_of(garten))
    data[200] ^= 1
    assert "aufgenommen" in await hands_in(hof, bytes(data))
    assert strange_files(hof.core).in_state("seen") == []


async def test_nobody_decided(both: tuple[Group, Group]) -> None:
    """It is forgotten, and its page says so."""
    hof, garten = both
    where = await hands_in(hof, await file_of(garten))
    clock = hof.core.clock.wall
    assert isinstance(clock, Clock)
    clock.now += KEPT_SECONDS + 1
    follow_up(hof.core)
    id = where.rpartition("/")[2]
    assert strange_files(hof.core).content(id) is None
    assert "gelöscht" in (await hof.look(where)).text
    await hof.send(f"{where}/accept")
    assert hof.peers() == []

"""Sessions: by digest, for as long as they are used; a keeper's for an evening."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.people import sessions as module
from node.people.sessions import (
    KEEPER_SECONDS,
    REST_SECONDS,
    USE_SECONDS,
    Sessions,
    digest_of,
    rest,
)
from node.people.tables import SessionRow, SessionTable
from node.store.core import Core
from tests.node.world import Clock, make_core


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(tmp_path: Path, clock: Clock) -> Iterator[Core]:
    made = make_core(tmp_path, clock=clock)
    yield made
    made.close()


@pytest.fixture
def sessions(core: Core) -> Sessions:
    return Sessions(core)


def test_only_the_digest_is_in_the_file(core: Core, sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("kim", "password", "Firefox, Android")
    ((digest, *rest),) = core.db.all("select * from sessions")
    now = clock.now
    assert digest == digest_of(token)
    assert rest == ["kim", "password", "Firefox, Android", now, now, now + REST_SECONDS]
    assert token.encode() not in b"".join(one.read_bytes() for one in core.home.path.iterdir()
                                          if one.is_file())  # fmt: skip


@pytest.mark.parametrize("token", ["", "x", "\udc80", "x" * 10_000])
def test_token_that_is_none(sessions: Sessions, token: str) -> None:
    assert sessions.find(token) is None


def test_session_survives_a_restart(core: Core, sessions: Sessions) -> None:
    token = sessions.begin("kim", "password", "")
    assert Sessions(core).find(token) is not None


def test_use_is_noted_now_and_then(sessions: Sessions, clock: Clock) -> None:
    token = sessions.begin("kim", "password", "")
    used = []
    for _ in range(4):
        clock.now += USE_SECONDS // 2
        sessions.find(token)
        used.append(sessions.of("kim")[0].used - clock.now)
    assert used == [-(USE_SECONDS // 2), 0, -(USE_SECONDS // 2), 0]


def test_keeper_has_an_evening_however_often_they_look(sessions: Sessions, clock: Clock) -> None:
    token, began = sessions.begin(None, "link", ""), clock.now
    while clock.now < began + KEEPER_SECONDS - 1:
        clock.now = min(clock.now + USE_SECONDS, began + KEEPER_SECONDS - 1)
        assert sessions.find(token) is not None
    clock.now += 1
    assert sessions.find(token) is None


@pytest.mark.parametrize("person", ["kim", None])
def test_session_from_the_future_does_not_count(
    core: Core, sessions: Sessions, clock: Clock, person: str | None
) -> None:
    """It began while the clock was wrong."""
    later = clock.now + 400 * 86_400
    row = SessionRow(digest_of("t"), person, "link", "", later, later, later + rest(person))
    with core.transaction():
        SessionTable(core.db).add(row)
    assert sessions.find("t") is None


def test_the_one_that_rested_longest_makes_room(
    sessions: Sessions, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    tokens = []
    for _ in range(4):
        clock.now += 1
        tokens.append(sessions.begin("kim", "password", ""))
    other = sessions.begin("toni", "password", "")
    assert [sessions.find(one) is not None for one in (*tokens, other)] == [
        False, True, True, True, True,
    ]  # fmt: skip


def test_full_disk_keeps_nobody_out(
    core: Core, sessions: Sessions, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sessions.begin("kim", "password", "")
    clock.now += USE_SECONDS

    monkeypatch.setattr(core.reserve, "may_write", lambda: False)
    assert sessions.find(token) is not None
    assert sessions.of("kim")[0].used == clock.now - USE_SECONDS


def test_ending_others(sessions: Sessions) -> None:
    tokens = [sessions.begin("kim", "password", "") for _ in range(3)]
    toni = sessions.begin("toni", "password", "")
    assert sessions.end_all("kim", but=digest_of(tokens[1])) == 2
    assert [sessions.find(one) is not None for one in (*tokens, toni)] == [False, True, False, True]
    assert sessions.end_all("kim") == 1
    assert not sessions.end(digest_of(tokens[1]))

"""A node killed at any step of leaving together goes on where it was (§6.6).

No sockets: records are handed over as the gate lets them pass. A kill is an error that nothing can
catch, with no clean-up after it; what counts is what lies in the folder then.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from node.app import open_core
from node.features.meetings.actions import (
    find_meeting,
    invite,
    known_meetings,
    new_meeting,
    replies,
    reply,
)
from node.features.pacts.actions import Proposal, find_pact, propose, sign
from node.features.pacts.joint_exit import follow
from node.features.pacts.tables import stage_of
from node.keys.home import Home
from node.store.core import Core
from node.store.database import Database
from tests.node.by_hand import acquainted, exchange, hand_over, network_of
from tests.node.world import Clock, make_core

MEETING = {"starts": "2027-03-05T19:00", "zone": "Europe/Berlin", "minutes": 90, "place": "Haus"}
DAY = 86_400

ROWS = 12
"""Of the rows within a transaction every so many: all of them roll back to the same."""


SECONDS = 300
"""For all kills: some forty of them, each with ten openings of stores. Where other tests keep the
machine busy, too, the usual minute is over before they are."""


class Killed(BaseException):
    """The process is gone."""


class Folders(NamedTuple):
    """Three nodes that are not up: the old network's host, the proposer, the last to sign."""

    host: Path
    bert: Path
    carl: Path


def opened(folder: Path) -> Any:
    return closing(open_core(Home(folder), clock=Clock()))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Bert has proposed to Carl to leave Host's network; Carl has not signed yet."""
    folder = tmp_path_factory.mktemp("ready")
    cores = [make_core(folder, name) for name in ("host", "bert", "carl")]
    host, bert, carl = cores
    acquainted(cores)
    old = network_of(host, bert, carl)
    for one in (bert, carl):
        new_meeting(one, one.home_id, old, {**MEETING, "title": f"Of {one.home.path.name}"})
    exchange(*cores)
    invite(carl, carl.home_id, find_meeting(carl, "Of carl"), [bert.home_id])
    exchange(*cores)
    reply(bert, bert.home_id, find_meeting(bert, "Of carl"), "accept", {"people": 3})
    exchange(*cores)
    until = bert.clock() + 20 * DAY
    propose(bert, bert.home_id, Proposal({"name": "New"}, (carl.home_id,), None, until, old))
    exchange(*cores)
    for one in cores:
        one.close()
    return Folders(*(folder / name for name in ("host", "bert", "carl")))


Copy = Callable[..., Folders]


@pytest.fixture
def copied(ready: Folders, tmp_path: Path) -> Copy:
    """Makes a copy of these folders, or of those in which Carl has not signed yet."""
    count = iter(range(10_000))

    def copy(of: Folders = ready) -> Folders:
        target = tmp_path / str(next(count))
        for path in of:
            shutil.copytree(path, target / path.name)
        return Folders(*(target / path.name for path in of))

    return copy


Steps = list[str]


@contextmanager
def killed_at(step: int | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Nothing gets past this step: a row, the key file, or the beginning of a transaction.

    Gives the steps that were begun.
    """
    steps: Steps = []

    def counted(method: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **more: Any) -> Any:
            if len(steps) == step:
                raise Killed
            steps.append(method.__name__)
            return method(*args, **more)

        return run

    with monkeypatch.context() as patch:
        for name in ("run", "many", "assert_durable"):
            patch.setattr(Database, name, counted(getattr(Database, name)))
        patch.setattr(Home, "write_ring", counted(Home.write_ring))
        patch.setattr(Core, "restore_keys", lambda _core: None)
        patch.setattr(Core, "reload", lambda _core: None)
        with contextlib.suppress(Killed):
            yield steps


def worth_trying(steps: Steps) -> list[int]:
    """Before and after every transaction and the key file; of the rows between some of them."""
    edges = {at for at, name in enumerate(steps) if name in ("assert_durable", "write_ring")}
    edges |= {at + 1 for at in edges}
    return sorted(edges | set(range(0, len(steps), ROWS)) | {len(steps)})


def carl_signs(folders: Folders) -> None:
    with opened(folders.carl) as carl:
        pact = find_pact(carl, "New").pact
        assert pact is not None
        if carl.home_id not in carl.ties.certificates.cases[pact.digest].signed:
            sign(carl, carl.home_id, pact)
        follow(carl)


def bert_hears(folders: Folders) -> None:
    with opened(folders.bert) as bert, opened(folders.carl) as carl:
        hand_over(carl, bert)
        follow(bert)


def at_the_end(folders: Folders) -> dict[str, Any]:
    """Everybody is up again, and everything was said."""
    carl_signs(folders)
    bert_hears(folders)
    with opened(folders.host) as host, opened(folders.bert) as bert, opened(folders.carl) as carl:
        for _ in range(2):
            exchange(host, bert, carl)
            for one in (host, bert, carl):
                follow(one)
        exchange(host, bert, carl)
        pact = find_pact(carl, "New").pact
        assert pact is not None
        (old,) = [n for n in host.own if n != host.home_id]
        now = carl.clock()
        return {
            "new": [sorted(c.ties.members(pact.network, now)) for c in (bert, carl)],
            "old": host.ties.members(old, now),
            "left": [not c.ties.is_member(old, c.home_id, now) for c in (bert, carl)],
            "stages": [stage_of(c, pact.digest, c.home_id) for c in (bert, carl)],
            "run by": [pact.network in c.own for c in (bert, carl)],
            "admitted": all(
                bond.answered is not None for bond in carl.ties.rosters[pact.network].values()
            ),
            "meetings": [meetings(c, pact.network) for c in (host, bert, carl)],
            "answers": [
                (one.author == bert.home_id, (one.content or {})["people"])
                for one in replies(carl, find_meeting(carl, "Of carl"))
            ],
        }


def meetings(core: Core, network: bytes) -> list[tuple[str, bool]]:
    """Titles, and whether each is announced in this network."""
    known = known_meetings(core)
    return sorted(
        (m.content["title"], bool(m.audience) and network in m.audience.ids) for m in known
    )


def wanted(folders: Folders) -> dict[str, Any]:
    with opened(folders.host) as host, opened(folders.bert) as bert, opened(folders.carl) as carl:
        both = sorted([bert.home_id, carl.home_id])
        alone = [host.home_id]
    moved = [("Of bert", True), ("Of carl", True)]
    return {
        "new": [both, both],
        "old": alone,
        "left": [True, True],
        "stages": ["done", "done"],
        "run by": [True, False],
        "admitted": True,
        "meetings": [[], moved, moved],
        "answers": [(True, 3)],
    }


def test_without_a_crash(copied: Copy) -> None:
    folders = copied()
    assert at_the_end(folders) == wanted(folders)


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(carl_signs, id="the last one signs and acts"),
        pytest.param(bert_hears, id="the proposer hears of it, acts, and runs the network"),
    ],
)
def test_killed_at_each_step(
    act: Callable[[Folders], None],
    copied: Copy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever was done before the kill, the end is the same."""

    begun = copied()
    if act is bert_hears:
        carl_signs(begun)
    with killed_at(None, monkeypatch) as steps:
        act(copied(begun))
    assert steps.count("assert_durable") > 2
    for step in worth_trying(steps):
        folders = copied(begun)
        with killed_at(step, monkeypatch):
            act(folders)
        assert at_the_end(folders) == wanted(folders), f"killed at {step}"
        shutil.rmtree(folders.host.parent)


def test_nothing_is_half_done(copied: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    """At no step is a group in neither network, or its meeting in both or none."""
    with killed_at(None, monkeypatch) as steps:
        carl_signs(copied())
    for step in worth_trying(steps):
        folders = copied()
        with killed_at(step, monkeypatch):
            carl_signs(folders)
        with opened(folders.carl) as carl:
            pact = find_pact(carl, "New").pact
            assert pact is not None
            now, me = carl.clock(), carl.home_id
            (old,) = [n for n in carl.ties.charters if n != pact.network]
            acted = stage_of(carl, pact.digest, me) == "done"
            assert carl.ties.is_member(old, me, now) is not acted
            (mine,) = [m for m in known_meetings(carl) if m.host == me]
            assert mine.audience is not None
            assert mine.audience.ids[0] == (pact.network if acted else old)

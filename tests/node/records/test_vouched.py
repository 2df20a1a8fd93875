"""Looking once at what speaks for an author decides the same as looking each time (`intake`)."""

import random
import shutil
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.meetings.actions import meeting_content, new_meeting
from node.keys.home import Home
from node.records import intake
from node.records.transaction import take
from protocol.audience import PUBLIC
from protocol.kind import Place, Seq
from protocol.record import Record, compose, verify
from tests.days import wall
from tests.node import keeping
from tests.node.council import Council
from tests.node.records.test_any_order import steps
from tests.sync.people import NOW

MEETING = keeping.MEETING | {"starts": wall(90, now=NOW)}

_number = count()


class Story(NamedTuple):
    """A node as it was before, and what was said since: content between all that changes ties."""

    home: Path
    folder: Path
    said: list[Record]
    proven: frozenset[bytes]


def announce(net: Council) -> None:
    """Everybody who may says something to everybody, and to the network."""
    for core in net.cores.values():
        for own in core.own:
            for where in ("public", net.network):
                try:
                    new_meeting(core, own, where, MEETING)
                except Problem:  # expelled, left, or its keys are replaced
                    continue


def stolen(net: Council) -> Iterator[bytes]:
    """What somebody says who has every key that is in use now: for later, too."""
    for core in net.cores.values():
        for held in core.ring.held:
            place = Place(held.id, PUBLIC, "meeting", f"stolen-{next(_number)}")
            seq = Seq(held.link, 2**50, next(_number))
            yield compose(held.signing, place, seq, NOW, NOW + 9_000, meeting_content(MEETING))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("vouched")
    net = Council(folder, "Host Anna Bert Cleo Dora")
    home = folder / "before"
    net["Bert"].db.fold()
    shutil.copytree(net["Bert"].home.path, home)
    said: dict[bytes, None] = {}
    announce(net)
    late: list[bytes] = []
    for _ in steps(net):
        late += stolen(net)
        said.update(dict.fromkeys(raw for core in net.cores.values() for raw in net.all_of(core)))
        announce(net)
        said.update(dict.fromkeys(raw for core in net.cores.values() for raw in net.all_of(core)))
        net.tell()
    said.update(dict.fromkeys(late))
    own = net["Bert"].home_id
    proven = frozenset(core.home_id for core in net.cores.values()) - {own}
    return Story(home, folder, [verify(raw) for raw in said], proven | {net.network})


def outcome(story: Story, batches: Sequence[Sequence[Record]]) -> list[object]:
    """The code of each record, and what is there in the end."""
    copy = Home(story.folder / f"copy {next(_number)}")
    shutil.copytree(story.home, copy.path)
    core = open_core(copy, clock=lambda: NOW)
    try:
        codes: list[object] = [take(core, batch, story.proven) for batch in batches]
        there = sorted(
            # What it wrote itself meanwhile, such as a sealed reply, is another each time.
            repr((one.kind, one.audience, one.seq) if one.author in core.own else one.id)
            for one in core.records.records(core.records.headers(NOW))
        )
        return [*codes, there]
    finally:
        core.close()
        shutil.rmtree(copy.path)


def shuffled(story: Story, seed: int) -> Iterator[list[Record]]:
    """Mostly in order, as it is said; in batches of all sizes, and some of it twice."""
    some = random.Random(seed)
    said = [one for one in story.said if some.random() < 0.9]
    for _ in range(some.choice((0, 5, 50))):
        said.insert(some.randrange(len(said)), said.pop(some.randrange(len(said))))
    said += some.sample(said, 9)
    while said:
        size = some.choice((3, 20, 200))
        yield said[:size]
        del said[:size]


@pytest.mark.parametrize("seed", range(12))
def test_once_for_many_is_as_each_time(
    story: Story, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through rotations, also of stolen keys, expulsions, departures and a move."""
    batches = list(shuffled(story, seed))
    kept = outcome(story, batches)
    each = count()
    monkeypatch.setattr(intake, "grounds", lambda _record: (next(each),))
    assert outcome(story, batches) == kept


def test_the_story_has_what_matters(story: Story) -> None:
    """Content that is refused though its author said other things that are not."""
    codes = [code for some in outcome(story, [story.said])[:-1] for code in some]
    kinds = [one.kind for one in story.said]
    refused = [code for kind, code in zip(kinds, codes, strict=True) if kind == "meeting" and code]
    assert len(refused) >= 5
    assert codes.count(None) > len(refused)
    assert {"membership", "admission", "identity", "meeting", "vote"} <= set(kinds)

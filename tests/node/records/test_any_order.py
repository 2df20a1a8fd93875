"""Whatever the order, whatever comes twice or not at all: who knows the same decides the same."""

import shutil
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.app import open_core
from node.features.networks.actions import leave_network
from node.keys.home import Home
from node.records.transaction import take
from protocol.kinds import CONTROL
from protocol.record import reread
from tests.node.council import Council, amend, decide, move, stored
from tests.sync.people import NOW, verify


class Story(NamedTuple):
    """A node as it was before, and all that was said since, by everybody."""

    home: Path
    folder: Path
    network: bytes
    said: tuple[bytes, ...]
    proven: frozenset[bytes]


def steps(net: Council) -> Iterator[None]:
    """A host that fights: everybody hears everything after each step, and so does the test."""
    stale = net.propose("Dora", amend, fields={"motto": "Stale"})
    yield
    net.rotate("Host", net.network)
    yield
    moved = net.propose("Anna", move, fields={"motto": "New"})
    yield
    for one in net.ids("Anna Cleo"):
        decide(net.host, net.network, one, "expelled")
    yield
    net.vote("Cleo", moved)
    net.rotate("Host", net.network, compromised=True)
    yield
    leave_network(net["Dora"], net["Dora"].home_id, net.network)
    net.vote("Bert", stale) if net.state("Bert", stale) == "open" else None
    yield
    net.vote("Bert", moved, instead=True)
    yield
    assert net.holder() == "Anna"
    after = net.propose("Anna", amend, fields={"motto": "Newer"})
    yield
    net.vote("Bert Cleo", after)
    yield


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Bert's node before, and what was said."""
    folder = tmp_path_factory.mktemp("story")
    net = Council(folder, "Host Anna Bert Cleo Dora")
    home = folder / "before"
    net["Bert"].db.fold()
    shutil.copytree(net["Bert"].home.path, home)
    said: dict[bytes, None] = {}
    for _ in steps(net):
        net.tell(passes=1)
        net.tell()
        for core in net.cores.values():
            said.update(dict.fromkeys(net.all_of(core)))
    control = tuple(raw for raw in said if reread(raw).kind in CONTROL)
    own = frozenset(net.ids("Bert"))
    others = frozenset(core.home_id for core in net.cores.values()) - own
    return Story(home, folder, net.network, control, others | {net.network})


_number = count()


def told(story: Story, batches: Sequence[Sequence[bytes]]) -> tuple[Any, ...]:
    """What Bert's node says in the end; what waits is offered again."""
    copy = Home(story.folder / f"copy {next(_number)}")
    shutil.copytree(story.home, copy.path)
    core = open_core(copy, clock=lambda: NOW)
    try:
        before = None
        while before != (before := stored(core)):
            for batch in batches:
                take(core, [verify(raw) for raw in batch], story.proven)
        core.reload()
        chain = core.ties.identities[story.network]
        charter = core.ties.charters.get(story.network)
        members = sorted(core.ties.members(story.network, NOW))
        return chain.current.digest, members, charter.digest if charter else None
    finally:
        core.close()
        shutil.rmtree(copy.path)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_the_same_records_lead_to_the_same(story: Story, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(story.said), unique=True, min_size=5))
    everything = data.draw(st.booleans())
    some = list(story.said) if everything else kept
    straight = told(story, [some])
    mixed = data.draw(st.permutations([*some, *some[:7]]))
    size = data.draw(st.integers(1, 9))
    batches = [mixed[at : at + size] for at in range(0, len(mixed), size)]
    assert told(story, batches) == straight


def test_the_whole_story(story: Story) -> None:
    _chain, members, _charter = told(story, [story.said])
    assert len(members) == 4  # Dora left

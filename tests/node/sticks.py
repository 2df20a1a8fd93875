"""Two nodes that know each other by files only, and bundles as honest and other nodes make them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.app import open_core
from node.base.errors import Problem
from node.features.bundles.actions import write_bundle
from node.features.bundles.reading import read_bundle
from node.features.meetings.actions import new_meeting
from node.keys.home import Home
from node.links.own_proofs import holdings
from node.store.core import Core
from sync.bundle import Event, Part, Reader, Writer
from tests.node.by_hand import acquainted
from tests.node.world import Clock, make_core
from tests.sync.people import NOW, entropy

MEETING = {"starts": "2027-03-05T19:00", "zone": "Europe/Berlin", "minutes": 90, "place": "Saal"}


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Core, Core]]:
    """Two nodes whose groups accepted each other."""
    clock = Clock()
    one, other = (make_core(tmp_path, name, clock) for name in ("Alpha", "Beta"))
    acquainted([one, other])
    yield one, other
    one.close()
    other.close()


def stick(giver: Core, taker: Core, name: str = "x") -> Path:
    """A bundle for somebody."""
    file = giver.home.path.parent / f"{name}.verbund"
    write_bundle(giver, taker.home_id, file, replace=True)
    return file


def refused(core: Core, file: Path) -> str:
    with pytest.raises(Problem) as raised:
        read_bundle(core, file)
    return raised.value.code


def held(core: Core, by_others: bool = True) -> set[bytes]:
    """Ids of the records that stand."""
    headers = core.records.headers(core.clock())
    return {one.id for one in headers if not by_others or one.author not in core.own}


def twin(core: Core, name: str) -> Core:
    """The same node as it is now, in a folder of its own."""
    folder = core.home.path.parent / name
    shutil.rmtree(folder, ignore_errors=True)
    core.db.fold()
    shutil.copytree(core.home.path, folder)
    return open_core(Home(folder), clock=core.clock)


def many_meetings(core: Core, count: int = 130) -> None:
    """Some hundred kilobytes that everybody may read."""
    with core.transaction():
        for number in range(count):
            text = f"{number} ".rjust(4, "x") * 950
            new_meeting(core, core.home_id, "public", MEETING | {"title": "M", "text": text})


def parts_of(core: Core, data: bytes) -> list[Part]:
    reader = Reader(core.ring.sealing_keys(core.ring.ids))
    events: list[Event] = [*reader.feed(data), *reader.end()]
    return [one for one in events if isinstance(one, Part)]


def handmade(giver: Core, taker: Core, envelopes: list[bytes], made: int = NOW) -> Path:
    """A bundle as a hostile node could make it."""
    writer = Writer(entropy("key"))
    body = b"".join([*(writer.add(one) for one in envelopes), writer.finish()])
    recipient = (taker.home_id, taker.ties.sealing_key(taker.home_id))
    file = giver.home.path.parent / "handmade.verbund"
    file.write_bytes(writer.head(holdings(giver), made, recipient) + body)
    return file


def own_envelopes(core: Core) -> list[bytes]:
    headers = [one for one in core.records.headers(NOW) if one.author in core.own]
    return [raw for raw in core.records.envelopes([one.ref for one in headers]) if raw]

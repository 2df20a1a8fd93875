"""A network in other hands: its list and the groups' answers stay. Nodes without sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.features.decisions.carry_out import carry_out
from node.features.statements.actions import add, answer, edit, find_statement
from node.features.statements.views import statement_views
from node.store.core import Core
from node.upkeep.upkeep import keep_house
from tests.node.council import Council, move
from tests.node.world import inside

DAY = 86_400


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Council]:
    made = Council(tmp_path, "Host Anna Bert")
    yield made
    for core in made.cores.values():
        core.close()


def agreeing(core: Core, network: bytes) -> dict[str, int]:
    return {one.text: one.agree for one in statement_views(inside(core), network)}


def test_network_moves_and_its_list_stays(net: Council) -> None:
    add(net.host, net.network, {"text": "Busse fahren umsonst."})
    net.tell()
    for core in net.cores.values():
        answer(core, core.home_id, find_statement(core, "Busse"), "agree")
    net.tell()
    proposed = net.propose("Anna", move)
    net.tell()
    net.vote("Bert", proposed)
    net.tell()
    for core in net.cores.values():
        carry_out(core)
    net.tell()
    assert net.holder() == "Anna"
    net.clock.now += 40 * DAY  # what stood under the keys before is over by now
    for core in net.cores.values():
        keep_house(core)
    net.tell()
    for core in net.cores.values():
        assert agreeing(core, net.network) == {"Busse fahren umsonst.": 3}
    assert edit(net["Anna"], find_statement(net["Anna"], "Busse"), {"topic": "Verkehr"})
    net.tell()
    for core in net.cores.values():
        assert agreeing(core, net.network) == {"Busse fahren umsonst.": 0}

"""Lists of networks ask for no more of their members than they show."""

from dataclasses import replace

from node.features.networks.types import NetworkView
from node.features.networks.views import SOME, network_views
from node.lookup.sight import Sight
from node.lookup.types import Viewer
from tests.node.web.world import World


def test_a_list_says_the_same_with_fewer_members(world: World) -> None:
    def look(*, whole: bool) -> dict[str, NetworkView]:
        sight = Sight(world.core, Viewer.INSIDE, world.core.home_id)
        return {one.id: one for one in network_views(sight, whole=whole)}

    every, some = look(whole=True), look(whole=False)
    assert every.keys() == some.keys()
    for id, one in every.items():
        few = some[id]
        assert replace(few, members=None, unconfirmed=()) == replace(
            one, members=None, unconfirmed=()
        )
        assert tuple(few.unconfirmed) == tuple(one.unconfirmed)
        assert len(few.unconfirmed) == len(one.unconfirmed)
        if one.members is None:
            assert few.members is None
            continue
        members = [each for each in one.members if each.standing == "member"]
        applied = [each for each in one.members if each.standing == "applied"]
        assert len([each for each in few.members if each.standing == "member"]) == min(
            SOME, len(members)
        )
        assert [each for each in few.members if each.standing == "applied"] == (
            applied if one.held_here else []
        )
        assert set(few.members) <= set(one.members)


def test_it_is_looked_up_once_for_a_page(world: World) -> None:
    sight = Sight(world.core, Viewer.INSIDE, world.core.home_id)
    assert network_views(sight, whole=False) is network_views(sight, whole=False)

"""What links say of a person is told, and goes with the person."""

from node.features.peers.actions import give_link
from node.features.peers.personal import forget, tell
from node.features.peers.tables import peer_links
from node.serving import publish_endpoint
from node.store.core import Core
from tests.node.web.conftest import person


def test_who_made_a_link(new_core: Core) -> None:
    publish_endpoint(new_core, "https://verbund.example", None)
    kim = person(new_core, "Kim", key_person=True)
    give_link(new_core, new_core.home_id, note="Chor", by=kim.id)
    (part,) = tell(new_core, kim.id)
    assert [(one.label, one.value) for one in part.entries] == [
        ("peers.personal.made", new_core.clock())
    ]
    with new_core.transaction():
        assert forget(new_core, kim.id) == []
    assert tell(new_core, kim.id)[0].entries == ()
    assert [one.by for one in peer_links(new_core).all_given()] == [None]

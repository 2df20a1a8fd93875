"""Whoever used a link finds its node again, whatever the first exchange told."""

from pathlib import Path

from node.features.networks.actions import apply_to_network, found_network
from node.features.peers.accepting import use_link
from node.features.peers.actions import invite_peer
from protocol.control_state import Standing
from tests.node.world import make_home, running, until


async def test_application_of_one_who_only_dials_out_and_knows_the_network_alone(
    tmp_path: Path,
) -> None:
    homes = [make_home(tmp_path, name) for name in ("Alpha", "Beta")]
    async with running(homes[0]) as a:
        async with running(homes[1], False) as b:
            network = a.say(found_network, {"name": "Netz"})
            await use_link(b.core, b.id, invite_peer(a.core, network))
        # From here on Beta has nothing but what it wrote down.
        async with running(homes[1], False) as b:
            assert b.core.ties.endpoints.get(network) is None
            b.say(apply_to_network, network, None)
            now = a.core.clock()
            await until(
                lambda: a.core.ties.standing(network, b.id, now) is Standing.APPLIED, "application"
            )


async def test_who_uses_a_link_shows_what_it_holds(tmp_path: Path) -> None:
    """§8.2: the home and whom the link is used for first, then what concerns whoever made it."""
    homes = [make_home(tmp_path, name) for name in ("Alpha", "Beta")]
    async with running(homes[0]) as a, running(homes[1], False) as b:
        network = b.say(found_network, {"name": "Netz"})
        await use_link(b.core, b.id, invite_peer(a.core, a.id))
        await until(lambda: network in a.core.ties.identities, "the network was shown")
        other = b.say(found_network, {"name": "Another"})
        await use_link(b.core, other, invite_peer(a.core, a.id))
        assert a.core.ties.accepts(a.id, other, a.core.clock())

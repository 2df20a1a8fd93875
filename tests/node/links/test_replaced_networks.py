"""A node from before its network got other keys is told of that by whoever knows (§8.2, §8.4)."""

import secrets
import shutil
from pathlib import Path

from node.app import SCHEMA
from node.features.networks.actions import found_network
from node.features.recovery.rotate import rotate
from node.features.start.actions import initialise
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.store.timekeeper import wall_clock
from tests.node.world import befriend, make_home, running, until


async def test_a_mere_peer_tells_a_restored_host(tmp_path: Path) -> None:
    home, peer_home = Home(tmp_path / "host"), make_home(tmp_path, "peer")
    begun = initialise(home, {"name": "host"}, None, secrets.token_bytes, wall_clock, schema=SCHEMA)
    words = begun.words
    before = tmp_path / "before"
    async with running(peer_home) as peer:
        async with running(home) as host:
            await befriend(host, peer)
            network = host.say(found_network, {"name": "Netz"})
            await until(lambda: network in peer.core.ties.charters, "charter")
            old = host.core.ties.identities[network].current.signing
        shutil.copytree(home.path, before)
        async with running(home) as host:
            rotate(host.core, Phrase.read(words), network, compromised=True)
            host.links.stored()
            await until(
                lambda: peer.core.ties.identities[network].current.signing != old, "new keys"
            )
        shutil.rmtree(home.path)
        before.rename(home.path)
        async with running(home) as host:
            assert network in host.core.own
            await until(lambda: network not in host.core.own, "that other keys speak for it")
            assert host.id in host.core.own

"""Whom a bundle and a link name: what concerns the reader, and nobody else (protocol.md §10.3)."""

import base64
from pathlib import Path

from node.features.bundles.actions import write_bundle
from node.features.networks.actions import apply_to_network, decide, found_network
from node.features.networks.show_publicly import show_publicly
from node.features.peers.actions import invite_peer
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.kind import Place
from protocol.peering import PeerLink
from sync.bundle import Head, Part, Reader
from tests.node.by_hand import acquainted, exchange
from tests.node.world import Clock, make_core


def opened(core: Core, file: Path) -> bytes:
    """All that a reader gets out of a bundle, head and parts."""
    reader = Reader(core.ring.sealing_keys(core.ring.ids))
    found: list[bytes] = []
    for event in (*reader.feed(file.read_bytes()), *reader.end()):
        if isinstance(event, Head):
            found += [event.statement, *(b"".join(one) for one in event.proofs), *event.envelopes]
        elif isinstance(event, Part):
            found += event.envelopes
    return b"\n".join(found)


def test_a_bundle_names_what_concerns_its_reader_only(tmp_path: Path) -> None:
    """Networks that the writer looks after, and its partners, stand in no stranger's file."""
    clock = Clock()
    made = [make_core(tmp_path, name, clock) for name in ("One", "Peer", "Fellow", "Host")]
    one, peer, fellow, host = made
    acquainted([one, peer])
    acquainted([one, host])
    acquainted([fellow, host])
    common = found_network(host, host.home_id, {"name": "Gemeinsam"})
    exchange(*made)
    for core in (one, fellow):
        apply_to_network(core, core.home_id, common, None)
    exchange(*made)
    for core in (one, fellow):
        decide(host, common, core.home_id, "admitted")
    exchange(*made)
    quiet = found_network(one, one.home_id, {"name": "Verschwiegen"})
    shown = found_network(one, one.home_id, {"name": "Vorgezeigt"})
    show_publicly(one, shown, True)
    exchange(*made)
    names = {quiet: b"Verschwiegen", shown: b"Vorgezeigt", common: b"Gemeinsam"}
    names |= {peer.home_id: b"Peer", host.home_id: b"Host", fellow.home_id: b"Fellow"}
    file = tmp_path / "any.verbund"

    def named(recipient: Core | None) -> set[bytes]:
        write_bundle(one, recipient.home_id if recipient else None, file, replace=True)
        found = opened(recipient or fellow, file)
        assert one.home_id in found
        return {id_ for id_, name in names.items() if id_ in found or name in found}

    assert named(None) == {shown}, "an introduction, for whoever finds it"
    assert named(fellow) == {common, host.home_id, fellow.home_id}, "a member of the same network"
    assert named(peer) == {quiet, shown, peer.home_id}, "who was accepted may hear of networks here"
    announce(one)
    said = packed(invite_peer(one, one.home_id))
    assert one.home_id in said
    assert [name for id_, name in names.items() if id_ in said or name in said] == []
    for core in made:
        core.close()


def announce(core: Core) -> None:
    """Say where the node can be reached."""
    with act(core) as publisher:
        place = Place(core.home_id, PUBLIC, "endpoint", "home")
        publisher.write(place, {"url": "http://127.0.0.1:8480", "tls": None})


def packed(link: PeerLink) -> bytes:
    """What stands after the # of a link."""
    secret = str(link).rpartition("#")[2]
    return base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))

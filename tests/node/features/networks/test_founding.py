"""What is founded here is known to a connected peer at once: real processes (protocol.md §8.1)."""

import time
from pathlib import Path

import pytest

from tests.node.cli.servers import Node, founded, seconds_until, serving

AT_ONCE = 2.0
"""Seconds from the end of `network found` until the peer lists it, over and above what the commands
that look need themselves."""


def names(node: Node) -> list[str]:
    return [one["name"] for one in node.gets("network", "list")["networks"]]


@pytest.mark.timeout(180)  # some thirty processes
def test_networks_founded_in_a_row_are_listed_at_the_peer_within_two_seconds(
    tmp_path: Path,
) -> None:
    harbour = founded(tmp_path / "harbour", "Harbour Street Tenants")
    kitchen = founded(tmp_path / "kitchen", "Neighbours' Kitchen")
    listen = ("--listen", "127.0.0.1:0", "--private-addresses")
    with serving(harbour, *listen) as found:
        pass
    with (
        serving(harbour, "--listen", found.removeprefix("http://"), "--public-url", found),
        serving(kitchen, *listen),
    ):
        kitchen.types("peer", "accept", harbour.gets("peer", "invite")["link"])
        for number in range(3):
            name = f"Network {number}"
            harbour.types("network", "found", "--name", name)
            began = time.monotonic()
            names(kitchen)
            look = time.monotonic() - began
            took = seconds_until(lambda wanted=name: wanted in names(kitchen), began)
            assert took < AT_ONCE + 2 * look, (number, took, look)

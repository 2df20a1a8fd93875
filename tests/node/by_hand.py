"""Records handed over by hand, as the gate lets them pass: nodes without sockets."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from node.app import SCHEMA, open_core
from node.features.networks.actions import apply_to_network, decide, found_network
from node.features.pacts.joint_exit import follow
from node.features.peers.actions import accept_peer
from node.features.start.actions import initialise
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.records.transaction import take
from node.store.core import Core
from protocol.record import verify_all
from sync.gate import Verdict, gate
from tests.node.world import Clock


def hand_over(giver: Core, taker: Core) -> None:
    """What the gate lets the one have of the other's."""
    now = giver.clock()
    headers = [h for h in giver.records.headers(now) if _passes(giver, h, taker, now)]
    raws = [raw for raw in giver.records.envelopes([h.ref for h in headers]) if raw]
    take(taker, verify_all(raws), frozenset(giver.own))


def _passes(giver: Core, header: Any, taker: Core, now: int) -> bool:
    return gate(taker.own, header, giver.ties, now) is not Verdict.NO


def exchange(*cores: Core, rounds: int = 3) -> None:
    for _ in range(rounds):
        for giver in cores:
            for taker in cores:
                if giver is not taker:
                    hand_over(giver, taker)


def talk(*cores: Core, rounds: int = 3) -> None:
    """Exchange, and do what follows, until nothing new is said."""
    for _ in range(rounds):
        exchange(*cores, rounds=1)
        for one in cores:
            follow(one)


def with_words(folder: Path, name: str, clock: Clock) -> tuple[Core, Phrase]:
    """A new node, and its words."""
    home = Home(folder / name)
    started = initialise(home, {"name": name}, None, secrets.token_bytes, clock, schema=SCHEMA)
    return open_core(home, clock=clock), Phrase.read(started.words)


def acquainted(cores: Sequence[Core]) -> None:
    """Let nodes accept each other."""
    exchange(*cores, rounds=1)
    for one in cores:
        for other in cores:
            if one is not other:
                accept_peer(one, one.home_id, other.home_id)
    exchange(*cores)


def network_of(host: Core, *others: Core, name: str = "Old") -> bytes:
    """A network that `host` runs, with all others as members."""
    old = found_network(host, host.home_id, {"name": name})
    exchange(host, *others)
    for one in others:
        apply_to_network(one, one.home_id, old, None)
    exchange(host, *others)
    for one in others:
        decide(host, old, one.home_id, "admitted")
    exchange(host, *others)
    return old


def is_member(core: Core, network: bytes, of: Core) -> bool:
    """Whether, for one node, another's group is a member."""
    return core.ties.is_member(network, of.home_id, core.clock())

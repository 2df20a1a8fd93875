"""Nodes whose words are known, and what a node knows, to compare before and after."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from node.app import SCHEMA, open_core
from node.features.meetings.actions import invite, new_meeting, reply
from node.features.recovery.recover import Recovered, begin, exchange, finish
from node.features.start.actions import initialise
from node.keys.home import Home
from node.keys.recovery_words import Phrase
from node.keys.staging import new_home
from node.links.dial_plan import Target
from node.store.core import Core
from protocol.kinds import KINDS
from tests.days import wall
from tests.node.world import Running, befriend, network_of, until

MEETING = {
    "title": "Plenum",
    "starts": wall(90),
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Haus",
    "open_to": "everybody",
}

Fact = tuple[bytes, str, str, str, bytes | None, bytes | None]


def with_words(folder: Path, name: str) -> tuple[Home, Phrase]:
    """A new node, and its words."""
    home = Home(folder / name)
    started = initialise(home, {"name": name}, None, secrets.token_bytes, schema=SCHEMA)
    return home, Phrase.read(started.words)


def facts(core: Core, *authors: bytes) -> set[Fact]:
    """What a node knows of some, sealed or not; not by which key, nor where they can be reached."""
    now = core.clock()
    kinds = [kind for kind in KINDS if kind not in ("sealed", "identity", "endpoint")]
    return {
        (one.author, str(one.audience), one.kind, one.name, one.body, one.epoch)
        for kind in kinds
        for author in authors
        for one in core.records.statements(kind, now, author=author)
    }


async def agree(nodes: list[Running], *authors: bytes, what: str = "agree") -> None:
    """All nodes come to know the same of some authors, of what they may know."""

    def same() -> bool:
        for author in authors:
            known = [
                {one for one in facts(node.core, author) if one[2] != "peering"} for node in nodes
            ]
            if any(one != known[0] for one in known):
                return False
        return True

    await until(same, what)


async def circle(alpha: Running, beta: Running, gamma: Running) -> bytes:
    """Three groups: alpha is a peer of beta, the network is beta's, all are members of it.

    Alpha and gamma are co-members only. Everybody has invited and answered somebody.
    """
    await befriend(alpha, beta)
    await befriend(beta, gamma)
    net = await network_of(beta, alpha, gamma)
    both = (alpha, gamma)
    for one, other in (both, both[::-1]):
        await until(
            lambda one=one, other=other: one.core.ties.is_member(net, other.id, one.core.clock()),
            "co-members",
        )
    name = alpha.say(new_meeting, "private", MEETING)
    host = alpha.id
    alpha.say(invite, find(alpha, name), [beta.id, gamma.id])
    for guest in (beta, gamma):
        await until(lambda guest=guest: knows(guest, host, "invitation"), "invitation")
        guest.say(reply, find(guest, name), "accept", {})
    await until(lambda: len(replies(alpha)) == 2, "replies")
    return net


def find(node: Running, name: str) -> Any:
    from node.features.meetings.actions import find_meeting

    return find_meeting(node.core, name)


def knows(node: Running, author: bytes, kind: str) -> bool:
    return bool(node.core.records.statements(kind, node.core.clock(), author=author))


def replies(node: Running) -> list[Any]:
    return node.core.records.statements("reply", node.core.clock())


async def recovered(
    folder: Home, phrase: Phrase, *peers: Running, compromised: bool = False
) -> Recovered:
    """A node in an empty folder, from its words and its peers."""
    with new_home(folder) as beside:
        core = begin(beside, phrase, None, SCHEMA)
        try:
            for peer in peers:
                target = Target(peer.url or "", None, peer.id)
                await exchange(core, phrase, target, True, compromised)
            return finish(core, phrase, compromised)
        finally:
            core.close()


@contextmanager
def opened(home: Home) -> Iterator[Core]:
    """A node that is not up."""
    core = open_core(home)
    try:
        yield core
    finally:
        core.close()


async def settled(*nodes: Running) -> None:
    """Every session went through all sets and has nothing more to say."""
    await until(lambda: all(node.links.is_quiet for node in nodes), "settled")

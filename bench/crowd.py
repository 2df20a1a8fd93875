"""A network with many meetings: what `bench.cold_start` and `bench.reconcile` move."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from bench.corpus import Author, Federation, Words
from crypto.hashing import digest
from node.features.networks.actions import apply_to_network
from node.records.transaction import take
from node.store.core import Core
from protocol.ids import to_text
from protocol.record import verify_all

MEETINGS = 96
EACH = 4 + MEETINGS
"""Records of a group: identity, membership, admission, entry and meetings."""

BLOCK = 25
"""Groups that are made at once, by another process."""


def made(network: Author, when: int, groups: int) -> Iterator[list[bytes]]:
    """What there is to say of so many groups, made by other processes where that is much."""
    make = partial(_block, network, when, groups)
    if groups <= BLOCK:
        yield make(0)
        return
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        yield from pool.map(make, range(0, groups, BLOCK))


def join(core: Core, federation: Federation, host: bytes) -> None:
    """Become a member of a network that `host` founded."""
    network = federation.network.id
    first = [*federation.introductions(), federation.charter(host)]
    take(core, verify_all(first), frozenset({network}))
    apply_to_network(core, core.home_id, network, None)
    bond = core.ties.bond(network, core.home_id)
    assert bond is not None
    assert bond.membership is not None
    assert bond.membership.epoch is not None
    admitted = federation.admitted(core.home_id, bond.membership.epoch)
    assert take(core, verify_all([admitted])) == [None]


def _block(network: Author, when: int, groups: int, start: int) -> list[bytes]:
    network.counter = 10_000 + start
    words = Words(1)
    words.random.seed(start)
    federation = Federation(network, [], words, when)
    raws = []
    for n in range(start, min(start + BLOCK, groups)):
        one = Author.make(network.id + b"%d" % n)
        raws += [one.identity(when), federation.member(one, one.epoch, bytes(32))]
        raws += [federation.admitted(one.id, one.epoch), federation.entry(one)]
        raws += [_meeting(federation, one, m) for m in range(MEETINGS)]
    return raws


def _meeting(federation: Federation, one: Author, n: int) -> bytes:
    """A usual one: it needs few words."""
    content = federation.words.meeting(federation.now)
    content |= {"title": federation.words.text(1)[:20], "text": None, "place": "Saal"}
    name = to_text(digest(b"%d" % n)[:5])
    return one.record(federation.now, federation.audience, "meeting", name, content, one.epoch)

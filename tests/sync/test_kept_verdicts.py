"""A kept index says what one made anew says, whatever became of ties meanwhile (§8.4)."""

import random
from collections.abc import Callable

import pytest

from sync.common_view import Acquaintance
from sync.compared import views
from sync.frames import SALT_BYTES, Listed
from sync.gate import Verdict, gate
from sync.index import Index, set_key
from sync.refusals import Refusals
from tests.sync.memory import ANNA, BERT, CARL, DORA, EMIL, Net, Node, know
from tests.sync.people import NOW, YEAR, Someone, entropy

MANY = (ANNA, BERT, CARL, DORA, EMIL)
KEY = set_key(bytes(16), bytes(16))
TAG_KEY = bytes(32)


class World:
    """Bert's node, which Anna's asks; what happens to it, at random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.someones = [Someone(f"{one.name} {seed}") for one in MANY]
        self.anna, self.bert = self.someones[:2]
        self.node = Node(self.bert)
        know(self.node, *self.someones)
        self.nets = [Net.of(f"n {name} {seed}", *self._some(2)) for name in "xy"]
        for net in self.nets:
            self.hear(*net.control)
        self.turn = 10

    def hear(self, *envelopes: bytes) -> None:
        """Take in what is acceptable."""
        self.node.intake(envelopes, frozenset(one.id for one in self.someones))

    def _some(self, many: int) -> list[Someone]:
        return self.random.sample(self.someones, many)

    def _one(self) -> Someone:
        return self.random.choice(self.someones)

    def peering(self) -> None:
        one, other = self._some(2)
        self.hear(one.accepts(other, stands=self.random.random() < 0.7))

    def joins(self) -> None:
        net, one = self.random.choice(self.nets), self._one()
        self.turn += 1
        epoch = net.epochs[one.id] = entropy(net.network.name, one.name, self.turn, size=16)
        self.hear(one.joins(net.network, epoch))
        if self.random.random() < 0.8:
            self.hear(net.network.admits(one, epoch))

    def leaves(self) -> None:
        net = self.random.choice(self.nets)
        one = self.random.choice([one for one in self.someones if one.id in net.epochs])
        epoch = net.epochs[one.id]
        if self.random.random() < 0.5:
            self.hear(one.joins(net.network, epoch, stands=False))
        else:
            decision = self.random.choice(["expelled", "declined", None])
            self.hear(net.network.admits(one, epoch, decision))

    def rotates(self) -> None:
        one = self.random.choice([one for one in self.someones if one is not self.bert])
        one.rotate()
        self.hear(one.introduction())

    def says(self) -> None:
        net, one = self.random.choice(self.nets), self._one()
        name, lives = f"m-{self.random.random()}", self.random.choice([200, YEAR])
        self.hear(one.meeting(name, lives=lives), one.endpoint(), one.group())
        if one.id in net.epochs:
            self.hear(one.meeting(name, net.audience(), net.epochs[one.id], lives))
        other = self._one()
        if other is not one:
            self.hear(one.seals([other], "invitation", name, None))

    def time_passes(self) -> None:
        self.node.now += self.random.choice([50, 5_000, YEAR // 2])

    def step(self) -> None:
        steps: list[Callable[[], None]] = [
            self.peering, self.joins, self.leaves, self.rotates, self.says, self.says,
            self.time_passes,
        ]  # fmt: skip
        self.random.choice(steps)()


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens(seed: int) -> None:
    """The same records in the same sets; and none that the gate denies this peer."""
    world = World(seed)
    node, peer = world.node, frozenset({world.anna.id})
    kept, found = Index(node.catalogue(NOW), KEY), 0
    known = Acquaintance(node, TAG_KEY, node.own, peer, bytes(SALT_BYTES))
    known.hear(Listed(b"", bytes(SALT_BYTES)))
    for _ in range(80):
        world.step()
        catalogue, common = node.catalogue(node.now), known.look(node.now)
        anew = Index(catalogue, KEY)
        sets = [
            {
                name: (view.count, view.total, view.refs(index.positions(name)))
                for name, view in views(
                    index, common, node.ties, node.own, Refusals(), node.now
                ).items()
            }
            for index in (kept, anew)
        ]
        assert sets[0] == sets[1]
        for _count, _total, refs in sets[0].values():
            for ref in refs:
                found += 1
                record = node.by_ref[ref]
                if record.kind not in ("membership", "admission"):  # by the body, when sent
                    assert gate(peer, record, node.ties, node.now) is not Verdict.NO
    assert found > 80

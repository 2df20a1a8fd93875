"""Who may replace keys, and what happens when two do (§5.3): a table of policies."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from crypto.hashing import digest
from node.base.errors import Problem
from node.features.recovery.rotate import rotate
from node.features.status.views import status_view
from node.keys.recovery_words import Phrase
from node.records.transaction import take
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.identity import Identity, authorise_rotation, make_link
from protocol.ids import to_name
from protocol.kind import Place, Seq
from protocol.record import FOREVER, compose, verify_all
from tests.node.keeping import opened, with_words
from tests.node.world import inside, make_home
from tests.sync.people import Someone


class Table:
    """The owner's node, a second copy of it, and a peer."""

    def __init__(self, owner: Core, twin: Core, peer: Core, phrase: Phrase) -> None:
        self.owner, self.twin, self.peer, self.phrase = owner, twin, peer, phrase
        self.id = owner.home_id
        tell(owner, peer, self.id)

    def steal(self) -> None:
        """A thief of the next rotation key replaces the keys, and shows it to the peer."""
        show_theft(self.peer, self.phrase)

    def counts(self, core: Core) -> Identity:
        return core.ties.identities[self.id]

    def frozen(self) -> list[bool]:
        return [one.ties.successions[self.id].frozen for one in (self.owner, self.twin, self.peer)]

    def everybody_talks(self) -> None:
        cores = (self.owner, self.twin, self.peer)
        for source in cores:
            for target in cores:
                tell(source, target, self.id)


def show_theft(peer: Core, phrase: Phrase) -> None:
    """A link by the right rotation key to keys of somebody else."""
    identity = phrase.home()
    thief, chain = Someone("thief"), peer.ties.identities[identity]
    number = chain.current.number + 1
    keys = thief.key.public, thief.sealing.public, digest(b"thief's own")
    payload = make_link("group", number, chain.current.digest, *keys)
    element = authorise_rotation(payload, phrase.rotation(0, number))
    place = Place(identity, PUBLIC, "identity", to_name(digest(payload)))
    content = {"links": [*chain.elements, element]}
    raw = compose(thief.key, place, Seq(number, 1, 1), peer.clock(), FOREVER, content, None)
    assert take(peer, verify_all([raw])) == [None]


def tell(source: Core, target: Core, identity: bytes) -> None:
    take(target, verify_all(source.chains_of(identity)))


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    import shutil

    home, phrase = with_words(tmp_path, "Alpha")
    shutil.copytree(home.path, tmp_path / "twin")
    with ExitStack() as stack:
        homes = (home, type(home)(tmp_path / "twin"), make_home(tmp_path, "Beta"))
        owner, twin, peer = [stack.enter_context(opened(one)) for one in homes]
        yield Table(owner, twin, peer, phrase)


def ours(table: Table) -> bool:
    """The owner's key counts, for everybody, and the peer takes in what it signs."""
    table.everybody_talks()
    key = table.owner.ring.held[0].signing.public
    cores = (table.owner, table.twin, table.peer)
    return all(table.counts(one).current.signing == key for one in cores)


def test_by_words(table: Table) -> None:
    rotate(table.owner, table.phrase, table.id, False)
    assert ours(table)
    assert table.frozen() == [False] * 3


def test_two_by_words_are_one(table: Table) -> None:
    for core in (table.owner, table.twin):
        rotate(core, table.phrase, table.id, True)
    assert table.counts(table.owner) == table.counts(table.twin)
    assert ours(table)


def test_stolen_rotation_key_freezes_and_the_next_link_ends_it(table: Table) -> None:
    table.steal()
    rotate(table.owner, table.phrase, table.id, False)  # it does not know of the thief
    table.everybody_talks()
    assert table.frozen() == [True] * 3
    assert [table.counts(one).current.number for one in (table.owner, table.peer)] == [0, 0]
    status = status_view(inside(table.peer))
    assert len(status.frozen) == 1
    rotate(table.owner, table.phrase, table.id, True)
    assert ours(table)
    assert table.frozen() == [False] * 3
    assert table.counts(table.peer).current.number == 2


def test_thief_who_came_first_is_outrun(table: Table) -> None:
    """The owner knows the thief's link already: two links at once, and it counts at once."""
    table.steal()
    table.everybody_talks()
    assert table.owner.is_superseded(table.owner.ring.held[0])
    rotate(table.owner, table.phrase, table.id, True)
    assert table.counts(table.owner).current.number == 2
    assert ours(table)


def test_careful_and_careless(table: Table) -> None:
    """One says compromised, one does not: frozen, until either goes on, the same way for both."""
    rotate(table.owner, table.phrase, table.id, True)
    rotate(table.twin, table.phrase, table.id, False)
    table.everybody_talks()
    assert table.frozen() == [True] * 3
    assert status_view(inside(table.owner)).superseded != ()
    rotate(table.twin, table.phrase, table.id, False)
    rotate(table.owner, table.phrase, table.id, False)
    assert ours(table)
    assert table.counts(table.peer).links[1].compromised


def test_superseded_by_oneself_is_no_reason_to_sign_again(table: Table) -> None:
    """An old copy would put old facts over newer ones: it is to be recovered first."""
    rotate(table.owner, table.phrase, table.id, False)
    tell(table.owner, table.twin, table.id)
    with pytest.raises(Problem, match="keys-superseded"):
        rotate(table.twin, table.phrase, table.id, False)

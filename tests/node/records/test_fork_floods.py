"""A thief of a rotation key floods everybody with chains that contradict each other (§5.3)."""

from crypto.hashing import digest
from node.features.recovery.rotate import rotate
from node.records.transaction import take
from protocol.audience import PUBLIC
from protocol.identity import authorise_rotation, make_link
from protocol.ids import to_name
from protocol.kind import Place, Seq
from protocol.record import FOREVER, compose, verify_all
from tests.node.features.recovery.test_forks import Table, ours, table, tell
from tests.sync.people import Someone

__all__ = ["table"]


def forks(one: Table, count: int) -> list[bytes]:
    """So many first links, all by the right rotation key, each to other keys."""
    identity, chain = one.phrase.home(), one.peer.ties.identities[one.phrase.home()]
    made = []
    for number in range(count):
        thief = Someone(f"thief {number}")
        keys = thief.key.public, thief.sealing.public, digest(b"thief's own")
        payload = make_link("group", 1, chain.links[0].digest, *keys, compromised=bool(number % 2))
        element = authorise_rotation(payload, one.phrase.rotation(0, 1))
        place = Place(identity, PUBLIC, "identity", to_name(digest(payload)))
        content = {"links": [*chain.elements[:1], element]}
        seq = Seq(1, 2**64 - 1, number)
        made.append(compose(thief.key, place, seq, one.peer.clock(), FOREVER, content, None))
    return made


def test_two_are_kept_and_the_owner_ends_it(table: Table) -> None:
    flood = forks(table, 40)
    for raws in (flood, flood[::-1]):
        take(table.peer, verify_all(raws))
        assert len(table.peer.chains_of(table.id)) == 2
    held = (
        "select count(*) from records where kind = 'identity'"
        " and author = (select no from identities where id = ?)"
    )
    assert table.peer.db.one(held, (table.id,))[0] == 2
    tell(table.peer, table.owner, table.id)
    tell(table.peer, table.twin, table.id)
    rotate(table.owner, table.phrase, table.id, True)
    assert ours(table)
    assert table.frozen() == [False] * 3
    take(table.peer, verify_all(flood))
    assert ours(table), "more of the same changes nothing"

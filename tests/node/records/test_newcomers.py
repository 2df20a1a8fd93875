"""Identities that a peer brings: who is let in, how many of the others, and where they are."""

from contextlib import suppress

import pytest

from crypto.hashing import digest
from node.features.peers.actions import accept_peer
from node.records import newcomers
from node.records.transaction import take
from node.store.core import Core
from node.store.strangers import Usage
from node.upkeep.tidying import UNLISTED_SECONDS, tidy
from protocol.identity import authorise_majority, vote
from tests.node.cast import EPOCH, MEMBER, NET, PEER, core
from tests.node.world import verified, wind
from tests.sync.people import NOW, Someone, entropy

__all__ = ["core"]

BY = PEER.id


def bring(core: Core, *raws: bytes, by: bytes = BY) -> list[str | None]:
    """What a peer sends in its session."""
    return list(take(core, verified(*raws), frozenset({by}), by))


def invented(count: int, name: str = "invented") -> list[Someone]:
    return [Someone(f"{name} {number}") for number in range(count)]


def introduced(some: list[Someone]) -> list[bytes]:
    return [one.introduction() for one in some]


def in_memory(core: Core, some: list[Someone]) -> int:
    return sum(core.ties.identities.is_near(one.id) for one in some)


def with_roster(size: int) -> tuple[Someone, Someone]:
    """A network whose members decided that it has a large roster, and who decided that."""
    signer = Someone(f"signer {size}")
    network = Someone(f"network {size}", founders=[signer.id])
    roster = sorted([signer.id, *(entropy("of", size, n) for n in range(size - 1))])
    payload = network.make_link("network", 1, digest(network.links[0][0]), roster=roster)
    network.number = 1
    network.links.append(authorise_majority(payload, [vote(payload, signer.id, signer.key)]))
    return network, signer


def test_whom_nothing_names_lies_apart(core: Core) -> None:
    """Nobody reads it at a start, no session compares it, and it is there when it is needed."""
    some, before = invented(50), core.records.last()
    assert bring(core, *introduced(some)) == [None] * 50
    assert in_memory(core, some) == 0
    assert core.records.last() == before
    assert core.strangers.usage(BY).chains == 50
    core.reload()
    assert in_memory(core, some) == 0
    assert all(one.id in core.ties.identities for one in some)
    assert bring(core, *introduced(some)[:1]) == [None]
    assert in_memory(core, some) == 0


def test_large_networks_that_nobody_is_in_take_no_memory(core: Core) -> None:
    some = [with_roster(900 + number) for number in range(3)]
    for network, signer in some:
        assert bring(core, signer.introduction(), network.introduction()) == [None, None]
    assert in_memory(core, [one for pair in some for one in pair]) == 0
    assert all(core.ties.identities[network.id].signers for network, _signer in some)


def test_one_introducer_brings_so_many(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no more by coming again; others are not kept out by it, nor whom a network names."""
    monkeypatch.setattr(newcomers, "STRANGERS_BY_ONE", Usage(10, 2**20))
    some = invented(15)
    raws = introduced(some)
    assert bring(core, *raws) == [None] * 10 + ["over-limit"] * 5
    core.reload()
    assert bring(core, some[11].introduction()) == ["over-limit"]
    assert bring(core, raws[3]) == [None], "that one is here"
    assert bring(core, Someone("another").introduction(), by=MEMBER.id) == [None]
    named = Someone("named")
    (code,) = bring(core, NET.admits(named, EPOCH), by=MEMBER.id)
    assert code is None
    assert bring(core, named.introduction(), named.joins(NET, EPOCH)) == [None, None]
    assert core.ties.is_member(NET.id, named.id, core.clock())
    assert not core.strangers.counts(named.id)


def test_bytes_of_one_introducer(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(Someone("invented 0").introduction())
    monkeypatch.setattr(newcomers, "STRANGERS_BY_ONE", Usage(1_000, 4 * size + 100))
    codes = bring(core, *introduced(invented(6)))
    assert codes == [None] * 4 + ["over-limit"] * 2


def test_no_chain_is_looked_at_where_there_is_no_room(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "STRANGERS_BY_ONE", Usage(0, 0))
    looked: list[object] = []
    monkeypatch.setattr("protocol.identity.Identity.parse", lambda *some: looked.append(some))
    network, _signer = with_roster(901)
    assert bring(core, network.introduction()) == ["over-limit"]
    assert looked == []


def test_of_too_many_together_go_those_of_who_brought_most(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "STRANGERS", Usage(20, 2**20))
    monkeypatch.setattr(newcomers, "GO_AT_ONCE", 2)
    few, many = invented(3, "few"), invented(17, "many")
    assert set(bring(core, *introduced(few), by=MEMBER.id)) == {None}
    assert set(bring(core, *introduced(many))) == {None}
    assert bring(core, Someone("more").introduction(), by=MEMBER.id) == [None]
    assert bring(core, Someone("yet more").introduction()) == [None]
    assert bring(core, Someone("too many").introduction()) == ["over-limit"]
    assert core.strangers.usage(MEMBER.id).chains == 4
    assert [one.id in core.ties.identities for one in many[:3]] == [False, False, True]


def test_applicants_count_until_they_are_answered(core: Core) -> None:
    one = Someone("applicant")
    assert bring(core, one.introduction(), one.joins(NET, EPOCH)) == [None, None]
    assert core.ties.identities.is_near(one.id)
    assert core.strangers.usage(BY).chains == 1
    core.reload()
    assert core.ties.identities.is_near(one.id)
    assert bring(core, NET.admits(one, EPOCH), by=NET.id) == [None]
    assert core.strangers.usage(BY).chains == 0
    assert core.ties.is_member(NET.id, one.id, core.clock())


@pytest.mark.parametrize(
    "order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 0, 1), (2, 1, 0), (1, 2, 0)]
)
def test_a_member_comes_in_whatever_comes_first(core: Core, order: tuple[int, ...]) -> None:
    """Each in a commit of its own, and again: as rounds offer it."""
    one = Someone("newcomer")
    raws = [one.introduction(), one.joins(NET, EPOCH), NET.admits(one, EPOCH)]
    for _round in range(2):
        for at in order:
            bring(core, raws[at])
    assert core.ties.is_member(NET.id, one.id, core.clock())
    assert core.chains_of(one.id) == [raws[0]]
    assert not core.strangers.are_there()


def test_a_longer_chain_takes_the_place_of_the_one_that_lies_apart(core: Core) -> None:
    one = Someone("rotates")
    bring(core, one.introduction())
    one.rotate()
    assert bring(core, one.introduction()) == [None]
    assert core.strangers.usage(BY).chains == 1
    assert len(core.ties.identities[one.id].links) == 2


def test_whom_a_person_accepts_stays(core: Core) -> None:
    one = Someone("to be accepted")
    bring(core, one.introduction())
    accept_peer(core, core.home_id, one.id)
    bring(core, Someone("somebody").introduction())
    assert core.chains_of(one.id) != []
    assert not core.strangers.counts(one.id)
    core.reload()
    assert core.ties.identities.is_near(one.id)


def test_strangers_are_forgotten_after_a_day(core: Core) -> None:
    some = invented(5)
    bring(core, *introduced(some))
    clock = core.clock.wall
    start = core.clock()
    wind(core, lambda: start + UNLISTED_SECONDS - 60)
    tidy(core)
    assert core.strangers.usage().chains == 5
    wind(core, lambda: start + UNLISTED_SECONDS + 60)
    tidy(core)
    assert core.strangers.usage().chains == 0
    assert not any(one.id in core.ties.identities for one in some)
    assert clock() >= NOW


def test_nothing_is_left_of_what_was_not_committed(core: Core) -> None:
    one = Someone("not committed")
    with suppress(RuntimeError), core.transaction():
        bring(core, one.introduction())
        raise RuntimeError
    assert one.id not in core.ties.identities
    assert not core.strangers.are_there()
    assert bring(core, one.introduction()) == [None]

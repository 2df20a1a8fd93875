"""The same records, memory and held decision give the same verdict, in whatever order (§6.10)."""

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.hashing import digest
from protocol.audience import Audience
from protocol.check import check
from protocol.control_state import Ties
from protocol.identity import Identity
from protocol.record import Record, verify
from protocol.succession import Succession
from tests.protocol.making.cast import NOW, Actor, taken_in
from tests.protocol.making.finality_vectors import Tree

CHAINS = ("0", "1", "2", "L", "R", "F", "M", "J-1", "J-R", "H-1", "H-R")
GROUPS = tuple("abcde")
HEADS = ("1", "2", "L", "R", "M", "J")


@cache
def tree() -> Tree:
    return Tree()


@cache
def introductions() -> tuple[Record, ...]:
    """Of all groups; of `d` under its first key, too, which it called stolen with the second."""
    some = [Actor("group d"), *tree().groups.values()]
    return tuple(verify(one.introduction()) for one in some)


@cache
def shown() -> dict[str, tuple[Record, Identity]]:
    """The chains of the vectors, each checked once by somebody who knows everybody."""
    ties = taken_in(one.raw for one in introductions())
    found = {}
    for name in CHAINS:
        record = verify(bytes.fromhex(tree().record(name)))
        chain = check(record, ties, NOW)
        assert chain is not None
        found[name] = record, chain
    return found


@cache
def attestation(group: str, head: str) -> Record:
    actor = Actor(f"group {group}")
    network = tree().network.id
    content = {"network": network, "head": digest(tree().payloads[head])}
    return verify(actor.record("attestation", content, Audience.network(network)))


def after(held: str | None, own: str, order: list[object]) -> Succession:
    """What a node comes to."""
    one = tree().groups[own].id
    ties = Ties(frozenset({one}))
    network = tree().network.id
    if held is not None:
        ties.memory.held[network] = digest(tree().payloads[held])
    ties.memory.votes |= {(one, digest(raw)) for raw in tree().payloads.values()}
    ties.apply(verify(tree().groups[own].joins(tree().network, own)))
    for what in order:
        if isinstance(what, Record):
            ties.apply(what)
        else:
            record, chain = shown()[str(what)]
            ties.apply(record, chain)
    return ties.successions[network]


@settings(max_examples=200, deadline=None)
@given(
    st.sets(st.sampled_from(CHAINS), min_size=1).map(sorted),
    st.dictionaries(st.sampled_from(GROUPS), st.sampled_from(HEADS)),
    st.sampled_from([None, "1", "2", "R"]),
    st.sampled_from(["a", "c", "g"]),
    st.data(),
)
def test_any_order_leads_to_the_same(
    chains: list[str], heads: dict[str, str], held: str | None, own: str, data: st.DataObject
) -> None:
    things: list[object] = [*chains, *introductions()]
    things += [attestation(group, head) for group, head in heads.items() if group != own]
    expected = after(held, own, things)
    found = after(held, own, list(data.draw(st.permutations(things))))
    assert found._replace(witnesses=()) == expected._replace(witnesses=())
    assert set(_links(found)) == set(_links(expected))


def _links(found: Succession) -> list[tuple[bytes, ...]]:
    return [tuple(link.digest for link in one.links) for one in found.witnesses]

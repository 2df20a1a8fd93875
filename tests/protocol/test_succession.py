"""Which chain counts (§5.3): whatever the order, whatever is left out on the way."""

from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.hashing import digest
from protocol.identity import Identity, Link
from protocol.succession import Succession, resolve

KEEPS = 2
"""The branch on which a majority keeps the keys."""

GENESIS = digest(b"genesis")


def chain(path: tuple[tuple[int, bool], ...]) -> Identity:
    """A chain that never was signed: each step is a branch, and whether a majority took it."""
    links = [_link(0, GENESIS, voted=False)]
    for number, (branch, voted) in enumerate(path, 1):
        name = digest(links[-1].digest + bytes([branch, voted]))
        link = _link(number, name, voted=voted)
        kept = voted and branch == KEEPS
        links.append(link._replace(signing=links[-1].signing) if kept else link)
    return Identity(GENESIS, tuple(links), tuple(link.digest for link in links))


def _link(number: int, name: bytes, *, voted: bool) -> Link:
    roster = (bytes(32),) if voted else ()
    return Link("network", number, None, name, b"", b"", False, (), roster, None, name)


CHAINS = st.lists(
    st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=4).map(tuple).map(chain),
    min_size=1,
    max_size=8,
)


def told(found: Succession) -> tuple[object, ...]:
    """What two nodes must agree on."""
    return found.counts.links, [one.links for one in found.witnesses]


@settings(max_examples=400, deadline=None)
@given(CHAINS, st.randoms(use_true_random=False))
def test_any_order_and_duplication_gives_the_same(chains: list[Identity], random: object) -> None:
    shuffled = [*chains, *chains]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(resolve(shuffled)) == told(resolve(chains))


@settings(max_examples=400, deadline=None)
@given(CHAINS)
def test_one_at_a_time_keeping_only_witnesses(chains: list[Identity]) -> None:
    """What a node drops on the way never changes what counts in the end."""
    found = resolve(chains[:1])
    for one in chains[1:]:
        found = found.joined_by(one)
    assert told(found) == told(resolve(chains))


@settings(max_examples=200, deadline=None)
@given(CHAINS)
def test_at_most_two_witnesses_and_they_show_it(chains: list[Identity]) -> None:
    found = resolve(chains)
    assert 1 <= len(found.witnesses) <= 2
    assert told(resolve(found.witnesses)) == told(found)
    for one in found.witnesses:
        assert one.links[: len(found.counts.links)] == found.counts.links


def test_a_majority_counts_before_any_number_of_rotations() -> None:
    fast = chain(tuple((0, False) for _ in range(9)))
    voted = chain(((1, True),))
    assert resolve([fast, voted]).counts == voted


def test_a_move_counts_before_a_majority_that_keeps_the_keys() -> None:
    """Also if whoever has these keys rotates after it; not if the members went on from it."""
    moved, kept = chain(((0, True),)), chain(((KEEPS, True), (0, False)))
    assert resolve([kept, moved]).counts == moved
    went_on = chain(((KEEPS, True), (0, True)))
    assert resolve([went_on, moved]).counts == went_on


def test_a_later_majority_under_a_losing_rotation_names_its_branch() -> None:
    one, other = chain(((0, False), (0, False))), chain(((1, False), (1, True)))
    assert resolve([one, other]).counts == other

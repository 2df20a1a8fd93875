"""Which chain counts (§5.3): whatever the order, whatever is left out on the way."""

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.control_state import Ties
from protocol.finality import View
from protocol.identity import Identity, Link
from protocol.succession import WITNESSES, Succession, resolve
from tests.protocol.chains import chain, decision, genesis, group, rotation

FIRST = genesis("A B C")
VOTERS = ("A B", "B C", "A B C", "A")


def network(path: tuple[tuple[int, bool], ...]) -> Identity:
    """Each step is a branch, and whether a majority took it."""
    links, votes = [FIRST], dict[bytes, str]()
    for branch, voted in path:
        before = links[-1]
        one = (
            decision(str(branch), "A B C", before, moves=branch > 0)
            if voted
            else rotation(before, str(branch))
        )
        votes[one.digest] = VOTERS[branch]
        links.append(one)
    return chain(votes, *links)


def alone(path: tuple[int, ...]) -> Identity:
    """A group's chain: only rotations."""
    links: list[Link] = [FIRST._replace(type="group")]
    for branch in path:
        links.append(rotation(links[-1], str(branch))._replace(type="group"))
    return chain({}, *links)


NETWORKS = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=4).map(tuple).map(network),
    min_size=1,
    max_size=7,
)
GROUPS = st.lists(
    st.lists(st.integers(0, 2), max_size=4).map(tuple).map(alone), min_size=1, max_size=8
)
CHAINS = NETWORKS | GROUPS
ANY_ORDER = st.randoms(use_true_random=False)


def told(found: Succession) -> tuple[object, ...]:
    """What two nodes must agree on."""
    return found.counts.links, found.frozen, found.sides, [one.links for one in found.witnesses]


@settings(max_examples=300, deadline=None)
@given(CHAINS, ANY_ORDER)
def test_since_when_it_is_shown_hangs_on_no_order(chains: list[Identity], random: object) -> None:
    """The 30 days of an old key are counted from there (§5.3)."""
    found = []
    issued = {one.name: number for number, one in enumerate(chains)}
    for _ in range(3):
        random.shuffle(chains)
        ties = Ties()
        for one in chains:
            ties.introduce(one, issued[one.name])
        found.append((ties.shown, ties.identities[chains[0].id].links))
    assert found[1:] == found[:-1]


@settings(max_examples=400, deadline=None)
@given(CHAINS, ANY_ORDER)
def test_any_order_and_duplication_gives_the_same(chains: list[Identity], random: object) -> None:
    shuffled = [*chains, *chains]
    random.shuffle(shuffled)
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
def test_a_few_witnesses_show_it(chains: list[Identity]) -> None:
    found = resolve(chains)
    assert 1 <= len(found.witnesses) <= WITNESSES
    assert told(resolve(found.witnesses)) == told(found)


@settings(max_examples=200, deadline=None)
@given(GROUPS)
def test_of_a_group_two_at_most_and_what_counts_is_in_both(chains: list[Identity]) -> None:
    found = resolve(chains)
    assert len(found.witnesses) == 1 + found.frozen
    for one in found.witnesses:
        assert one.links[: len(found.counts.links)] == found.counts.links


def test_a_majority_counts_before_any_number_of_rotations() -> None:
    fast = network(tuple((0, False) for _ in range(9)))
    voted = network(((1, True),))
    assert resolve([fast, voted]).counts == voted


def test_a_later_majority_under_a_losing_rotation_names_its_branch() -> None:
    one, other = network(((0, False), (0, False))), network(((1, False), (1, True)))
    assert resolve([one, other]).counts == other


def test_two_decisions_freeze_and_what_more_attest_thaws_who_decides() -> None:
    """However either went on; who is not on the roster that decided waits for a person."""
    one, other = network(((1, True),)), network(((0, True), (0, False)))
    attested = {group(name): one.current.digest for name in "AB"}
    frozen = resolve([one, other])
    assert (frozen.frozen, len(frozen.counts.links), len(frozen.sides)) == (True, 1, 2)
    inside = View(own=frozenset({group("C")}), attested=attested)
    assert resolve([one, other], inside).counts == one
    outside = View(own=frozenset({group("D")}), attested=attested)
    assert resolve([one, other], outside).frozen
    held = outside._replace(held=one.current.digest)
    found = resolve([one, other], held)
    assert (found.counts, found.frozen, found.witnesses) == (one, False, (one,))


def test_what_is_held_and_not_known_freezes() -> None:
    """A newcomer with a checkpoint, who was shown another branch."""
    one, other = network(((1, True),)), network(((0, True),))
    view = View(held=one.current.digest)
    found = resolve([other], view)
    assert (found.frozen, len(found.counts.links), found.held) == (True, 1, None)
    assert found.joined_by(one, view).counts == one


def test_of_too_many_sides_the_one_that_peers_attest_is_kept() -> None:
    """Whoever decided alone can make a thousand sides, and puppets that attest each of them."""
    zero = genesis("A")
    sides = [decision(f"{n}", "A P", zero) for n in range(40)]
    chains = [chain({one.digest: "A"}, zero, one) for one in sides]
    right = max(sides, key=lambda one: one.digest)
    attested = {group(f"P{n}"): one.digest for n, one in enumerate(sides)}
    attested |= {group("B"): right.digest}
    found = resolve(chains, View(attested=attested, near=frozenset({group("B")})))
    assert found.frozen
    assert len(found.witnesses) == WITNESSES
    assert right.digest in found.sides

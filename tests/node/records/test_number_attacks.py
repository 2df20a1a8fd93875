"""A thief of an operational key uses up numbers: its owner could never write again (§4.4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.groups.actions import edit_group
from node.features.recovery.recover import finish
from node.features.recovery.rotate import rotate
from node.keys.recovery_words import Phrase
from node.records import stale_copy
from node.records.transaction import go_on, take
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.kind import Place, Seq
from protocol.record import compose, verify_all
from tests.node.keeping import opened, with_words

HIGHEST = 2**64 - 1
NUMBERS = [
    pytest.param(Seq(0, HIGHEST, HIGHEST), id="highest"),
    pytest.param(Seq(0, 2**63, 1), id="more than the store counts"),
    pytest.param(Seq(0, 2**63 - 2**32 - 1, HIGHEST), id="last but one"),
]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[tuple[Core, Phrase]]:
    home, phrase = with_words(tmp_path, "Alpha")
    with opened(home) as core:
        yield core, phrase


def stolen(core: Core, seq: Seq) -> bytes:
    """What a thief of the home's operational key publishes, under some number."""
    place, now = Place(core.home_id, PUBLIC, "group", ""), core.clock()
    old = core.records.at(place)
    assert old is not None
    content = {**(old.content or {}), "region": "Stolen"}
    return compose(core.ring.held[0].signing, place, seq, now, now + 1000, content, None)


def region(core: Core) -> str | None:
    found = core.records.at(Place(core.home_id, PUBLIC, "group", ""))
    assert found is not None
    return None if found.content is None else found.content["region"]


@pytest.mark.parametrize("seq", NUMBERS)
@pytest.mark.parametrize("compromised", [True, False])
def test_owner_writes_again_after_a_rotation(
    owner: tuple[Core, Phrase], seq: Seq, compromised: bool
) -> None:
    core, phrase = owner
    raw = stolen(core, seq)
    take(core, verify_all([raw]))
    assert stale_copy.state(core) == "newer"
    go_on(core)
    if stale_copy.used_up(core):
        with pytest.raises(Problem, match="numbers-used-up"):
            edit_group(core, core.home_id, {"region": "Kiel"})
    assert core.is_reconciled
    rotate(core, phrase, core.home_id, compromised)
    edit_group(core, core.home_id, {"region": "Kiel"})
    take(core, verify_all([raw]))
    assert core.is_reconciled, "what the old key says stops nobody"
    assert core.may_issue
    assert region(core) == "Kiel"
    edit_group(core, core.home_id, {"region": "Husum"})
    assert region(core) == "Husum"


def test_no_word_while_numbers_are_used_up(owner: tuple[Core, Phrase]) -> None:
    """Said once: more of the thief's records don't make the node wait again and again."""
    core, _phrase = owner
    for counter in range(HIGHEST - 5, HIGHEST + 1):
        take(core, verify_all([stolen(core, Seq(0, HIGHEST, counter))]))
        if not core.is_reconciled:
            assert stale_copy.state(core) == "newer"
            go_on(core)
    assert core.is_reconciled
    assert stale_copy.state(core) == "used-up"
    assert not core.may_issue


def test_any_lower_number_is_outrun(owner: tuple[Core, Phrase]) -> None:
    core, _phrase = owner
    take(core, verify_all([stolen(core, Seq(0, 2**62, HIGHEST))]))
    go_on(core)
    edit_group(core, core.home_id, {"region": "Kiel"})
    assert region(core) == "Kiel"


def test_recovered_with_new_keys(owner: tuple[Core, Phrase]) -> None:
    """The machine and the key are gone: a recovery that says so begins anew at once."""
    core, phrase = owner
    take(core, verify_all([stolen(core, Seq(0, HIGHEST, HIGHEST))]))
    assert finish(core, phrase, compromised=True).link == 1
    assert core.may_issue
    edit_group(core, core.home_id, {"region": "Kiel"})
    assert region(core) == "Kiel"

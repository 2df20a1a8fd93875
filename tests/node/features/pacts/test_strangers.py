"""A pact that also asks somebody of whom a signer knows nothing (§6.6)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.features.pacts.actions import Proposal, find_pact, propose, sign
from node.features.pacts.tables import stage_of
from node.records.transaction import take
from node.store.core import Core
from tests.node.by_hand import acquainted
from tests.node.world import make_core, verified

DAY = 86_400


@pytest.fixture
def three(tmp_path: Path) -> Iterator[tuple[Core, Core, Core]]:
    """Bert is a peer of both others, who don't know of each other."""
    cores = tuple(make_core(tmp_path, name) for name in ("anna", "bert", "carl"))
    anna, bert, carl = cores
    acquainted((anna, bert))
    acquainted((bert, carl))
    yield anna, bert, carl
    for one in cores:
        one.close()


def tells(giver: Core, taker: Core) -> None:
    """Only what it says itself, as a session of two peers has it."""
    headers = list(giver.records.headers(giver.clock(), author=giver.home_id))
    raws = [raw for raw in giver.records.envelopes([one.ref for one in headers]) if raw]
    take(taker, verified(*raws), frozenset(giver.own))


def certificates(core: Core) -> list[tuple[bytes, ...]]:
    """To whom a node's own certificates go."""
    found = core.records.opened("certificate", core.clock())
    return [one.audience.ids for one in found if one.author == core.home_id]


def test_the_certificate_is_passed_once_to_whom_the_signer_knows(
    three: tuple[Core, Core, Core],
) -> None:
    anna, bert, carl = three
    asked = (anna.home_id, carl.home_id)
    propose(bert, bert.home_id, Proposal({"name": "New"}, asked, 2, bert.clock() + DAY, None))
    tells(bert, anna)
    assert carl.home_id not in anna.ties.identities
    pact = find_pact(anna, "New").pact
    assert pact is not None
    sign(anna, anna.home_id, pact)
    assert certificates(anna) == [(bert.home_id,)]
    assert stage_of(anna, pact.digest, anna.home_id) == "certified"
    # Later records bring it about again; nothing more is written.
    tells(bert, anna)
    assert certificates(anna) == [(bert.home_id,)]


def test_whoever_becomes_known_is_told_too(three: tuple[Core, Core, Core]) -> None:
    anna, bert, carl = three
    asked = (anna.home_id, carl.home_id)
    propose(bert, bert.home_id, Proposal({"name": "New"}, asked, 2, bert.clock() + DAY, None))
    tells(bert, anna)
    pact = find_pact(anna, "New").pact
    assert pact is not None
    introduction = carl.introduction(carl.ring.held[0])
    assert introduction is not None
    sign(anna, anna.home_id, pact)
    take(anna, verified(introduction.raw), frozenset({carl.home_id}))
    both = tuple(sorted((bert.home_id, carl.home_id)))
    assert both in [tuple(sorted(ids)) for ids in certificates(anna)]

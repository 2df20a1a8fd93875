"""Whom a pact reaches: said before it is proposed, and shown until it arrived (§6.6)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.features.meetings.actions import cancel, find_meeting, new_meeting
from node.features.pacts.actions import Proposal, find_pact, propose, sign
from node.features.pacts.reach import has_address, out_of_reach
from node.features.pacts.views import pact_view
from node.records.transaction import act
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.ids import from_text, to_text
from protocol.kind import Place
from tests.days import wall
from tests.node.by_hand import acquainted, exchange
from tests.node.by_hand import network_of as founded
from tests.node.links import test_manager
from tests.node.world import (
    Clock,
    Running,
    befriend,
    inside,
    make_core,
    make_home,
    network_of,
    running,
    until,
)
from tests.sync.people import NOW

DAY = 86_400
MEETING = test_manager.MEETING | {"starts": wall(90, now=NOW)}


@pytest.fixture
def four(tmp_path: Path) -> Iterator[list[Core]]:
    """Anna looks after a network; Bert and Carl are members of it, Dora is Bert's peer only."""
    cores = [make_core(tmp_path, name) for name in ("anna", "bert", "carl", "dora")]
    anna, bert, carl, dora = cores
    acquainted((anna, bert))
    acquainted((anna, carl))
    acquainted((bert, dora))
    founded(anna, bert, carl)
    exchange(anna, bert, carl)
    yield cores
    for one in cores:
        one.close()


def get_address(core: Core) -> None:
    with act(core) as publisher:
        place = Place(core.home_id, PUBLIC, "endpoint", "home")
        publisher.write(place, {"url": "https://here.example", "tls": None})


CASES = [
    # who has an address, whom Bert asks, who passes on → who is out of reach
    ("", "anna carl dora", "", "anna carl dora"),
    ("bert", "anna carl dora", "", ""),
    ("anna", "anna carl dora", "", "dora"),
    ("anna", "carl", "", "carl"),
    ("anna", "carl", "anna", ""),
    ("anna", "anna carl", "", ""),
    ("dora", "carl", "dora", ""),  # as the person said who chose Dora
    ("", "carl", "anna", "carl"),
    ("carl dora", "anna carl dora", "", ""),
]


@pytest.mark.parametrize(("reachable", "asked", "through", "far"), CASES)
def test_out_of_reach(four: list[Core], reachable: str, asked: str, through: str, far: str) -> None:
    by_name = dict(zip(("anna", "bert", "carl", "dora"), four, strict=True))
    for name in reachable.split():
        get_address(by_name[name])
    exchange(*four)
    bert = by_name["bert"]
    assert [has_address(bert, one.home_id) for one in four] == [
        name in reachable.split() for name in by_name
    ]
    ids = {core.home_id: name for name, core in by_name.items()}
    wanted, carriers = (
        [by_name[name].home_id for name in some.split()] for some in (asked, through)
    )
    found = out_of_reach(bert, bert.home_id, wanted, carriers)
    assert sorted(ids[one] for one in found) == far.split()


def reached(node: Running, name: str) -> dict[bytes, str | None]:
    view = pact_view(inside(node.core), pact_of(node, name))
    assert view is not None
    return {from_text(one.who.id): one.reached for one in view.signers}


def pact_of(node: Running, name: str) -> bytes:
    pact = find_pact(node.core, name).pact
    assert pact is not None
    return pact.digest


async def test_what_was_handed_over_and_what_was_not(tmp_path: Path) -> None:
    """Beta and Gamma only dial out; Alpha has an address, and looks after their network."""
    async with (
        running(make_home(tmp_path, "Alpha")) as alpha,
        running(make_home(tmp_path, "Beta"), reachable=False) as beta,
        running(make_home(tmp_path, "Gamma"), reachable=False) as gamma,
    ):
        for one in (beta, gamma):
            await befriend(alpha, one)
        net = await network_of(alpha, beta, gamma)
        await until(
            lambda: beta.core.ties.is_member(net, gamma.id, beta.core.clock()), "co-members"
        )
        until_ = beta.core.clock() + DAY
        beta.say(propose, Proposal({"name": "Far"}, (gamma.id,), 2, until_, None))
        assert reached(beta, "Far") == {beta.id: None, gamma.id: "no-way"}
        beta.say(propose, Proposal({"name": "Near"}, (alpha.id,), 2, until_, None))
        await until(lambda: reached(beta, "Near")[alpha.id] == "yes", "handed over")
        beta.say(propose, Proposal({"name": "By"}, (gamma.id,), 2, until_, None, (alpha.id,)))
        await until(lambda: reached(beta, "By")[gamma.id] == "carried", "handed on")
        await until(lambda: len(gamma.core.ties.certificates.cases) == 1, "arrived")
        pact = find_pact(gamma.core, "By").pact
        gamma.say(sign, pact)
        await until(lambda: reached(beta, "By")[gamma.id] == "no-way", "founded, and cut off")


def test_what_lives_comes_first(four: list[Core]) -> None:
    """A pact that came to nothing makes no name ambiguous; alone it is still found."""
    _anna, bert, carl, _dora = four
    said = Proposal({"name": "New"}, (carl.home_id,), 2, bert.clock() + DAY, None)
    dead = propose(bert, bert.home_id, said)
    clock = bert.clock.wall
    assert isinstance(clock, Clock)
    clock.now += 2 * DAY
    assert find_pact(bert, "New").pact.digest == dead
    living = propose(bert, bert.home_id, said._replace(until=bert.clock() + DAY))
    assert find_pact(bert, "New").pact.digest == living
    assert find_pact(bert, to_text(dead)[:12]).pact.digest == dead


def test_a_meeting_that_was_called_off_makes_no_name_ambiguous(four: list[Core]) -> None:
    bert = four[1]
    first = new_meeting(bert, bert.home_id, "public", MEETING)
    cancel(bert, bert.home_id, find_meeting(bert, first), "Rain")
    second = new_meeting(bert, bert.home_id, "public", MEETING)
    assert find_meeting(bert, str(MEETING["title"])).name == second

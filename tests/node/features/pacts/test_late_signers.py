"""Who signs late, or comes back from an old backup, ends where the others are (§6.5, §6.6)."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from node.app import open_core
from node.features.networks.actions import apply_to_network
from node.features.pacts.actions import Proposal, find_pact, propose, sign
from node.features.pacts.joint_exit import follow
from node.features.peers.actions import accept_peer
from node.keys.home import Home
from node.links.dial_plan import wanted
from node.records.stale_copy import begin
from node.records.transaction import act, go_on
from node.store.core import Core
from protocol.audience import PUBLIC
from protocol.certificates import LATE_SECONDS, Pact
from protocol.control_state import Relation
from protocol.kind import Place
from tests.node.by_hand import exchange, hand_over, network_of, talk
from tests.node.world import Clock, make_core

DAY = 86_400
DAYS = 14


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def four(tmp_path: Path, clock: Clock) -> Iterator[list[Core]]:
    """The host's peers meet in its network only; Anna asked Bert and Carl to leave it with her."""
    cores = [make_core(tmp_path, name, clock) for name in ("host", "anna", "bert", "carl")]
    host, anna, *others = cores
    exchange(*cores, rounds=1)
    for one in (anna, *others):
        accept_peer(host, host.home_id, one.home_id)
        accept_peer(one, one.home_id, host.home_id)
    for one in cores:
        with act(one) as publisher:
            place = Place(one.home_id, PUBLIC, "endpoint", "home")
            publisher.write(place, {"url": f"https://{one.home.path.name}.example", "tls": None})
    exchange(*cores)
    old = network_of(host, anna, *others)
    asked = tuple(one.home_id for one in others)
    said = Proposal({"name": "New"}, asked, None, anna.clock() + DAYS * DAY, old)
    propose(anna, anna.home_id, said)
    talk(*cores)
    yield cores
    for one in cores:
        one.close()


def pact_of(core: Core) -> Pact:
    pact = find_pact(core, "New").pact
    assert pact is not None
    return pact


def relation(core: Core, other: Core) -> Relation:
    return core.ties.relation(core.home_id, other.home_id, core.clock())


def dials(core: Core, other: Core) -> bool:
    url = f"https://{other.home.path.name}.example"
    return url in [one.url for one in wanted(core, lambda _one: False)]


def left_without_carl(four: list[Core]) -> None:
    """Bert signs; Anna and Bert leave, and so does Carl, by himself."""
    host, anna, bert, _carl = four
    sign(bert, bert.home_id, pact_of(bert))
    follow(bert)
    talk(anna, bert)
    talk(host, anna, bert)
    assert relation(anna, bert) is Relation.TIED


def test_who_signs_when_the_others_have_left_reaches_them(four: list[Core]) -> None:
    host, anna, bert, carl = four
    left_without_carl(four)
    hand_over(bert, carl)  # the certificate, and that they left: before he signs
    sign(carl, carl.home_id, pact_of(carl))
    follow(carl)
    talk(host, carl)
    talk(host, anna)  # the old network's node tells them that Carl left it
    for one in (anna, bert):
        assert relation(one, carl) is Relation.FORMER, "by the pact alone"
        assert dials(one, carl)
    talk(anna, bert, carl)
    members = sorted(one.home_id for one in (anna, bert, carl))
    for one in (anna, bert, carl):
        assert sorted(one.ties.members(pact_of(one).network, one.clock())) == members
    said = bert.ties.certificates.cases[pact_of(bert).digest].kept
    assert (anna.home_id, carl.home_id) in said, "Carl himself may not know everybody"


def test_a_pact_relates_for_its_time_and_those_who_signed_only(
    four: list[Core], clock: Clock
) -> None:
    host, anna, bert, carl = four
    left_without_carl(four)
    talk(host, carl)
    for core in (anna, carl):
        relate = core.ties.certificates.agreed
        until = pact_of(core).until + LATE_SECONDS
        signed = core is anna
        assert relate({core.home_id}, bert.home_id, until) is signed, "Carl did not sign"
        assert not relate({core.home_id}, bert.home_id, until + 1)
        assert not relate({core.home_id}, host.home_id, until), "who was not asked"


def test_restored_from_before_the_pact(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host leaves its own network, and only it knew that: what came back is carried out."""
    cores = [make_core(tmp_path, name, clock) for name in ("host", "anna")]
    host, anna = cores
    exchange(*cores, rounds=1)
    for one, other in ((host, anna), (anna, host)):
        accept_peer(one, one.home_id, other.home_id)
    exchange(*cores)
    old = network_of(host)
    host.db.fold()
    shutil.copytree(host.home.path, tmp_path / "before")
    said = Proposal({"name": "New"}, (anna.home_id,), None, host.clock() + DAYS * DAY, old)
    propose(host, host.home_id, said)
    talk(*cores)
    sign(anna, anna.home_id, pact_of(anna))
    talk(*cores)
    network = pact_of(anna).network
    assert not host.ties.is_member(old, host.home_id, host.clock())
    with closing(open_core(Home(tmp_path / "before"), clock=clock)) as again:
        assert again.ties.is_member(old, again.home_id, again.clock())
        begin(again, "restored")
        hand_over(anna, again)
        go_on(again)
        while follow(again):
            continue
        assert again.ties.is_member(network, again.home_id, again.clock())
        assert not again.ties.is_member(old, again.home_id, again.clock())
        apply_to_network(again, again.home_id, old, None)  # on purpose, afterwards
        while follow(again):
            continue
        assert again.ties.bond(old, again.home_id).membership.content is not None
    for one in cores:
        one.close()

"""What is refused, what is found, and how a thing runs out: nodes without sockets, clocks set."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.exchange.actions import (
    Filters,
    audience_of,
    find_thing,
    publish,
    take,
    thing_views,
)
from node.features.networks.actions import found_network
from node.features.pacts.actions import Proposal, propose, sign
from node.features.peers.actions import accept_peer
from node.records.redating import outlast
from node.records.transaction import act
from node.store.core import Core
from node.upkeep.upkeep import renew
from protocol.audience import PUBLIC, Audience
from protocol.ids import to_text
from tests.node.by_hand import acquainted, exchange, is_member, network_of, talk
from tests.node.world import Clock, inside, make_core
from tests.sync.people import NOW

DAY = 86_400


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pair(tmp_path: Path, clock: Clock) -> Iterator[tuple[Core, Core]]:
    """Two peers."""
    a, b = (make_core(tmp_path, name, clock) for name in ("Alpha", "Beta"))
    exchange(a, b, rounds=1)
    accept_peer(a, a.home_id, b.home_id)
    accept_peer(b, b.home_id, a.home_id)
    exchange(a, b, rounds=1)
    yield a, b
    a.close()
    b.close()


def say(core: Core, kind: str = "offer", days: float = 30, **fields: Any) -> str:
    said = {"title": "Klapptische", **fields}
    until = core.clock() + int(days * DAY)
    return publish(core, core.home_id, kind, PUBLIC, said, until)


def titles(core: Core, **filters: Any) -> list[str]:
    return [one.title for one in thing_views(inside(core), Filters(**filters))]


@pytest.mark.parametrize(
    ("days", "fields", "code"),
    [
        pytest.param(0, {}, "exchange-over", id="over at once"),
        pytest.param(-3, {}, "exchange-over", id="past"),
        pytest.param(90.1, {}, "exchange-too-long", id="more than 90 days"),
        pytest.param(30, {"title": "\u200b"}, "field-missing", id="nothing to be seen"),
        pytest.param(30, {"title": "x" * 161}, "field-invalid", id="a title too long"),
        pytest.param(30, {"amount": 1_000_001}, "field-invalid", id="too much"),
        pytest.param(30, {"unit": "kg"}, "unit-alone", id="a unit of nothing"),
    ],
)
def test_what_is_refused_leaves_nothing(
    pair: tuple[Core, Core], days: float, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Problem) as refused:
        say(pair[0], days=days, **fields)
    assert (refused.value.code, titles(pair[0])) == (code, [])


@pytest.mark.parametrize("kind", ["offer", "want"])
def test_it_runs_out_everywhere_and_nobody_renews_it(
    pair: tuple[Core, Core], clock: Clock, kind: str
) -> None:
    a, b = pair
    say(a, kind, days=90)
    exchange(a, b, rounds=1)
    take(b, b.home_id, find_thing(b, "Klapptische"))
    exchange(a, b, rounds=1)
    clock.now = NOW + 90 * DAY - 1
    assert [titles(one) for one in pair] == [["Klapptische"]] * 2
    for one in pair:
        renew(one)
        outlast(one)
    clock.now += 1
    exchange(a, b, rounds=1)
    assert [titles(one) for one in pair] == [[], []]
    with pytest.raises(Problem, match="no-such-offer"):
        find_thing(b, "Klapptische")


def test_a_take_of_what_was_changed_is_marked(pair: tuple[Core, Core]) -> None:
    a, b = pair
    say(a)
    exchange(a, b, rounds=1)
    take(b, b.home_id, find_thing(b, "Klapptische"), 3)
    thing = find_thing(a, "Klapptische")
    with act(a) as publisher:
        changed = {**(thing.content or {}), "place": "Lübeck"}
        publisher.write(thing.place, changed, expires=thing.expires)
    exchange(a, b, rounds=1)
    (ours,), (theirs,) = (thing_views(inside(one), Filters()) for one in (a, b))
    assert [one.outdated for one in ours.takes] == [True]
    assert theirs.taken is not None
    assert (theirs.taken.amount, theirs.taken.outdated) == (3, True)


def test_who_may_not_take(pair: tuple[Core, Core], tmp_path: Path, clock: Clock) -> None:
    a, b = pair
    say(a)
    thing = find_thing(a, "Klapptische")
    stranger = make_core(tmp_path, "Stranger", clock)
    for core, code in ((a, "take-own"), (stranger, "not-tied")):
        with pytest.raises(Problem) as refused:
            take(core, core.home_id, thing)
        assert refused.value.code == code
    stranger.close()
    take(b, b.home_id, thing)


def test_who_leave_together_take_their_things_along(tmp_path: Path, clock: Clock) -> None:
    """§6.6: under the same names, so that takes go on."""
    a, b, c = cores = [make_core(tmp_path, name, clock) for name in ("Alpha", "Beta", "Gamma")]
    acquainted(cores)
    old = network_of(a, b, c)
    until = b.clock() + 30 * DAY
    publish(b, b.home_id, "offer", Audience.network(old), {"title": "Klapptische"}, until)
    publish(b, b.home_id, "want", Audience.network(old), {"title": "Lastenrad"}, until)
    exchange(*cores)
    take(c, c.home_id, find_thing(c, "Klapptische"), 2)
    exchange(*cores)
    said = Proposal({"name": "Neu"}, (c.home_id,), 2, b.clock() + 5 * DAY, old)
    pact = propose(b, b.home_id, said)
    exchange(*cores)
    case = c.ties.certificates.cases[pact]
    assert case.pact is not None
    new = case.pact.network
    sign(c, c.home_id, case.pact)
    talk(*cores)
    assert (is_member(c, new, b), is_member(c, old, b)) == (True, False)
    found = [{one.title: one for one in thing_views(inside(core), Filters())} for core in cores]
    assert [sorted(one) for one in found] == [[], *[["Klapptische", "Lastenrad"]] * 2]
    tables = found[1]["Klapptische"]
    assert (tables.until, [one.id for one in tables.seen_by]) == (until, [to_text(new)])
    assert [(one.amount, one.outdated) for one in tables.takes] == [(2, False)]
    for one in cores:
        one.close()


def test_filters(pair: tuple[Core, Core]) -> None:
    a, b = pair
    network = found_network(a, a.home_id, {"name": "Netz"})
    say(a, title="Klapptische", place="Kiel-Gaarden", amount=12, unit="Stück")
    say(a, "want", title="Lastenrad", text="für ein Wochenende")
    inside_ = {"title": "Beamer"}
    net = Audience.network(network)
    publish(a, a.home_id, "offer", net, inside_, a.clock() + DAY)
    say(b, title="Übersetzen", amount=3, unit="Stunden")
    exchange(a, b, rounds=1)
    rows: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"Klapptische", "Lastenrad", "Beamer", "Übersetzen"}),
        ({"kind": "offer"}, {"Klapptische", "Beamer", "Übersetzen"}),
        ({"kind": "want"}, {"Lastenrad"}),
        ({"words": "TISCHE stuck"}, {"Klapptische"}),
        ({"words": "wochenende tische"}, set()),
        ({"words": "ubersetzen"}, {"Übersetzen"}),
        ({"place": "gaarden"}, {"Klapptische"}),
        ({"network": network}, {"Beamer"}),
        ({"mine": True}, {"Klapptische", "Lastenrad", "Beamer"}),
        ({"mine": True, "kind": "want"}, {"Lastenrad"}),
    ]
    assert [(one, set(titles(a, **one))) for one, _found in rows] == rows


def test_whom_it_is_for(pair: tuple[Core, Core]) -> None:
    a, b = pair
    network = found_network(a, a.home_id, {"name": "Netz"})
    assert audience_of(a, a.home_id, " Public ") == PUBLIC
    assert audience_of(a, a.home_id, "netz") == Audience.network(network)
    assert audience_of(a, a.home_id, "Beta") == Audience.direct([b.home_id])
    with pytest.raises(Problem, match="to-nobody"):
        audience_of(a, a.home_id, "Nirgends")


def test_what_two_have_in_common_is_asked_back(pair: tuple[Core, Core]) -> None:
    a, _b = pair
    ids = [say(a), say(a)]
    with pytest.raises(Problem, match="several-found"):
        find_thing(a, "Klapptische")
    for id_ in ids:
        _author, kind, name = id_.split("/")
        for text in (id_, name, name[:8], f" {name[:6].upper()} "):
            found = find_thing(a, text)
            assert (found.kind, found.name) == (kind, name)

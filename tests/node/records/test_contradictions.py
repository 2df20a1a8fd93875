"""Two records at one place with one number: the same one counts, and a person is told (§4.4)."""

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from crypto.hashing import digest
from node.app import main, open_core
from node.features.groups.actions import edit_group
from node.keys.home import Home
from node.records import stale_copy
from node.records.contradictions import AUTHORS, SHOWN_SECONDS, contradictions, write_down
from node.records.transaction import go_on, take
from node.store.core import Core
from protocol.record import verify_all
from tests.days import later
from tests.node.by_hand import acquainted, exchange, hand_over
from tests.node.world import Clock, make_core


@pytest.fixture
def clock() -> Clock:
    return Clock(later(0))  # commands live in the present


@pytest.fixture
def pair(tmp_path: Path, clock: Clock) -> tuple[Core, Core, Core]:
    """Alpha, a copy of its folder that runs too, and Beta. Both copies wrote one place."""
    alpha, beta = make_core(tmp_path, "Alpha", clock), make_core(tmp_path, "Beta", clock)
    acquainted([alpha, beta])
    exchange(alpha, beta)
    alpha.db.fold()
    shutil.copytree(alpha.home.path, tmp_path / "Copy")
    copy = open_core(Home(tmp_path / "Copy"), clock=clock)
    edit_group(alpha, alpha.home_id, {"region": "Kiel"})
    edit_group(copy, copy.home_id, {"region": "Bonn"})
    return alpha, copy, beta


def region(core: Core, author: bytes) -> str:
    (entry,) = core.records.statements("group", core.clock(), author=author)
    return str((entry.content or {})["region"])


def entries(core: Core) -> list[bytes]:
    """What was said before anything of the other's was heard: only one of the two will stand."""
    refs = [header.ref for header in core.records.headers(core.clock(), ["group"])]
    return [raw for raw in core.records.envelopes(refs) if raw]


def noticed(core: Core) -> list[tuple[bytes, tuple[str, ...]]]:
    return [(one.author, one.kinds) for one in contradictions(core)]


@pytest.mark.parametrize("first", [0, 1], ids=["the one that counts first", "or last"])
def test_others_are_told_who_contradicts_itself(pair: tuple[Core, Core, Core], first: int) -> None:
    alpha, copy, beta = pair
    givers = sorted((alpha, copy), key=lambda core: core is not (alpha, copy)[first])
    hand_over(givers[0], beta)
    assert noticed(beta) == []
    hand_over(givers[1], beta)
    assert noticed(beta) == [(alpha.home_id, ("group",))]
    assert beta.is_reconciled, "it is not Beta that has a copy"
    before = region(beta, alpha.home_id)
    hand_over(givers[0], beta)
    assert region(beta, alpha.home_id) == before


def test_ones_own_is_told_and_waits(pair: tuple[Core, Core, Core]) -> None:
    """Also the copy: both go on in numbers of their own, and agree on what counts."""
    alpha, copy, _beta = pair
    told = []
    for one, heard in [(alpha, entries(copy)), (copy, entries(alpha))]:
        take(one, verify_all(heard), frozenset(one.own))
        told.append((noticed(one), stale_copy.state(one)))
    assert told == [([(alpha.home_id, ("group",))], "newer")] * 2
    assert region(alpha, alpha.home_id) == region(copy, alpha.home_id)
    go_on(alpha)
    edit_group(alpha, alpha.home_id, {"region": "Bern"})
    hand_over(copy, alpha)
    assert stale_copy.state(alpha) is None, "what is known already shows nothing new"
    assert region(alpha, alpha.home_id) == "Bern"


def test_equal_records_are_no_contradiction(pair: tuple[Core, Core, Core]) -> None:
    alpha, _copy, beta = pair
    for _ in range(2):
        hand_over(alpha, beta)
    edit_group(alpha, alpha.home_id, {"region": "Bern"})
    hand_over(alpha, beta)
    assert noticed(beta) == []


def test_it_is_past_after_a_while(pair: tuple[Core, Core, Core], clock: Clock) -> None:
    alpha, copy, beta = pair
    hand_over(alpha, beta)
    hand_over(copy, beta)
    clock.now += SHOWN_SECONDS
    assert noticed(beta) == []


def test_many_that_contradict_themselves_fill_nothing(tmp_path: Path, clock: Clock) -> None:
    """Anybody can make identities. One's own stays."""
    core = make_core(tmp_path, "Alpha", clock)
    strangers = [digest(bytes([number])) for number in range(AUTHORS + 20)]
    with core.transaction():
        numbers = core.records.identities
        numbers.learn({core.home_id, *strangers})
        for one in (core.home_id, *strangers):
            clock.now += 1
            core.records.contradictions.append((numbers.of(one), "group"))
            write_down(core)
    found = contradictions(core)
    assert len(found) == AUTHORS + 1
    assert found[0].author == core.home_id
    assert {one.author for one in found[1:]} == set(strangers[20:])


def test_status_says_it(pair: tuple[Core, Core, Core], capsys: pytest.CaptureFixture[str]) -> None:
    alpha, copy, beta = pair
    hand_over(alpha, beta)
    hand_over(copy, beta)
    hand_over(copy, alpha)
    for core, told in ((beta, "Alpha contradicts itself"), (alpha, "in the name of Alpha under")):
        with closing(core):
            folder = str(core.home.path)
        assert main(["status", "--home", folder, "--lang", "en"]) == 0
        assert told in " ".join(capsys.readouterr().out.split())
    assert main(["status", "--home", folder, "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["contradictions"]
    assert (one["who"]["name"], one["ours"], one["kinds"]) == ("Alpha", True, ["group"])

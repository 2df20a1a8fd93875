"""What a set of control records means (§6). Scenes by rule: `ties.json`."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.audience import Audience
from protocol.control_state import Bond, Half, Relation, Standing, Ties, related
from protocol.identity import Identity
from protocol.kind import Seq, Statement
from protocol.record import verify
from tests.protocol.making.cast import ISSUED, NOW, Actor, epoch_of
from tests.protocol.making.tie_vectors import half

CASES = json.loads(
    (Path(__file__).parents[1] / "vectors" / "ties.json").read_text(encoding="utf-8")
)["cases"]
ONE, TWO = epoch_of("one"), epoch_of("two")

# The standing table: membership × admission × epochs × time, complete (§6.3, §6.4).

MEMBERSHIPS = ("none", "stands", "erased", "expired")
ADMISSIONS = ("none", "admitted", "declined", "expelled", "erased", "expired")
NONE, APPLIED, DECLINED = Standing.NONE, Standing.APPLIED, Standing.DECLINED
MEMBER, LEFT, EXPELLED = Standing.MEMBER, Standing.LEFT, Standing.EXPELLED

SAME_EPOCH = {
    #            none     admitted declined  expelled  erased    expired
    "none": (NONE, NONE, NONE, NONE, NONE, NONE),
    "stands": (APPLIED, MEMBER, DECLINED, EXPELLED, EXPELLED, APPLIED),
    "erased": (LEFT, LEFT, LEFT, LEFT, LEFT, LEFT),
    "expired": (NONE, NONE, NONE, NONE, NONE, NONE),
}
OTHER_EPOCH = {
    "none": (NONE,) * 6,
    "stands": (APPLIED,) * 6,
    "erased": (LEFT,) * 6,
    "expired": (NONE,) * 6,
}
# Who was a member: only whom the network had let in, under the same epoch.
WAS_MEMBER = {("stands", "expelled"), ("stands", "erased")} | {
    ("erased", admission) for admission in ("admitted", "expelled", "erased")
}
# Whose records of that epoch are over, and not merely unknown.
ENDED = {(m, a) for m in ("erased", "expired") for a in ADMISSIONS} | {
    (m, a) for m in MEMBERSHIPS for a in ("declined", "expelled", "erased", "expired")
}


def membership(state: str) -> Half | None:
    until = NOW if state == "expired" else NOW + 1
    content = None if state == "erased" else {"charter": bytes(32)}
    return None if state == "none" else Half(content, ONE, ISSUED, until)


def admission(state: str, epoch: bytes) -> Half | None:
    until = NOW if state == "expired" else NOW + 1
    decision = "admitted" if state == "expired" else state
    content = None if state == "erased" else {"decision": decision}
    return None if state == "none" else Half(content, epoch, ISSUED, until)


TABLE = [
    pytest.param(m, a, epoch, table[m][column], id=f"{m} - {a} - {name}")
    for name, epoch, table in (("same", ONE, SAME_EPOCH), ("other", TWO, OTHER_EPOCH))
    for m in MEMBERSHIPS
    for column, a in enumerate(ADMISSIONS)
]


@pytest.mark.parametrize(("mine", "theirs", "epoch", "standing"), TABLE)
def test_standing(mine: str, theirs: str, epoch: bytes, standing: Standing) -> None:
    bond = Bond(membership(mine), admission(theirs, epoch))
    same = epoch == ONE
    assert (
        bond.standing(NOW),
        bond.is_member(NOW),
        bond.was_member(NOW),
        bond.ended(ONE, NOW),
    ) == (
        standing,
        standing is MEMBER,
        same and (mine, theirs) in WAS_MEMBER,
        (mine, theirs) in ENDED if same else mine in ("erased", "expired"),
    )


# Scenes


def taken(case: dict[str, Any], order: list[int] | None = None) -> Ties:
    """The ties of a scene, its control records in any order."""
    ties = Ties(frozenset(bytes.fromhex(one) for one in case["own"]))
    raws = [bytes.fromhex(one["record"]) for one in case["records"]]
    for number in order if order is not None else range(len(raws)):
        ties.apply(verify(raws[number]))
    for statement in peerings(case):
        ties.apply(statement)
    return ties


def peerings(case: dict[str, Any]) -> list[Statement]:
    found = []
    for author, audience, until, erased in half(case):
        one = Statement()
        one.author, one.audience, one.kind, one.name = author, audience, "peering", ""
        one.seq, one.issued, one.expires, one.epoch = Seq(0, 1, 1), ISSUED, until, None
        one.body = None if erased else b""
        one.content = None if erased else {"peer": audience.ids[0], "shown": False}
        found.append(one)
    return found


def seen(ties: Ties, case: dict[str, Any], now: int) -> dict[str, Any]:
    """Everything that a scene may be asked."""
    ids = {label: bytes.fromhex(one) for label, one in case["identities"].items()}
    network = ids["n"]
    return {
        "members": sorted(label for label in ids if ids[label] in ties.members(network, now)),
        "standings": {label: ties.standing(network, ids[label], now).value for label in ids},
        "relations": {
            f"{a} {b}": ties.relation(ids[a], ids[b], now).name.lower()
            for a, b in permutations(ids, 2)
        },
        "listed": ties.listed(now),
        "circle": ties.circle(network, now),
        "networks": {label: ties.memberships(one, now) for label, one in ids.items()},
    }


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_scene(case: dict[str, Any]) -> None:
    ties = taken(case)
    for state in case["states"]:
        found = seen(ties, case, state["now"])
        assert found["members"] == state["members"]
        for group in ("standings", "relations"):
            wanted = state[group]
            assert {key: found[group][key] for key in wanted} == wanted


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_relation_is_the_same_both_ways(case: dict[str, Any]) -> None:
    ties = taken(case)
    for state in case["states"]:
        relations = seen(ties, case, state["now"])["relations"]
        turned = {" ".join(reversed(pair.split())): one for pair, one in relations.items()}
        assert turned == relations


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CASES), st.data())
def test_any_order_and_repetition_gives_the_same(case: dict[str, Any], data: st.DataObject) -> None:
    numbers = range(len(case["records"]))
    order = data.draw(st.permutations(numbers))
    again = data.draw(st.lists(st.sampled_from(numbers)))
    for now in {state["now"] for state in case["states"]}:
        wanted = seen(taken(case), case, now)
        assert seen(taken(case, [*again, *order]), case, now) == wanted


def test_forget_undoes_apply() -> None:
    case = CASES[2]
    ties = taken(case)
    for one in case["records"]:
        ties.forget(verify(bytes.fromhex(one["record"])))
    found = seen(ties, case, NOW)
    assert (found["members"], set(found["standings"].values())) == ([], {"none"})
    assert (ties.identities, ties.successions) == ({}, {})


def test_endpoints_and_charters_are_kept_and_forgotten() -> None:
    actor = Actor("a")
    endpoint = verify(actor.record("endpoint", None, name="home"))
    charter = verify(actor.record("network", None))
    ties = Ties()
    ties.apply(endpoint)
    ties.apply(charter)
    kept = Half(None, None, ISSUED, endpoint.expires)
    assert ties.endpoints == {actor.id: {"public/home": kept}}
    assert ties.charters == {actor.id: kept}
    ties.forget(endpoint)
    ties.forget(charter)
    assert (ties.endpoints, ties.charters) == ({actor.id: {}}, {})


def test_a_copied_key_speaks_for_both_chains_and_is_lost_by_neither() -> None:
    """§4.2: keys can be copied; the author's own chain decides."""
    owner, thief = Actor("owner"), Actor("thief")
    thief.elements = [[thief.link(0, signing=owner.signing().public), None]]
    for order in ((owner, thief), (thief, owner)):
        ties = Ties()
        for one in order:
            ties.introduce(Identity.reread(one.elements))
        found = [ties.speaks_for(ident, owner.signing().public) for ident in (*ties.identities,)]
        assert found == [True, True]
    assert ties.speaks_for(bytes(32), owner.signing().public) is None


def test_related_takes_the_best() -> None:
    case = CASES[6]
    ties = taken(case)
    ids = {label: bytes.fromhex(one) for label, one in case["identities"].items()}
    assert related(ties, [ids["c"]], [ids["b"]], NOW) is Relation.NONE
    assert related(ties, [ids["c"], ids["a"]], [ids["b"]], NOW) is Relation.FORMER
    assert related(ties, [ids["c"], ids["b"]], [ids["a"], ids["b"]], NOW) is Relation.TIED
    assert Audience.network(ids["n"]).ids == (ids["n"],)

"""Appendix B of docs/protocol.md says the same as the vectors, and as this node."""

import re
from collections.abc import Iterator
from itertools import product
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from protocol.control_state import Half as Held
from protocol.control_state import Ties
from protocol.kinds import CONTROL
from protocol.record import Record, verify
from sync.exchange_scope import scope, set_of
from sync.gate import about, gate
from tests.protocol.making.field_types import DOCUMENT
from tests.protocol.test_ties import CASES, taken
from tests.sync.test_vectors import GATE, IDS, ids_of, labels_of, world

(CODE,) = re.findall(
    r"^```python\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


class Half(NamedTuple):
    """As the appendix names its parts."""

    content: Any
    epoch: Any
    expires: int


def half(found: Held | None) -> Half | None:
    return None if found is None else Half(found.content, found.epoch, found.until)


class Subject(SimpleNamespace):
    """A record as the appendix sees it."""

    def __init__(self, record: Record) -> None:
        super().__init__(
            record=record,
            kind=record.kind,
            author=record.author,
            audience=(record.audience.scope, *record.audience.ids),
            about=about(record),
            is_control=record.kind in CONTROL,
        )


def program(ties: Ties) -> dict[str, Any]:
    """The functions of the appendix, asking a node with these ties."""

    def bond(network: bytes, member: bytes) -> Any:
        return ties.bond(network, member) or SimpleNamespace(
            membership=None, admission=None, confirmed=None
        )

    def on_roster(network: bytes, member: bytes) -> int | None:
        confirmed = bond(network, member).confirmed
        return confirmed.until if confirmed else None

    def networks() -> set[bytes]:
        chains = (one.id for one in ties.identities.values() if one.type == "network")
        return {*chains, *ties.rosters}

    found: dict[str, Any] = {
        "Half": Half,
        "OWN": ties.own,
        "membership": lambda n, g: half(bond(n, g).membership),
        "admission": lambda n, g: half(bond(n, g).admission),
        "on_roster": on_roster,
        "peering": lambda a, b: half(ties.peerings.get((a, b))),
        "deciders": ties.deciders,
        "named": ties.named,
        "signers": lambda n: ties.identities[n].signers if n in ties.identities else set(),
        "networks": networks,
        "everybody": lambda: set(ties.identities),
        "one_pact": lambda _a, _b, _now: False,
        "gate": lambda reader, one, now: gate(reader, one.record, ties, now).value,
    }
    exec(compile(CODE, str(DOCUMENT), "exec"), found)
    return found


def asked() -> Iterator[Any]:
    for case in CASES:
        for state in case["states"]:
            yield pytest.param(case, state, id=f"{case['name']}, {state['now']}")


@pytest.mark.parametrize(("case", "state"), list(asked()))
def test_scenes(case: dict[str, Any], state: dict[str, Any]) -> None:
    """`ties.json`, and every pair besides."""
    ties, now = taken(case), state["now"]
    ids = {label: bytes.fromhex(one) for label, one in case["identities"].items()}
    run, network = program(ties), ids["n"]
    members = sorted(label for label, one in ids.items() if run["is_member"](network, one, now))
    assert members == state["members"]
    for label, wanted in state["standings"].items():
        assert run["standing"](network, ids[label], now) == wanted
    for a, b in product(ids.values(), repeat=2):
        assert run["relation"](a, b, now) == ties.relation(a, b, now).name.lower()
    for pair, wanted in state["relations"].items():
        a, b = (ids[label] for label in pair.split())
        assert run["relation"](a, b, now) == wanted


@pytest.mark.parametrize("case", GATE["circles"], ids=lambda c: "-".join(c["own"] + c["peer"]))
def test_circles(case: dict[str, Any]) -> None:
    own, peer, both = (ids_of(case[key]) for key in ("own", "peer", "both"))
    now, run = GATE["now"], program(world(case["own"]))
    shown = [
        one["what"]
        for one in GATE["known"]
        if run["set_of"](Subject(verify(bytes.fromhex(one["record"]))), own, peer, both, now)
        == "control"
    ]
    near = run["circle"](own, peer, both, now)
    assert {
        "relation": run["related"](own, peer, now),
        "circle": labels_of(near),
        "networks": labels_of(run["common_networks"](own, peer, now)),
        "control": shown,
    } == {name: case[name] for name in ("relation", "circle", "networks", "control")}


REMEMBER = ("fritz", "gustav")
"""Who voted; without that memory their node does not count it (§6.10, 1)."""


@pytest.mark.parametrize("own", [one for one in IDS if one not in REMEMBER])
def test_sets_of_any_two(own: str) -> None:
    """For each pair of the world, each record that is known: as the node sorts it."""
    ties, mine, now = world([own]), ids_of([own]), GATE["now"]
    run = program(ties)
    names = {"control": b"control", "public": b"public", "direct": b"direct", None: None}
    for other in IDS.values():
        peer = frozenset({other})
        common = scope(ties, mine, peer, frozenset(), now)
        for one in GATE["known"]:
            record = verify(bytes.fromhex(one["record"]))
            found = run["set_of"](Subject(record), mine, peer, frozenset(), now)
            name = names[found] if not isinstance(found, tuple) else b"network" + found[1]
            assert name == set_of(record, common, ties, now), (one["what"], labels_of(peer))

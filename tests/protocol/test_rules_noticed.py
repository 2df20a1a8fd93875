"""Each rule is noticed: switched off, at least one case of the vector files fails.

Whoever writes a second implementation has the vectors to tell whether it is right. A rule that can
be left out without any of them failing is one that will be left out. Each row says where the rule
stands, what switches it off, and the vector test that is to notice it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

import node.store.records
import protocol.check
import protocol.control_state
import protocol.decisions
import protocol.finality
import protocol.known_chains
import protocol.succession
import sync.exchange_scope
import sync.gate
import sync.handshake_side
from protocol.control_state import Ties
from protocol.identity import Identity
from protocol.kinds import KINDS
from protocol.known_chains import KnownChains
from tests.protocol import test_ties, test_vectors
from tests.protocol.making.cast import taken_in
from tests.protocol.making.files import FILES
from tests.sync import test_vectors as session_vectors

Test = Callable[..., None]
Off = Callable[[pytest.MonkeyPatch], None]

NEVER = 1 << 60
"""Seconds: for ever."""


@dataclass(frozen=True)
class Rule:
    """One row. `off` switches it off; `noticed` are the tests of which one must fail."""

    section: str
    what: str
    off: Off
    noticed: tuple[Test, ...]


def put(target: Any, name: str, value: Any) -> Off:
    """Replace a function or a constant."""

    def off(patch: pytest.MonkeyPatch) -> None:
        assert hasattr(target, name), f"{target} has no {name}"
        patch.setattr(target, name, value)

    return off


def nothing(*_args: Any, **_more: Any) -> None:
    """Does not look."""


def nobody(*_args: Any, **_more: Any) -> frozenset[Any]:
    """Leaves everybody out."""
    return frozenset()


def no(*_args: Any, **_more: Any) -> bool:
    return False


def yes(*_args: Any, **_more: Any) -> bool:
    return True


def _only_a_month(self: KnownChains, identity: bytes, link: int, now: int) -> bool:
    later = self.identities[identity].after(link)
    return bool(later) and now >= self.shown[identity] + protocol.known_chains.OLD_KEY_SECONDS


def _as_it_is_shown(ties: Ties, _envelopes: Any, before: Any = None) -> Any:
    return before or ties.speaks_for


records, identities = test_vectors.test_record, test_vectors.test_identity
succession, finality = test_vectors.test_succession, test_vectors.test_finality
ties = test_ties.test_scene
verdict, taken, circle = (
    session_vectors.test_verdict,
    session_vectors.test_taken_in,
    session_vectors.test_circle,
)
handshake = session_vectors.test_handshake

hidden, bodies = session_vectors.test_hidden, test_vectors.test_body

RULES = (
    Rule(
        "4.5", "hidden", put(node.store.records, "kept_until", lambda one, _other: one), (hidden,)
    ),
    Rule("4.5", "expired", put(protocol.check, "_is_over", no), (records, hidden)),
    Rule("4.5", "future", put(protocol.check, "GRACE", NEVER), (records,)),
    Rule("5.3", "30 days", put(protocol.known_chains, "OLD_KEY_SECONDS", NEVER), (records,)),
    Rule("5.3", "compromised", put(KnownChains, "has_ended", _only_a_month), (records,)),
    Rule("5.3", "a key that ended", put(KnownChains, "has_ended", no), (records,)),
    Rule(
        "5.3",
        "a majority before a rotation",
        put(protocol.finality.Reckoning, "next", nothing),
        (succession,),
    ),
    Rule(
        "5.3",
        "the next committed key",
        put(protocol.succession, "_going_on", lambda branches, _at: branches),
        (succession,),
    ),
    Rule(
        "6.10",
        "what moves the network first",
        put(protocol.finality, "_moves", no),
        (finality,),
    ),
    Rule("6.3", "a roster admits", put(Ties, "_confirm", nothing), (ties,)),
    Rule("6.3", "400 days", put(protocol.control_state, "ROSTER_SECONDS", NEVER), (ties,)),
    Rule("6.3", "the epoch of a member", put(protocol.check, "_check_member", nothing), (records,)),
    Rule("6.5", "related by a say (5)", put(Ties, "_was_part", Ties.is_or_was_member), (ties,)),
    Rule("6.5", "related by a say (6)", put(Ties, "_share_a_say", no), (ties,)),
    Rule("6.5", "proposals and votes", put(sync.gate, "DECISIONS", ()), (verdict,)),
    Rule("6.5", "attestations", put(sync.gate, "_attests", no), (verdict,)),
    Rule("6.5", "what expired", put(sync.gate, "_is_over", no), (verdict,)),
    Rule(
        "7.16",
        "a known network",
        put(protocol.decisions, "must_be_network", nothing),
        (records,),
    ),
    Rule("7.16", "who may propose", put(Ties, "may_propose", yes), (records,)),
    Rule("7.16", "90 days", put(protocol.decisions, "OPEN_SECONDS", NEVER), (records,)),
    Rule("7.17", "whose key", put(Ties, "speaks_for", yes), (records,)),
    Rule("8.4", "who decides", put(sync.exchange_scope, "_deciding", nobody), (circle,)),
    Rule("8.4", "who attests", put(sync.exchange_scope, "_attested", nobody), (circle,)),
    Rule("8.4", "who speaks", put(sync.exchange_scope, "_speaking", nobody), (circle,)),
    Rule("8.4", "who signed", put(Identity, "signers", frozenset()), (circle,)),
    Rule(
        "8.2",
        "chains of voters",
        put(sync.handshake_side, "with_voters", _as_it_is_shown),
        (handshake,),
    ),
)


def without(kind: str, part: str) -> Off:
    """A kind without its shape or its rule (§7)."""
    return lambda patch: patch.setitem(KINDS, kind, replace(KINDS[kind], **{part: None}))


OF_KINDS = tuple(
    Rule("7", f"{kind}: {part}", without(kind, part), (bodies, records, taken))
    for kind, row in KINDS.items()
    for part in ("shape", "rule")
    if getattr(row, part) is not None
)


def fixtures(folder: Path) -> Mapping[str, Callable[[], Any]]:
    """What vector tests ask for besides their case, made anew under the rules as they are."""
    raws = FILES["records"]["known"]
    return {
        "known": cache(lambda: taken_in(map(bytes.fromhex, raws))),
        "ties": cache(lambda: session_vectors.world(session_vectors.GATE["own"])),
        "tmp_path": lambda: Path(mkdtemp(dir=folder)),
    }


def failing(test: Test, folder: Path) -> Iterator[str]:
    """The cases of a vector test that fail, by name."""
    function = getattr(test, "__wrapped__", test)
    axes = [
        ([one.strip() for one in mark.args[0].split(",")], mark.args[1])
        for mark in getattr(test, "pytestmark", ())
        if mark.name == "parametrize"
    ]
    make = fixtures(folder)
    asked = function.__code__.co_varnames[: function.__code__.co_argcount]
    for values in product(*(some for _names, some in axes)):
        given = {}
        for (names, _some), value in zip(axes, values, strict=True):
            plain = getattr(value, "values", (value,)) if type(value) is not dict else (value,)
            given |= dict(zip(names, plain, strict=True))
        try:
            function(**given, **{name: make[name]() for name in asked if name not in given})
        except Exception:  # noqa: BLE001 - whatever goes wrong is noticed
            yield str(given["case"].get("name", given["case"]))


@pytest.mark.parametrize("rule", RULES + OF_KINDS, ids=lambda rule: f"§{rule.section} {rule.what}")
def test_a_rule_that_is_left_out_is_noticed(
    rule: Rule, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rule.off(monkeypatch)
    assert any(next(failing(test, tmp_path), None) for test in rule.noticed)


@pytest.mark.parametrize(
    "test", dict.fromkeys(test for rule in RULES for test in rule.noticed), ids=lambda t: t.__name__
)
def test_nothing_fails_while_all_rules_are_on(test: Test, tmp_path: Path) -> None:
    """So what fails above fails for want of the rule."""
    assert list(failing(test, tmp_path)) == []

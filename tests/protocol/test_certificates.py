"""Pacts, signatures, certificates (§6.6). Cases by rule: `pacts.json`."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.hashing import digest
from protocol.audience import Audience
from protocol.certificates import (
    LATE_SECONDS,
    MOST_KEPT,
    MOST_TOLD,
    Pact,
    check_pact,
)
from protocol.control_state import Relation, Ties
from protocol.encoding import encode
from protocol.errors import Malformed, ProtocolError
from protocol.identity import Identity
from protocol.ids import to_name
from protocol.kind import LIFETIME, Seq, Statement
from protocol.kinds import KINDS
from protocol.pacts import PACT_BYTES
from protocol.record import fill_content, verify
from tests.protocol.making.cast import ISSUED, NOW, Actor, made
from tests.protocol.making.examples import NEW_CHARTER
from tests.protocol.making.files import FILES, each
from tests.protocol.making.pacts import DAY, Founding

FILE = FILES["pacts"]
CASES = FILE["cases"]
GROUPS = [Actor(label) for label in "abcde"]
A, B, C, D, E = GROUPS

# The rule, as a table: asked, quorum → how many signatures make a certificate

MALFORMED = None
QUORUMS = {
    # asked, quorum: with 0, 1, 2, … signatures
    (2, 1): MALFORMED,
    (2, 2): (False, False, True),
    (2, 3): MALFORMED,
    (3, 1): MALFORMED,
    (3, 2): (False, False, True, True),
    (3, 3): (False, False, False, True),
    (4, 2): MALFORMED,
    (4, 3): (False, False, False, True, True),
    (4, 4): (False, False, False, False, True),
    (5, 2): MALFORMED,
    (5, 3): (False, False, False, True, True, True),
    (5, 5): (False, False, False, False, False, True),
}


@pytest.mark.parametrize(("asked", "quorum"), QUORUMS, ids=[f"{k} of {n}" for n, k in QUORUMS])
def test_quorum(asked: int, quorum: int) -> None:
    groups, certified = GROUPS[:asked], QUORUMS[asked, quorum]
    pact = Founding(A, groups, NEW_CHARTER, quorum=quorum)
    if certified is MALFORMED:
        with pytest.raises(Malformed):
            take_in(Ties(), pact.proposes())
        return
    ties = introduced(*groups)
    take_in(ties, pact.proposes())
    found = [ties.certificates.cases[pact.digest].certified]
    for number, one in enumerate(groups, 1):
        take_in(ties, pact.signs(one))
        found.append(ties.certificates.cases[pact.digest].certified)
        admitted = {x.id for x in groups[:number]} if found[-1] else set()
        assert set(ties.members(pact.network.id, NOW)) == admitted
    assert tuple(found) == certified


def introduced(*groups: Actor, own: Iterable[Actor] = ()) -> Ties:
    ties = Ties(frozenset(one.id for one in own))
    for one in groups:
        ties.introduce(Identity.reread(one.elements), ISSUED)
    return ties


def take_in(ties: Ties, one: Statement) -> None:
    """As the intake does with what it opened; raises what it refuses."""
    fill_content(one, KINDS[one.kind])
    check_pact(one)
    ties.apply(one)


# pacts.json


def statement_of(said: dict[str, Any]) -> Statement:
    one = Statement()
    scope, *ids = said["audience"]
    one.author, one.kind, one.name = bytes.fromhex(said["author"]), said["kind"], said["name"]
    one.audience = Audience(scope, tuple(bytes.fromhex(x["$bytes"]) for x in ids))
    one.seq, one.issued, one.expires = Seq(0, 1, 1), said["issued"], said["issued"] + LIFETIME
    one.epoch, one.body = None, None if said["body"] is None else bytes.fromhex(said["body"])
    return one


def seen(case: dict[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """What a node knows after it took in these, and what it refused."""
    ties, refused = Ties(), {}
    for name in order:
        if name in FILE["records"]:
            ties.apply(verify(bytes.fromhex(FILE["records"][name])))
            continue
        try:
            take_in(ties, statement_of(FILE["statements"][name]))
        except ProtocolError as error:
            refused[name] = error.code
    labels = {bytes.fromhex(one): label for label, one in FILE["identities"].items()}
    pacts = [
        {
            "pact": name.hex(),
            "network": known.pact.network.hex(),
            "certified": known.certified,
            "signed": {labels[one]: s.epoch.hex() for one, s in known.signed.items()},
        }
        for name, known in sorted(ties.certificates.cases.items())
        if known.pact is not None
    ]
    states = [
        {
            "now": state["now"],
            "members": {
                network: sorted(
                    labels[x] for x in ties.members(bytes.fromhex(network), state["now"])
                )
                for network in state["members"]
            },
        }
        for state in case["states"]
    ]
    return {"refused": refused, "pacts": pacts, "states": states}


def wanted(case: dict[str, Any]) -> dict[str, Any]:
    return {name: case[name] for name in ("refused", "pacts", "states")}


@each("pacts")
def test_case(case: dict[str, Any]) -> None:
    assert seen(case, case["take"]) == wanted(case)


@each("pacts")
def test_case_backwards(case: dict[str, Any]) -> None:
    assert seen(case, case["take"][::-1]) == wanted(case)


@pytest.mark.parametrize("case", FILE["relations"])
def test_relation(case: dict[str, Any]) -> None:
    """§6.5, 7: by the pact alone, until 30 days after its date, for those who signed."""
    ties, ids = Ties(), {label: bytes.fromhex(one) for label, one in FILE["identities"].items()}
    for name in case["take"]:
        if name in FILE["records"]:
            ties.apply(verify(bytes.fromhex(FILE["records"][name])))
        else:
            take_in(ties, statement_of(FILE["statements"][name]))
    own = ids[case["own"]]
    ties.own = frozenset({own})
    found: dict[Relation, list[str]] = {one: [] for one in Relation}
    for label, one in ids.items():
        if one != own:
            found[ties.relation(own, one, case["now"])].append(label)
    assert (found[Relation.TIED], found[Relation.FORMER]) == (case["tied"], case["former"])


LONG = [case for case in CASES if not case["refused"] and case["states"]]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(LONG), st.data())
def test_any_order_repetition_and_late_arrival_lead_to_the_same(
    case: dict[str, Any], data: st.DataObject
) -> None:
    early = data.draw(st.lists(st.sampled_from(case["take"])))
    order = data.draw(st.permutations(case["take"]))
    assert seen(case, [*early, *order]) == wanted(case)


EVERYTHING = [
    *FILE["records"],
    *(name for name in FILE["statements"] if not name.startswith("pact, ")),
]
ALL = {
    "states": [
        {"now": NOW, "members": dict.fromkeys({p["network"] for c in CASES for p in c["pacts"]})}
    ]
}
# Not two records of one place: which of them stands is the intake's to say (§4.4).
ONCE = [one for one in EVERYTHING if one not in ("b joins by itself", "b leaves", "b is expelled")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(ONCE)), st.permutations(ONCE))
def test_everything_at_once_in_any_order(early: list[str], order: list[str]) -> None:
    assert seen(ALL, [*early, *order]) == seen(ALL, ONCE)


# What is forged gains nobody


PACT = Founding(A, (A, B, C), NEW_CHARTER, note="So sei es.")


def flips(data: bytes) -> Iterable[bytes]:
    for at in range(len(data)):
        yield data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def gained(*said: Statement) -> set[bytes]:
    """Who is a member of anything after these."""
    ties = introduced(A, B, C)
    for one in said:
        try:
            take_in(ties, one)
        except ProtocolError:
            continue
    return {one for network in ties.rosters for one in ties.members(network, NOW)}


def renamed(kind: str, author: Actor, body: bytes, name: str) -> Statement:
    one = PACT.says(kind, author, {})
    one.body, one.name = body, name
    return one


def test_unchanged_it_admits() -> None:
    assert gained(PACT.certifies(A, A, B)) == {A.id, B.id}
    assert gained(PACT.proposes(), PACT.signs(A), PACT.signs(B)) == {A.id, B.id}


def test_no_byte_of_a_pact_can_be_changed() -> None:
    """Whoever changes one has another pact, that nobody signed, if it has one at all."""
    signatures = [list(one) for one in sorted(map(PACT.signature, (A, B, C)))]
    for bad in flips(PACT.body):
        name = to_name(digest(bad))
        proposed = renamed("pact", A, bad, name)
        certified = renamed("certificate", A, encode({"pact": bad, "signatures": signatures}), name)
        moved = [renamed("signature", x, encode(PACT.signed(x)), name) for x in (A, B, C)]
        assert gained(proposed, certified, *moved) == set()


def test_no_byte_of_a_signature_can_be_changed() -> None:
    for bad in flips(encode(PACT.signed(B))):
        changed = renamed("signature", B, bad, PACT.name)
        assert gained(PACT.proposes(), PACT.signs(A), changed) == set()


def test_no_byte_of_a_certificate_adds_a_member() -> None:
    """Nor takes one of a quorum that is there without it."""
    body = encode(PACT.certificate(map(PACT.signature, (A, B))))
    for bad in flips(body):
        changed = renamed("certificate", C, bad, PACT.name)
        assert gained(changed) == set()
        assert gained(changed, PACT.proposes(), PACT.signs(A), PACT.signs(B)) == {A.id, B.id}


def test_longest_pact() -> None:
    charter = NEW_CHARTER | {
        "links": ["https://a.example/" + "x" * 480] * 16,
        "consensus": ["ä" * 500] * 13,
        "purpose": "x" * 1_600,
    }
    least = 256  # so that the length of the note takes as many bytes each time
    spare = PACT_BYTES - len(Founding(A, (A, B, C), charter, note="x" * least).body)
    for more, good in ((0, True), (1, False)):
        note = "x" * (least + spare + more)
        pact = Founding(A, (A, B, C), charter, note=note)
        assert len(pact.body) == PACT_BYTES + more
        if good:
            assert Pact.parse(pact.body).note == note
            continue
        with pytest.raises(Malformed):
            Pact.parse(pact.body)
        with pytest.raises(Malformed):
            take_in(Ties(), pact.proposes())


# What is remembered is bounded (§6.6)


def test_no_author_can_speak_of_more_pacts_than_that() -> None:
    ties = introduced(A, B, C)
    for number in range(MOST_TOLD + 9):
        one = PACT.signs(A)
        one.content = {**PACT.signed(A), "pact": made(f"pact {number}")}
        ties.apply(one)
    ties.apply(PACT.proposes())
    assert len(ties.certificates.cases) == MOST_TOLD
    take_in(ties, PACT.certifies(B, A, B))  # it silences itself, and nobody else
    assert ties.is_member(PACT.network.id, B.id, NOW)


def test_no_author_can_tell_of_more_signatures_than_that() -> None:
    ties = introduced(A, B, C)
    ties.apply(PACT.proposes())
    for number in range(9):
        ties.apply(PACT.signs(B, f"epoch {number}"))
    case = ties.certificates.cases[PACT.digest]
    (kept,) = case.kept.values()
    assert (len(kept), case.epoch(B.id), case.epoch(A.id)) == (MOST_KEPT, kept[0].epoch, None)


def test_signatures_of_others_are_dropped_when_the_pact_is_known() -> None:
    ties = introduced(*GROUPS)
    for one in GROUPS:
        ties.apply(PACT.signs(one))
    ties.apply(PACT.proposes())
    assert {teller for teller, _signer in ties.certificates.cases[PACT.digest].kept} == {
        A.id, B.id, C.id
    }  # fmt: skip


# What else is asked of certificates


def test_forgetting_a_chain_forgets_what_it_signed_until_it_is_back() -> None:
    ties = introduced(A, B, C)
    take_in(ties, PACT.certifies(A, A, B))
    introduction = verify(B.introduction())
    found = [ties.is_member(PACT.network.id, A.id, NOW)]
    for change in (ties.forget, ties.apply):
        change(introduction)
        found.append(ties.is_member(PACT.network.id, A.id, NOW))
    assert found == [True, False, True]


def test_certified_groups_are_related_and_nobody_else() -> None:
    """C, who was asked, may still sign: it is heard, and no more than that."""
    ties = introduced(A, B, C, D, own=[A])
    ties.memory.signed.add((A.id, digest(encode(PACT.content))))
    take_in(ties, PACT.certifies(A, A, B))
    found = [ties.relation(A.id, one, NOW) for one in (B.id, C.id, D.id, PACT.network.id)]
    assert found == [Relation.TIED, Relation.FORMER, Relation.NONE, Relation.TIED]


def test_who_left_together() -> None:
    old = made("old")
    pact = Founding(A, (A, B, C), NEW_CHARTER, leaves=old)
    ties = introduced(A, B, C)
    take_in(ties, pact.proposes())
    take_in(ties, pact.signs(A))
    below = ties.certificates.left_together(A.id, old)
    take_in(ties, pact.signs(B))
    asked = [(A.id, old), (B.id, old), (C.id, old), (A.id, made("other"))]
    both = {A.id, B.id}
    assert below == set()
    assert [ties.certificates.left_together(*one) for one in asked] == [both, both, set(), set()]


def test_parsed() -> None:
    pact = Pact.parse(PACT.body)
    assert (pact.digest, pact.network) == (PACT.digest, PACT.network.id)
    assert pact.others(A.id) == tuple(sorted([B.id, C.id]))
    until = ISSUED + 14 * DAY + LATE_SECONDS
    assert [pact.until_acted(now) for now in (until, until + 1)] == [True, False]


def test_tombstones_and_what_is_no_pact_say_nothing() -> None:
    ties = introduced(A, B, C)
    for kind in ("pact", "signature", "certificate"):
        one = PACT.says(kind, A, {})
        one.body = one.content = None
        take_in(ties, one)
    stored = PACT.proposes()
    stored.body = b"\xc0"  # no store gives this: it was checked before
    ties.apply(stored)
    assert ties.certificates.cases == {}

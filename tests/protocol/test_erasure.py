"""Who confirms what an author erases: a policy, from both sides (docs/protocol.md §6.8)."""

import pytest

from protocol import erasure
from protocol.audience import PUBLIC, Audience
from protocol.control_state import Ties
from protocol.erasure import CARRIER, READER, is_confirmed, is_witness, was_tied, witnesses
from protocol.kinds import CONTROL, KINDS
from protocol.membership import Half

NOW = 1_800_000_000
JOINED = NOW - 1_000
EPOCH = bytes(16)

AUTHOR, MEMBER, LEFT, PEER, PAST, STRANGER, NET, OTHER = (bytes([n]) * 32 for n in range(1, 9))
NAMES = {
    AUTHOR: "author", MEMBER: "member", LEFT: "left", PEER: "peer", PAST: "past peer",
    STRANGER: "stranger", NET: "net", OTHER: "our other",
}  # fmt: skip


def half(content: object, issued: int = JOINED) -> Half:
    return Half(content, EPOCH, issued, NOW + 1_000)


def ties(own: bytes) -> Ties:
    """What the node of `own` knows: author and member in a network, which `left` has left."""
    found = Ties(frozenset({own}))
    for one in (AUTHOR, MEMBER, LEFT):
        bond = found._bond(NET, one)
        bond.joined = half(None if one == LEFT else {"network": NET})
        bond.answered = half({"member": one, "decision": "admitted"})
    for one, content in ((PEER, {}), (PAST, None)):
        found.peerings[AUTHOR, one] = half(content)
        found.peerings[one, AUTHOR] = half(content)
    return found


TO_NET = Audience.network(NET)
WITNESSES = {
    "to everybody": (PUBLIC, "group", {"member": READER, "net": READER, "peer": READER}),
    "to the network": (TO_NET, "meeting", {"member": READER, "net": READER}),
    "to a member": (
        Audience.direct([MEMBER]), "sealed", {"member": READER, "net": CARRIER},
    ),
    "to a peer": (Audience.direct([PEER]), "sealed", {"peer": READER}),
    "to a peer and a member": (
        Audience.direct([PEER, MEMBER]),
        "sealed",
        {"member": READER, "peer": READER, "net": CARRIER},
    ),
    "what is closed": (Audience.direct([MEMBER]), "closed", {}),
}  # fmt: skip


@pytest.mark.parametrize("what", WITNESSES)
def test_from_the_author(what: str) -> None:
    audience, kind, expected = WITNESSES[what]
    found = witnesses(ties(AUTHOR), AUTHOR, audience, kind, NOW)
    assert {NAMES[one]: role for one, role in found.items()} == expected


def test_own_identities_are_not_asked() -> None:
    known = ties(AUTHOR)
    known.own = frozenset({AUTHOR, NET})
    assert witnesses(known, AUTHOR, TO_NET, "meeting", NOW) == {MEMBER: READER}


def test_of_a_large_network_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "CONFIRMING_MEMBERS", 1)
    found = witnesses(ties(AUTHOR), AUTHOR, TO_NET, "meeting", NOW)
    assert found == {NET: READER}
    assert {one: is_witness(ties(one), one, AUTHOR, NOW) for one in (MEMBER, NET, PEER)} == {
        MEMBER: False, NET: True, PEER: True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "confirms"),
    [(MEMBER, True), (LEFT, True), (PEER, True), (PAST, True), (NET, True), (STRANGER, False)],
    ids=NAMES.get,
)
def test_from_the_witness(who: bytes, confirms: bool) -> None:
    """Whose tie ended may still have something, and says so if it can."""
    assert is_witness(ties(who), who, AUTHOR, NOW) is confirms


def test_all_whom_the_author_expects_confirm() -> None:
    for audience, kind, _expected in WITNESSES.values():
        for one in witnesses(ties(AUTHOR), AUTHOR, audience, kind, NOW):
            assert is_witness(ties(one), one, AUTHOR, NOW)


@pytest.mark.parametrize("who", [MEMBER, PEER])
def test_what_was_erased_before_there_was_a_tie(who: bytes) -> None:
    assert was_tied(ties(who), who, AUTHOR, JOINED - 600, NOW)
    assert not was_tied(ties(who), who, AUTHOR, JOINED - 601, NOW)
    assert not was_tied(ties(who), STRANGER, AUTHOR, NOW, NOW)


def test_a_tie_that_stands_began_by_now_whatever_a_wrong_clock_wrote() -> None:
    """A node that had been years ahead confirmed nothing until it had dated its ties again."""
    known = ties(MEMBER)
    bond = known.bond(NET, MEMBER)
    assert bond is not None
    assert bond.membership is not None
    bond.joined = bond.membership._replace(issued=NOW + 20 * 365 * 86_400)
    assert was_tied(known, MEMBER, AUTHOR, NOW - 600, NOW)
    assert not was_tied(known, MEMBER, AUTHOR, NOW - 601, NOW)


def test_confirmed_kinds() -> None:
    assert {kind for kind in KINDS if is_confirmed(kind)} == KINDS.keys() - CONTROL - {"closed"}

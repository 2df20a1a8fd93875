"""THE POLICY TABLE: who may have what (docs/protocol.md §6.5).

One world, every kind of record, every kind of reader. Read a row as: "this record, by this author,
to this audience: these may read it, these may carry it, nobody else may have it."

The world: HUB is a network that GITTE hosts. MEMBER, AUTHOR and FRIEND are its members; APPLICANT
applied, DECLINED was declined, LEFT left, EXPELLED was expelled, BELOW is a network that is a
member of HUB, and UNDER is a member of BELOW only. OTHER is a member of another network. PEER and
AUTHOR accept each other and are in no network together; PAST and AUTHOR did. STRANGER is nobody.
"""

import pytest

from protocol.audience import Audience
from protocol.control_state import Half, Ties
from protocol.ids import to_name
from protocol.kinds import KINDS
from protocol.record import verify
from sync.gate import Verdict, gate, takes_in
from sync.shelf import Header
from tests.sync.memory import Net
from tests.sync.people import NOW, Someone, entropy

AUTHOR, MEMBER, FRIEND, GITTE = (Someone(n) for n in ("author", "member", "friend", "gitte"))
APPLICANT, DECLINED, LEFT = (Someone(n) for n in ("applicant", "declined", "left"))
EXPELLED, UNDER, OTHER = (Someone(n) for n in ("expelled", "under", "other"))
PEER, PAST, STRANGER = (Someone(n) for n in ("peer", "past", "stranger"))

HUB = Net.of("hub", GITTE, AUTHOR, MEMBER, FRIEND)
BELOW = Net.of("below", UNDER)
ELSEWHERE = Net.of("elsewhere", OTHER)
HUB.add(BELOW.network)

READERS = {
    "hub": HUB.network, "gitte": GITTE, "author": AUTHOR, "member": MEMBER, "friend": FRIEND,
    "below": BELOW.network, "under": UNDER, "applicant": APPLICANT, "declined": DECLINED,
    "left": LEFT, "expelled": EXPELLED, "elsewhere": ELSEWHERE.network, "other": OTHER,
    "peer": PEER, "past": PAST, "stranger": STRANGER,
}  # fmt: skip
EVERYBODY = frozenset(READERS)
IN_HUB = frozenset({"hub", "gitte", "author", "member", "friend", "below"})
OLD = entropy("an epoch of long ago", size=16)


def make_ties(own: Someone) -> Ties:
    """What the node that asks knows: everything, and of peerings its own side."""
    ties = Ties(frozenset({own.id}))
    hub = HUB.network
    left, expelled, declined = (entropy(n, size=16) for n in ("left", "expelled", "declined"))
    for raw in (
        *HUB.control,
        *BELOW.control,
        *ELSEWHERE.control,
        *(one.introduction() for one in READERS.values()),
        APPLICANT.joins(hub, entropy("applicant", size=16)),
        DECLINED.joins(hub, declined),
        hub.admits(DECLINED, declined, "declined"),
        LEFT.joins(hub, left, stands=False),
        hub.admits(LEFT, left),
        EXPELLED.joins(hub, expelled),
        hub.admits(EXPELLED, expelled, "expelled"),
    ):
        ties.apply(verify(raw))
    for other, stands in ((PEER, True), (PAST, False)):
        content = {"peer": other.id, "shown": False} if stands else None
        ties.peerings[own.id, other.id] = Half(content, None, NOW - 9, NOW + 99)
    return ties


TIES = make_ties(AUTHOR)


def record(
    kind: str, author: Someone, audience: Audience, name: str = "", epoch: bytes | None = None
) -> Header:
    return Header(author.id, audience, kind, name, epoch, NOW + 1, b"", 0)


PUBLIC = Audience("public")
TO_HUB, TO_BELOW = HUB.audience(), BELOW.audience()


def public(kind: str, author: Someone) -> Header:
    return record(kind, author, PUBLIC)


def joins(author: Someone) -> Header:
    return record("membership", author, TO_HUB, epoch=OLD)


def admits(member: Someone) -> Header:
    return record("admission", HUB.network, TO_HUB, to_name(member.id), OLD)


def to_hub(kind: str, author: Someone, epoch: bytes | None) -> Header:
    return record(kind, author, TO_HUB, "fest", epoch)


def epoch_of(one: Someone) -> bytes:
    """Members quote that of the network's helper, others that of `make_ties`."""
    return HUB.epochs.get(one.id) or entropy(one.name, size=16)


def sealed(author: Someone, *to: Someone) -> Header:
    return record("sealed", author, Audience.direct(one.id for one in to), "x" * 26)


def closed(author: Someone, *to: Someone) -> Header:
    return record("closed", author, Audience.direct(one.id for one in to), "x" * 26)


def bare(kind: str) -> Header:
    return record(kind, AUTHOR, Audience.direct([FRIEND.id]), "x")


def names(text: str) -> frozenset[str]:
    """ALL, MEMBERS (of hub, and hub itself), `-name`, or names of readers."""
    found: set[str] = set()
    for word in text.split():
        if word.startswith("-"):
            found.discard(word[1:])
        else:
            found |= {"ALL": EVERYBODY, "MEMBERS": IN_HUB}.get(word, {word})
    return frozenset(found)


# what: the record | who reads it | who carries it
TABLE: dict[str, tuple[Header, str, str]] = {
    # Public: everybody, whoever the author is
    "identity": (public("identity", AUTHOR), "ALL", ""),
    "endpoint": (public("endpoint", AUTHOR), "ALL", ""),
    "charter": (public("network", HUB.network), "ALL", ""),
    "group": (public("group", AUTHOR), "ALL", ""),
    "meeting": (public("meeting", AUTHOR), "ALL", ""),
    "meeting of a stranger": (public("meeting", STRANGER), "ALL", ""),
    "offer": (public("offer", AUTHOR), "ALL", ""),
    "want": (public("want", AUTHOR), "ALL", ""),
    # Ties to a network: its members, and whom they are about
    "membership": (joins(AUTHOR), "MEMBERS", ""),
    "application": (joins(APPLICANT), "MEMBERS applicant", ""),
    "membership of who left": (joins(LEFT), "MEMBERS left expelled", ""),
    "membership of one expelled": (joins(EXPELLED), "MEMBERS expelled", ""),
    "admission": (admits(AUTHOR), "MEMBERS", ""),
    "admission declined": (admits(DECLINED), "MEMBERS declined", ""),
    "admission of who left": (admits(LEFT), "MEMBERS left", ""),
    "expulsion": (admits(EXPELLED), "MEMBERS left expelled", ""),
    "admission of nobody": (record("admission", HUB.network, TO_HUB, "nobody"), "MEMBERS", ""),
    # What members decide: all of them, and the roster that decides (here: its founder)
    "proposal": (to_hub("proposal", AUTHOR, None), "MEMBERS", ""),
    "vote": (to_hub("vote", AUTHOR, None), "MEMBERS", ""),
    "vote of one expelled": (to_hub("vote", EXPELLED, None), "MEMBERS expelled", ""),
    "attestation": (to_hub("attestation", AUTHOR, None), "MEMBERS", ""),
    # What counts, also to who joined by a chain that does not show it: by whom the chains name
    "attestation of the founder": (
        to_hub("attestation", GITTE, None), "MEMBERS applicant declined expelled", ""
    ),
    # Content of a network: those who are members now, not the members of members
    "group to a network": (to_hub("group", AUTHOR, epoch_of(AUTHOR)), "MEMBERS", ""),
    "meeting to a network": (to_hub("meeting", AUTHOR, epoch_of(AUTHOR)), "MEMBERS", ""),
    "offer to a network": (to_hub("offer", AUTHOR, epoch_of(AUTHOR)), "MEMBERS", ""),
    "want to a network": (to_hub("want", AUTHOR, epoch_of(AUTHOR)), "MEMBERS", ""),
    "participant in a network": (
        to_hub("participant", AUTHOR, epoch_of(AUTHOR)), "MEMBERS", ""
    ),
    "statement of a network": (to_hub("statement", HUB.network, None), "MEMBERS", ""),
    "statement by a member, whatever it says": (
        to_hub("statement", AUTHOR, epoch_of(AUTHOR)), "MEMBERS", ""  # refused by its rule (§7.24)
    ),
    "stance of a member": (to_hub("stance", AUTHOR, epoch_of(AUTHOR)), "MEMBERS", ""),
    "stance of who left": (to_hub("stance", LEFT, epoch_of(LEFT)), "left", ""),
    "content by the network itself": (to_hub("meeting", HUB.network, None), "MEMBERS", ""),
    "content by a member network": (
        to_hub("meeting", BELOW.network, epoch_of(BELOW.network)), "MEMBERS", ""
    ),
    "content of an old epoch": (to_hub("meeting", AUTHOR, OLD), "author", ""),
    "content without epoch": (to_hub("meeting", AUTHOR, None), "author", ""),
    "content by an applicant": (to_hub("meeting", APPLICANT, epoch_of(APPLICANT)), "applicant", ""),
    "content by one declined": (to_hub("meeting", DECLINED, epoch_of(DECLINED)), "declined", ""),
    "content by who left": (to_hub("meeting", LEFT, epoch_of(LEFT)), "left", ""),
    "content by one expelled": (to_hub("meeting", EXPELLED, epoch_of(EXPELLED)), "expelled", ""),
    "content by another network's": (to_hub("meeting", OTHER, OLD), "other", ""),
    "content by a member's member": (to_hub("meeting", UNDER, BELOW.epochs[UNDER.id]), "under", ""),
    "content to the member network": (
        record("meeting", UNDER, TO_BELOW, "fest", BELOW.epochs[UNDER.id]), "under below", ""
    ),
    # Sealed: recipients related to the author read, members of one network of both carry
    "sealed to a member": (sealed(AUTHOR, FRIEND), "author friend", "MEMBERS -author -friend"),
    "sealed to the network": (sealed(AUTHOR, HUB.network), "author hub", "MEMBERS -author -hub"),
    "sealed by the network": (sealed(HUB.network, FRIEND), "hub friend", "MEMBERS -hub -friend"),
    "sealed to two": (
        sealed(AUTHOR, FRIEND, PEER), "author friend peer", "MEMBERS -author -friend"
    ),
    "sealed to a peer": (sealed(AUTHOR, PEER), "author peer", ""),
    "sealed by a peer": (sealed(PEER, AUTHOR), "author peer", ""),
    "sealed to a former peer": (sealed(AUTHOR, PAST), "author past", ""),
    "sealed by a former peer": (sealed(PAST, AUTHOR), "author past", ""),
    # Former members are carried for, so that receipts reach them; but not to each other
    "sealed to who left": (sealed(AUTHOR, LEFT), "author left", "MEMBERS -author"),
    "sealed by who left": (sealed(LEFT, AUTHOR), "author left", "MEMBERS -author"),
    "sealed by who left, to the network": (sealed(LEFT, HUB.network), "left hub", "MEMBERS -hub"),
    "sealed by the network, to who left": (sealed(HUB.network, LEFT), "hub left", "MEMBERS -hub"),
    "sealed to one expelled": (sealed(AUTHOR, EXPELLED), "author expelled", "MEMBERS -author"),
    "sealed by one expelled": (sealed(EXPELLED, AUTHOR), "author expelled", "MEMBERS -author"),
    "sealed by who left, to one expelled": (sealed(LEFT, EXPELLED), "left", ""),
    "sealed by who left, to who applied": (sealed(LEFT, APPLICANT), "left", ""),
    "sealed by who left, to a stranger": (sealed(LEFT, STRANGER), "left", ""),
    "sealed by an applicant": (sealed(APPLICANT, HUB.network), "applicant hub", ""),
    "sealed by an applicant, to a member": (sealed(APPLICANT, AUTHOR), "applicant", ""),
    "sealed to one it declined": (sealed(HUB.network, DECLINED), "hub declined", ""),
    "sealed to one declined": (sealed(AUTHOR, DECLINED), "author", ""),
    "sealed by one declined": (sealed(DECLINED, AUTHOR), "declined", ""),
    "sealed by a stranger": (sealed(STRANGER, AUTHOR), "stranger", ""),
    "sealed to a stranger": (sealed(AUTHOR, STRANGER), "author", ""),
    "sealed to a member's member": (sealed(AUTHOR, UNDER), "author", ""),
    "sealed in another network": (sealed(ELSEWHERE.network, OTHER), "elsewhere other", ""),
    # Closed: recipients related to the author read; nobody carries, not the host, not the network
    "closed to a member": (closed(AUTHOR, FRIEND), "author friend", ""),
    "closed to two": (closed(AUTHOR, FRIEND, MEMBER), "author friend member", ""),
    "closed to the network": (closed(AUTHOR, HUB.network), "author hub", ""),
    "closed by the network": (closed(HUB.network, FRIEND), "hub friend", ""),
    "closed to a member and a stranger": (closed(AUTHOR, FRIEND, STRANGER), "author friend", ""),
    "closed to a peer": (closed(AUTHOR, PEER), "author peer", ""),
    "closed by a former peer": (closed(PAST, AUTHOR), "author past", ""),
    "closed to who left": (closed(AUTHOR, LEFT), "author left", ""),
    "closed by who left": (closed(LEFT, AUTHOR), "author left", ""),
    "closed by an applicant, to a member": (closed(APPLICANT, AUTHOR), "applicant", ""),
    "closed to a stranger": (closed(AUTHOR, STRANGER), "author", ""),
    "closed by a stranger": (closed(STRANGER, AUTHOR), "stranger", ""),
    "closed to a member's member": (closed(AUTHOR, UNDER), "author", ""),
    # What only ever stands inside a sealed or closed record: its author, whatever it says
    "bare peering": (bare("peering"), "author", ""),
    "bare endpoint": (bare("endpoint"), "author", ""),
    "bare group": (bare("group"), "author", ""),
    "bare meeting": (bare("meeting"), "author", ""),
    "bare invitation": (bare("invitation"), "author", ""),
    "bare reply": (bare("reply"), "author", ""),
    "bare offer": (bare("offer"), "author", ""),
    "bare want": (bare("want"), "author", ""),
    "bare take": (bare("take"), "author", ""),
    "bare participant": (bare("participant"), "author", ""),
    "bare receipt": (bare("receipt"), "author", ""),
    "bare erased": (bare("erased"), "author", ""),
    "bare pact": (bare("pact"), "author", ""),
    "bare signature": (bare("signature"), "author", ""),
    "bare certificate": (bare("certificate"), "author", ""),
}  # fmt: skip


@pytest.mark.parametrize("what", TABLE)
def test_policy(what: str) -> None:
    row, reads, carries = TABLE[what]
    verdicts = {name: gate({one.id}, row, TIES, NOW) for name, one in READERS.items()}
    may_read, may_carry = names(reads), names(carries)
    assert verdicts == {
        name: Verdict.READ
        if name in may_read
        else (Verdict.CARRY if name in may_carry else Verdict.NO)
        for name in READERS
    }


@pytest.mark.parametrize("what", TABLE)
def test_policy_expired(what: str) -> None:
    """Expired: nobody, not even the author."""
    row = TABLE[what][0]
    verdicts = {gate({one.id}, row, TIES, row.expires) for one in READERS.values()}
    assert verdicts == {Verdict.NO}


def test_policy_complete() -> None:
    """Every kind of §7 has a row, and every audience that it may have."""
    covered = {(row.kind, row.audience.scope) for row, _reads, _carries in TABLE.values()}
    assert covered == {(k.name, scope) for k in KINDS.values() for scope in k.audiences}


def test_reader_several() -> None:
    """A reader is a whole node: what one of its identities may have, it may have."""
    row = to_hub("meeting", AUTHOR, epoch_of(AUTHOR))
    assert gate({STRANGER.id, MEMBER.id}, row, TIES, NOW) is Verdict.READ
    assert gate({STRANGER.id, OTHER.id}, row, TIES, NOW) is Verdict.NO
    assert gate(frozenset(), row, TIES, NOW) is Verdict.NO


def test_takes_in() -> None:
    """Public records: only of those whom the node lists; chains of everybody."""
    takers = {
        name: takes_in(record("meeting", one, PUBLIC, "fest"), TIES, NOW)
        for name, one in READERS.items()
    }
    listed = IN_HUB | {"peer", "applicant", "declined", "left", "expelled"}
    assert takers == {name: name in listed for name in READERS}
    assert takes_in(record("identity", STRANGER, PUBLIC), TIES, NOW)
    assert takes_in(record("meeting", STRANGER, TO_HUB, "fest"), TIES, NOW)

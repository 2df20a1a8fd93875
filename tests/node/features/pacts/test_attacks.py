"""What somebody who was asked, or who proposed, does to the others' nodes (§6.6)."""

from node.features.meetings.actions import new_meeting
from node.features.networks.actions import decide
from node.features.pacts.joint_exit import follow
from node.features.pacts.tables import stage_of
from node.features.recovery.rotate import rotate
from node.records.transaction import act, take
from node.store.core import Core
from protocol.audience import Audience
from protocol.certificates import sign as sign_pact
from protocol.control_state import Standing
from protocol.ids import to_name
from protocol.kind import Place
from tests.node.by_hand import exchange, is_member, talk
from tests.node.features.pacts.test_policies import World, members, signs, world

__all__ = ["world"]

MEETING = {"starts": "2027-03-05T19:00", "zone": "Europe/Berlin", "minutes": 90, "place": "Haus"}


def test_a_proposer_that_expels_who_signed(world: World) -> None:
    """Its network is its own; what a signer has elsewhere is not. Later pacts go on."""
    new_meeting(world.carl, world.carl.home_id, world.old, {**MEETING, "title": "Plenum"})
    pact = world.proposed(3)
    for core in (world.carl, world.dora):
        signs(core, pact)
    exchange(world.carl, world.dora, rounds=1)
    exchange(world.carl, world.bert, rounds=1)
    exchange(world.dora, world.bert, rounds=1)
    follow(world.bert)
    decide(world.bert, pact.network, world.carl.home_id, "expelled")
    talk(*world.everybody)
    carl = world.carl
    assert carl.ties.standing(pact.network, carl.home_id, world.clock()) is Standing.EXPELLED
    stage = stage_of(carl, pact.digest, carl.home_id)
    assert is_member(carl, world.old, carl) is (stage == "void")
    second = world.proposed(3, "Newer", by="emil")
    for core in (world.bert, world.dora):
        signs(core, second)
    talk(*world.everybody)
    assert "bert" in members(world, second.network)[3]


def test_a_genesis_shown_before_the_quorum_keeps_nobody_from_signing(world: World) -> None:
    pact = world.proposed(3)
    for core in world.asked:
        take(core, [pact.identity], frozenset({pact.network}))
    for core in (world.carl, world.dora):
        signs(core, pact)
    talk(*world.everybody)
    assert members(world, pact.network)[0] == ["bert", "carl", "dora"]


def test_notes_that_were_lost_repeat_nothing(world: World) -> None:
    """After a restore a node does not leave again what it joined anew since."""
    pact = world.proposed(3)
    for core in (world.carl, world.dora):
        signs(core, pact)
    talk(*world.everybody)
    carl = world.carl
    with carl.transaction():
        carl.db.run("delete from pact_stages")
    with carl.transaction():
        carl.settings.set("unrelated", 1)
    signs(world.emil, pact)
    talk(*world.everybody)
    assert stage_of(carl, pact.digest, carl.home_id) == "done"


def test_whoever_passed_a_certificate_on_takes_it_back(world: World) -> None:
    """Signed once and for good: what one signer erases, the others still hold, restarted too."""
    pact = world.proposed(3)
    others = (world.host, world.carl, world.dora, world.emil)
    for core in (world.carl, world.dora):
        signs(core, pact)
    # The proposer, who would admit, is away; what is passed on is passed on by one of them alone.
    talk(*others)
    assert is_member(world.carl, pact.network, world.dora)
    for core in (world.carl, world.dora):
        if erase_all_closed(core):
            break
    talk(*others)
    for one in (world.carl, world.dora, world.emil):
        one.reload()
        assert one.ties.certificates.cases[pact.digest].certified
    for one in (world.carl, world.dora):
        assert is_member(one, pact.network, world.carl)
        assert is_member(one, pact.network, world.dora)


def erase_all_closed(core: Core) -> int:
    """A signer takes back everything it said of pacts, where it said that others signed."""
    mine = [one for one in core.records.opened("certificate", 0) if one.author == core.home_id]
    if not mine:
        return 0
    with act(core) as publisher:
        for kind in ("certificate", "signature"):
            for one in list(core.records.opened(kind, core.clock())):
                if one.author == core.home_id and one.body is not None:
                    publisher.write(one.place, None)
    return len(mine)


def test_a_signature_under_a_key_that_was_called_stolen(world: World) -> None:
    """Emil writes a certificate: his own signature, Bert's, and one by Carl's stolen key."""
    pact = world.proposed(3)
    carl, emil = world.carl, world.emil
    stolen = carl.ring.held[0].signing
    rotate(carl, world.words["carl"], carl.home_id, compromised=True)
    talk(*world.everybody)
    signs(emil, pact)
    case = emil.ties.certificates.cases[pact.digest]
    false = sign_pact(pact.digest, carl.home_id, emil.entropy(16), stolen)
    signatures = sorted([*map(list, case.signed.values()), list(false)])
    known = [one for one in pact.others(emil.home_id) if one in emil.ties.identities]
    place = Place(emil.home_id, Audience.direct(known), "certificate", to_name(pact.digest))
    with act(emil) as publisher:
        publisher.write(place, {"pact": pact.body, "signatures": signatures})
    talk(*world.everybody)
    for core in world.asked:
        assert not core.ties.certificates.cases[pact.digest].certified
        assert is_member(core, world.old, core)
    assert members(world, pact.network) == [[]] * 4
    signs(carl, pact)
    talk(*world.everybody)
    assert "carl" in members(world, pact.network)[0], "what its people sign themselves counts"


def test_a_signature_in_ones_own_name_that_one_never_gave(world: World) -> None:
    """A thief of Carl's present key signs for him: his own node does not leave for that."""
    pact = world.proposed(3)
    carl, emil = world.carl, world.emil
    false = sign_pact(pact.digest, carl.home_id, emil.entropy(16), carl.ring.held[0].signing)
    signs(emil, pact)
    case = emil.ties.certificates.cases[pact.digest]
    signatures = sorted([*map(list, case.signed.values()), list(false)])
    known = [one for one in pact.others(emil.home_id) if one in emil.ties.identities]
    place = Place(emil.home_id, Audience.direct(known), "certificate", to_name(pact.digest))
    with act(emil) as publisher:
        publisher.write(place, {"pact": pact.body, "signatures": signatures})
    talk(*world.everybody)
    assert not carl.ties.certificates.cases[pact.digest].certified
    assert is_member(carl, world.old, carl)

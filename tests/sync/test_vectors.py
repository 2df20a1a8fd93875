"""The vector files of sessions and of what goes with them (docs/protocol.md §4.8, §6.5, §8, §9)."""

from pathlib import Path
from typing import Any

import pytest

from crypto.channel import HEADER_BYTES, Exchange, Receiver
from crypto.sealing import SealingKey
from crypto.signing import SigningKey
from node.links.descriptor import open_descriptor
from node.store.database import Database
from node.store.records import Records
from node.store.terms import sweep
from protocol.audience import Audience
from protocol.check import check, check_opened
from protocol.control_state import Half, Ties
from protocol.encoding import decode, load
from protocol.errors import Refused
from protocol.record import Record, open_sealed, verify
from sync.about import About
from sync.channel import Secure
from sync.errors import SessionError
from sync.events import Behind, Ended, Introduced
from sync.exchange_scope import CONTROL_SET, scope, set_of
from sync.frames import decode_frame, encode_frame
from sync.gate import Verdict, gate, takes_in
from sync.handshake import Answerer, Dialler, Handshake
from sync.proof import Holding
from sync.shelf import Header
from tests.protocol.making.cast import ISSUED, NOW, taken_in
from tests.protocol.making.files import FILES, data_of, each, joined, outcome
from tests.protocol.making.readable import readable

# §8.2

SHAKE = FILES["handshake"]
STEPS = {name: bytes.fromhex(value) for name, value in SHAKE["transcript"].items()}


def side_of(case: dict[str, Any]) -> Handshake:
    """A side as the file describes it."""
    fields = SHAKE["sides"][case["side"]]
    ties = taken_in(bytes.fromhex(raw) for raw in case.get("known", []))
    mine = [
        Holding(*(make(bytes.fromhex(one[key])) for key, make in HOLDING.items()))
        for one in fields["holds"]
    ]
    seed, nonce = bytes.fromhex(fields["seed"]), bytes.fromhex(fields["nonce"])
    known = [bytes.fromhex(raw) for raw in case.get("known", [])]

    def chains(id_: bytes) -> list[bytes]:
        return [raw for raw in known if verify(raw).author == id_]

    about = About.read(bytes.fromhex(fields["about"]))
    if case["side"] == "answerer":
        return Answerer(mine, ties, set(fields["hosts"]), seed, nonce, chains, about=about)
    expected = bytes.fromhex(case.get("expected", fields["expected"]))
    host, code = fields["host"], fields["code"]
    return Dialler(mine, ties, expected, host, code, seed, nonce, chains, about=about)


HOLDING: dict[str, Any] = {"id": bytes, "signing_seed": SigningKey, "identity": bytes}


@each("handshake")
def test_handshake(case: dict[str, Any]) -> None:
    side = side_of(case)
    found: dict[str, Any] = {}
    for message in case["incoming"]:
        for event in side.receive(joined(message)):
            match event:
                case Introduced(_, _, code, _, guest):
                    found = {"code": code and code.hex(), "guest": guest and guest.hex()}
                    side.accept()
                case Secure(peer=ids, about=about):
                    found |= {"expect": "ok", "ids": [one.hex() for one in ids]}
                    found["about"] = about.packed.hex()
                case Behind(envelopes):
                    found = {"behind": [one.hex() for one in envelopes]}
                case Ended(code, by_peer):
                    found = {k: v for k, v in found.items() if k == "behind"} | {"expect": code}
                    found |= {"by": "other"} if by_peer else {}
    if "shown" in case:
        _second, *encrypted = side.outgoing()
        name, shown = load(opened(case["side"], *encrypted)[-1])
        assert (name, [one.hex() for one in shown]) == ("behind", case["shown"])
    outcomes = ("expect", "by", "ids", "code", "guest", "about", "behind")
    assert found == {key: case[key] for key in outcomes if key in case}


def test_transcript() -> None:
    """Both sides of the file, against each other: what they say is what stands there."""
    here, there = side_of({"side": "dialler"}), side_of({"side": "answerer"})
    (first,) = here.outgoing()
    there.receive(first)
    second, third = there.outgoing()
    here.receive(second)
    here.receive(third)
    here.accept()
    (fourth,) = here.outgoing()
    there.receive(fourth)
    there.accept()
    (fifth,) = there.outgoing()
    (near,) = here.receive(fifth)
    (sixth,) = here.outgoing()
    (far,) = there.receive(sixth)
    assert isinstance(near, Secure)
    assert isinstance(far, Secure)
    assert (near.tag_key, far.tag_key) == (STEPS["tag_key"],) * 2
    assert (first, second) == (STEPS["message_1"], STEPS["message_2"])
    assert opened("answerer", third, fifth) == [STEPS["plain_3"], STEPS["plain_5"]]
    assert opened("dialler", fourth, sixth) == [STEPS["plain_4"], STEPS["plain_6"]]


def opened(sender: str, *messages: bytes) -> list[bytes]:
    """What one side said, read with the keys of the file."""
    receiver = Receiver(STEPS[f"{sender}_sends_under"], messages[0][:HEADER_BYTES])
    return [receiver.decrypt(one) for one in (messages[0][HEADER_BYTES:], *messages[1:])]


def test_steps_of_the_transcript() -> None:
    """Keys, recorded ciphertexts and signatures of the file fit each other."""
    for dialled, side in ((True, "dialler"), (False, "answerer")):
        other = "answerer" if dialled else "dialler"
        keys = Exchange(STEPS[f"{side}_seed"]).keys(STEPS[f"{other}_public"], dialled)
        assert keys == (STEPS[f"{other}_sends_under"], STEPS[f"{side}_sends_under"])
    plain = [STEPS[f"plain_{number}"] for number in (3, 4, 5)]
    assert opened("answerer", STEPS["message_3"], STEPS["message_5"]) == [plain[0], plain[2]]
    both = [plain[1], STEPS["plain_6"]]
    assert opened("dialler", STEPS["message_4"], STEPS["message_6"]) == both
    for number, side in ((3, "answerer"), (4, "dialler"), (5, "answerer")):
        key = SigningKey(bytes.fromhex(SHAKE["sides"][side]["holds"][0]["signing_seed"]))
        signature = key.sign(b"verbund/hello/1", STEPS[f"signed_in_message_{number}"])
        assert signature == STEPS[f"signature_in_message_{number}"]
        assert signature in STEPS[f"plain_{number}"]


# §8.3


@each("frames")
def test_frame(case: dict[str, Any]) -> None:
    raw = data_of(case, "frame")
    if case["expect"] != "ok":
        with pytest.raises(SessionError, match=f"^{case['expect']}$"):
            decode_frame(raw)
        return
    assert encode_frame(decode_frame(raw)) == raw
    if "value" in case:
        assert readable(decode(raw)) == case["value"]


# §6.5

GATE = FILES["gate"]
IDS = {label: bytes.fromhex(one) for label, one in GATE["identities"].items()}


def ids_of(labels: list[str]) -> frozenset[bytes]:
    return frozenset(IDS[label] for label in labels)


def labels_of(ids: Any) -> list[str]:
    return [label for label, one in IDS.items() if one in ids]


def world(own: list[str]) -> Ties:
    """What a node that holds these was told."""
    ties = taken_in((bytes.fromhex(one["record"]) for one in GATE["known"]), ids_of(own))
    for one in GATE["peerings"]:
        by, with_ = bytes.fromhex(one["by"]), bytes.fromhex(one["with"])
        content = None if one["erased"] else {"peer": with_, "shown": False}
        ties.peerings[by, with_] = Half(content, None, ISSUED, one["until"])
    return ties


@pytest.fixture(scope="module")
def ties() -> Ties:
    return world(GATE["own"])


@each("gate", "verdicts")
def test_verdict(case: dict[str, Any], ties: Ties) -> None:
    record = case["record"]
    scope_, *ids = record["audience"]
    header = Header(
        bytes.fromhex(record["author"]),
        Audience(scope_, tuple(bytes.fromhex(one["$bytes"]) for one in ids)),
        record["kind"],
        record["name"],
        bytes.fromhex(record["epoch"]) if record["epoch"] else None,
        record["expires"],
        b"",
        0,
    )
    found = {label: gate({one}, header, ties, GATE["now"]) for label, one in IDS.items()}
    for verdict in (Verdict.READ, Verdict.CARRY):
        assert [label for label, one in found.items() if one is verdict] == case[verdict.value]


def test_a_header_is_judged_as_its_record(ties: Ties) -> None:
    """What counts to a set is what is sent in the end (§8.4)."""
    for one in GATE["known"]:
        record = verify(bytes.fromhex(one["record"]))
        outside = (record.author, record.audience, record.kind, record.name, record.epoch)
        header = Header(*outside, record.expires, record.id, 0)
        for reader in IDS.values():
            found = [gate({reader}, this, ties, NOW) for this in (header, record)]
            assert found[0] is found[1], one["what"]


def test_listed(ties: Ties) -> None:
    assert [label for label, one in IDS.items() if ties.accepts_public_from(one, NOW)] == GATE[
        "listed"
    ]


@each("gate")
def test_taken_in(case: dict[str, Any], ties: Ties) -> None:
    record = verify(bytes.fromhex(case["record"]))

    def judge() -> str:
        check(record, ties, NOW)
        may = gate(ties.own, record, ties, NOW) is not Verdict.NO
        if not may or not (record.author in ids_of(case["proven"]) or takes_in(record, ties, NOW)):
            raise Refused("gate", "not-for-you")
        return "ok"

    def judge_inner() -> str:
        inner = open_sealed(record, [SealingKey(bytes.fromhex(case["seed"]))])
        check_opened(inner, ties, NOW)
        return "ok"

    assert outcome(judge) == case["expect"]
    if "inner" in case:
        assert outcome(judge_inner) == case["inner"]


@pytest.mark.parametrize("case", GATE["circles"], ids=lambda c: "-".join(c["own"] + c["peer"]))
def test_circle(case: dict[str, Any]) -> None:
    own, peer, both = (ids_of(case[key]) for key in ("own", "peer", "both"))
    ties = world(case["own"])
    found = scope(ties, own, peer, both, NOW)
    shown = [
        one["what"]
        for one in GATE["known"]
        if set_of(verify(bytes.fromhex(one["record"])), found, ties, NOW) == CONTROL_SET
    ]
    assert shown == case["control"]
    assert {
        "relation": found.relation.name.lower(),
        "circle": labels_of(found.circle),
        "networks": labels_of(found.networks),
        "introduced": labels_of((found.introduced | found.named) - found.circle),
    } == {key: case[key] for key in ("relation", "circle", "networks", "introduced")}


# §4.8


@each("limits")
def test_limit(case: dict[str, Any], tmp_path: Path) -> None:
    database = Database(tmp_path / "node.db")
    records = Records(database)
    refused = []
    with database.writing():
        for number, raw in enumerate(case["records"]):
            record = verify(bytes.fromhex(raw))
            assert len(records.put([record])) == 1
            if record.id in records.enforce_limits([record]):
                refused.append(number)
    held = sorted(row[0] for row in database.all("select name from records"))
    database.close()
    assert (held, refused) == (case["stay"], case["refused"])


# §4.5


@each("hidden")
def test_hidden(case: dict[str, Any], tmp_path: Path) -> None:
    file = FILES["hidden"]
    made = {label: bytes.fromhex(raw) for label, raw in file["records"].items()}
    labels, place = {raw: label for label, raw in made.items()}, verify(made["long"]).place
    ties = taken_in([bytes.fromhex(file["identity"])])
    database = Database(tmp_path / "node.db")
    records = Records(database)
    found = []
    with database.writing():
        for step in case["steps"]:
            now = step["at"]
            sweep(records, now)
            heard = {}
            if "hears" in step:
                record = verify(made[step["hears"]])
                heard["expect"] = outcome(lambda: _put(records, record, ties, now))  # noqa: B023
            stands = records.at(place)
            is_shown = stands is not None and stands.body is not None and stands.expires > now
            shown = labels[stands.raw] if stands is not None and is_shown else None
            found.append({**step, **heard, "stands": shown})
    database.close()
    assert found == case["steps"]


def _put(records: Records, record: Record, ties: Ties, now: int) -> str:
    check(record, ties, now)
    return "ok" if records.put([record]) != [None] else "older"


# §9.1


@each("descriptors")
def test_descriptor(case: dict[str, Any]) -> None:
    found = outcome(lambda: open_descriptor(bytes.fromhex(case["descriptor"])))
    if case["expect"] == "ok":
        assert readable(found._asdict()) == case["fields"]
    else:
        assert found == case["expect"]

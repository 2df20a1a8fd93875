"""The vector files: what is committed is what the script writes, and what this protocol says."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from crypto.errors import BadSignature, BadWords
from crypto.hashing import digest
from crypto.sealing import SealingKey
from crypto.signing import SigningKey, accept_public, pae, verify
from crypto.words import Purpose, derive, entropy_from_words
from protocol.audience import Audience
from protocol.check import check
from protocol.control_state import Ties
from protocol.encoding import decode, encode
from protocol.errors import CODES
from protocol.finality import View, uphold
from protocol.identity import make_link
from protocol.ids import to_name
from protocol.kind import Statement
from protocol.kinds import KINDS
from protocol.peering import PeerLink
from protocol.record import FIELDS, fill_content, open_envelope, open_sealed
from protocol.record import verify as verify_record
from protocol.succession import resolve
from tests.protocol.making.cast import NOW, taken_in
from tests.protocol.making.files import FILES, FOLDER, ROOT, data_of, each, outcome
from tests.protocol.making.readable import readable

# The files themselves


def test_files_are_what_the_script_writes(tmp_path: Path) -> None:
    runpy.run_path(str(ROOT / "scripts" / "make_vectors.py"))["write"](tmp_path)
    names = sorted(path.name for path in FOLDER.glob("*.json"))
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    drifted = [n for n in names if (tmp_path / n).read_bytes() != (FOLDER / n).read_bytes()]
    assert drifted == []


def test_files_are_small_and_explained() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in FOLDER.glob("*.json")) < 4_500_000
    for name, content in FILES.items():
        assert f"`{name}.json`" in readme
        assert content["about"].startswith("docs/protocol.md §")


@pytest.mark.parametrize("name", FILES)
def test_names_in_a_file_are_unique(name: str) -> None:
    names = [case["name"] for case in FILES[name]["cases"]]
    assert sorted(set(names)) == sorted(names)


def test_every_refusal_has_a_vector() -> None:
    expected = {
        case["expect"] for name in FILES for case in FILES[name]["cases"] if "expect" in case
    }
    assert set(CODES) - expected == {"over-limit"}  # limits.json: the store's


# §2, §3


@each("encoding")
def test_encoding(case: dict[str, Any]) -> None:
    found = outcome(lambda: {"value": readable(decode(data_of(case, "hex")))})
    if case["expect"] == "ok":
        assert isinstance(found, dict)
        assert json.dumps(found["value"]) == json.dumps(case.get("value", found["value"]))
    else:
        assert found == case["expect"]


@each("dsse")
def test_dsse(case: dict[str, Any]) -> None:
    type_, payload = case["type"].encode(), bytes.fromhex(case["payload"])
    public, signature = bytes.fromhex(case["public"]), bytes.fromhex(case["signature"])
    if case["expect"] == "bad-signature":
        with pytest.raises(BadSignature):
            verify(public, type_, payload, signature)
        return
    key = SigningKey(bytes.fromhex(case["seed"]))
    verify(accept_public(public), type_, payload, signature)
    assert pae(type_, payload).hex() == case["pae"]
    assert (key.public, key.sign(type_, payload)) == (public, signature)


@each("envelopes")
def test_envelope(case: dict[str, Any]) -> None:
    raw = data_of(case, "record")
    found = outcome(lambda: verify_record(raw) and "ok")
    assert found == case["expect"]
    if found == "ok":
        key, payload, _signature = open_envelope(raw)
        assert (key.hex(), payload.hex()) == (case["key"], case["payload"])


# §4, §5, §7


@pytest.fixture(scope="module")
def known() -> Ties:
    return taken_in(bytes.fromhex(raw) for raw in FILES["records"]["known"])


@each("records")
def test_record(case: dict[str, Any], known: Ties) -> None:
    def judge() -> dict[str, Any]:
        record = verify_record(bytes.fromhex(case["record"]))
        check(record, known, case.get("now", FILES["records"]["now"]))
        fields = {name: getattr(record, name) for name in FIELDS if name != "body"}
        fields["audience"], fields["seq"] = record.audience.array(), list(record.seq)
        return {"fields": readable(fields), "body": readable(record.content)}

    wanted = case["expect"]
    good = {"fields": case.get("fields"), "body": case.get("body")}
    assert outcome(judge) == (good if wanted == "ok" else wanted)


@each("bodies")
def test_body(case: dict[str, Any]) -> None:
    place = FILES["bodies"]["places"][case["kind"]]
    statement = Statement()
    statement.author, statement.name = bytes.fromhex(place["author"]), place["name"]
    scope, *ids = place["audience"]
    statement.audience = Audience(scope, tuple(bytes.fromhex(one["$bytes"]) for one in ids))
    statement.kind, statement.issued = case["kind"], FILES["bodies"]["issued"]
    statement.body = None if case["body"] is None else bytes.fromhex(case["body"])
    if statement.kind == "pact" and statement.body is not None:
        statement.name = to_name(digest(statement.body))

    def judge() -> str:
        fill_content(statement, KINDS[case["kind"]])
        return "ok"

    assert outcome(judge) == case["expect"]
    if "value" in case:
        assert readable(statement.content) == case["value"]


@each("identities")
def test_identity(case: dict[str, Any]) -> None:
    ties = taken_in(bytes.fromhex(raw) for raw in case["known"])

    def judge() -> tuple[str, ...]:
        chain = check(verify_record(bytes.fromhex(case["record"])), ties, NOW)
        assert chain
        return (chain.id.hex(), chain.type, chain.elements[-1][0].hex())

    wanted = case["expect"]
    good = (case.get("id"), case.get("type"), case.get("last_link"))
    assert outcome(judge) == (good if wanted == "ok" else wanted)


@each("words")
def test_words(case: dict[str, Any]) -> None:
    entropy, index = entropy_from_words(case["words"]), case["identity"]
    assert entropy.hex() == case["entropy"]
    for one in case["seeds"]:
        seed = derive(entropy, Purpose(one["purpose"]), index, one["link"])
        assert seed.hex() == one["seed"]
    signing, sealing, next_ = (bytes.fromhex(case[key]) for key in ("signing", "sealing", "next"))
    assert SigningKey(derive(entropy, Purpose.SIGNING, index, 0)).public == signing
    assert SealingKey(derive(entropy, Purpose.SEALING, index, 0)).public == sealing
    assert digest(SigningKey(derive(entropy, Purpose.ROTATION, index, 1)).public) == next_
    founders = [bytes.fromhex(one) for one in case["founders"]]
    type_ = "network" if founders else "group"
    link = make_link(type_, 0, None, signing, sealing, next_, founders=founders)
    assert (link.hex(), digest(link).hex()) == (case["link_0"], case["id"])


@each("words", "invalid")
def test_words_that_are_none(case: dict[str, Any]) -> None:
    with pytest.raises(BadWords):
        entropy_from_words(case["words"])


@each("sealed")
def test_sealed(case: dict[str, Any]) -> None:
    record = verify_record(bytes.fromhex(case["record"]))
    keys = [SealingKey(bytes.fromhex(seed)) for seed in case["seeds"]]

    def judge() -> tuple[str, str, str | None]:
        inner = open_sealed(record, keys)
        return inner.kind, inner.name, inner.body.hex() if inner.body is not None else None

    wanted = case["expect"]
    good = (case.get("kind"), case.get("inner_name"), case.get("body"))
    assert outcome(judge) == (good if wanted == "ok" else wanted)


@each("order")
def test_order(case: dict[str, Any]) -> None:
    a, b = (verify_record(bytes.fromhex(case[one])) for one in "ab")
    assert a.place == b.place
    for first, second in ((a, b), (b, a)):
        ties = Ties()
        ties.note(first, first.id)
        stays = not ties.is_newer(second, second.id)
        assert (first if stays else second).raw == (a if case["counts"] == "a" else b).raw
    newer = "a" if a.seq > b.seq or (a.seq == b.seq and a.id <= b.id) else "b"
    assert (newer, a.seq == b.seq and a.id != b.id) == (case["counts"], case["contradiction"])


# §9.3


@each("peer_links")
def test_peer_link(case: dict[str, Any]) -> None:
    def judge() -> PeerLink:
        return PeerLink.parse(case["link"])

    if case["expect"] == "ok":
        tls = bytes.fromhex(case["tls"]) if case["tls"] else None
        id_, code = bytes.fromhex(case["id"]), bytes.fromhex(case["code"])
        assert judge() == PeerLink(id_, case["url"], tls, code, case["expires"])
    else:
        assert outcome(judge) == case["expect"]


def test_the_encoder_gives_the_same_bytes() -> None:
    for case in FILES["encoding"]["cases"]:
        if case["expect"] == "ok":
            raw = data_of(case, "hex")
            assert encode(decode(raw)) == raw


@each("succession")
@pytest.mark.parametrize("order", ["as it stands", "backwards"])
def test_succession(case: dict[str, Any], order: str) -> None:
    ties = taken_in(bytes.fromhex(raw) for raw in case["known"])
    records = [verify_record(bytes.fromhex(raw)) for raw in case["chains"]]
    chains = [check(record, ties, FILES["succession"]["now"]) for record in records]
    known = [chain for chain in chains if chain is not None]
    assert len(known) == len(chains)
    found = resolve(known if order == "as it stands" else known[::-1])
    kept = sorted(known.index(one) for one in found.witnesses)
    assert {"counts": len(found.counts.links), "frozen": found.frozen, "kept": kept} == {
        name: case[name] for name in ("counts", "frozen", "kept")
    }


@each("finality")
@pytest.mark.parametrize("order", ["as it stands", "backwards"])
def test_finality(case: dict[str, Any], order: str) -> None:
    file = FILES["finality"]
    labels = {label: bytes.fromhex(one) for label, one in file["decisions"].items()}
    groups = {label: bytes.fromhex(one) for label, one in file["groups"].items()}
    ties = taken_in(map(bytes.fromhex, file["known"]), [groups[one] for one in case["own"]])
    ties.memory.votes |= {(own, labels[one]) for own in ties.own for one in case["voted"]}
    chains = {
        name: check(verify_record(bytes.fromhex(raw)), ties, file["now"])
        for name, raw in file["chains"].items()
    }
    shown = [chain for name in case["shown"] if (chain := chains[name]) is not None]
    attested = {groups[group]: labels[head] for group, head in case["attested"].items()}
    held, stated = (labels.get(case[what]) for what in ("held", "stated"))
    if stated is not None:
        attested |= dict.fromkeys(ties.own, stated)
    view = View(
        held, ties.own, attested, lambda who, key, link: ties.counts_vote(b"", who, key, link)
    )
    found = resolve(shown if order == "as it stands" else shown[::-1], view)
    after = uphold(found.witnesses, view, stated, ties.own)
    back = {one: label for label, one in labels.items()}
    assert {
        "counts": back[found.counts.decision.digest],
        "frozen": found.frozen,
        "sides": sorted(back[one] for one in found.sides),
        "kept": sorted(name for name in case["shown"] if chains[name] in found.witnesses),
        "after": {
            "held": back[after.held] if after.held else None,
            "stated": back[after.stated] if after.stated else None,
        },
    } == {
        **{name: case[name] for name in ("counts", "frozen", "after")},
        **{name: sorted(case[name]) for name in ("sides", "kept")},
    }

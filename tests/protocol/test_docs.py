"""docs/protocol.md is complete: kinds, fields, codes, limits, constants, signature types."""

import doctest
import re
from importlib import import_module
from pathlib import Path

import pytest

from crypto.sealing import WRAP_BYTES
from protocol import (
    certificates,
    check,
    exchange,
    identity,
    meetings,
    pacts,
    participants,
    peering,
    record,
)
from protocol.audience import DIRECT_IDS
from protocol.encoding import DEPTH, ENVELOPE_BYTES, PAYLOAD_BYTES
from protocol.errors import CODES
from protocol.identity import FOUNDERS, JOINS, LINKS, ROSTER
from protocol.ids import EPOCH_BYTES, ID_BYTES
from protocol.kind import LIFETIME
from protocol.kinds import CONTROL, KINDS
from protocol.peering import CODE_BYTES, LINK_CHARACTERS
from protocol.record import FIELDS, FOREVER
from protocol.sealed import NAME_CHARACTERS
from protocol.succession import WITNESSES
from tests.protocol.making.document import document, markers, parts
from tests.protocol.making.field_types import DOCUMENT, section, tables, values

TEXT = DOCUMENT.read_text(encoding="utf-8")
UNTYPED = {"[element]≤256", "proposal?", "[signature]≤33"}
"""Bound to others: bodies.json, test_identity, test_certificates."""


def rows(part: str) -> list[list[str]]:
    """The cells of each row of the tables in a section."""
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_examples_are_what_the_script_writes() -> None:
    assert document(TEXT) == TEXT


def test_every_example_has_its_place() -> None:
    assert sorted(markers(TEXT)) == sorted(parts())


def test_every_kind_has_a_section_with_its_fields_in_order() -> None:
    written = {kind: [field for field, _type in fields] for kind, fields in tables().items()}
    assert written == {name: list(kind.fields.names) for name, kind in KINDS.items()}
    assert list(written) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_fields_have_the_types_of_the_text(kind: str) -> None:
    wrong = []
    for (field, type_), checks in zip(tables()[kind], KINDS[kind].fields.checks, strict=True):
        if type_ in UNTYPED:
            continue
        found = values(type_)
        wrong += [f"{field} refused {value!r}" for value in found.good if not checks(value)]
        wrong += [f"{field} took {why}" for value, why in found.bad if checks(value)]
    assert wrong == []


def test_link_and_payload_have_the_fields_of_the_text() -> None:
    fields = [row[0].strip("`") for row in rows(section("4"))[1:]]
    assert fields == list(FIELDS)
    links = [row[0].strip("`") for row in rows(section("5.1"))[1:]]
    assert links == list(identity.LINK[0])


def test_audiences_and_control_records() -> None:
    written: dict[str, tuple[frozenset[str], bool, bool]] = {}
    table = rows(section("7"))
    start = next(at for at, row in enumerate(table) if row[0] == "kind") + 1
    for kinds, audiences, _name, control in table[start:]:
        scopes = frozenset(re.findall("public|network|direct", audiences))
        for kind in re.findall("`([a-z]+)`", kinds):
            written[kind] = (scopes, "one id" in audiences, control == "yes")
    assert written == {
        name: (kind.audiences, kind.one_recipient, kind.control) for name, kind in KINDS.items()
    }
    in_terms = next(row[1] for row in rows(section("1")) if row[0] == "control record")
    assert set(re.findall("`([a-z]+)`", in_terms)) == CONTROL


def test_kinds_inside_sealed_records() -> None:
    line = next(one for one in section("7.11").splitlines() if "may stand inside" in one)
    inner = [name for name, kind in KINDS.items() if kind.inner]
    assert re.findall("`([a-z]+)`", line) == inner


def test_kinds_inside_closed_records() -> None:
    line = next(one for one in section("7.12").splitlines() if "the kinds inside are" in one)
    said = line.split("the kinds inside are")[1].split(";")[0]
    closed = [name for name, kind in KINDS.items() if kind.closed]
    assert re.findall("`([a-z]+)`", said) == closed


def test_every_code_and_its_class() -> None:
    written = {}
    for class_, codes, _meaning, _what in rows(section("4.1"))[1:]:
        written |= dict.fromkeys(re.findall("`([a-z-]+)`", codes), class_)
    classes = {"Malformed": "malformed", "Unknown": "malformed", "Forged": "forged"}
    classes |= {"Refused": "rules", "Missing": "missing"}
    assert written == {code: classes[class_.__name__] for code, class_ in CODES.items()}


def test_every_limit() -> None:
    written: dict[str, int] = {}
    for kinds, limit, _why in rows(section("4.8"))[1:]:
        written |= dict.fromkeys(re.findall("`([a-z]+)`", kinds), int(limit.replace(",", "")))
    assert written == {name: kind.limit for name, kind in KINDS.items()}


CONSTANTS: list[tuple[str, str, int, str]] = [
    ("DEPTH", "2", DEPTH, "more than {} levels"),
    ("PAYLOAD_BYTES", "2", PAYLOAD_BYTES, "more than {} bytes in a payload"),
    ("ENVELOPE_BYTES", "2", ENVELOPE_BYTES, "more than {} in an envelope"),
    ("VERSION", "3", record.VERSION, "| version | integer | {}. "),
    ("DIRECT_IDS", "4.3", DIRECT_IDS, "1 to {} ids"),
    ("GRACE", "4.5", check.GRACE, "`issued` > `now` + {} "),
    ("LIFETIME", "4.5", LIFETIME, "`issued` + {} (400 days)"),
    ("LIFETIME of tombstones", "4.6", LIFETIME, "`expires` = `issued` + {}"),
    ("FOREVER", "4.5", FOREVER, "`expires` is {} "),
    ("LINKS", "5.1", LINKS, "1 to {} elements"),
    ("FOUNDERS", "5.1", FOUNDERS, "who founded it, 1 to {}, ascending"),
    ("ROSTER", "5.1", ROSTER, "1 to {}, ascending. Otherwise empty |\n| `joins`"),
    ("JOINS", "5.1", JOINS, "0 to {}, ascending, `previous` not among them"),
    ("WITNESSES", "5.3", WITNESSES, "at most {} chains"),
    ("ID_BYTES", "4", ID_BYTES, "| `author` | bytes, {} |"),
    ("EPOCH_BYTES", "4", EPOCH_BYTES, "| `epoch` | bytes, {}, or nil |"),
    ("WRAP_BYTES", "7.11", WRAP_BYTES, "[bytes {}]≤33"),
    ("WRAP_BYTES", "7.12", WRAP_BYTES, "[bytes {}]≤33"),
    ("EARLIEST", "7.7", meetings.EARLIEST, "no earlier than `issued` − {} (366 days)"),
    ("LATEST", "7.7", meetings.LATEST, "no later than `issued` + {} (732 days)"),
    ("STANDING_SECONDS", "7.19", exchange.STANDING_SECONDS, "`issued` + {} (90 days)"),
    ("MOST", "7.19", exchange.MOST, "integer 1–{}?"),
    ("LASTS_SECONDS", "7.23", participants.LASTS_SECONDS, "`issued` + {} (90 days)"),
    ("ASKED", "7.13", pacts.ASKED, "ids 2–{} "),
    ("carriers", "7.13", DIRECT_IDS - 1, "ids 0–{} "),
    ("PACT_BYTES", "7.13", pacts.PACT_BYTES, "at most {} bytes"),
    ("LONGEST_SECONDS", "7.13", pacts.LONGEST_SECONDS // 86_400, "at most {} days"),
    ("EARLY_SECONDS", "7.13", certificates.EARLY_SECONDS, "more than {} seconds after"),
    ("LATE_SECONDS", "6.6", certificates.LATE_SECONDS // 86_400, "later than {} days after"),
    ("MOST_TOLD", "6.6", certificates.MOST_TOLD, "takes into account {} pacts"),
    ("NAME_CHARACTERS", "7", NAME_CHARACTERS, "| direct | {} characters, random |"),
    ("CODE_BYTES", "9.3", CODE_BYTES, "{} random bytes"),
    ("LINK_CHARACTERS", "9.3", LINK_CHARACTERS, "at most {} characters"),
]


@pytest.mark.parametrize(
    ("name", "number", "value", "phrase"), CONSTANTS, ids=lambda v: str(v)[:16]
)
def test_constant(name: str, number: str, value: int, phrase: str) -> None:
    assert phrase.format(f"{value:,}") in section(number)


def test_signature_types() -> None:
    written = re.findall(r"^\| `(verbund/[a-z]+/1)` ", section("3"), re.MULTILINE)
    used = {record.RECORD_TYPE, identity.LINK_TYPE, identity.MAJORITY_TYPE, certificates.PACT_TYPE}
    assert {one.decode() for one in used} <= set(written)
    assert len(written) == len(set(written)) == 7


def test_complete_record_is_complete() -> None:
    """The bytes on the left, joined, are a record that verifies."""
    block = section("4.7").split("```")[1]
    data = re.findall(r"^ *([0-9a-f]{2,64})(?: .*)?$", block, re.MULTILINE)
    found = record.verify(bytes.fromhex("".join(data)))
    assert (found.kind, found.audience.scope) == ("meeting", "network")


def test_peer_link_of_the_text_can_be_read() -> None:
    text = section("9.3").split("```")[1]
    assert peering.PeerLink.parse(text).url == "https://verbund.example:8480"


MODULES = sorted(path.stem for path in Path(record.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_docstring_examples(module: str) -> None:
    found = import_module(f"protocol.{module}")
    assert found.__doc__
    assert doctest.testmod(found, raise_on_error=False).failed == 0


@pytest.mark.parametrize("module", ["field_types"])
def test_docstring_examples_of_the_makers(module: str) -> None:
    assert doctest.testmod(import_module(f"tests.protocol.making.{module}")).failed == 0

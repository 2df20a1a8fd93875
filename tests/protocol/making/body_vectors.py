"""`bodies.json`: every field of every kind at and outside its bounds, from the tables of §7."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from protocol.encoding import encode
from protocol.meetings import EARLIEST, LATEST
from tests.protocol.making.cast import ISSUED, Cast
from tests.protocol.making.examples import MEETING, Example, examples
from tests.protocol.making.field_types import Values, tables, values
from tests.protocol.making.readable import readable

ABOUT = (
    "docs/protocol.md §7. `body` is the body (null: erased) of a record of this `kind` at the place"
    " that `places` gives for it, whether in the open, sealed or closed; but the name of a `pact`"
    " is the digest of its body. `issued` is the record's. `expect` is `ok` or the code of the"
    " refusal; with `value`, what the body says. No tie is needed to decide, and what a pact holds"
    " is not looked into: `pacts.json` has that."
)

# Fields whose values hang together with others: tried by `_special` alone.
TOGETHER = {
    "identity": {"links"},
    "peering": {"peer"},
    "membership": {"network"},
    "admission": {"member"},
    "invitation": {"meeting", "details"},
    "reply": {"meeting", "answer", "counter"},
    "receipt": {"epoch"},
    "sealed": {"wraps"},
    "closed": {"wraps"},
    "pact": {
        "identity", "charter", "proposer", "asked", "quorum", "proposed", "until", "leaves",
        "carriers",
    },
    "signature": {"pact"},
    "certificate": {"pact", "signatures"},
    "proposal": {"network", "link", "charter"},
    "vote": {"network", "link", "key", "signature"},
    "attestation": {"network"},
    "offer": {"amount"},
    "want": {"unit"},
    "take": {"name"},
    "stance": {"statement"},
}  # fmt: skip


def places() -> dict[str, Any]:
    """Kind → author, audience and name."""
    return {
        kind: {
            "author": one.place.author.hex(),
            "audience": readable(one.place.audience.array()),
            "name": one.place.name,
        }
        for kind, one in examples(Cast()).items()
    }


def cases() -> list[dict[str, Any]]:
    """By kind, in the order of the document."""
    known = examples(Cast())
    types = tables()
    return [case for kind in types for case in _of_kind(known[kind], types[kind])]


def _of_kind(example: Example, types: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    content, kind = example.content, example.place.kind
    yield _case(example, "as it should be", content, good=True)
    for field, type_ in types:
        if type_ in ("[element]≤256", "proposal?", "[signature]≤33"):
            continue
        found: Values = values(type_)
        if field not in TOGETHER.get(kind, ()):
            for value in found.good:
                if value != content[field] and _fits(kind, field, value):
                    name = f"{field}: {_short(value)}"
                    yield _case(example, name, content | {field: value}, good=True)
        for value, why in found.bad:
            yield _case(example, f"{field}: {why}", content | {field: value})
    yield from _maps(example)
    for name, changes in SPECIAL.get(kind, {}).items():
        yield _case(example, name, content | changes, good=name.startswith("good"))


def _fits(kind: str, field: str, value: Any) -> bool:
    """Not what another field forbids: a meeting is somewhere."""
    return not (kind == "meeting" and field == "place" and value is None)


def _maps(example: Example) -> Iterator[dict[str, Any]]:
    """Fields out of order, missing, added, misspelt; and no map at all."""
    content = example.content
    names = list(content)
    yield _case(example, "extra field", content | {"more": None})
    for name in names:
        others = {key: value for key, value in content.items() if key != name}
        yield _case(example, f"without {name}", others)
    if len(names) > 1:
        yield _case(example, "another order", {name: content[name] for name in reversed(names)})
    renamed = {key.capitalize(): value for key, value in content.items()}
    yield _case(example, "misspelt fields", renamed)
    yield _case(example, "an array", list(content.values()))
    yield _case(example, "nil inside the bytes", None)
    whole = encode(content)
    yield _raw(example, "trailing byte", whole + b"\0", "malformed")
    yield _raw(example, "cut off", whole[:-1], "malformed")
    yield _raw(example, "empty", b"", "malformed")
    yield _raw(example, "map 16", b"\xde\x00" + bytes([len(names)]) + whole[1:], "malformed")
    twice = bytes([whole[0] + 1]) + whole[1:] + encode(names[0]) + encode(content[names[0]])
    yield _raw(example, "key twice", twice, "malformed")
    if example.kind.erasable:
        yield _raw(example, "erased", None, "ok")
    else:
        yield _raw(example, "erased", None, "malformed")


_PROPOSAL = {
    "starts": "2027-03-07T19:00",
    "zone": "Europe/Berlin",
    "minutes": 90,
    "place": "Hof",
    "link": None,
}


def _times() -> Iterator[tuple[str, dict[str, Any], bool]]:
    """When a meeting may be, in any zone: a minute inside and outside of the bounds of §7.7."""
    first, last = ISSUED - EARLIEST, ISSUED + LATEST
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "Nowhere/Nowhere"):
        for name, begins, minutes, good in (
            ("the first minute", first, 90, True),
            ("a minute too early", first - 60, 90, False),
            ("over at the last minute", last - 5_400, 90, True),
            ("over a minute too late", last - 5_400, 91, False),
            ("begins too late", last, 1, False),
        ):
            starts = datetime.fromtimestamp(begins, UTC).strftime("%Y-%m-%dT%H:%M")
            yield f"{name}, {zone}", {"starts": starts, "zone": zone, "minutes": minutes}, good
    for year in ("0001", "1500", "9000", "9999"):
        yield f"year {year}", {"starts": f"{year}-06-05T19:00"}, False


_SIGNED: list[Any] = [bytes(32), bytes(16), bytes(32), bytes(64)]

SPECIAL: dict[str, dict[str, dict[str, Any]]] = {
    "identity": {
        "no link": {"links": []},
        "257 links": {"links": [[b"", None]] * 257},
        "not named after the chain": {"links": [[b"", None]] * 256},
        "an element of one": {"links": [[b""]]},
        "an element of three": {"links": [[b"", None, None]]},
        "an element that is no array": {"links": [b""]},
        "links: a map": {"links": {}},
        "links: a float inside": {"links": [[b"", [1.5]]]},
        "links: text that is not NFC inside": {"links": [[b"", "e\u0301"]]},
    },
    "peering": {"another peer": {"peer": bytes(32), "shown": False}},
    "membership": {"another network": {"network": bytes(32)}},
    "admission": {"another member": {"member": bytes(32)}},
    "meeting": {
        "neither place nor link": {"place": None, "link": None},
        "good place and link": {"link": "https://call.example/"},
        "good link alone": {"place": None, "link": "https://call.example/"},
        **{f"{'good ' if good else ''}{name}": change for name, change, good in _times()},
    },
    "invitation": {
        "another meeting": {"meeting": "other"},
        "details: no meeting": {"details": encode({"title": "x"})},
        "details: not MessagePack": {"details": b"\xc1"},
        "details: empty": {"details": b""},
        "details: an array": {"details": encode([])},
        "details: nowhere": {"details": encode(MEETING | {"place": None})},
        "details: a float": {"details": encode(MEETING | {"minutes": 90.0})},
        **{
            f"{'good ' if good else ''}details: {name}": {"details": encode(MEETING | change)}
            for name, change, good in _times()
        },
    },
    "reply": {
        "another meeting": {"meeting": "other"},
        "counter without counter-proposal": {"counter": None},
        "accept with counter-proposal": {"answer": "accept"},
        "good accept": {"answer": "accept", "counter": None},
        "good decline": {"answer": "decline", "counter": None, "people": None},
        "good counter": {"counter": _PROPOSAL},
        "counter: nowhere": {"counter": _PROPOSAL | {"place": None}},
        "counter: without zone": {
            "counter": {name: value for name, value in _PROPOSAL.items() if name != "zone"}
        },
        "counter: more": {"counter": _PROPOSAL | {"title": "x"}},
        "counter: no minutes": {"counter": _PROPOSAL | {"minutes": 0}},
        "counter: an array": {"counter": list(_PROPOSAL.values())},
        **{
            f"{'good ' if good else ''}counter: {name}": {"counter": _PROPOSAL | change}
            for name, change, good in _times()
        },
    },
    "receipt": {"another epoch": {"epoch": bytes(16)}},
    "closed": {
        "a wrap too few": {"wraps": [bytes(80)] * 3},
        "a wrap too many": {"wraps": [bytes(80)] * 5},
        "good wraps, though nobody opens them": {"wraps": [bytes(80)] * 4},
    },
    "pact": {
        "by another than its proposer": {"proposer": bytes(32)},
        "to more than are asked": {"carriers": []},
        "to fewer than are asked": {"carriers": [bytes(32), bytes([255]) * 32]},
        "good: no note": {"note": None},
    },
    "signature": {"another pact": {"pact": bytes(32)}},
    "certificate": {
        "another pact": {"pact": b""},
        "no signature": {"signatures": []},
        "signature: three elements": {"signatures": [_SIGNED[:3]]},
        "signature: five elements": {"signatures": [[*_SIGNED, None]]},
        "signature: a map": {"signatures": [{}]},
        "signature: signer too short": {"signatures": [[bytes(31), *_SIGNED[1:]]]},
        "signature: epoch too long": {"signatures": [[_SIGNED[0], bytes(17), *_SIGNED[2:]]]},
        "signature: key nil": {"signatures": [[*_SIGNED[:2], None, _SIGNED[3]]]},
        "signature: too short": {"signatures": [[*_SIGNED[:3], bytes(63)]]},
        "signatures: one signer twice": {"signatures": [_SIGNED, _SIGNED]},
        "signatures: not ascending": {"signatures": [[bytes([1]) * 32, *_SIGNED[1:]], _SIGNED]},
        "signatures: 34": {
            "signatures": [[bytes([number]) * 32, *_SIGNED[1:]] for number in range(34)]
        },
        "signatures: nil": {"signatures": None},
        "signatures: a map": {"signatures": {}},
    },
    "sealed": {
        "a wrap too few": {"wraps": [bytes(80)]},
        "a wrap too many": {"wraps": [bytes(80)] * 3},
        "34 wraps": {"wraps": [bytes(80)] * 34},
        "good box, though nobody opens it": {"box": b""},
    },
    "proposal": {
        "another network": {"network": bytes(32)},
        "a charter that the link does not name": {"charter": encode({})},
        "link: not MessagePack": {"link": b"\xc1"},
        "link: of a group": {"link": Cast().hub.link(0)},
        "link: the first": {"link": Cast().alliance.link(0)},
    },
    "vote": {
        "another network": {"network": bytes(32)},
        "another link": {"link": bytes(32)},
        "good: against it": {"key": None, "signature": None},
        "a key without a signature": {"signature": None},
        "a signature without a key": {"key": None},
    },
    "attestation": {"another network": {"network": bytes(32)}},
    "offer": {
        "a unit of nothing": {"amount": None},
        "good neither": {"amount": None, "unit": None},
        "good amount alone": {"unit": None},
        "good: the most": {"amount": 1_000_000},
    },
    "want": {
        "a unit of nothing": {"unit": "kg"},
        "good unit": {"amount": 1, "unit": "kg"},
    },
    "take": {"another name": {"name": "other"}},
    "stance": {"another name": {"statement": "other"}},
}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:24]}… ({len(value)})"


def _case(example: Example, name: str, content: Any, *, good: bool = False) -> dict[str, Any]:
    return _raw(example, name, encode(content), "ok" if good else "malformed", content)


def _raw(
    example: Example, name: str, body: bytes | None, expect: str, content: Any = None
) -> dict[str, Any]:
    found = {
        "name": f"{example.place.kind}: {name}",
        "kind": example.place.kind,
        "body": None if body is None else body.hex(),
        "expect": expect,
    }
    if expect == "ok" and content == example.content:
        found["value"] = readable(content)
    return found

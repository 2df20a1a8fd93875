"""`sets.json`: tags, short ids, sums, and what two sides tell each other about their sets (§8.4).

`limits.json`: which of too many places lose (§4.8).
"""

from typing import Any

from crypto.hashing import digest, keyed
from protocol.audience import Audience
from protocol.encoding import encode
from protocol.ids import to_text
from tests.protocol.making.cast import Actor, Cast, made
from tests.protocol.making.talk import Talk

ABOUT = (
    "docs/protocol.md §8.2, §8.4. `tags`: under `tag_key`, the tag of each `input`; where that is a"
    " record's id, its short id. `cases`: sets of both sides as tag → short ids; `compare` is the"
    " frame that D sends for its own (its sets may stand in any order), with count and sum;"
    " `ids` are A's answers and `want` D's, with their short ids ascending, which need not be; then"
    " D sends the records `gives`."
)

ABOUT_LIMITS = (
    "docs/protocol.md §4.8. `records` arrive one by one, in this order, at a node that may hold"
    " them; `stay` are the names of the places that it still holds after all of them. `refused` are"
    " the numbers of those, counted from 0, of which it says `over-limit`: the one that arrived was"
    " the one that lost. Another one that is pushed out is removed without a word."
)

Case = dict[str, Any]


def tag_key() -> bytes:
    """That of the transcript in §8.2."""
    return Talk().tag_key


def tags() -> list[Case]:
    """Names of sets, and ids."""
    cast = Cast()
    record = digest(made("payload of a record"))
    rows = {
        'the set "control"': b"control",
        'the set "public"': b"public",
        'the set "direct"': b"direct",
        "the set of a network": b"network" + cast.alliance.id,
        "a peer that is listed": cast.north.id,
        "the short id of a record": record,
    }
    return [
        {"name": name, "input": one.hex(), "tag": _tag(one).hex()} for name, one in rows.items()
    ]


def _tag(data: bytes) -> bytes:
    return keyed(tag_key(), data, 8)


def _shorts(*numbers: int) -> list[int]:
    """Short ids of made-up records."""
    return sorted(int.from_bytes(_tag(made(f"record {n}")), "big") for n in numbers)


def cases() -> list[Case]:
    """Stages 0 and 1 of a round."""
    public, direct = _tag(b"public"), _tag(b"direct")
    high = [2**64 - 1, 2]
    return [
        _case("nothing on either side", 0, {_tag(b"control"): []}, {_tag(b"control"): []}),
        _case("the same", 0, {public: _shorts(1, 2)}, {public: _shorts(1, 2)}),
        _case("A lacks one", 0, {public: _shorts(1, 2)}, {public: _shorts(1)}),
        _case("D lacks one", 0, {public: _shorts(1)}, {public: _shorts(1, 2)}),
        _case("D has nothing", 1, {public: []}, {public: _shorts(1, 2, 3)}),
        _case("A has nothing", 1, {public: _shorts(1, 2, 3)}, {public: []}),
        _case("both lack some", 1, {public: _shorts(1, 2, 3)}, {public: _shorts(3, 4)}),
        _case("the sum is modulo 2^64", 1, {public: high}, {public: [1, 2, 3]}),
        _case("equal sums, other counts", 1, {public: [3]}, {public: [1, 2]}),
        _case("equal counts, other sums", 1, {public: [3]}, {public: [4]}),
        _case(
            "one of two sets differs",
            1,
            {public: _shorts(1, 2), direct: _shorts(5)},
            {public: _shorts(1, 2), direct: _shorts(6)},
        ),
        _case(
            "a set that one side does not name is passed over",
            1,
            {public: _shorts(1), _tag(b"network" + made("x")): _shorts(2)},
            {public: _shorts(1), direct: _shorts(3)},
        ),
    ]


def _case(name: str, stage: int, d: dict[bytes, list[int]], a: dict[bytes, list[int]]) -> Case:
    digests = [[tag, len(one), sum(one) % 2**64] for tag, one in d.items()]
    differ = [
        tag
        for tag, count, total in digests
        if tag in a and (len(a[tag]), sum(a[tag]) % 2**64) != (count, total)
    ]
    told = [[tag, _packed(a[tag])] for tag in differ]
    lacks = {one for tag in differ for one in a[tag] if one not in d[tag]}
    gives = {one for tag in differ for one in d[tag] if one not in a[tag]}
    want = encode(["want", 1, stage, _packed(lacks), True]).hex() if differ else None
    return {
        "name": name,
        "dialler": _sets(d),
        "answerer": _sets(a),
        "compare": encode(["compare", 1, stage, digests]).hex(),
        "ids": encode(["ids", 1, stage, told, True]).hex(),
        "want": want,
        "gives": [f"{one:016x}" for one in sorted(gives)],
    }


def _packed(shorts: Any) -> bytes:
    return b"".join(one.to_bytes(8, "big") for one in sorted(shorts))


def _sets(sets: dict[bytes, list[int]]) -> dict[str, list[str]]:
    return {tag.hex(): [f"{one:016x}" for one in shorts] for tag, shorts in sets.items()}


# Limits


def limit_cases() -> list[Case]:
    """Endpoints, of which an author has 4 for everybody; closed records, 150 to the same."""
    names = sorted((f"place-{n}" for n in range(6)), key=lambda one: digest(one.encode()))
    best, rest = names[:4], names[4:]
    return [
        _limit("as many as may be", best, best, []),
        _limit("one too many, last", [*best, rest[0]], best, [4]),
        _limit("one too many, first", [rest[0], *best], best, []),
        _limit("two too many, between", [*best[:3], rest[1], best[3], rest[0]], best, [5]),
        _limit("two too many, last", [*best, *rest], best, [4, 5]),
        _limit("a newer record at a place is no further place", [*best, best[0]], best, []),
        _limit("a tombstone stands at its place too", [*best, rest[0]], best, [4], erased=best[0]),
        *_closed_limits(),
    ]


def _closed_limits() -> list[Case]:
    """Closed records have room of their own, beside sealed ones (§4.8)."""
    cast = Cast()
    hub, audience = cast.hub, Audience.direct([cast.north.id])
    names = [to_text(made(f"closed {number}", 16)) for number in range(151)]
    names.sort(key=lambda one: digest(one.encode()))
    records = [hub.record("closed", None, audience, name).hex() for name in names]
    sealed = to_text(made("sealed", 16))
    records.insert(0, hub.record("sealed", None, audience, sealed).hex())
    return [
        {
            "name": "closed records: one too many, and a sealed one",
            "identity": hub.introduction().hex(),
            "records": records,
            "limit": 150,
            "stay": sorted([*names[:150], sealed]),
            "refused": [151],
        }
    ]


def _limit(
    name: str, places: list[str], stay: list[str], refused: list[int], erased: str = ""
) -> Case:
    hub = Actor("hub")
    records = [hub.introduction().hex()]
    for place in places:
        content = None if place == erased else {"url": "https://a.example", "tls": None}
        records.append(hub.record("endpoint", content, name=place).hex())
    return {
        "name": name,
        "identity": records[0],
        "records": records[1:],
        "limit": 4,
        "stay": sorted(stay),
        "refused": refused,
    }

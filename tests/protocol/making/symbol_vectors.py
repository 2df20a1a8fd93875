"""`symbols.json`: coded symbols of sets, from the key to a decoded difference (§8.5)."""

from collections.abc import Iterable
from typing import Any

from crypto.hashing import keyed
from tests.protocol.making import naive
from tests.protocol.making.set_vectors import KEY, SALTS, Ranges, numbers, tag_key

ABOUT = (
    "docs/protocol.md §8.5. `key`: from the `salts` of two sides (in any order) to the set key and"
    " the two block keys; `fresh`: from a tag key and a round to another set key. `cases`: what the"
    " set key makes of the record with this `id`, with its `cells` of all 16,384. `sets`: of the"
    " records in ranges [first, last], where record n has the id BLAKE2b-256 of n as 4 bytes,"
    " big-endian: how many, their digest, and their first cells as they travel. `differences`:"
    " cells of A and of D as they travel, and what decoding them gives: `a_alone` and `d_alone` are"
    " the short ids that were found, ascending; `expect` is `decoded` if every cell is empty then,"
    " `more` if some are not, `contradiction` where a short id is found twice."
)

Case = dict[str, Any]


def keys() -> Case:
    """The keys."""
    return {
        "salts": [SALTS["D"].hex(), SALTS["A"].hex()],
        "set_key": KEY.hex(),
        "k1": keyed(KEY, b"short", 16).hex(),
        "k2": keyed(KEY, b"check", 16).hex(),
    }


def fresh() -> Case:
    """Another key."""
    round_ = 258
    key = naive.fresh_key(tag_key(), round_)
    return {"tag_key": tag_key().hex(), "round": round_, "set_key": key.hex()}


def cases() -> list[Case]:
    """Single records."""
    ids = {f"record {number}": naive.record_id(number) for number in range(4)}
    ids["of an id 16 bytes count"] = naive.record_id(0)[:16] + bytes(16)
    return [_case(name, id_) for name, id_ in ids.items()]


def _case(name: str, id_: bytes) -> Case:
    one = naive.coded(KEY, id_)
    return {
        "name": name,
        "id": id_.hex(),
        "short": one.short.hex(),
        "blocks": [block.hex() for block in one.blocks],
        "check": one.check.hex(),
        "mark": f"{one.mark:016x}",
        "value": f"{one.value:016x}",
        "lanes": one.lanes,
        "cells": one.cells(16_384),
    }


def sets() -> list[Case]:
    """Sets, the last with more records than a cell can count."""
    rows: dict[str, tuple[Ranges, int]] = {
        "nothing": ([], 4),
        "one record": ([[0, 0]], 8),
        "two records": ([[0, 1]], 8),
        "ten records": ([[0, 9]], 30),
        "300 records: the number is modulo 256": ([[0, 299]], 16),
    }
    return [
        {
            "name": name,
            "records": ranges,
            "count": len(numbers(ranges)),
            "total": naive.total(KEY, _ids(ranges)).hex(),
            "cells": naive.travels(naive.row(KEY, _ids(ranges), end)).hex(),
        }
        for name, (ranges, end) in rows.items()
    ]


def differences() -> list[Case]:
    """What two sides sent each other, and what nobody sends who has a set."""
    one = naive.coded(KEY, naive.record_id(0))
    cells = set(one.cells(16))
    false = next(at for at in range(16) if at not in cells)
    return [
        _sets("nothing differs", [[0, 9]], [[0, 9]], 4),
        _sets("one that A has alone", [[0, 9]], [[1, 9]], 4),
        _sets("one that D has alone", [[1, 9]], [[0, 9]], 4),
        _sets("both have some alone", [[0, 9]], [[3, 12]], 16),
        _sets("the same, too few cells", [[0, 9]], [[3, 12]], 4),
        _sets("one alone, more records than a cell can count", [[0, 300]], [[1, 300]], 2),
        _sets("as many on both sides: the numbers say nothing", [[0, 0]], [[1, 1]], 16),
        _row("a check that is wrong", [(1, one.value ^ 1)]),
        _row("a sum that is too large", [(1, one.value + 2**64)]),
        _row("a sum without a number", [(0, one.value)]),
        _row("a number without a sum", [(2, 0)]),
        _row("a cell in which the record is not", _at(false, one)),
        _row("a record that is in one of its cells only, and is found again", _at(0, one)),
    ]


def _at(cell: int, one: naive.Coded) -> list[naive.Cell]:
    """A record in one cell alone."""
    return [(1, one.value) if at == cell else (0, 0) for at in range(16)]


def _ids(ranges: Ranges) -> list[bytes]:
    return [naive.record_id(one) for one in numbers(ranges)]


def _sets(name: str, a: Ranges, d: Ranges, end: int) -> Case:
    return _difference(name, naive.row(KEY, _ids(a), end), naive.row(KEY, _ids(d), end))


def _row(name: str, a: list[naive.Cell]) -> Case:
    return _difference(name, a, [(0, 0)] * len(a))


def _difference(name: str, a: list[naive.Cell], d: list[naive.Cell]) -> Case:
    found = naive.decoded(KEY, naive.arrived(naive.travels(a)), naive.arrived(naive.travels(d)))
    left = "more" if found.left else "decoded"
    return {
        "name": name,
        "a_cells": naive.travels(a).hex(),
        "d_cells": naive.travels(d).hex(),
        "expect": "contradiction" if found.twice else left,
        "a_alone": _shorts(found.a_alone),
        "d_alone": _shorts(found.d_alone),
    }


def _shorts(shorts: Iterable[bytes]) -> list[str]:
    return [one.hex() for one in shorts]

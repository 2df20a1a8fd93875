"""`sets.json`: tags, and what two sides tell each other about their sets (§8.2, §8.4, §8.5).

`limits.json`: which of too many places lose (§4.8).
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from crypto.hashing import digest, keyed
from protocol.audience import Audience
from protocol.encoding import encode
from protocol.ids import to_text
from tests.protocol.making import naive
from tests.protocol.making.cast import Actor, Cast, made
from tests.protocol.making.talk import Talk

ABOUT = (
    "docs/protocol.md §8.2, §8.4, §8.5. `tags`: under `tag_key`, the tag of each `input`."
    " `cases`: a stage between D and A, whose `salts` are here. Record n has the id BLAKE2b-256 of"
    " n as 4 bytes, big-endian. `dialler` and `answerer` are what both sides hold: the name of a"
    " set, a network's with its id, and ranges [first, last] of records. `frames` are what they say"
    " in turns, from `compare` to A's `lack`, always in round 1: D's are those of one"
    " implementation, which may ask for other numbers of cells; A's answers follow from them."
    " Sets may stand in any order, and short ids, which are ascending here. Then D sends the"
    " records `gives`, and A the records `gets`."
)

ABOUT_LIMITS = (
    "docs/protocol.md §4.8. `records` arrive one by one, in this order, at a node that may hold"
    " them; `stay` are the names of the places that it still holds after all of them. `refused` are"
    " the numbers of those, counted from 0, of which it says `over-limit`: the one that arrived was"
    " the one that lost. Another one that is pushed out is removed without a word."
)

Case = dict[str, Any]
Ranges = list[list[int]]
Sets = dict[str, Ranges]

SALTS = {"D": made("salt of D", 16), "A": made("salt of A", 16)}
KEY = naive.set_key(SALTS["D"], SALTS["A"])
TWINS = (411_351, 463_247)
"""Two records with one short id under this key."""

WHOLE, FIRST = 60, 30
"""§8.5: what a first answer holds."""


def tag_key() -> bytes:
    """That of the transcript in §8.2."""
    return Talk(Actor("hub").id).tag_key


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
        "a record": record,
    }
    return [
        {"name": name, "input": one.hex(), "tag": _tag(one).hex()} for name, one in rows.items()
    ]


def salts() -> dict[str, str]:
    """What both sides `listed`."""
    return {side: salt.hex() for side, salt in SALTS.items()}


def _tag(data: bytes) -> bytes:
    return keyed(tag_key(), data, 8)


NETWORK = f"network {Cast().alliance.id.hex()}"


def cases() -> list[Case]:
    """Stages of a round."""
    few, some, many = [[1, 2]], [[0, 69]], [[0, 99]]
    return [
        Stage("nothing on either side", {}, {}, 1).case(),
        Stage("the same", {"public": few}, {"public": few}, 1).case(),
        Stage("control records differ: stage 0", {"control": few}, {"control": []}, 0).case(),
        Stage("A lacks one", {"public": few}, {"public": [[1, 1]]}, 1).case(),
        Stage("D lacks one", {"public": [[1, 1]]}, {"public": few}, 1).case(),
        Stage("60 records: all short ids", {"public": []}, {"public": [[1, 60]]}, 1).case(),
        Stage("61 records: cells", {"public": [[1, 60]]}, {"public": [[1, 61]]}, 1).case(),
        Stage(
            "both lack some; a set that is equal, and two that one side does not name",
            {"public": few, NETWORK: [[3, 4]], f"network {made('of D').hex()}": few},
            {"public": few, NETWORK: [[4, 6]], f"network {made('of A').hex()}": few},
            1,
        ).case(),
        Stage("decoded at once", {"direct": [[3, 103]]}, {"direct": many}, 1).case(),
        Stage("more cells", {"public": [[20, 120]]}, {"public": many}, 1).case(more=92),
        Stage(
            "two records with one short id: nothing seems to differ",
            {"public": many + _one(0)},
            {"public": many + _one(1)},
            1,
        ).case(),
        Stage(
            "what was decoded contradicts itself: another key",
            {"public": some + _one(0) + _one(1)},
            {"public": some + _one(0)},
            1,
        ).case(fresh=True),
        Stage("D has nothing", {"public": []}, {"public": some}, 1).case(listed=True),
        Stage("D's list", {"public": [[0, 20], [400, 402]]}, {"public": many}, 1).case(listed=True),
    ]


def _one(twin: int) -> Ranges:
    return [[TWINS[twin]] * 2]


def numbers(ranges: Iterable[list[int]]) -> list[int]:
    """Those of the records in ranges."""
    return list(chain.from_iterable(range(first, last + 1) for first, last in ranges))


class Stage:
    """What both sides say, by the letter of §8.4 and §8.5."""

    def __init__(self, name: str, dialler: Sets, answerer: Sets, stage: int) -> None:
        self.name, self.stage = name, stage
        self.said: Sets = dialler
        self.there: Sets = answerer
        self.d, self.a = _by_tag(dialler), _by_tag(answerer)
        self.frames: list[bytes] = []
        self.gives: list[int] = []
        self.gets: list[int] = []

    def case(self, *, more: int = 0, fresh: bool = False, listed: bool = False) -> Case:
        """D asks for cells up to `more`, for another key, or sends its list."""
        self._compare()
        differ = [one for one in self.a if one in self.d and self._total(one) != self._own(one)]
        stage = [one for one in differ if (one == _tag(b"control")) == (self.stage == 0)]
        self._say("symbols", self.stage, [self._first(one) for one in stage])
        key = KEY
        if more:
            self._say("more", self.stage, [[one, more, False] for one in stage])
            self._say("symbols", self.stage, [self._cells(one, KEY, FIRST, more) for one in stage])
        if fresh:
            key = naive.fresh_key(tag_key(), 1)
            self._say("more", self.stage, [[one, FIRST, True] for one in stage])
            self._say("symbols", self.stage, [self._cells(one, key, 0, FIRST) for one in stage])
        if stage:
            (self._list if listed else self._want)(stage, key)
        return {
            "name": self.name,
            "dialler": self.said,
            "answerer": self.there,
            "frames": [frame.hex() for frame in self.frames],
            "gives": sorted(self.gives),
            "gets": sorted(self.gets),
        }

    def _say(self, name: str, *fields: Any) -> None:
        self.frames.append(encode([name, 1, *fields]))

    def _compare(self) -> None:
        always = [_tag(one) for one in (b"control", b"public", b"direct")]
        networks = [one + self._own(one) for one in self.d if one not in always]
        digests = b"".join(self._own(one) for one in always)
        self._say("compare", 0, digests, b"".join(networks))

    def _own(self, tag: bytes) -> bytes:
        return naive.total(KEY, map(naive.record_id, self.d.get(tag, [])))

    def _total(self, tag: bytes) -> bytes:
        return naive.total(KEY, map(naive.record_id, self.a[tag]))

    def _first(self, tag: bytes) -> list[Any]:
        if len(self.a[tag]) > WHOLE:
            return self._cells(tag, KEY, 0, FIRST)
        return [tag, len(self.a[tag]), self._total(tag), True, _shorts(KEY, self.a[tag])]

    def _cells(self, tag: bytes, key: bytes, start: int, end: int) -> list[Any]:
        ids = [naive.record_id(one) for one in self.a[tag]]
        cells = naive.travels(naive.row(key, ids, end)[start:])
        return [tag, len(ids), naive.total(key, ids), False, cells]

    def _want(self, stage: list[bytes], key: bytes) -> None:
        wanted = []
        for tag in stage:
            gets, gives = self._differ(tag, key)
            wanted.append([tag, _shorts(key, gets)])
            self.gets += gets
            self.gives += gives
        self._say("want", self.stage, [one for one in wanted if one[1]], True)

    def _list(self, stage: list[bytes], key: bytes) -> None:
        lack = []
        for tag in stage:
            gets, gives = self._differ(tag, key)
            self._say("ids", self.stage, tag, _shorts(key, self.d[tag]), True)
            self.gets += gets
            self.gives += gives
            lack.append([tag, _shorts(key, gives)])
        self._say("want", self.stage, [], True)
        if lacking := [one for one in lack if one[1]]:
            self._say("lack", self.stage, lacking)

    def _differ(self, tag: bytes, key: bytes) -> tuple[list[int], list[int]]:
        """What only A, and what only D has, as far as short ids tell."""
        here = {_short(key, one) for one in self.d[tag]}
        there = {_short(key, one) for one in self.a[tag]}
        gets = [one for one in self.a[tag] if _short(key, one) not in here]
        return gets, [one for one in self.d[tag] if _short(key, one) not in there]


def _by_tag(sets: Sets) -> dict[bytes, list[int]]:
    named: dict[bytes, list[int]] = {_tag(one): [] for one in (b"control", b"public", b"direct")}
    for name, ranges in sets.items():
        named[_tag(set_name(name))] = numbers(ranges)
    return named


def set_name(written: str) -> bytes:
    """What stands in a tag, of what stands in the file."""
    word, _space, id_ = written.partition(" ")
    return word.encode() + bytes.fromhex(id_)


def _short(key: bytes, number: int) -> bytes:
    return naive.coded(key, naive.record_id(number)).short


def _shorts(key: bytes, records: Iterable[int]) -> bytes:
    return b"".join(sorted(_short(key, one) for one in records))


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

"""The vector files of sets (docs/protocol.md §8.4, §8.5): `sets.json` and `symbols.json`."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from crypto.hashing import keyed
from protocol.audience import PUBLIC
from sync.catalogue import NEVER, Catalogue
from sync.decoder import Decoder, UndecodableError
from sync.frames import Answer, Ask, Compare, Frame, Ids, Lack, More, Symbols, Want, decode_frame
from sync.header import Header
from sync.index import Index, View, set_key
from sync.reconcile import Asking
from sync.rounds import Rounds
from sync.sets import OPEN
from sync.sketch import SetKey, Sketch, pack_cells
from sync.tags import tag
from tests.protocol.making import naive
from tests.protocol.making.files import FILES, each
from tests.protocol.making.set_vectors import numbers, set_name

SETS, SYMBOLS = FILES["sets"], FILES["symbols"]
TAG_KEY = bytes.fromhex(SETS["tag_key"])
SALTS = {side: bytes.fromhex(salt) for side, salt in SETS["salts"].items()}
KEY = SetKey(bytes.fromhex(SYMBOLS["key"]["set_key"]))

# Symbols


def test_keys() -> None:
    salts = [bytes.fromhex(one) for one in SYMBOLS["key"]["salts"]]
    key = bytes.fromhex(SYMBOLS["key"]["set_key"])
    assert set_key(*salts) == set_key(*reversed(salts)) == key
    blocks = [keyed(key, word, 16).hex() for word in (b"short", b"check")]
    assert blocks == [SYMBOLS["key"]["k1"], SYMBOLS["key"]["k2"]]


def test_fresh_key() -> None:
    fields = SYMBOLS["fresh"]
    rounds = Rounds(bytes.fromhex(fields["tag_key"]), None, None, None)
    rounds.number = fields["round"]
    assert rounds.fresh_key().hex() == fields["set_key"]


@each("symbols")
def test_record(case: dict[str, Any]) -> None:
    item = KEY.item(bytes.fromhex(case["id"]))
    assert f"{item.short:010x}" == case["short"]
    assert f"{item.value & (2**64 - 1):016x}" == case["value"]
    assert f"{item.mark:016x}" == case["mark"]
    assert list(item.hits(0, 16_384)) == case["cells"]
    lanes = [int.from_bytes(item.lanes[2 * n : 2 * n + 2], "big") for n in range(27)]
    assert lanes == case["lanes"]
    assert item.lanes.hex() == "".join(case["blocks"][1:])


@each("symbols", "sets")
def test_set(case: dict[str, Any]) -> None:
    sketch = Sketch(KEY, 64)
    sketch.add_many(b"".join(naive.record_id(one)[:16] for one in numbers(case["records"])))
    cells = pack_cells(sketch.cells)[: len(case["cells"]) // 2]
    found = (sketch.count, f"{sketch.total:016x}", cells.hex())
    assert found == (case["count"], case["total"], case["cells"])


@each("symbols", "differences")
def test_difference(case: dict[str, Any]) -> None:
    theirs, ours = bytes.fromhex(case["a_cells"]), naive.arrived(bytes.fromhex(case["d_cells"]))
    decoder = Decoder(KEY, 0)
    try:
        decoder.feed(theirs, [number << 96 | sum_ for number, sum_ in ours])
    except UndecodableError:
        assert case["expect"] == "contradiction"
        return
    assert case["expect"] == ("decoded" if decoder.is_done else "more")
    for found, side in ((decoder.theirs, "a_alone"), (decoder.ours, "d_alone")):
        assert sorted(f"{one:010x}" for one in found) == case[side]


# Sets


@each("sets", "tags")
def test_tag(case: dict[str, Any]) -> None:
    assert tag(TAG_KEY, bytes.fromhex(case["input"])).hex() == case["tag"]


class Side:
    """One side of a stage: what it holds, what it says, and what it is about to send."""

    def __init__(self, sets: dict[str, list[list[int]]]) -> None:
        catalogue, held = Catalogue(), {set_name(one): ranges for one, ranges in sets.items()}
        self.records: list[int] = []
        for name, ranges in held.items():
            for number in numbers(ranges):
                self.records.append(number)
                id_, ref = naive.record_id(number), len(self.records)
                catalogue.put(Header(name, PUBLIC, "meeting", "", None, NEVER, id_, ref))
        index = Index(catalogue, set_key(*SALTS.values()))
        index.refresh(lambda header: header.author, "basis")
        views = {name: View(index, name) for name in dict.fromkeys([*OPEN, *held])}
        self.said: list[Frame] = []
        self.sends: list[int] = []
        self.rounds = Rounds(TAG_KEY, self, self.said.append, lambda: views)
        self.rounds.number = 1

    def add(self, refs: Iterable[int], then: Frame | None = None) -> None:
        """As the outbox of a session."""
        self.sends += [self.records[ref - 1] for ref in refs]

    def hear(self, frame: Frame) -> None:
        """What the other side said."""
        rounds = self.rounds
        hearers: dict[type[Frame], Callable[[Any], None]] = {
            Compare: rounds.on_compare, Symbols: rounds.on_symbols, More: rounds.on_more,
            Ids: rounds.on_ids, Want: rounds.on_want, Lack: rounds.on_lack,
        }  # fmt: skip
        hearers[type(frame)](frame)


def sorted_(frame: Frame) -> Frame:
    """Sets and short ids may stand in any order."""
    match frame:
        case Compare(networks=networks):
            parts = sorted(networks[at : at + 16] for at in range(0, len(networks), 16))
            return frame._replace(networks=b"".join(parts))
        case Symbols(sets=sets):
            answers = (one._replace(data=ordered(one.data)) if one.whole else one for one in sets)
            return frame._replace(sets=tuple(sorted(answers)))
        case Ids(shorts=shorts):
            return frame._replace(shorts=ordered(shorts))
        case Want(sets=pairs) | Lack(sets=pairs):
            return frame._replace(sets=tuple(sorted((name, ordered(one)) for name, one in pairs)))
        case _:
            return frame


def ordered(shorts: bytes) -> bytes:
    return b"".join(sorted(shorts[at : at + 5] for at in range(0, len(shorts), 5)))


@each("sets")
def test_stage(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides say what stands in the file, and send what it says. How D goes on is its own
    choice, so that is taken from the file."""
    said = [decode_frame(bytes.fromhex(one)) for one in case["frames"]]
    choices = [one for one in said if isinstance(one, More) and not one.sets[0].fresh]

    def go_on(self: Asking, answer: Answer, view: View, _decoder: Decoder) -> Ask | None:
        return choices[0].sets[0] if choices else self._send_list(answer, view)

    monkeypatch.setattr(Asking, "go_on", go_on)
    dialler, answerer = Side(case["dialler"]), Side(case["answerer"])
    dialler.rounds.compare(0)
    for frame in said:
        speaker, hearer = dialler, answerer
        if isinstance(frame, Symbols | Lack):
            speaker, hearer = answerer, dialler
        assert sorted_(speaker.said.pop(0)) == sorted_(frame)
        hearer.hear(frame)
    assert dialler.said == answerer.said == []
    assert (sorted(dialler.sends), sorted(answerer.sends)) == (case["gives"], case["gets"])

"""One stage of a round: which records does one side lack? (docs/protocol.md §8.4, §8.5)

Two sides of an exchange: `Asking` is the dialling one, which decodes and decides how to go on,
`Answering` the other. Where digests differ: symbols, a few at first, then as many as the estimate
says; the whole list where that is shorter, at once or after the first symbols; another key, once,
where what was decoded contradicts itself. A node that has (nearly) nothing sends its own list,
which is (nearly) empty, and gets everything else: that is the snapshot.

Rules:

1. The asking side gets what it asked for, or the session ends: neither side can make the other
   keep, compute or send more than the named bounds.
2. A difference counts as decoded only if it also explains the digests.
3. The answering side passes over what is asked for and not there (any more).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sync.decoder import Decoder, UndecodableError
from sync.errors import SessionError
from sync.frames import DIGEST_OF_SET_BYTES, SHORTS_IN_FRAME, SYMBOLS_IN_STAGE, Answer, Ask
from sync.index import View
from sync.sketch import MARKS, SHORT_BYTES, SYMBOL_BYTES, SYMBOLS, pack_cells

FIRST = 30
"""Symbols of a first answer: ten differences are nearly always decoded from them."""

WHOLE = FIRST * SYMBOL_BYTES // SHORT_BYTES
"""A set of so few records is listed instead: it takes no more bytes."""

SHORTS_IN_STAGE = 500_000
"""Five times the largest store we plan for; 40 MB in memory while a stage lasts."""

SMALL = 200
"""Below so many differences the first estimate is rough, and one more round trip dear."""

GENEROUS, TIGHT = 2.0, 1.52
"""Symbols for each estimated difference: to be done at once; and where one more trip is cheap."""


class Asking:
    """One stage, as the dialling side goes through it."""

    def __init__(self, views: Mapping[bytes, View], fresh_key: bytes) -> None:
        """`views`: the sets by tag. `fresh_key`: empty if no other key may be tried."""
        self._views, self._fresh_key = views, fresh_key
        self._decoders: dict[bytes, Decoder] = {}
        self._expected: dict[bytes, int] | None = None
        self._symbols = 0  # cells that came, and those that were asked for
        self._lists: dict[bytes, dict[int, tuple[int, ...]] | None] = {}
        self._heard = 0
        self._lacking: dict[bytes, list[int]] = {}
        self.giving: list[tuple[View, list[int]]] = []
        """Positions in a set of records that the other side lacks."""
        self.awaited = 0
        """How many records the other side is going to send, as far as that can be said."""

    def hear(self, answers: Sequence[Answer]) -> list[Ask]:
        """The next questions; none if all sets are through."""
        expected = self._expected
        names = [answer.tag for answer in answers]
        if len(set(names)) != len(names) or not self._views.keys() >= set(names):
            raise SessionError("protocol")
        if expected is not None and expected.keys() != set(names):
            raise SessionError("protocol")
        asks = [ask for answer in answers if (ask := self._one(answer, expected)) is not None]
        self._expected = {ask.tag: ask.end for ask in asks}
        return asks

    def _one(self, answer: Answer, expected: Mapping[bytes, int] | None) -> Ask | None:
        view, name = self._views[answer.tag], answer.tag
        if answer.whole:
            if expected is not None or len(answer.data) > WHOLE * SHORT_BYTES:
                raise SessionError("protocol")
            self._settle(name, *view.split(unpack(answer.data)))
            return None
        decoder = self._decoders.get(name)
        if decoder is None:
            decoder = self._decoders[name] = Decoder(view.key, answer.size - view.count)
        end = FIRST if expected is None else expected[name]
        if len(answer.data) != (end - decoder.cells) * SYMBOL_BYTES:
            raise SessionError("protocol")
        if expected is None:
            self._symbols += end
        try:
            decoder.feed(answer.data, view.cells(decoder.cells, end))
            if not decoder.is_done:
                return self.go_on(answer, view, decoder)
            giving = list(view.named(decoder.ours))
            theirs = int.from_bytes(answer.total, "big")
            explained = (theirs - view.total - decoder.mark) % MARKS == 0
            if len(giving) != len(decoder.ours) or not explained:
                raise UndecodableError
            self._settle(name, giving, decoder.theirs)
        except UndecodableError:
            return self._try_anew(answer, view)
        return None

    def go_on(self, answer: Answer, view: View, decoder: Decoder) -> Ask | None:
        """The next question about a set that is not decoded; None if its list is sent instead."""
        found = decoder.estimate()
        factor = GENEROUS if found <= SMALL else TIGHT
        end = max(round(factor * found), decoder.cells + decoder.cells // 4)
        symbols = end - decoder.cells
        shorter = symbols * SYMBOL_BYTES >= view.count * SHORT_BYTES
        if shorter or end > SYMBOLS or self._symbols + symbols > SYMBOLS_IN_STAGE // 2:
            return self._send_list(answer, view)
        self._symbols += symbols
        return Ask(answer.tag, end, False)

    def _try_anew(self, answer: Answer, view: View) -> Ask | None:
        del self._decoders[answer.tag]
        if view.is_fresh or not self._fresh_key:
            return self._send_list(answer, view)
        view.freshen(self._fresh_key)
        self._symbols += FIRST
        return Ask(answer.tag, FIRST, True)

    def _send_list(self, answer: Answer, view: View) -> Ask | None:
        self._lists[answer.tag] = None
        self.awaited += max(0, answer.size - view.count)
        return None

    def _settle(self, name: bytes, giving: list[int], lacking: list[int]) -> None:
        self.giving.append((self._views[name], giving))
        self._lacking[name] = lacking
        self.awaited += len(lacking)

    def wants(self) -> list[tuple[bytes, bytes]]:
        """Short ids of records that this side lacks, by tag."""
        return [(name, pack(shorts)) for name, shorts in self._lacking.items()]

    def lists(self) -> Iterator[tuple[bytes, bytes, bool]]:
        """(tag, short ids, whether it is the last part) of the sets that go by list."""
        for name in self._lists:
            shorts = self._views[name].shorts()
            for start in range(0, max(len(shorts), 1), SHORTS_IN_FRAME):
                part = shorts[start : start + SHORTS_IN_FRAME]
                yield name, pack(part), start + SHORTS_IN_FRAME >= len(shorts)

    def lacked(self, name: bytes, shorts: bytes) -> tuple[View, list[int]]:
        """Positions in a set of listed records that the other side lacks: each of them once."""
        if name not in self._lists:
            raise SessionError("protocol")
        self._heard += len(shorts) // SHORT_BYTES
        if self._heard > SHORTS_IN_STAGE:
            raise SessionError("bounds")
        view, listed = self._views[name], self._lists[name]
        if listed is None:
            listed = self._lists[name] = view.by_short()
        return view, [at for one in unpack(shorts) for at in listed.pop(one, ())]


class Answering:
    """One stage, as the other side goes through it."""

    def __init__(self, views: Mapping[bytes, View], fresh_key: bytes) -> None:
        self._views, self._fresh_key = views, fresh_key
        self._sent: dict[bytes, int] = {}
        self._lists: dict[bytes, list[int]] = {}
        self._whole_lists: set[bytes] = set()
        self._wanted: dict[bytes, list[int]] = {}
        self._symbols = self._shorts = 0

    def first(self, theirs: Iterable[tuple[bytes, bytes]]) -> list[Answer]:
        """The answers about sets that both sides name and whose digests differ."""
        answers = []
        for name, total in theirs:
            view = self._views.get(name)
            if view is None or digest_of(view) == total or name in self._sent:
                continue
            self._sent[name] = 0
            if view.count <= WHOLE:
                answers.append(Answer(name, view.count, digest_of(view), True, pack(view.shorts())))
            else:
                answers.append(self._cells(name, view, FIRST))
        return answers

    def more(self, asks: Iterable[Ask]) -> list[Answer]:
        """Further cells; under the fresh key all of them anew."""
        answers = []
        for name, end, fresh in asks:
            view = self._views.get(name)
            if view is None or name not in self._sent or name in self._lists:
                raise SessionError("protocol")
            if fresh:
                if view.is_fresh:
                    raise SessionError("protocol")
                view.freshen(self._fresh_key)
                self._sent[name] = 0
            if not self._sent[name] < end <= SYMBOLS:
                raise SessionError("protocol")
            answers.append(self._cells(name, view, end))
        return answers

    def _cells(self, name: bytes, view: View, end: int) -> Answer:
        start, self._sent[name] = self._sent[name], end
        self._symbols += end - start
        if self._symbols > SYMBOLS_IN_STAGE:
            raise SessionError("bounds")
        cells = pack_cells(view.cells(start, end))
        return Answer(name, view.count, digest_of(view), False, cells)

    def hear_list(self, name: bytes, shorts: bytes, last: bool) -> None:
        """A part of the other side's list of a set."""
        if name not in self._sent or name in self._whole_lists:
            raise SessionError("protocol")
        self._count(shorts)
        self._lists.setdefault(name, []).extend(unpack(shorts))
        if last:
            self._whole_lists.add(name)

    def want(self, wanted: Iterable[tuple[bytes, bytes]]) -> None:
        """Note a part of what the other side lacks."""
        for name, shorts in wanted:
            if name not in self._sent:
                raise SessionError("protocol")
            self._count(shorts)
            self._wanted.setdefault(name, []).extend(unpack(shorts))

    def _count(self, shorts: bytes) -> None:
        self._shorts += len(shorts) // SHORT_BYTES
        if self._shorts > SHORTS_IN_STAGE:
            raise SessionError("bounds")

    def finish(self) -> tuple[list[tuple[View, list[int]]], list[tuple[bytes, bytes]]]:
        """(what to send, as positions; what this side lacks of the lists: short ids by tag)."""
        if self._lists.keys() != self._whole_lists:
            raise SessionError("protocol")
        giving, lacking = [], []
        for name, shorts in self._lists.items():
            more, less = self._views[name].split(shorts)
            giving.append((self._views[name], more))
            lacking.append((name, pack(less)))
        for name, shorts in self._wanted.items():
            giving.append((self._views[name], list(self._views[name].named(shorts))))
        return giving, lacking


def digest_of(view: View) -> bytes:
    """The digest of a set as it travels."""
    return view.total.to_bytes(DIGEST_OF_SET_BYTES, "big")


def pack(shorts: Iterable[int]) -> bytes:
    """Short ids as they travel."""
    return b"".join([one.to_bytes(SHORT_BYTES, "big") for one in shorts])


def unpack(data: bytes) -> list[int]:
    """Short ids as numbers."""
    return [
        int.from_bytes(data[at : at + SHORT_BYTES], "big")
        for at in range(0, len(data), SHORT_BYTES)
    ]

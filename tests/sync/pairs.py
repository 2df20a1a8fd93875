"""Two sides of one stage, without a session: what `Asking` and `Answering` say to each other."""

from collections.abc import Iterable, Mapping, Sequence

from protocol.audience import PUBLIC
from sync.catalogue import NEVER, Catalogue
from sync.frames import Answer, Ask
from sync.header import Header
from sync.index import Index, View
from sync.reconcile import Answering, Asking, digest_of
from tests.protocol.making.naive import record_id

KEY, FRESH = bytes(range(32)), bytes(reversed(range(32)))

TWINS = (1_998_520, 3_866_622)
"""Two records with one short id under `KEY`."""

Numbers = Iterable[int]


def tag_of(name: str) -> bytes:
    """8 bytes."""
    return name.encode().ljust(8, b".")


class Side:
    """Sets of records, which are numbers; the store's number is one higher."""

    def __init__(self, sets: Mapping[str, Numbers], refused: Numbers = ()) -> None:
        catalogue = Catalogue()
        held = sorted((number, name) for name, numbers in sets.items() for number in numbers)
        for number, name in held:
            header = Header(
                tag_of(name), PUBLIC, "meeting", "", None, NEVER, record_id(number), number + 1
            )
            catalogue.put(header)
        self.index = Index(catalogue, KEY)
        self.index.refresh(lambda header: header.author, "basis")
        out = self.index.by_set(number + 1 for number in refused)
        tags = map(tag_of, sets)
        self.views = {one: View(self.index, one, out.get(one, ())) for one in tags}

    def digests(self) -> list[tuple[bytes, bytes]]:
        """As in `compare`."""
        return [(name, digest_of(view)) for name, view in self.views.items()]


def numbers(given: Sequence[tuple[View, list[int]]]) -> list[int]:
    """Records that are about to be sent, in order."""
    return [ref - 1 for view, positions in given for ref in view.refs(positions)]


class Stage:
    """A stage from `compare` to what both sides send."""

    def __init__(self, dialler: Side, answerer: Side, fresh: bytes = FRESH) -> None:
        self.asking = Asking(dialler.views, fresh)
        self.answering = Answering(answerer.views, FRESH)
        self.theirs = dialler.digests()
        self.asked: list[list[Ask]] = []
        self.answered: list[list[Answer]] = []
        self.d_gives: list[int] = []
        self.a_gives: list[int] = []
        self.listed: list[bytes] = []

    def run(self) -> "Stage":
        """Until both know what to send."""
        answers = self.answering.first(self.theirs)
        self.answered.append(answers)
        while asks := self.asking.hear(answers):
            self.asked.append(asks)
            answers = self.answering.more(asks)
            self.answered.append(answers)
        for name, shorts, last in self.asking.lists():
            self.listed.append(name)
            self.answering.hear_list(name, shorts, last)
        self.answering.want(self.asking.wants())
        giving, lacking = self.answering.finish()
        self.a_gives, self.d_gives = numbers(giving), numbers(self.asking.giving)
        for name, shorts in lacking:
            self.d_gives += numbers([self.asking.lacked(name, shorts)])
        return self

    @property
    def cells(self) -> int:
        """How many crossed."""
        answers = [answer for part in self.answered for answer in part if not answer.whole]
        return sum(len(answer.data) // 10 for answer in answers)

"""The kept index (docs/protocol.md §8.4): a model that is a dictionary, and what it may not do."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from protocol.audience import PUBLIC
from protocol.kinds import control_rank
from sync import catalogue as catalogue_module
from sync.catalogue import NEVER, Catalogue
from sync.frames import SALT_BYTES
from sync.header import Header
from sync.index import KEPT_CELLS, LONGEST_KEPT, Index, Kept, View, set_key
from sync.sketch import SetKey, Sketch
from tests.protocol.making.naive import record_id

KEY = bytes(range(32))
AUTHORS = [bytes([n]) * 32 for n in range(4)]
KINDS = ["meeting", "identity", "endpoint", "group"]
NAMES = [None, b"control", b"public", b"direct"]


def header(ref: int, author: bytes, kind: str, expires: int = 10**9) -> Header:
    name = f"name {ref % 3}"
    return Header(author, PUBLIC, kind, name, None, expires, record_id(ref), ref)


def rank(kind: str) -> int:
    return control_rank(kind)


class Model:
    """An index, and what it should be: the records as they were when it was brought up to date."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.index = Index(catalogue, KEY)
        self.seen: dict[int, Header] = {}
        self.basis = 0
        self.names: dict[tuple[bytes, str], bytes | None] = {}

    def name_of(self, one: Header) -> bytes | None:
        return self.names.get((one.author, one.kind))

    def refresh(self, held: dict[int, Header]) -> None:
        self.index.refresh(self.name_of, self.basis)
        self.seen = dict(held)

    def check(self, more: int) -> None:
        """All of it, cell by cell."""
        for name in NAMES[1:]:
            assert name is not None
            refs = [ref for ref, one in self.seen.items() if self.name_of(one) == name]
            ids = b"".join(record_id(ref)[:16] for ref in refs)
            anew = Sketch(SetKey(KEY), 4_096)
            anew.add_many(ids)
            view = View(self.index, name)
            assert (view.count, view.total) == (anew.count, anew.total)
            assert view.cells(0, 30) == anew.cells[:30]
            assert view.cells(20, more) == anew.cells[20:more]
            positions = self.index.positions(name)
            assert self.index.ids(positions) == ids
            ordered = sorted(refs, key=lambda ref: rank(self.seen[ref].kind))
            assert self.index.refs(positions) == ordered
            assert view.shorts() == SetKey(KEY).shorts(ids)


class Machine(RuleBasedStateMachine):
    """Records come, go and expire, ties change, the catalogue is written anew, sessions look."""

    def __init__(self) -> None:
        super().__init__()
        self.worth = catalogue_module.WORTH_WRITING_ANEW
        catalogue_module.WORTH_WRITING_ANEW = 3
        self.catalogue = Catalogue()
        self.held: dict[int, Header] = {}
        self.ref = 0
        self.now = 100
        self.models = [Model(self.catalogue), Model(self.catalogue)]

    def teardown(self) -> None:
        catalogue_module.WORTH_WRITING_ANEW = self.worth

    @initialize(data=st.data())
    def sets(self, data: Any) -> None:
        for which in (0, 1):
            self.ties_change(data, which)

    @rule(
        author=st.sampled_from(AUTHORS), kind=st.sampled_from(KINDS),
        lives=st.sampled_from([5, 10, 10**9]), times=st.sampled_from([1, 1, 3, 60]),
    )  # fmt: skip
    def put(self, author: bytes, kind: str, lives: int, times: int) -> None:
        for _ in range(times):
            self.ref += 1 + self.ref % 2
            one = header(self.ref, author, kind, self.now + lives)
            self.held[self.ref] = one
            self.catalogue.put(one)

    @rule(data=st.data(), many=st.booleans())
    def drop(self, data: Any, many: bool) -> None:
        refs = st.sampled_from(sorted(self.held) or [10**6])
        gone = data.draw(st.lists(refs, max_size=40 if many else 1, unique=True))
        for ref in [*gone, *gone[:1], 10**7]:  # again, and what never was
            self.catalogue.drop(ref)
            self.held.pop(ref, None)

    @rule(seconds=st.sampled_from([0, 5, 11]))
    def expire(self, seconds: int) -> None:
        self.now += seconds
        self.catalogue.expire(self.now)
        self.held = {ref: one for ref, one in self.held.items() if one.expires > self.now}

    @rule()
    def tidy(self) -> None:
        self.catalogue.tidy()

    @rule(data=st.data(), which=st.integers(0, 1))
    def ties_change(self, data: Any, which: int) -> None:
        """Groups belong to other sets, from the next look on."""
        model = self.models[which]
        chosen = {(a, k): data.draw(st.sampled_from(NAMES)) for a in AUTHORS for k in KINDS}
        model.names = chosen
        model.basis += 1
        model.refresh(self.held)

    @rule(which=st.integers(0, 1), most=st.sampled_from([1, 7, 60, 500]))
    def prepare(self, which: int, most: int) -> None:
        """A part of what came is looked at ahead: nothing that can be seen moves."""
        model = self.models[which]
        before = model.index.lacks(model.basis)
        model.index.prepare(model.name_of, model.basis, most)
        assert model.index.lacks(model.basis) == max(before - most, 0)

    @rule(which=st.integers(0, 1))
    def refresh(self, which: int) -> None:
        self.models[which].refresh(self.held)

    @rule(which=st.integers(0, 1), more=st.sampled_from([64, 300, 1_100]))
    def look(self, which: int, more: int) -> None:
        """Between two refreshes, whatever was stored meanwhile."""
        self.models[which].check(more)

    @rule(which=st.integers(0, 1))
    def session_ends(self, which: int) -> None:
        self.models[which].index.trim()

    @invariant()
    def catalogue_is_what_is_held(self) -> None:
        columns = self.catalogue.columns
        alive = [ref for ref, one in zip(columns.refs, columns.alive, strict=True) if one]
        assert alive == sorted(self.held)

    @rule(ref=st.integers(0, 200))
    def ask(self, ref: int) -> None:
        """From then on it is kept up to date."""
        assert (record_id(ref) in self.catalogue) == (ref in self.held)


TestIndex = Machine.TestCase
TestIndex.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def author_of(one: Header) -> bytes:
    return one.author


def index_of(headers: Iterable[Header]) -> tuple[Catalogue, Index]:
    catalogue = Catalogue()
    for one in headers:
        catalogue.put(one)
    index = Index(catalogue, KEY)
    index.refresh(author_of, 1)
    return catalogue, index


def test_written_anew_while_a_stage_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another session tidies up the shared catalogue, and fewer groups are left than before."""
    monkeypatch.setattr(catalogue_module, "WORTH_WRITING_ANEW", 3)
    kinds = ["meeting", "group", "endpoint", "identity"]
    headers = [header(ref, AUTHORS[0], kinds[ref % 4]) for ref in range(8)]
    catalogue, index = index_of(headers)
    positions = index.positions(AUTHORS[0])
    before = index.refs(positions)
    for ref in (0, 1, 2, 4, 5, 6):
        catalogue.drop(ref)
    catalogue.tidy()
    assert len(catalogue.columns.refs) == 2
    assert index.refs(positions) == before == [3, 7, 2, 6, 0, 1, 4, 5]
    assert index.sketch(AUTHORS[0]).count == 8
    index.refresh(author_of, 1)
    assert index.refs(index.positions(AUTHORS[0])) == [3, 7]
    assert index.sketch(AUTHORS[0]).count == 2


def test_gate_is_asked_once_for_a_group() -> None:
    """And not again while the basis is equal, but for a group that is new."""
    asked: list[str] = []

    def name_of(one: Header) -> bytes:
        asked.append(one.kind)
        return one.author

    catalogue, index = index_of([])
    for ref in range(200):
        catalogue.put(header(ref, AUTHORS[ref % 2], "meeting"))
    index.refresh(name_of, 2)
    assert asked == ["meeting"] * 2
    catalogue.put(header(300, AUTHORS[0], "group"))
    catalogue.put(header(301, AUTHORS[0], "meeting"))
    index.refresh(name_of, 2)
    assert asked == ["meeting", "meeting", "group"]
    index.refresh(name_of, 3)
    assert len(asked) == 6


def test_groups_by_the_name_of_control_records_alone() -> None:
    """What the gate may look at stands in the key of a group."""
    catalogue, _index = index_of(
        header(ref, AUTHORS[0], kind) for ref in range(3) for kind in ("meeting", "identity")
    )
    assert [(one.kind, one.expires) for one in catalogue.kinds] == [
        ("meeting", NEVER), *[("identity", NEVER)] * 3,
    ]  # fmt: skip


def test_view_without_what_was_refused() -> None:
    """As if these records were not there, under both keys; an unknown one is no matter."""
    headers = [header(ref, AUTHORS[0], "meeting") for ref in range(90)]
    _all, index = index_of(headers)
    _less, without = index_of([one for one in headers if one.ref not in (3, 77)])
    assert index.by_set([500]) == {}
    view = View(index, AUTHORS[0], index.by_set([3, 77, 77, 500])[AUTHORS[0]])
    plain = View(without, AUTHORS[0])
    for _ in range(2):
        assert (view.count, view.total) == (88, plain.total)
        assert view.cells(0, 30) == plain.cells(0, 30)
        assert view.cells(17, 400) == plain.cells(17, 400)
        assert view.shorts() == plain.shorts()
        shorts = plain.shorts()
        found = list(view.named(shorts))
        assert view.refs(found) == plain.refs(plain.named(shorts))
        assert list(view.named(view.key.shorts(record_id(3)[:16]))) == []
        for one in (view, plain):
            assert one.is_fresh == (one.key is not index.key and one.key is not without.key)
            one.freshen(bytes(32))
    assert index.sketch(AUTHORS[0]).count == 90


def test_split() -> None:
    _catalogue, index = index_of(header(ref, AUTHORS[0], "meeting") for ref in range(10))
    view = View(index, AUTHORS[0], index.by_set([9])[AUTHORS[0]])
    shorts = view.shorts()
    giving, lacking = view.split([*shorts[3:], 7, 7, shorts[3], 8])
    assert (view.refs(giving), lacking) == ([0, 1, 2], [7, 8])


def test_trimmed() -> None:
    """What one session needed is not kept for ever, and made again for the next."""
    _catalogue, index = index_of(header(ref, AUTHORS[0], "meeting") for ref in range(50))
    long = list(View(index, AUTHORS[0]).cells(0, 3_000))
    index.trim()
    assert len(index.sketch(AUTHORS[0]).cells) == LONGEST_KEPT > KEPT_CELLS
    assert View(index, AUTHORS[0]).cells(0, 3_000) == long


def test_kept() -> None:
    """One index as long as both salts and the catalogue are the same."""
    catalogue, kept, salt = Catalogue(), Kept(bytes(SALT_BYTES)), b"1" * SALT_BYTES
    kept.trim()
    index = kept.index(catalogue, salt)
    kept.trim()
    assert kept.index(catalogue, salt) is index
    other = kept.index(catalogue, b"2" * SALT_BYTES)
    assert other is not index
    assert kept.index(catalogue, salt) is not index
    assert kept.index(Catalogue(), salt).catalogue is not catalogue
    assert set_key(salt, kept.salt) == set_key(kept.salt, salt) != set_key(salt, salt)

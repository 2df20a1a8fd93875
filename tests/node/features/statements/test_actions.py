"""The list and its answers: what is refused, what counts, what ends with what. Without sockets."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.base.errors import Problem
from node.features.networks.actions import decide, leave_network
from node.features.pacts.actions import Proposal, propose, sign
from node.features.statements.actions import (
    add,
    answer,
    edit,
    find_statement,
    list_of,
    remove,
    take_back,
    take_back_withdrawn,
    unanswered_count,
)
from node.features.statements.comparing import Score
from node.features.statements.stances import Stances
from node.features.statements.views import comparison_view, like_views
from node.records.transaction import take
from node.store.core import Core
from node.upkeep.upkeep import renew
from protocol.audience import Audience
from protocol.kind import LIFETIME, Place
from protocol.record import compose
from protocol.statements import MOST
from tests.node.by_hand import exchange, talk
from tests.node.features.statements.world import BUSES, HOUSES, groups, listed, says, seen
from tests.node.world import Clock, inside, outside, verified, wind
from tests.sync.people import NOW

DAY = 86_400
OVERRIDE = "\u202eevil\u2066 \u200f\u0000\u0007"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def three(tmp_path: Path, clock: Clock) -> Iterator[list[Core]]:
    with groups(tmp_path, "Alpha", "Beta", "Gamma", clock=clock) as cores:
        yield cores


def refusal(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Problem) as refused:
        act(*args, **more)
    return refused.value.code


def test_list_arrives_and_is_answered(three: list[Core]) -> None:
    a, b, c = three
    network = listed(a, b, c)
    exchange(*three)
    assert [[*seen(one, network)] for one in three] == [[BUSES, HOUSES]] * 3  # by topic
    says(a, HOUSES, "agree")
    says(b, HOUSES, "partly", "Nur mit Zustimmung.")
    says(c, HOUSES, "no")
    says(c, BUSES, "agree")
    exchange(*three)
    for one in three:
        houses = seen(one, network)[HOUSES]
        assert (houses.agree, houses.partly, houses.no) == (1, 1, 1)
        assert {(s.who.name, s.answer, s.sentence, s.outdated) for s in houses.answers} == {
            ("Alpha", "agree", None, False),
            ("Beta", "partly", "Nur mit Zustimmung.", False),
            ("Gamma", "no", None, False),
        }
    assert [unanswered_count(one, one.home_id, network) for one in three] == [1, 1, 0]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"text": None}, "field-missing", id="without a text"),
        pytest.param({"text": "\u200b \u202e"}, "field-missing", id="nothing to be seen"),
        pytest.param({"text": "x" * 301}, "field-invalid", id="too long"),
        pytest.param({"text": "x\ny"}, "field-invalid", id="two lines"),
        pytest.param({"text": "x", "topic": "t" * 81}, "field-invalid", id="a topic too long"),
        pytest.param({"text": "x", "about": "t" * 2001}, "field-invalid", id="too much about it"),
        pytest.param({"text": HOUSES.upper()}, "statement-twice", id="on the list already"),
    ],
)
def test_what_is_refused_leaves_the_list_as_it_is(
    three: list[Core], fields: dict[str, Any], code: str
) -> None:
    network = listed(*three)
    assert refusal(add, three[0], network, fields) == code
    assert [*seen(three[0], network)] == [BUSES, HOUSES]


def test_directions_and_controls_are_dropped(three: list[Core]) -> None:
    network = listed(*three)
    add(three[0], network, {"text": f"Satz {OVERRIDE}"})
    (text,) = seen(three[0], network).keys() - {BUSES, HOUSES}
    assert not set(text) & set("\u202e\u2066\u0000\u0007")


def test_only_who_looks_after_the_network_keeps_the_list(three: list[Core]) -> None:
    a, b, _c = three
    network = listed(*three)
    exchange(*three)
    statement = find_statement(b, HOUSES)
    assert refusal(add, b, network, {"text": "Anderes"}) == "network-not-held"
    assert refusal(edit, b, statement, {"text": "Anderes"}) == "network-not-held"
    assert refusal(remove, b, statement) == "network-not-held"
    assert [*seen(a, network)] == [BUSES, HOUSES]


def test_list_has_an_end(three: list[Core]) -> None:
    """Withdrawn ones hold their place for 400 days; what stands can be changed."""
    a = three[0]
    network = listed(*three)
    for number in range(MOST - 2):
        add(a, network, {"text": f"Satz {number}"})
    assert refusal(add, a, network, {"text": "Noch einer"}) == "statements-full"
    remove(a, find_statement(a, "Satz 7"))
    assert refusal(add, a, network, {"text": "Noch einer"}) == "statements-full"
    assert edit(a, find_statement(a, "Satz 8"), {"text": "Noch einer"})
    assert len(list_of(a, network)) == MOST - 1


def test_thousand_statements_of_a_network_are_bounded_everywhere(three: list[Core]) -> None:
    """By a node that keeps no bound: others hold 200, the same in any order of arrival (§4.8)."""
    a, b, c = three
    network = listed(a, b, c)
    held = a.ring.get(network)
    assert held is not None
    raws = []
    for number in range(1_000):
        place = Place(network, Audience.network(network), "statement", f"n{number}")
        content = {"topic": None, "text": f"Satz {number}", "about": None}
        seq = a.counters.next(network, held.link)
        raws.append(compose(held.signing, place, seq, NOW, NOW + LIFETIME, content, None))
    for core, order in ((b, raws), (c, raws[::-1])):
        assert set(take(core, verified(*order))) == {None, "over-limit"}
    names = [[one.name for one in list_of(core, network)] for core in (b, c)]
    assert len(names[0]) == MOST
    assert names[0] == names[1]


# Answers and changes


def test_answer_to_an_earlier_text_counts_for_nothing(three: list[Core]) -> None:
    a, b, c = three
    network = listed(*three)
    exchange(*three)
    for one in three:
        says(one, HOUSES, "agree")
    exchange(*three)
    assert edit(a, find_statement(a, HOUSES), {"text": "Häuser gehören allen."})
    exchange(*three)
    for one in three:
        view = seen(one, network)["Häuser gehören allen."]
        assert (view.agree, view.partly, view.no) == (0, 0, 0)
        assert [stance.outdated for stance in view.answers] == [True] * 3
        pair = comparison_view(inside(one), network, a.home_id, b.home_id)
        assert (pair.both, pair.percent) == (0, None)
    says(c, "Häuser gehören allen.", "no")
    exchange(*three)
    assert seen(a, network)["Häuser gehören allen."].no == 1


def test_same_text_again_is_no_change(three: list[Core]) -> None:
    network = listed(*three)
    a = three[0]
    says(a, HOUSES, "agree")
    assert not edit(a, find_statement(a, HOUSES), {"text": f"  {HOUSES} "})
    assert seen(a, network)[HOUSES].agree == 1


def test_answer_to_what_was_changed_meanwhile_is_not_written(three: list[Core]) -> None:
    a, b, _c = three
    network = listed(*three)
    exchange(*three)
    read = find_statement(b, HOUSES)
    edit(a, find_statement(a, HOUSES), {"about": "Auch Villen."})
    exchange(*three)
    assert refusal(answer, b, b.home_id, read, "agree") == "statement-changed"
    assert seen(b, network)[HOUSES].answers == ()
    remove(a, find_statement(a, HOUSES))
    exchange(*three)
    assert refusal(answer, b, b.home_id, read, "agree") == "statement-gone"


def test_two_groups_that_answer_at_once_don_t_meet(three: list[Core]) -> None:
    """Each has a place of its own, in whatever order they arrive; one's later word replaces."""
    _a, b, c = three
    network = listed(*three)
    exchange(*three)
    says(b, HOUSES, "agree")
    says(c, HOUSES, "no")
    says(b, HOUSES, "partly")
    exchange(*three)
    for one in three:
        said = {s.who.name: s.answer for s in seen(one, network)[HOUSES].answers}
        assert said == {"Beta": "partly", "Gamma": "no"}


@pytest.mark.parametrize("sentence", ["x" * 301, "a\nb"])
def test_sentence_that_is_too_much(three: list[Core], sentence: str) -> None:
    listed(*three)
    says(three[0], HOUSES, "agree", "gut")
    statement = find_statement(three[0], HOUSES)
    code = refusal(answer, three[0], three[0].home_id, statement, "no", sentence)
    assert code == "field-invalid"


def test_answer_is_taken_back(three: list[Core]) -> None:
    _a, b, _c = three
    network = listed(*three)
    exchange(*three)
    says(b, HOUSES, "agree")
    exchange(*three)
    assert take_back(b, b.home_id, find_statement(b, HOUSES)) == 1
    exchange(*three)
    assert [seen(one, network)[HOUSES].answers for one in three] == [()] * 3
    assert refusal(take_back, b, b.home_id, find_statement(b, HOUSES)) == "not-answered"


# What ends with what


def test_what_is_withdrawn_takes_its_answers_along(three: list[Core]) -> None:
    a, b, _c = three
    network = listed(*three)
    exchange(*three)
    for one in (a, b):
        says(one, HOUSES, "agree")
    exchange(*three)
    remove(a, find_statement(a, HOUSES))
    exchange(*three)
    for one in three:
        take_back_withdrawn(one)
    exchange(*three)
    for one in three:
        assert [*seen(one, network)] == [BUSES]
        stances = list(one.records.headers(NOW, ["stance"], Audience.network(network)))
        records = list(one.records.records(stances))
        assert [record.content for record in records] == [None, None]


def test_who_leaves_takes_its_answers_along(three: list[Core]) -> None:
    a, b, c = three
    network = listed(*three)
    exchange(*three)
    for one in three:
        says(one, HOUSES, "agree")
    exchange(*three)
    leave_network(b, b.home_id, network)
    exchange(*three)
    assert {s.who.name for s in seen(a, network)[HOUSES].answers} == {"Alpha", "Gamma"}
    assert list(b.records.headers(NOW, ["statement", "stance"])) == []
    decide(a, network, c.home_id, "expelled")
    exchange(*three)
    assert {s.who.name for s in seen(a, network)[HOUSES].answers} == {"Alpha"}
    assert list(c.records.headers(NOW, ["statement", "stance"])) == []


def test_nobody_s_answer_goes_along_in_a_joint_exit(three: list[Core], clock: Clock) -> None:
    """§7.24: the new network begins with an empty list."""
    a, b, c = three
    old = listed(a, b, c)
    exchange(*three)
    for one in three:
        says(one, HOUSES, "agree")
    exchange(*three)
    said = Proposal({"name": "Neu"}, (c.home_id,), 2, NOW + 10 * DAY, old)
    pact = propose(b, b.home_id, said)
    talk(*three)
    sign(c, c.home_id, c.ties.certificates.cases[pact].pact)
    talk(*three)
    (new,) = set(b.ties.memberships(b.home_id, NOW)) - {old}
    assert not b.ties.is_member(old, b.home_id, NOW)
    for one in (b, c):
        assert seen(one, new) == {}
        assert list(one.records.headers(NOW, ["statement", "stance"])) == []
    assert {s.who.name for s in seen(a, old)[HOUSES].answers} == {"Alpha"}


def test_both_are_renewed_as_long_as_they_are_meant(three: list[Core], clock: Clock) -> None:
    _a, b, _c = three
    network = listed(*three)
    exchange(*three)
    says(b, HOUSES, "agree")
    exchange(*three)
    for _ in range(3):
        clock.now += LIFETIME // 2 + DAY
        for one in three:
            renew(one)
        exchange(*three)
    for one in three:
        assert seen(one, network)[HOUSES].agree == 1


# Who sees it, and comparing


def test_outside_nothing_is_seen(three: list[Core]) -> None:
    network = listed(*three)
    says(three[0], HOUSES, "agree")
    assert like_views(outside(three[0]), network, three[0].home_id, different=False) == ()
    view = comparison_view(outside(three[0]), network, three[0].home_id, three[1].home_id)
    assert (view.topics, view.both, view.shared) == ((), 0, ())


def test_alike_and_different(three: list[Core]) -> None:
    a, b, c = three
    network = listed(*three)
    exchange(*three)
    for core, houses, buses in ((a, "agree", "no"), (b, "agree", "partly"), (c, "no", "no")):
        says(core, HOUSES, houses)
        says(core, BUSES, buses)
    exchange(*three)
    for one in three:  # every node comes to the same
        sight = inside(one)
        alike = like_views(sight, network, a.home_id, different=False)
        unlike = like_views(sight, network, a.home_id, different=True)
        rows = [(view.who.name, view.percent, view.score) for view in alike]
        assert rows == [("Beta", 75, Score(3, 2)), ("Gamma", 50, Score(2, 2))]
        assert [view.who.name for view in unlike] == ["Gamma", "Beta"]
        there, back = (
            comparison_view(sight, network, *pair)
            for pair in ((a.home_id, b.home_id), (b.home_id, a.home_id))
        )
        assert (there.percent, there.both) == (back.percent, back.both) == (75, 2)
        relations = [(t.topic, t.percent, [r.relation for r in t.rows]) for t in there.topics]
        assert relations == [("Verkehr", 50, ["near"]), ("Wohnen", 100, ["same"])]


def test_stance_of_a_stranger_is_refused(three: list[Core], tmp_path: Path) -> None:
    """By who is no member, and an answer that quotes another one's membership."""
    a, b, _c = three
    network = listed(*three)
    exchange(*three)
    says(b, HOUSES, "agree")
    (header,) = b.records.headers(NOW, ["stance"], Audience.network(network), b.home_id)
    (raw,) = b.records.envelopes([header.ref])
    with groups(tmp_path / "else", "Delta") as (stranger,):
        codes = take(stranger, verified(raw or b""))
        assert codes != [None]
    assert seen(a, network)[HOUSES].answers == ()


def test_what_was_read_is_kept_until_something_changes(three: list[Core], clock: Clock) -> None:
    """A new answer, another one, one taken back, one that runs out: each is seen at once."""
    a, b, _c = three
    network, kept = listed(*three), Stances()
    exchange(*three)

    def said() -> list[tuple[bytes, str]]:
        assert kept.of(a, network) is kept.of(a, network)
        return [(one.author, one.answer) for one in kept.of(a, network)]

    assert said() == []
    says(b, HOUSES, "agree")
    exchange(*three)
    assert said() == [(b.home_id, "agree")]
    says(b, HOUSES, "no")
    exchange(*three)
    assert said() == [(b.home_id, "no")]
    take_back(b, b.home_id, find_statement(b, HOUSES))
    exchange(*three)
    assert said() == []
    says(b, HOUSES, "partly")
    exchange(*three)
    assert said() == [(b.home_id, "partly")]
    clock.now += LIFETIME
    assert kept.of(a, network) == ()


def test_whose_mandate_is_over_keeps_no_list(three: list[Core], clock: Clock) -> None:
    network = listed(*three)
    clock.now += 366 * DAY
    wind(three[0])
    assert refusal(add, three[0], network, {"text": "Anderes"}) == "mandate-over"

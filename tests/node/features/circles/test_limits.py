"""How many circles and posts there may be; and a circle that is not there any more."""

import pytest

from node.base.errors import Problem
from node.features.circles import actions
from node.features.circles.actions import close, rewrite, take_away, write
from node.features.circles.tables import board, circles
from node.people.persons import Person
from node.store.core import Core
from tests.node.features.circles.test_actions import circle, core, kim, refused, texts

__all__ = ["core", "kim"]


def test_one_circle_too_many_is_not_made(
    core: Core, kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "CIRCLES", 2)
    first, second = circle(core, kim), circle(core, kim, "Rundbrief")
    with pytest.raises(Problem) as caught:
        circle(core, kim, "Kasse")
    assert (caught.value.code, caught.value.values) == ("too-many-circles", {"most": 2})
    assert {one.id for one in circles(core).all()} == {first, second}
    close(core, kim.id, first)
    circle(core, kim, "Kasse")  # one was closed: there is room again


def test_full_board_takes_answers_but_no_post(
    core: Core, kim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "POSTS", 1)
    id_ = circle(core, kim)
    post = write(core, kim.id, id_, "Erstes")
    write(core, kim.id, id_, "Antwort", post)
    assert refused(write, core, kim.id, id_, "Zweites") == "board-full"
    assert (texts(core, id_), len(board(core).of(kim.id))) == (["Erstes"], 2)


def test_closed_circle_is_not_there(core: Core, kim: Person) -> None:
    id_, other = circle(core, kim), circle(core, kim, "Rundbrief")
    post = write(core, kim.id, id_, "Erstes")
    close(core, kim.id, id_)
    assert refused(write, core, kim.id, id_, "Zweites") == "no-such-circle"
    assert refused(rewrite, core, kim.id, id_, post, "Anders") == "no-such-circle"
    assert refused(take_away, core, kim.id, id_, post) == "no-such-circle"
    assert refused(close, core, kim.id, id_) == "no-such-circle"
    assert [one.id for one in circles(core).all()] == [other]
    assert board(core).of(kim.id) == []

"""Links by which people come in: what they may be, and when they let nobody in."""

from dataclasses import replace
from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.joining.arrivals import come_in
from node.features.joining.links import (
    DAY,
    KEPT_SECONDS,
    find_link,
    make_link,
    require_never_in,
    state,
    take_back,
)
from node.features.joining.tables import all_links
from node.features.joining.types import (
    LONGEST_TOKEN,
    MOST_DAYS,
    OPEN_LINKS,
    PERSONAL_DAYS,
    Link,
    Wish,
)
from node.features.ways.codes import new_papers
from node.people.persons import Standing, new_id, persons
from node.store.core import Core

OPEN = Link("a", "shared", "", 0, None, until=100, most=2, used=1, asks=True, ended=None)


def listed(core: Core, name: str, **more: bool) -> str:
    """A member of the list who never came in."""
    with core.transaction():
        return persons(core).add(new_id(core), name, Standing.MEMBER, core.clock(), **more).id


@pytest.mark.parametrize(
    ("link", "now", "is_"),
    [
        (OPEN, 99, "open"),
        (OPEN, 100, "over"),
        (replace(OPEN, used=2), 99, "used-up"),
        (replace(OPEN, used=3), 99, "used-up"),
        (replace(OPEN, ended=50), 99, "taken-back"),
        (replace(OPEN, ended=50, used=2), 200, "taken-back"),
        (replace(OPEN, used=2), 200, "used-up"),
        (replace(OPEN, until=100 + MOST_DAYS * DAY), 99, "over"),  # by a clock that was wrong
    ],
)
def test_states_of_a_link(link: Link, now: int, is_: str) -> None:
    assert state(link, now) == is_


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(days=0), "invitation-too-long"),
        (Wish(days=MOST_DAYS + 1), "invitation-too-long"),
        (Wish(most=0), "invitation-too-many"),
        (Wish(most=1001), "invitation-too-many"),
        (Wish(people=("x",)), "invitation-for-nobody"),
        (Wish("personal", people=("x",)), "no-such-person"),
    ],
)
def test_links_that_are_not_made(wish: Wish, code: str, core: Core) -> None:
    with pytest.raises(Problem) as refused:
        make_link(core, None, wish)
    assert (refused.value.code, all_links(core)) == (code, [])


def test_personal_link_is_for_a_week_and_once_for_each(core: Core) -> None:
    both = (listed(core, "Anna"), listed(core, "Bernd"))
    made = make_link(core, "me", Wish("personal", days=300, most=40, people=both)).link
    assert made.until - made.made == PERSONAL_DAYS * DAY
    assert (made.most, set(made.people), made.made_by) == (2, set(both), "me")
    assert make_link(core, None, Wish("personal", most=40)).link.most == 1


def test_link_is_found_by_its_secret_only(core: Core) -> None:
    made = make_link(core, None, Wish())
    assert find_link(core, made.token) == made.link == all_links(core)[0]
    assert len(made.token) == 52  # 256 bits, five a character
    for wrong in ("", made.token[:-1], made.token + "x", made.link.id, "ä" * 99, "\udc80"):
        with pytest.raises(Problem, match="invitation-unknown"):
            find_link(core, wrong)


def test_ten_megabytes_are_not_looked_up(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("node.features.joining.tables.link_by_digest", None)
    for token in ("x" * (LONGEST_TOKEN + 1), "x" * 10_000_000):
        with pytest.raises(Problem, match="invitation-unknown"):
            find_link(core, token)


def test_secret_stands_nowhere_in_the_file(core: Core) -> None:
    made = make_link(core, None, Wish())
    core.db.fold()
    assert made.token.encode() not in Path(core.db.path).read_bytes()


def test_link_is_taken_back_once(core: Core) -> None:
    made = make_link(core, None, Wish())
    first = take_back(core, made.link.id)
    core.clock.wall.now += 5
    assert take_back(core, made.link.id) == first == all_links(core)[0]
    assert first.ended is not None
    with pytest.raises(Problem, match="invitation-unknown"):
        take_back(core, "nobody")


def test_old_links_are_forgotten(core: Core) -> None:
    old = make_link(core, None, Wish(days=1))
    core.clock.wall.now += DAY + KEPT_SECONDS + 1
    new = make_link(core, None, Wish())
    assert all_links(core) == [new.link]
    with pytest.raises(Problem, match="invitation-unknown"):
        find_link(core, old.token)


def test_too_many_open_links_are_a_mistake(core: Core) -> None:
    with core.transaction():
        made = [make_link(core, None, Wish()) for _one in range(OPEN_LINKS)]
    with pytest.raises(Problem, match="too-many-invitations"):
        make_link(core, None, Wish())
    take_back(core, made[0].link.id)
    make_link(core, None, Wish())


def test_nobody_gets_a_second_key_by_a_personal_link(core: Core) -> None:
    anna = listed(core, "Anna")
    require_never_in(core, anna)
    first = make_link(core, None, Wish("personal", people=(anna,)))
    second = make_link(core, None, Wish("personal", people=(anna,)))
    come_in(core, first.token, b"one", "Anna")
    for refused in (
        lambda: come_in(core, second.token, b"two", "Anna"),
        lambda: make_link(core, None, Wish("personal", people=(anna,))),
    ):
        with pytest.raises(Problem, match="came-in-before"):
            refused()
    assert find_link(core, second.token).used == 0


def test_nobody_is_invited_who_has_a_way_back(core: Core) -> None:
    anna = listed(core, "Anna")
    new_papers(core, anna)
    with pytest.raises(Problem, match="came-in-before"):
        make_link(core, None, Wish("personal", people=(anna,)))

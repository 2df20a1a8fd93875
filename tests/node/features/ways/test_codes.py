"""Codes that are typed: from another device, and from paper."""

from pathlib import Path

import pytest

from node.base.errors import Problem
from node.features.ways import tables
from node.features.ways.actions import come_back, has_come_in
from node.features.ways.codes import (
    CHARACTERS,
    CODE_SECONDS,
    PAPERS,
    Used,
    new_code,
    new_papers,
    plain,
    use_code,
)
from node.people.persons import Standing, persons
from node.people.sessions import Sessions
from node.store.core import Core


@pytest.fixture
def anna(core: Core) -> str:
    with core.transaction():
        return persons(core).add("anna", "Anna", Standing.MEMBER, core.clock()).id


def is_wrong(core: Core, text: str) -> bool:
    with pytest.raises(Problem, match="code-wrong"):
        use_code(core, text)
    return True


def test_a_code_works_once(core: Core, anna: str) -> None:
    code = new_code(core, anna, anna)
    assert (len(code.text), code.until) == (9, core.clock() + CODE_SECONDS)
    assert use_code(core, code.text) == Used(anna, "code")
    assert is_wrong(core, code.text)


@pytest.mark.parametrize(
    "typed",
    [str.lower, lambda code: f" {code.replace('-', ' ')} ", plain, lambda code: f"({code})."],
)
def test_a_code_is_read_as_people_type_it(typed: object, core: Core, anna: str) -> None:
    assert callable(typed)
    assert use_code(core, typed(new_code(core, anna, None).text)) == Used(anna, "code")


def test_a_code_works_for_ten_minutes(core: Core, anna: str) -> None:
    clock = core.clock.wall
    code = new_code(core, anna, anna)
    clock.now += CODE_SECONDS - 1
    assert use_code(core, code.text).person == anna
    code = new_code(core, anna, anna)
    clock.now += CODE_SECONDS
    assert is_wrong(core, code.text)


def test_a_new_code_ends_the_one_before(core: Core, anna: str) -> None:
    first, second = new_code(core, anna, anna), new_code(core, anna, anna)
    assert is_wrong(core, first.text)
    assert use_code(core, second.text).person == anna


@pytest.mark.parametrize(
    "text", ["", "x", "-" * 8, "ABCDEFG0", "ABCDEFGH", "ÄBCDEFGH", "\udc80", "A" * 10_000_000]
)
def test_wrong_codes_change_nothing(text: str, core: Core, anna: str) -> None:
    code = new_code(core, anna, anna)
    assert is_wrong(core, text)
    assert use_code(core, code.text).person == anna


def test_codes_on_paper_work_once_each_until_there_are_new_ones(core: Core, anna: str) -> None:
    papers = new_papers(core, anna)
    assert len(set(papers)) == PAPERS == tables.paper_of(core, anna)[0]
    core.clock.wall.now += 10 * 365 * 86_400
    assert use_code(core, papers[3].lower()) == Used(anna, "paper")
    assert is_wrong(core, papers[3])
    fresh = new_papers(core, anna)
    assert is_wrong(core, papers[0])
    assert use_code(core, fresh[0]).person == anna


def test_codes_have_the_bits_that_are_promised(core: Core, anna: str) -> None:
    assert len(CHARACTERS) ** 8 == 656_100_000_000
    assert len(CHARACTERS) ** 16 > 2**78
    assert not set(CHARACTERS) & set("01OILU")
    drawn = "".join(plain(new_code(core, anna, None).text) for _one in range(200))
    assert set(drawn) == set(CHARACTERS)


def test_only_digests_are_kept(core: Core, anna: str) -> None:
    secrets = [new_code(core, anna, anna).text, *new_papers(core, anna)]
    core.db.fold()
    raw = Path(core.db.path).read_bytes()
    found = [one for one in secrets if one.encode() in raw or plain(one).encode() in raw]
    assert found == []


def test_who_left_the_group_comes_back_to_what_is_theirs(core: Core, anna: str) -> None:
    """To look at it, take it along, have it erased; who is gone altogether does not."""
    code, (paper, other, *_more) = new_code(core, anna, None), new_papers(core, anna)
    with core.transaction():
        persons(core).change(anna, standing=Standing.FORMER)
    assert use_code(core, code.text).person == use_code(core, paper).person == anna
    with core.transaction():
        persons(core).remove(anna)
    assert is_wrong(core, other)


def test_a_code_that_others_made_is_no_sign_that_somebody_came_in(core: Core, anna: str) -> None:
    code = new_code(core, anna, "key")
    assert not has_come_in(core, anna)
    use_code(core, code.text)
    assert has_come_in(core, anna)


def test_being_let_in_again_ends_all_else(core: Core, anna: str) -> None:
    sessions = Sessions(core)
    token = sessions.begin(anna, "password", "")
    papers = new_papers(core, anna)
    code = new_code(core, anna, "key", readmits=True)
    assert sessions.find(token) is not None  # making it ends nothing
    assert come_back(core, code.text) == Used(anna, "readmission")
    assert sessions.find(token) is None
    assert is_wrong(core, papers[0])


def test_an_own_code_ends_nothing(core: Core, anna: str) -> None:
    sessions = Sessions(core)
    token = sessions.begin(anna, "password", "")
    come_back(core, new_code(core, anna, anna).text)
    assert sessions.find(token) is not None


def test_what_happened_is_kept_for_the_person(core: Core, anna: str) -> None:
    use_code(core, new_code(core, anna, "key").text)
    new_papers(core, anna)
    found = [(one.what, one.by) for one in tables.log_of(core, anna, 9)]
    assert found == [("paper-made", anna), ("code-used", anna), ("code-made", "key")]

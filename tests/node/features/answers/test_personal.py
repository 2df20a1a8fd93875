"""What answers and calendars keep of a person: told, erased, merged, parted, not restored."""

from typing import Any

from node.features.answers import tables
from node.features.answers.answering import (
    answer_as_person,
    answer_by_link,
    take_back_as_person,
    take_back_by_link,
)
from node.features.answers.feeds import make, shown_by
from node.features.answers.organising import look
from node.features.answers.personal import tell
from node.features.answers.tidying import move_in
from node.features.answers.types import Said
from node.features.members.merging import merge, part
from node.features.mine.erasing import erase_person
from node.people.persons import Person
from node.store.core import Core
from node.texts import Texts
from protocol.ids import to_text
from tests.node.features.answers.conftest import Meet
from tests.node.web.conftest import person

EN = Texts("en")


def answers_of(core: Core, who: Person) -> dict[str, Said]:
    return {one.meeting: one.said for one in tables.all_of_person(core, who.id)}


def test_person_is_told_what_they_answered(core: Core, meet: Meet, member: Person) -> None:
    assert tell(core, member.id) == []
    id_ = meet()
    answer_as_person(core, id_, member.id, Said("yes", 2, "Mit Kuchen", "name"))
    make(core, member.id, "de")
    (one,) = tell(core, member.id)
    said: list[Any] = [(entry.called or entry.label, entry.value) for entry in one.entries]
    assert said == [
        ("Sommerrat", "answers.say.yes"),
        ("answers.personal.people", 2),
        ("answers.personal.note", "Mit Kuchen"),
        ("answers.personal.at", core.clock()),
        ("answers.personal.calendar", core.clock()),
    ]
    assert one.entries[0].path == f"/meetings/{id_}/mine"


def test_erased_person_leaves_nothing(core: Core, meet: Meet, key: Person, member: Person) -> None:
    id_, other = meet(), meet(title="b")
    answer_as_person(core, id_, member.id, Said("yes", note="Notiz"))
    answer_as_person(core, other, member.id, Said("yes"))
    take_back_as_person(core, other, member.id)
    token = make(core, member.id, "de")
    look(core, id_, member.id, 99)
    answer_by_link(core, id_, "a", Said("yes", name="Ute"))
    erase_person(core, member.id)
    for table in ("answers", "answers_taken_back", "answers_seen", "answers_feeds"):
        assert member.id not in str(core.db.all(f"select * from {table}"))
    assert [one.name for one in tables.of_meeting(core, id_)] == ["Ute"]
    assert tables.feed_by_digest(core, token.encode()) is None


def test_merged_persons_have_what_was_said_last_and_parted_as_before(
    core: Core, meet: Meet, member: Person
) -> None:
    twin = person(core, "Anna M.")
    both, mine, theirs, back = (meet(title=t) for t in ("a", "b", "c", "d"))
    answer_as_person(core, both, member.id, Said("yes", note="zuerst"))
    answer_as_person(core, both, twin.id, Said("no", note="danach"))
    answer_as_person(core, mine, member.id, Said("maybe"))
    answer_as_person(core, theirs, twin.id, Said("yes", 4))
    answer_as_person(core, back, twin.id, Said("yes"))
    take_back_as_person(core, back, twin.id)
    before = answers_of(core, member), answers_of(core, twin)
    tokens = make(core, member.id, "de"), make(core, twin.id, "en")
    look(core, both, twin.id, 2)
    no = merge(core, member.id, twin.id, EN)
    assert answers_of(core, twin) == {}
    assert answers_of(core, member) == {
        both: Said("no", note="danach"),
        mine: Said("maybe"),
        theirs: Said("yes", 4),
    }
    assert [one.meeting for one in tables.taken_back_by(core, member.id)] == [back]
    assert [shown_by(core, token)[1] for token in tokens] == ["de", "en"]
    assert tables.seen(core, both, member.id) == 2
    part(core, no)
    assert (answers_of(core, member), answers_of(core, twin)) == before
    assert [one.meeting for one in tables.taken_back_by(core, twin.id)] == [back]
    assert [len(tables.feeds_of(core, one.id)) for one in (member, twin)] == [1, 1]


def test_what_was_taken_back_is_listed_so_that_no_backup_brings_it(core: Core, meet: Meet) -> None:
    id_ = meet()
    one = answer_by_link(core, id_, "a", Said("yes", name="Ute"))
    take_back_by_link(core, "a")
    assert f"row/answers/id/{one.id}" in str(core.db.all("select * from erased_here"))


def test_answers_follow_a_group_to_its_new_id(core: Core, meet: Meet, member: Person) -> None:
    id_ = meet()
    answer_as_person(core, id_, member.id, Said("yes"))
    new = bytes(range(32))
    with core.transaction():
        move_in(core, core.home_id, new)
    name = id_.partition("/")[2]
    assert list(answers_of(core, member)) == [f"{to_text(new)}/{name}"]

"""`meeting answers`: who comes, as those who organise see it."""

from contextlib import closing

from node.features.answers.answering import answer_as_person, answer_by_link
from node.features.answers.organising import strike
from node.features.answers.types import Said
from tests.days import typed
from tests.node.cli.people import Person
from tests.node.web.conftest import person as somebody

MEETING = ("--starts", typed(14), "--zone", "Europe/Berlin", "--place", "Hall", "--capacity", "9")


def test_answers_of_members_and_of_others(alpha: Person) -> None:
    id_ = alpha.gets("meeting", "new", "--title", "Fair", *MEETING)["id"]
    empty = alpha.gets("meeting", "answers", "Fair")
    assert (empty["answers"], empty["left"]) == ([], 9)
    with closing(alpha.core()) as core:
        kim = somebody(core, "Kim")
        answer_as_person(core, id_, kim.id, Said("yes", 2, "Cake\nand tea"))
        answer_by_link(core, id_, "a", Said("no", 1, "", "number", "Ute", "ute@example.org"))
        spam = answer_by_link(core, id_, "b", Said("yes", 5, name="Spam"))
        strike(core, id_, [spam.id])
    document = alpha.gets("meeting", "answers", "Fair")
    said = [
        (one["who"], one["account"], one["answer"], one["people"], one["note"], one["contact"])
        for one in document["answers"]
    ]
    assert said == [
        ("Kim", True, "yes", 2, "Cake\nand tea", ""),
        ("Ute", False, "no", 1, "", "ute@example.org"),
        ("Spam", False, "yes", 5, "", ""),
    ]
    assert [one["struck"] is not None for one in document["answers"]] == [False, False, True]
    assert document["sums"] == {"yes": 2, "maybe": 0, "no": 1, "groups": 0}
    assert (document["capacity"], document["left"], document["meeting"]) == (9, 7, id_)
    shown, _ = alpha.types("meeting", "answers", "Fair")
    for words in ("Kim", "Ute", "Coming (struck out)", "Cake and tea"):
        assert words in shown


def test_unknown_meeting_is_explained(alpha: Person) -> None:
    assert alpha.is_refused("meeting", "answers", "Nothing") == "no-such-meeting"

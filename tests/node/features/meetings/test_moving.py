"""`meeting edit`: both sides see it, and replies to the earlier version count no more (§7.9)."""

import pytest

from node.cli import terminal
from tests.node.cli.people import Person, befriend, meet

PLACE = ("--place", "Harbour House", "--zone", "Berlin")


@pytest.fixture
def fair(alpha: Person, beta: Person) -> str:
    """A meeting of Alpha to which Beta is coming."""
    befriend(alpha, beta)
    alpha.types("meeting", "new", "--title", "Fair", "--starts", "in 3 weeks 19:00", *PLACE)
    alpha.types("meeting", "invite", "Fair", "Beta")
    meet(alpha, beta)
    beta.types("meeting", "reply", "Fair", "zusagen", "--people", "3")
    meet(alpha, beta)
    found: str = alpha.gets("meeting", "show", "Fair")["id"]
    return found


def answers(person: Person) -> list[tuple[str, bool]]:
    shown = person.gets("meeting", "show", "Fair")["answers"]
    return [(one["answer"], one["changed_since"]) for one in shown]


def test_moved_meeting_stays_the_same_and_asks_again(
    alpha: Person, beta: Person, fair: str
) -> None:
    assert answers(alpha) == [("accept", False)]
    before = alpha.gets("meeting", "show", "Fair")
    done = alpha.gets("meeting", "edit", "Fair", "--starts", "in 4 weeks 18:00", "--note", "Full")
    assert (done["meeting"]["id"], done["asked"]) == (fair, 1)
    assert done["meeting"]["starts"] > before["starts"]
    assert done["meeting"]["place"] == "Harbour House"
    assert answers(alpha) == [("accept", True)]
    meet(alpha, beta)
    seen = beta.gets("meeting", "show", "Fair")
    assert seen["starts"] == done["meeting"]["starts"]
    assert (seen["my_answer"], seen["my_answer_outdated"], seen["note"]) == ("accept", True, "Full")
    out, _err = beta.types("status")
    assert "changed “Fair” after your answer" in " ".join(out.split())
    assert "changed, please answer again" in beta.types("meeting", "list")[0]
    beta.types("meeting", "reply", "Fair", "ja")
    meet(alpha, beta)
    assert answers(alpha) == [("accept", False)]
    assert not beta.gets("meeting", "show", "Fair")["my_answer_outdated"]


def test_earlier_answer_is_shown_as_such(alpha: Person, fair: str) -> None:
    alpha.types("meeting", "edit", "Fair", "--title", "Fair and feast")
    assert "Accepted (to the earlier version)" in alpha.types("meeting", "show", fair)[0]


def test_counter_proposal_adopted(alpha: Person, beta: Person, fair: str) -> None:
    words = ("--starts", "in 5 weeks 17:00", "--place", "Garden")
    beta.types("meeting", "reply", "Fair", "gegenvorschlag", *words)
    meet(alpha, beta)
    assert "--adopt GROUP" in alpha.types("meeting", "show", "Fair")[0]
    counter = alpha.gets("meeting", "show", "Fair")["answers"][0]["counter"]
    done = alpha.gets("meeting", "edit", "Fair", "--adopt", "Beta")["meeting"]
    assert {key: done[key] for key in counter} == counter
    assert (done["id"], done["place"]) == (fair, "Garden")


def test_edit_refused(alpha: Person, beta: Person, fair: str) -> None:
    assert alpha.is_refused("meeting", "edit", "Fair", "--adopt", "Beta") == "no-counter"
    assert alpha.is_refused("meeting", "edit", "Fair", "--title", "Fair") == "meeting-unchanged"
    assert beta.is_refused("meeting", "edit", "Fair", "--title", "Ours") == "meeting-not-yours"
    assert alpha.is_refused("meeting", "edit", "Fair", "--clear", "place") == "meeting-nowhere"
    _out, err = alpha.types("meeting", "edit", "Fair", status=2)
    assert err.startswith("Nothing was named that should change.")
    _out, err = alpha.types("meeting", "edit", "Fair", "--clear", "title", status=2)
    assert "topic, text, place, link, capacity" in err
    alpha.types("meeting", "cancel", "Fair", "--reason", "Snow", "--yes")
    assert alpha.is_refused("meeting", "edit", "Fair", "--title", "X") == "meeting-cancelled"
    assert fair in alpha.types("meeting", "show", "Fair", "--json")[0]


def test_time_that_can_be_two_days_is_refused_with_both(alpha: Person) -> None:
    words = ("meeting", "new", "--title", "Fair", *PLACE)
    _out, err = alpha.types(*words, "--starts", "05/06 19:00", status=2)
    said = " ".join(err.split())
    assert said.startswith("“05/06 19:00” can be 6 May ")
    assert " or 5 June " in said
    assert "--help" not in said
    _out, err = alpha.types(*words, "--starts", "Tuesday 7 pm", status=2)
    assert " ".join(err.split()).startswith("“Tuesday 7 pm” names only a weekday, and can be ")
    assert alpha.gets("meeting", "list")["meetings"] == []


@pytest.mark.parametrize(
    ("zone", "code"),
    [("Hintertupfing", "zone-unknown"), ("+02:00", "zone-offset"), ("localtime", "zone-local")],
)
def test_zone_that_is_none_is_refused(alpha: Person, zone: str, code: str) -> None:
    words = ("meeting", "new", "--title", "Fair", "--starts", "in 3 weeks 19:00", "--place", "x")
    assert alpha.is_refused(*words, "--zone", zone) == code


def test_meetings_in_two_zones_look_different(alpha: Person) -> None:
    for title, zone in (("Here", "Berlin"), ("There", "New York")):
        words = ("--title", title, "--starts", "in 3 weeks 19:00", "--place", "x", "--zone", zone)
        alpha.types("meeting", "new", *words)
    alpha.types("group", "edit", "--zone", "Berlin")
    rows = alpha.types("meeting", "list")[0].splitlines()[1:]
    here, there = (next(one for one in rows if title in one) for title in ("Here", "There"))
    assert "19:00 (America/New_York)" in there
    assert "(" not in here


def test_zone_of_the_group_is_asked_once(alpha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def ask(question: str) -> str:
        asked.append(question)
        return "Vienna"

    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr(terminal, "ask", ask)
    monkeypatch.setenv("TZ", "UTC")
    for title in ("One", "Two"):
        words = ("--title", title, "--starts", "in 3 weeks 19:00", "--place", "x")
        assert alpha.gets("meeting", "new", *words)["zone"] == "Europe/Vienna"
    assert len(asked) == 1
    assert "(Enter: Europe/Berlin)" in asked[0]


def test_machine_on_utc_is_not_taken_for_people_on_utc(
    alpha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    words = ("--title", "One", "--starts", "in 3 weeks 19:00", "--place", "x")
    assert alpha.is_refused("meeting", "new", *words) == "zone-unset"
    assert alpha.gets("meeting", "new", *words, "--zone", "Vienna")["zone"] == "Europe/Vienna"
    assert alpha.is_refused("meeting", "new", *words) == "zone-unset"  # for that one alone
    alpha.types("group", "edit", "--zone", "Berlin")
    assert alpha.gets("meeting", "new", *words)["zone"] == "Europe/Berlin"

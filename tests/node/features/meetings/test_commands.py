"""`meeting`: announced, invited to, answered, at the command lines of several groups."""

import pytest

from node.features.meetings.feature import MEETING_KEYS
from tests.days import german, moment, typed, wall
from tests.node.cli.people import Person, befriend, meet, send

MEETING = ("--starts", typed(14), "--zone", "Europe/Berlin", "--place", "Hall")


def test_new_meeting(alpha: Person) -> None:
    document = alpha.gets("meeting", "new", "--title", "Fair", *MEETING, "--text", "Cake\nCoffee")
    assert tuple(document) == MEETING_KEYS
    assert document == {
        "id": document["id"],
        "host": {"id": alpha.id, "name": "Alpha"},
        "title": "Fair",
        "topic": None,
        "text": "Cake\nCoffee",
        "starts": wall(14),
        "zone": "Europe/Berlin",
        "starts_at": moment(wall(14)),
        "minutes": 120,
        "place": "Hall",
        "link": None,
        "open_to": "everybody",
        "capacity": None,
        "cancelled": None,
        "audience": "public",
        "audience_name": None,
        "own": True,
        "invited": False,
        "note": None,
        "my_answer": None,
        "my_answer_outdated": False,
        "answers": [],
        "local": True,
        "issued": document["issued"],
    }
    assert alpha.gets("meeting", "list") == {"meetings": [document]}
    assert alpha.gets("meeting", "list", "--past") == {"meetings": []}
    for way in (document["id"], document["id"].rpartition("/")[2][:6], "fair", "Fai"):
        assert alpha.gets("meeting", "show", way) == document


@pytest.mark.parametrize(
    ("to", "open_to", "audience"),
    [("public", "everybody", "public"), ("private", "invited", "private")],
)
def test_meeting_is_open_to_whom_it_goes(
    to: str, open_to: str, audience: str, alpha: Person
) -> None:
    document = alpha.gets("meeting", "new", "--title", "Fair", *MEETING, "--to", to)
    assert (document["open_to"], document["audience"]) == (open_to, audience)


BAD_MEETINGS = [
    (("--starts", typed(14)), "meeting-nowhere"),
    ((*MEETING, "--zone", "Europe/Nowhere"), "zone-unknown"),
    ((*MEETING, "--starts", typed(-30)), "meeting-past"),
    ((*MEETING, "--starts", typed(4 * 365)), "meeting-too-far"),
    ((*MEETING, "--minutes", "100000"), "field-invalid"),
    ((*MEETING, "--link", "call me"), "field-invalid"),
    ((*MEETING, "--to", "Nobody"), "to-unknown"),
    ((*MEETING, "--capacity", "1000000"), "field-invalid"),
]


@pytest.mark.parametrize(("words", "code"), BAD_MEETINGS)
def test_meetings_that_can_not_be(words: tuple[str, ...], code: str, alpha: Person) -> None:
    assert alpha.is_refused("meeting", "new", "--title", "Fair", *words) == code
    assert alpha.gets("meeting", "list")["meetings"] == []


def test_invitation_and_answers(alpha: Person, beta: Person, gamma: Person) -> None:
    befriend(alpha, beta)
    alpha.types("meeting", "new", "--title", "Fair", *MEETING, "--to", "private")
    document = alpha.gets("meeting", "invite", "Fair", "Beta", "--note", "Bring cake")
    assert list(document) == ["meeting", "invited"]
    assert document["invited"] == [{"id": beta.id, "name": "Beta"}]
    answers = document["meeting"]["answers"]
    assert [(one["guest"]["name"], one["invited"], one["answer"]) for one in answers] == [
        ("Beta", True, None)
    ]
    send(alpha, beta)
    seen = beta.gets("meeting", "show", "Fair")
    assert (seen["invited"], seen["note"], seen["my_answer"]) == (True, "Bring cake", None)
    assert seen["answers"] == []
    assert "Alpha invites you: Fair" in beta.types("status")[0]
    answer = beta.gets("meeting", "reply", "Fair", "accept", "--people", "3", "--note", "Gladly")
    assert list(answer) == ["meeting", "answer"]
    assert (answer["answer"], answer["meeting"]["my_answer"]) == ("accept", "accept")
    send(beta, alpha)
    assert alpha.gets("meeting", "show", "Fair")["answers"] == [
        {
            "guest": {"id": beta.id, "name": "Beta"},
            "invited": True,
            "answer": "accept",
            "people": 3,
            "note": "Gladly",
            "counter": None,
            "changed_since": False,
        }
    ]
    beta.types("meeting", "reply", "Fair", "counter", "--starts", german(15, "18:00"))
    send(beta, alpha)
    found = alpha.gets("meeting", "show", "Fair")["answers"][0]
    assert found["counter"] == {
        "starts": wall(15, "18:00"),
        "zone": "Europe/Berlin",
        "minutes": 120,
        "place": "Hall",
        "link": None,
    }
    assert alpha.gets("meeting", "cancel", "Fair", "--reason", "Snow", "--yes")["told"] == 1
    send(alpha, beta)
    assert beta.gets("meeting", "show", "Fair")["cancelled"] == "Snow"
    assert "Called off: Snow" in beta.types("meeting", "show", "Fair")[0]
    assert alpha.gets("meeting", "show", "Fair")["answers"][0]["changed_since"] is True


def test_answers_and_invitations_that_can_not_be(
    alpha: Person, beta: Person, gamma: Person
) -> None:
    befriend(alpha, beta)
    alpha.types("meeting", "new", "--title", "Fair", *MEETING)
    meet(alpha, beta)
    refused = [
        (alpha, ("invite", "Fair", "Nobody"), "nobody-found"),
        (alpha, ("invite", "Fair", "Alpha"), "invite-self"),
        (alpha, ("invite", "Market", "Beta"), "no-such-meeting"),
        (beta, ("invite", "Fair", "Alpha"), "meeting-not-yours"),
        (beta, ("cancel", "Fair", "--reason", "x", "--yes"), "meeting-not-yours"),
        (alpha, ("cancel", "Fair", "--yes"), "reason-missing"),
        (alpha, ("reply", "Fair", "accept"), "reply-to-self"),
        (beta, ("reply", "Fair", "counter"), "counter-empty"),
        (beta, ("reply", "Fair", "accept", "--place", "Elsewhere"), "counter-unasked"),
        (beta, ("reply", "Fair", "accept", "--people", "5000"), "field-invalid"),
    ]
    for person, words, code in refused:
        assert person.is_refused("meeting", *words) == code, words
    beta.types("peer", "end", "Alpha", "--yes")
    assert beta.is_refused("meeting", "reply", "Fair", "accept") == "not-tied"
    alpha.types("meeting", "cancel", "Fair", "--reason", "Snow", "--yes")
    assert alpha.is_refused("meeting", "invite", "Fair", "Beta") == "meeting-cancelled"


def test_two_meetings_of_one_title(alpha: Person) -> None:
    for _one in range(2):
        alpha.types("meeting", "new", "--title", "Fair", *MEETING)
    message = alpha.gets("meeting", "show", "Fair", status=1)
    assert message["error"] == "several-found"
    assert message["message"].count("Fair (") == 2

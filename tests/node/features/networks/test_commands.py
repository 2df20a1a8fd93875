"""Several groups at their command lines: peers, networks, meetings, leaving."""

import json
from contextlib import closing

import pytest

from node.app import main
from node.cli import terminal
from node.features.meetings.feature import MEETING_KEYS
from node.features.networks.feature import NETWORK_KEYS
from node.records.transaction import take
from protocol.record import verify_all
from tests.days import german, moment, typed, wall
from tests.node.cli.people import Person, befriend, meet, names, send

MEETING = ("--starts", typed(14), "--zone", "Europe/Berlin", "--place", "Hall")


@pytest.fixture
def network(alpha: Person, beta: Person, gamma: Person) -> str:
    """Alpha's network, of which Beta and Gamma are members."""
    befriend(alpha, beta)
    befriend(alpha, gamma)
    identity: str = alpha.gets("network", "found", "--name", "Netz", "--motto", "Together")["id"]
    meet(alpha, beta, gamma)
    for one in (beta, gamma):
        one.types("network", "apply", "Netz", "--message", "Hello")
        meet(one, alpha)
        alpha.types("network", "admit", "Netz", one.name)
    meet(alpha, beta, gamma)
    return identity


def standings(person: Person, network: str = "Netz") -> dict[str, str]:
    members = person.gets("network", "members", network)["members"]
    return {one["who"]["name"]: one["standing"] for one in members}


def test_peers(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    found = alpha.gets("peer", "list")["peers"]
    assert found == [
        {
            "who": {"id": beta.id, "name": "Beta"},
            "state": "active",
            "connected": False,
            "since": found[0]["since"],
            "shown": False,
            "shown_by_them": False,
        }
    ]
    assert alpha.gets("peer", "end", "Beta", "--yes") == {"id": beta.id, "name": "Beta"}
    assert alpha.is_refused("peer", "end", beta.id, "--yes") == "no-peering"
    send(alpha, beta)
    assert [one["state"] for one in beta.gets("peer", "list")["peers"]] == ["ended"]


def test_end_is_asked_for(alpha: Person, beta: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    befriend(alpha, beta)
    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr(terminal, "ask", lambda _question: "n")
    assert alpha.is_refused("peer", "end", "Beta") == "not-confirmed"
    assert alpha.gets("peer", "list")["peers"][0]["state"] == "active"
    assert alpha.gets("peer", "end", "Beta", "--yes")["name"] == "Beta"


def test_found(alpha: Person) -> None:
    document = alpha.gets(
        *("network", "found", "--name", "Netz", "--consensus", "One vote each", "--majority", "75"),
        *("--admission", "open", "--term", "100", "--topic", "Housing", "--language", "en"),
    )
    assert tuple(document) == NETWORK_KEYS
    member = {"who": {"id": alpha.id, "name": "Alpha"}, "standing": "member", "message": None}
    assert document == {
        **dict.fromkeys(("purpose", "motto", "orientation", "region")),
        "id": document["id"],
        "name": "Netz",
        "consensus": ["One vote each"],
        "topics": ["Housing"],
        "languages": ["en"],
        "admission": "open",
        "majority": 75,
        "term": 100,
        "host": {"id": alpha.id, "name": "Alpha"},
        "mandate": document["mandate"],
        "links": [],
        "standing": "member",
        "held_here": True,
        "held_before": False,
        "shown": False,
        "named": None,
        "more": 0,
        "unconfirmed": [],
        "proposals": [],
        "alone": {"id": alpha.id, "name": "Alpha"},
        "checkpoint": None,
        "to_tell": None,
        "to_confirm": [],
        "waits": False,
        "others": 0,
        "members": [{**member, "since": document["members"][0]["since"], "reason": None}],
    }
    assert alpha.gets("network", "show", "Netz") == document
    assert alpha.gets("network", "list") == {"networks": [document]}
    assert (
        alpha.is_refused("network", "found", "--name", "N", "--majority", "50") == "field-invalid"
    )


def test_apply_and_admit(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    identity = alpha.gets("network", "found", "--name", "Netz")["id"]
    meet(alpha, beta)
    name = {"id": identity, "name": "Netz"}
    assert beta.gets("network", "apply", "Netz") == {"network": name, "standing": "applied"}
    assert beta.is_refused("network", "apply", "Netz") == "already-applied"
    assert beta.is_refused("network", "members", "Netz") == "members-hidden"
    assert alpha.is_refused("network", "admit", "Netz", "Beta") == "no-application"
    send(beta, alpha)
    waiting = alpha.gets("status")["applications"]
    assert [(one["who"]["name"], one["standing"]) for one in waiting] == [("Beta", "applied")]
    assert "Beta asks to join Netz." in alpha.types("status")[0]
    assert alpha.is_refused("network", "expel", "Netz", "Beta", "--yes") == "standing-applied"
    declined = alpha.gets("network", "decline", "Netz", "Beta", "--reason", "Too early")
    assert declined["standing"] == "declined"
    assert alpha.gets("network", "admit", "Netz", "Beta") == {
        "network": name,
        "group": {"id": beta.id, "name": "Beta"},
        "standing": "member",
    }
    meet(alpha, beta)
    assert standings(beta) == {"Alpha": "member", "Beta": "member"}
    assert beta.is_refused("network", "apply", "Netz") == "already-member"
    assert beta.is_refused("network", "admit", "Netz", "Alpha") == "network-not-held"
    assert names(beta.gets("group", "list", "--network", "Netz")["entries"]) == [
        "Alpha",
        "Beta",
        "Netz",
    ]


def test_leave(alpha: Person, beta: Person, gamma: Person, network: str) -> None:
    beta.types("meeting", "new", "--title", "Council", *MEETING, "--to", "Netz")
    meet(beta, alpha)
    assert len(alpha.gets("meeting", "list")["meetings"]) == 1
    document = beta.gets("network", "leave", "Netz", "--yes")
    assert list(document) == ["network", "to_confirm"]
    assert document["network"] == {"id": network, "name": "Netz"}
    waiting = {one["name"] for one in document["to_confirm"]}
    assert waiting == {"Alpha", "Gamma", "Netz"}
    assert beta.is_refused("network", "leave", "Netz", "--yes") == "standing-left"
    departure = beta.gets("status")["departures"][0]
    assert (names(departure["missing"]), departure["confirmed"]) == (["Alpha", "Gamma", "Netz"], [])
    send(beta, alpha)
    assert alpha.gets("meeting", "list")["meetings"] == []
    assert standings(alpha) == {"Alpha": "member", "Gamma": "member", "Beta": "left"}
    send(alpha, beta)
    departure = beta.gets("status")["departures"][0]
    assert (names(departure["missing"]), names(departure["confirmed"])) == (
        ["Gamma"],
        ["Alpha", "Netz"],
    )
    assert "Not confirmed yet" in beta.types("status")[0]
    assert alpha.gets("peer", "list")["peers"][0]["state"] == "active"


def test_leaving_says_what_was_done(
    alpha: Person, beta: Person, gamma: Person, network: str
) -> None:
    out = " ".join(beta.types("network", "leave", network, "--yes")[0].split())
    assert "Your group has left Netz." in out
    assert "Nobody had to agree" in out
    assert "Still to confirm: " in out
    assert "verbund network apply" in out


def test_expel(alpha: Person, beta: Person, gamma: Person, network: str) -> None:
    document = alpha.gets("network", "expel", "Netz", "Gamma", "--reason", "Agreed in May", "--yes")
    assert document["standing"] == "expelled"
    send(alpha, gamma)
    assert gamma.gets("network", "show", "Netz")["standing"] == "expelled"
    assert gamma.is_refused("network", "leave", "nothing", "--yes") == "no-such-network"
    before = standings(alpha)
    assert alpha.is_refused("network", "expel", "Netz", "Gamma", "--yes") == "standing-expelled"
    assert alpha.is_refused("network", "admit", "Netz", "Beta") == "standing-member"
    assert alpha.is_refused("network", "admit", "Netz", "Gamma") == "standing-expelled"
    assert standings(alpha) == before
    gamma.types("network", "apply", "Netz")
    meet(alpha, gamma)
    alpha.types("network", "admit", "Netz", "Gamma")
    assert standings(alpha) == {**before, "Gamma": "member"}


def test_decisions_that_do_not_fit_how_a_group_stands(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    alpha.types("network", "found", "--name", "Netz")
    meet(alpha, beta)
    assert beta.is_refused("network", "leave", "Netz", "--yes") == "standing-none"
    beta.types("network", "apply", "Netz")
    meet(alpha, beta)
    alpha.types("network", "decline", "Netz", "Beta", "--reason", "Too early")
    assert alpha.is_refused("network", "decline", "Netz", "Beta") == "standing-declined"
    assert alpha.is_refused("network", "expel", "Netz", "Beta", "--yes") == "standing-declined"
    assert alpha.gets("network", "admit", "Netz", "Beta")["standing"] == "member"


def test_network_of_which_only_the_keys_are_known(alpha: Person, beta: Person) -> None:
    """As after the charter ran out here: it comes with the next exchange."""
    befriend(alpha, beta)
    network = alpha.gets("network", "found", "--name", "Netz")["id"]
    with closing(alpha.core()) as giver, closing(beta.core()) as taker:
        headers = giver.records.headers(giver.clock(), ["identity"])
        take(taker, verify_all(giver.records.envelopes([one.ref for one in headers])))
    for words in (("show", network), ("apply", network)):
        assert beta.is_refused("network", *words) == "charter-unknown"
    assert beta.gets("network", "list") == {"networks": []}
    meet(alpha, beta)
    assert beta.gets("network", "apply", network)["standing"] == "applied"


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


def test_json_of_lists_is_one_document(
    alpha: Person, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["network", "members", network, "--json", "--home", str(alpha.folder)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert list(document) == ["network", "members"]
    assert document["network"] == {"id": network, "name": "Netz"}
    with closing(alpha.core()) as core:
        assert len(document["members"]) == len(core.ties.members(bytes_of(network), core.clock()))


def bytes_of(text: str) -> bytes:
    from protocol.ids import from_text

    return from_text(text)

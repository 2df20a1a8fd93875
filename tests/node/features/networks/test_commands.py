"""`network`: founded, joined, left, at the command lines of several groups."""

import json
from contextlib import closing

import pytest

from node.app import main
from node.features.networks.feature import NETWORK_KEYS
from node.records.transaction import take
from protocol.record import verify_all
from tests.days import typed
from tests.node.cli.people import Person, befriend, meet, names, send

MEETING = ("--starts", typed(14), "--zone", "Europe/Berlin", "--place", "Hall")


def standings(person: Person, network: str = "Netz") -> dict[str, str]:
    members = person.gets("network", "members", network)["members"]
    return {one["who"]["name"]: one["standing"] for one in members}


def test_found(alpha: Person) -> None:
    document = alpha.gets(
        *("network", "found", "--name", "Netz", "--consensus", "One vote each", "--majority", "75"),
        *("--admission", "open", "--term", "6 months", "--topic", "Housing", "--language", "en"),
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
        "majority": "3/4",
        "counted": "roster",
        "term": "P6M",
        "host": {"id": alpha.id, "name": "Alpha"},
        "mandate": document["mandate"],
        "links": [],
        "mandate_long": False,
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
        alpha.is_refused("network", "found", "--name", "N", "--majority", "49") == "field-invalid"
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

"""`peer`: two groups at their command lines."""

import pytest

from node.cli import terminal
from tests.node.cli.people import Person, befriend, send


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

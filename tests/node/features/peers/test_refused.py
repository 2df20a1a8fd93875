"""`peer invite` and `peer accept` refused: nothing was accepted, and what is advised works."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from node.app import open_core
from node.features.peers.actions import OPEN_CODES
from node.keys.home import Home
from tests.days import later
from tests.node.cli.people import Person, announce, befriend, set_clock
from tests.node.cli.servers import Node, founded, serving
from tests.node.features.start.test_serving import free_port


def peers(one: Node) -> list[tuple[str, str]]:
    return [(peer["who"]["name"], peer["state"]) for peer in one.gets("peer", "list")["peers"]]


def is_refused(one: Node, *words: str) -> str:
    """The code for which a command is refused."""
    code: str = one.refused(*words)["error"]
    return code


@pytest.fixture
def alpha_and_beta(tmp_path: Path) -> tuple[Node, Node]:
    return founded(tmp_path / "Alpha", "Alpha"), founded(tmp_path / "Beta", "Beta")


@contextmanager
def reachable(one: Node, port: int) -> Iterator[None]:
    """It runs, and others reach it there."""
    address = f"127.0.0.1:{port}"
    with serving(one, "--listen", address, "--public-url", f"http://{address}"):
        yield


def allow_private(one: Node) -> None:
    """As if it had run once with --private-addresses."""
    with closing(open_core(Home(one.home))) as core, core.transaction():
        core.settings.set("serve", {"private_addresses": True})


def test_nobody_answers_until_the_other_node_runs(alpha_and_beta: tuple[Node, Node]) -> None:
    """“Try the same link again”: it was not used up."""
    alpha, beta = alpha_and_beta
    allow_private(beta)
    port = free_port()
    with reachable(alpha, port):
        link = alpha.gets("peer", "invite")["link"]
    assert is_refused(beta, "peer", "accept", link) == "peer-unreachable"
    assert peers(beta) == []
    with reachable(alpha, port):
        assert beta.gets("peer", "accept", link)["name"] == "Alpha"
    assert peers(beta) == [("Alpha", "active")]


def test_private_address_until_it_is_allowed(alpha_and_beta: tuple[Node, Node]) -> None:
    """“Start your node once with --private-addresses”, then the same link works."""
    alpha, beta = alpha_and_beta
    with reachable(alpha, free_port()):
        link = alpha.gets("peer", "invite")["link"]
        assert is_refused(beta, "peer", "accept", link) == "private-address"
        assert peers(beta) == []
        with serving(beta, "--listen", "127.0.0.1:0", "--private-addresses"):
            pass
        beta.gets("peer", "accept", link)
        assert peers(beta) == [("Alpha", "active")]


def test_link_that_was_used_and_a_new_one(tmp_path: Path) -> None:
    alpha, beta, gamma = (founded(tmp_path / one, one) for one in ("Alpha", "Beta", "Gamma"))
    for one in (beta, gamma):
        allow_private(one)
    with reachable(alpha, free_port()):
        link = alpha.gets("peer", "invite")["link"]
        beta.gets("peer", "accept", link)
        assert is_refused(gamma, "peer", "accept", link) == "link-refused"
        assert (peers(alpha), peers(gamma)) == ([("Beta", "active")], [])
        gamma.gets("peer", "accept", alpha.gets("peer", "invite")["link"])
        assert peers(gamma) == [("Alpha", "active")]


def test_link_that_has_run_out(
    alpha: Person, beta: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(alpha)
    link = alpha.gets("peer", "invite", "--days", "2")["link"]
    after = later(3)
    set_clock(monkeypatch, after)
    assert beta.is_refused("peer", "accept", link) == "link-expired"
    assert beta.gets("peer", "list") == {"peers": []}


def test_more_links_than_may_be_open(alpha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """“They run out by themselves”: then there are links again."""
    announce(alpha)
    for _number in range(OPEN_CODES):
        alpha.gets("peer", "invite")
    refused: dict[str, Any] = alpha.gets("peer", "invite", status=1)
    assert refused["error"] == "too-many-links"
    assert refused["message"].startswith(f"{OPEN_CODES} links are given out")
    with closing(alpha.core()) as core:
        assert core.codes.count_open(core.clock()) == OPEN_CODES
    after = later(8)
    set_clock(monkeypatch, after)
    assert list(alpha.gets("peer", "invite")) == ["link", "expires"]


def test_tie_that_is_none(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    alpha.types("peer", "end", "Beta", "--yes")
    assert alpha.is_refused("peer", "end", beta.id, "--yes") == "no-peering"
    assert [one["state"] for one in alpha.gets("peer", "list")["peers"]] == ["ended"]

"""Every option that takes a number has a bound, and says so in words."""

from contextlib import closing
from pathlib import Path

import pytest

from node.app import FEATURES
from node.features.peers.types import MOST_LINK_DAYS
from tests.node.cli.people import Person, announce, befriend, meet
from tests.node.entering import code_for

EXAMPLE = str(Path(__file__).parents[3] / "examples/groups.csv")
HUGE = "2000000000"
MEETING = ("--title", "Fair", "--starts", "in 3 weeks 19:00", "--place", "x")
OFFER = ("--title", "Bread", "--to", "public")
PACT = ("pact", "propose", "Beta", "--name", "Neu", "--until", "in 3 weeks", "--yes")

REFUSED = {
    ("peer invite", "--days"): (("peer", "invite"), "link-too-long"),
    ("pact propose", "--quorum"): (PACT, "pact-quorum"),
    ("meeting new", "--minutes"): (("meeting", "new", *MEETING), "field-invalid"),
    ("meeting new", "--capacity"): (("meeting", "new", *MEETING), "field-invalid"),
    ("meeting edit", "--minutes"): (("meeting", "edit", "Fair"), "field-invalid"),
    ("meeting edit", "--capacity"): (("meeting", "edit", "Fair"), "field-invalid"),
    ("meeting reply", "--people"): (("meeting", "reply", "Cake", "accept"), "field-invalid"),
    ("meeting reply", "--minutes"): (("meeting", "reply", "Cake", "counter"), "field-invalid"),
    ("exchange offer", "--amount"): (("exchange", "offer", *OFFER), "field-invalid"),
    ("exchange want", "--amount"): (("exchange", "want", *OFFER), "field-invalid"),
    ("exchange take", "--amount"): (("exchange", "take", "Drill"), "field-invalid"),
    ("people invite", "--days"): (("people", "invite"), "invitation-too-long"),
    ("people invite", "--most"): (("people", "invite"), "invitation-too-many"),
    ("members undo", "change"): (("members", "undo"), "members-nothing-to-undo"),
    ("members import", "--heading"): (
        ("members", "import", EXAMPLE, "--preview"),
        "import-only-headings",
    ),
}
"""By command and option: how it is called besides, and how a huge number is refused."""

HARMLESS = {
    (command, option): (*command.split(), *words)
    for command, words in (("group list", ()), ("group search", ("Alpha",)))
    for option in ("--page", "--per-page")
}
"""Nothing is made of these: a page that is not there is empty, one that is too large is cut."""


def test_each_number_is_in_the_table() -> None:
    found = {
        (" ".join(command.path), argument.name)
        for feature in FEATURES
        for command in feature.commands
        for argument in command.arguments
        if argument.kind == "number"
    }
    assert found == REFUSED.keys() | HARMLESS.keys()


@pytest.fixture
def group(alpha: Person, beta: Person) -> Person:
    """Alpha, with a peer, a network, a meeting, and what Beta invites to and offers."""
    befriend(alpha, beta)
    announce(alpha)
    alpha.types("network", "found", "--name", "Netz", "--consensus", "Peace")
    alpha.types("meeting", "new", *MEETING)
    beta.types("meeting", "new", "--title", "Cake", *MEETING[2:])
    beta.types("meeting", "invite", "Cake", "Alpha")
    beta.types("exchange", "offer", "--title", "Drill", "--to", "public", "--amount", "2")
    meet(alpha, beta)
    with closing(alpha.core()) as core:
        code_for(core)  # with a person in it, it is set up
    return alpha


def _named(argument: str) -> tuple[str, ...]:
    return (argument,) if argument.startswith("--") else ()


def test_each_huge_number_is_refused_and_changes_nothing(group: Person) -> None:
    before = group.gets("status")
    refused = {
        place: group.is_refused(*words, *_named(place[1]), HUGE)
        for place, (words, _code) in REFUSED.items()
    }
    assert refused == {place: code for place, (_words, code) in REFUSED.items()}
    assert group.gets("status") == before


@pytest.mark.parametrize(("place", "words"), HARMLESS.items())
def test_each_other_huge_number_does_no_harm(
    place: tuple[str, str], words: tuple[str, ...], alpha: Person
) -> None:
    assert alpha.gets(*words, place[1], HUGE)["total"] == 1


def test_links_live_for_some_days_at_most(alpha: Person) -> None:
    announce(alpha)
    most = str(MOST_LINK_DAYS)
    assert alpha.gets("peer", "invite", "--days", most)["link"]
    refused = alpha.gets("peer", "invite", "--days", str(MOST_LINK_DAYS + 1), status=1)
    assert (refused["error"], most in refused["message"]) == ("link-too-long", True)

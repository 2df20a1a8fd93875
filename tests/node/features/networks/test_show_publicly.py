"""`group show-publicly` and `network show-publicly`, as a person types them."""

from node.features.directory.types import DirectoryQuery
from tests.node.cli.people import Person, befriend
from tests.node.world import outside, page_of


def shown(person: Person) -> list[str]:
    core = person.core()
    try:
        return [one.name for one in page_of(outside(core), DirectoryQuery()).entries]
    finally:
        core.close()


def test_a_partner_is_shown_and_hidden_by_name(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    assert shown(alpha) == ["Alpha"]
    said, _ = alpha.types("group", "show-publicly")
    assert "nothing but your own group" in said
    said, _ = alpha.types("group", "show-publicly", "Beta", "yes")
    assert "From now on Beta is shown" in said
    assert "How you stand to each other is not said by" in said
    assert shown(alpha) == ["Alpha", "Beta"]
    assert shown(beta) == ["Beta"]
    assert [one["name"] for one in alpha.gets("group", "show-publicly")["shown"]] == ["Beta"]
    alpha.types("group", "show-publicly", "Beta", "nein")
    assert shown(alpha) == ["Alpha"]


def test_a_tie_that_begins_anew_begins_hidden(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    alpha.types("group", "show-publicly", "Beta", "yes")
    alpha.types("peer", "end", "Beta", "--yes")
    assert shown(alpha) == ["Alpha"]
    befriend(alpha, beta)
    assert shown(alpha) == ["Alpha"]


def test_a_network_is_shown_by_name(alpha: Person) -> None:
    alpha.types("network", "found", "--name", "Netz")
    assert shown(alpha) == ["Alpha"]
    alpha.types("network", "show-publicly", "Netz", "ja")
    assert shown(alpha) == ["Alpha", "Netz"]
    alpha.types("network", "leave", "Netz", "--yes")
    assert shown(alpha) == ["Alpha"]


def test_what_can_not_be_shown(alpha: Person, beta: Person) -> None:
    befriend(alpha, beta)
    beta.types("network", "found", "--name", "Netz")
    befriend(alpha, beta)
    assert alpha.is_refused("group", "show-publicly", "Alpha", "yes") == "shown-anyway"
    assert alpha.is_refused("network", "show-publicly", "Netz", "yes") == "nothing-to-show"
    assert "neither yes nor no" in alpha.types("group", "show-publicly", "Beta", "x", status=2)[1]

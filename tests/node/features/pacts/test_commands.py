"""`verbund pact`: what people type, what they are told, and what is refused."""

from contextlib import closing
from datetime import datetime

import pytest

from crypto.hashing import digest
from node.cli import terminal
from node.features.pacts.feature import PACT_KEYS
from node.features.pacts.joint_exit import follow
from node.features.peers.actions import accept_peer
from node.records.transaction import take
from protocol.ids import to_name, to_text
from protocol.record import verify_all
from tests.days import day, later
from tests.node.cli.people import Person, befriend, meet, set_clock
from tests.node.features.networks.test_commands import MEETING, standings
from tests.sync.people import Someone


def proposed(by: Person, *asked: str, **more: str) -> dict[str, object]:
    words = [f"--{name}={value}" for name, value in more.items()]
    found: dict[str, object] = by.gets(
        "pact", "propose", *asked, "--name", "Anew", "--until", day(20), "--yes", *words
    )
    return found


def test_a_pact_from_proposal_to_new_network(
    network: str, alpha: Person, beta: Person, gamma: Person
) -> None:
    """Beta and Gamma leave Alpha's network together; a meeting comes along."""
    beta.types("meeting", "new", "--title", "Plenum", *MEETING, "--to", "Netz")
    view = proposed(beta, "Gamma")
    assert tuple(view) == PACT_KEYS
    assert (view["state"], view["signed"], view["quorum"]) == ("open", 1, 2)
    assert view["leaves"] == {"id": network, "name": "Netz"}
    meet(alpha, beta, gamma)
    assert alpha.gets("pact", "list") == {"pacts": []}
    assert standings(beta) == {"Alpha": "member", "Beta": "member", "Gamma": "member"}
    (listed,) = gamma.gets("pact", "list")["pacts"]
    assert [(one["who"]["name"], one["signed"]) for one in listed["signers"]] == [
        ("Beta", True),
        ("Gamma", False),
    ]
    assert "“Anew”: your group is asked" in gamma.types("status")[0]
    out, err = gamma.types("pact", "sign", "Anew", "--yes")
    assert "Enough have signed" in out
    assert "Signed         Beta" in err
    assert gamma.gets("pact", "show", "Anew")["state"] == "done"
    meet(alpha, beta, gamma)
    with closing(beta.core()) as core:
        follow(core)
    meet(alpha, beta, gamma)
    assert standings(gamma, "Anew") == {"Beta": "member", "Gamma": "member"}
    assert standings(alpha) == {"Alpha": "member", "Beta": "left", "Gamma": "left"}
    (meeting,) = gamma.gets("meeting", "list")["meetings"]
    assert (meeting["title"], meeting["audience_name"]) == ("Plenum", "Anew")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["Gamma", "--until", "2020-01-01"], "pact-past", id="in the past"),
        pytest.param(["Gamma", "--until", "2199-01-01"], "pact-too-late", id="in 170 years"),
        pytest.param(["Gamma", "--quorum", "1"], "pact-quorum", id="a quorum of one"),
        pytest.param(["Gamma", "Alpha", "--quorum", "1"], "pact-quorum", id="no majority"),
        pytest.param(["Gamma", "--quorum", "3"], "pact-quorum", id="more than are asked"),
        pytest.param(["Beta"], "pact-alone", id="oneself"),
        pytest.param(["Nobody"], "nobody-found", id="somebody unknown"),
        pytest.param(["Gamma", "--leave", "Nowhere"], "no-such-network", id="no network"),
        pytest.param(["Gamma", "--name", ""], "field-missing", id="a network without a name"),
        pytest.param(["Gamma", "--majority", "10"], "field-invalid", id="a charter that is none"),
    ],
)
def test_what_is_no_pact_is_refused_and_changes_nothing(
    network: str, beta: Person, words: list[str], code: str
) -> None:
    said = ["pact", "propose", "--name", "Anew", "--until", day(20), "--yes", *words]
    assert beta.is_refused(*said) == code
    assert beta.gets("pact", "list") == {"pacts": []}


def accepted_now(person: Person, other: Someone) -> None:
    """Somebody who is no node, introduced at this moment."""
    with closing(person.core()) as core:
        links, name = {"links": other.links}, to_name(digest(other.links[-1][0]))
        said = other.say("identity", links, name=name, issued=core.clock())
        take(core, verify_all([said]), frozenset({other.id}))
        accept_peer(core, core.home_id, other.id)


def test_more_groups_than_a_pact_has_room_for(alpha: Person, beta: Person) -> None:
    """One fewer is no fault of numbers; those who pass it on are counted."""
    befriend(alpha, beta)
    others = [Someone(f"group {number}") for number in range(33)]
    for one in others:
        accepted_now(alpha, one)
    ids = [to_text(one.id) for one in others]
    said = ["--name", "Anew", "--until", day(20), "--yes"]
    refused = alpha.gets("pact", "propose", *ids, *said, status=1)
    assert (refused["error"], "At most 32 other" in refused["message"]) == ("pact-too-many", True)
    passing = [word for one in ids[2:] for word in ("--carrier", one)]
    assert alpha.is_refused("pact", "propose", *ids[:2], *passing, *said) == "pact-too-many"
    assert alpha.gets("pact", "list") == {"pacts": []}
    alpha.types("pact", "propose", *ids[:32], *said)


def test_charter_and_note_that_are_too_long(alpha: Person, beta: Person) -> None:
    """Shortened, it is proposed."""
    befriend(alpha, beta)
    said = ["pact", "propose", "Beta", "--name", "Anew", "--until", day(20), "--yes"]
    text = "So wollen wir es halten. " * 80
    long = [f"--consensus={number} {text[:480]}" for number in range(32)]
    long += [f"--topic={number} {text[:70]}" for number in range(32)]
    long += [f"--link=https://alpha.example/{number}/{'x' * 400}" for number in range(16)]
    assert (
        alpha.is_refused(*said, *long, "--note", text[:900], "--purpose", text) == "pact-too-long"
    )
    assert alpha.gets("pact", "list") == {"pacts": []}
    assert alpha.gets(*said, *long[:2], "--note", text[:400])["state"] == "open"


def test_who_only_passes_a_pact_on_does_not_sign_it(
    network: str, alpha: Person, beta: Person, gamma: Person
) -> None:
    befriend(alpha, beta)
    said = ["pact", "propose", "Gamma", "--name", "Anew", "--until", day(20), "--yes"]
    beta.types(*said, "--carrier", "Alpha")
    meet(beta, gamma)
    gamma.types("network", "found", "--name", "Other")
    assert gamma.is_refused("pact", "sign", "Anew", "--yes", "--as", "Other") == "pact-not-asked"
    assert gamma.gets("pact", "show", "Anew")["signed"] == 1
    assert standings(gamma)["Gamma"] == "member"


def test_names_that_fit_two_groups(network: str, alpha: Person, beta: Person) -> None:
    alpha.types("group", "edit", "--name", "Twin")
    beta.types("group", "edit", "--name", "Twin")
    meet(alpha, beta)
    said = ["pact", "propose", "Twin", "--name", "Anew", "--until", day(20), "--yes"]
    assert alpha.is_refused(*said) == "several-found"


def test_who_is_not_tied_is_not_asked(alpha: Person, beta: Person, gamma: Person) -> None:
    befriend(alpha, beta)
    said = ["pact", "propose", gamma.id, "--name", "Anew", "--until", day(20), "--yes"]
    assert alpha.is_refused(*said) == "nobody-found"


def test_signing_twice_and_unknown_pacts(network: str, beta: Person, gamma: Person) -> None:
    proposed(beta, "Gamma")
    assert beta.is_refused("pact", "sign", "Anew", "--yes") == "pact-signed"
    assert gamma.is_refused("pact", "sign", "Anew", "--yes") == "no-such-pact"
    assert gamma.is_refused("pact", "show", "Anew") == "no-such-pact"


def test_a_part_of_the_name_and_the_day_that_was_said(
    network: str, beta: Person, gamma: Person
) -> None:
    """The day that was typed is the one that is shown, at each place."""
    proposed(beta, "Alpha", "Gamma", quorum="3")
    meet(beta, gamma)
    last = datetime.fromisoformat(day(20))
    said = f"{last.day} {last:%B} {last.year}"
    assert f"Valid until    {said}" in beta.types("pact", "show", "new")[0]
    assert said in beta.types("pact", "list")[0]
    short = str(beta.gets("pact", "show", "ANEW")["id"])[:8]
    assert f"“verbund pact sign {short}”" in " ".join(gamma.types("status")[0].split())
    assert f"it holds until {said}" in " ".join(
        gamma.types("pact", "sign", "ane", "--yes")[0].split()
    )


def test_networks_make_no_pacts(network: str, alpha: Person, beta: Person) -> None:
    words = ["--name", "Anew", "--until", day(20), "--yes"]
    assert beta.is_refused("pact", "propose", "Netz", *words) == "pact-groups-only"
    assert alpha.is_refused("pact", "propose", "Beta", *words, "--as", "Netz") == (
        "pact-groups-only"
    )


def test_leave_and_stay_at_once(network: str, beta: Person) -> None:
    words = ["--name", "Anew", "--until", day(20), "--leave", "Netz", "--stay", "--yes"]
    assert beta.gets("pact", "propose", "Gamma", *words, status=2)["error"] == "usage"


def test_a_pact_that_leaves_nothing(network: str, beta: Person, gamma: Person) -> None:
    befriend(beta, gamma)
    words = ["--name", "Anew", "--until", day(20), "--stay", "--yes"]
    beta.types("pact", "propose", "Gamma", *words)
    meet(beta, gamma)
    out = " ".join(gamma.types("pact", "sign", "Anew", "--yes")[0].split())
    assert out.endswith("Your group now belongs to “Anew”.")


def test_word_that_comes_late_is_decided_upon(
    network: str, beta: Person, gamma: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever does not follow leaves the new network, and is not asked again."""
    proposed(beta, "Gamma")
    meet(beta, gamma)
    gamma.types("pact", "sign", "Anew", "--yes")
    long_after = later(60)
    set_clock(monkeypatch, long_after)
    meet(beta, gamma)
    assert beta.gets("pact", "show", "Anew")["state"] == "late"
    assert "long after the date" in beta.types("status")[0]
    beta.types("network", "leave", "Anew", "--yes")
    assert beta.gets("pact", "show", "Anew")["state"] == "declined"
    assert "long after the date" not in beta.types("status")[0]
    assert standings(beta)["Beta"] == "member"
    assert beta.is_refused("pact", "sign", "Anew", "--yes") == "pact-declined"
    assert standings(beta)["Beta"] == "member"
    assert beta.gets("network", "apply", "Anew")["standing"] in ("applied", "member")


def test_without_a_yes_nothing_is_signed(
    network: str, beta: Person, gamma: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed(beta, "Gamma")
    meet(beta, gamma)
    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr(terminal, "confirm", lambda _question, _texts: False)
    assert gamma.is_refused("pact", "sign", "Anew") == "not-confirmed"
    assert gamma.gets("pact", "show", "Anew")["signed"] == 1


def test_which_network_is_left_must_be_clear(network: str, beta: Person, gamma: Person) -> None:
    beta.types("network", "found", "--name", "Second", "--admission", "open")
    befriend(beta, gamma)
    meet(beta, gamma)
    gamma.types("network", "apply", "Second")
    meet(beta, gamma)
    said = ["pact", "propose", "Gamma", "--name", "Anew", "--until", day(20), "--yes"]
    assert beta.is_refused(*said) == "pact-which-network"
    assert beta.gets(*said, "--stay")["leaves"] is None


def test_who_will_not_hear_of_it_is_said_before(
    network: str, beta: Person, gamma: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And afterwards, until it is there: in `pact show`, `pact list` and `status`."""
    said = ["pact", "propose", "Gamma", "--name", "Anew", "--until", day(20)]
    asked: list[str] = []
    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr(terminal, "confirm", lambda question, _texts: asked.append(question))
    out, err = beta.types(*said, status=1)
    warning, question = "Nothing that your node writes gets to Gamma", asked[0]
    assert out == ""
    assert warning in " ".join(err.split())
    assert "has an address" in " ".join(err.split())
    assert question.startswith("Ask these groups: Gamma?")
    beta.types(*said, "--yes")
    for words in (["pact", "show", "Anew"], ["status"]):
        told = " ".join(beta.types(*words)[0].split())
        assert "nothing gets to Gamma" in told
        assert "verbund bundle write FILE --for GROUP" in told
    (row,) = beta.gets("pact", "list")["pacts"]
    assert {one["who"]["name"]: one["reached"] for one in row["signers"]} == {
        "Beta": None,
        "Gamma": "no-way",
    }
    meet(beta, gamma)
    told = " ".join(gamma.types("pact", "sign", "Anew", status=1)[1].split())
    assert "None of these groups has an address" in told

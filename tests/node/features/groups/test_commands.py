"""Commands of one group: beginning, its entry, the directory, its state."""

import itertools
import json
from contextlib import closing
from pathlib import Path

import pytest

from crypto.words import entropy_from_words
from node.app import main, open_core
from node.cli import terminal
from node.features.directory.feature import PAGE_KEYS
from node.features.groups.feature import GROUP_KEYS
from node.features.status.feature import STATUS_KEYS
from node.keys.home import Home
from node.people.one_time_codes import use_code
from protocol.ids import to_text
from tests.node.cli.people import Person, announce, befriend, meet, names
from tests.node.cli.servers import founded as founded_beside
from tests.node.cli.servers import serving


def test_init(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = Person(tmp_path / "new", "Hafentreff", capsys)
    document = person.gets(
        *("init", "--name", "Hafentreff", "--purpose", "Zusammen wohnen", "--orientation", "offen"),
        *("--topic", "Wohnen", "--topic", "Miete", "--conviction", "Jede Stimme zählt"),
        *("--region", "Kiel", "--language", "de", "--contact", "Mail=a@b.example"),
        *("--contact", "Mailingliste", "--takes-members", "ja", "--link", "https://h.example"),
    )
    assert list(document) == ["id", "name", "home", "words"]
    assert (document["name"], document["home"]) == ("Hafentreff", str(tmp_path / "new"))
    assert len(document["words"]) == 24
    entry = person.gets("group", "show")
    assert entry == {
        "id": document["id"],
        "form": "group",
        "name": "Hafentreff",
        "purpose": "Zusammen wohnen",
        "orientation": "offen",
        "topics": ["Wohnen", "Miete"],
        "convictions": ["Jede Stimme zählt"],
        "region": "Kiel",
        "languages": ["de"],
        "contacts": [["Mail", "a@b.example"], ["Mailingliste", None]],
        "takes_members": True,
        "links": ["https://h.example"],
        "own": True,
        "audience": "public",
        "issued": entry["issued"],
        "expires": entry["issued"] + 180 * 86_400,
        "networks": [],
        "listed": None,
        "perhaps": [],
    }
    assert person.is_refused("init", "--name", "Again") == "home-exists"


def test_init_shows_the_words_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "shows", lambda: True)
    person = Person(tmp_path / "new", "A", capsys)
    out, err = person.types("init", "--name", "A")
    rows = [line.split() for line in out.splitlines() if line[:4].strip().isdigit()]
    assert err == ""
    assert [int(row[at]) for at in (0, 2, 4, 6) for row in rows] == list(range(1, 25))
    assert "write them down now" in out
    numbered = {int(row[at]): row[at + 1] for row in rows for at in (0, 2, 4, 6)}
    words = [numbered[at] for at in range(1, 25)]
    everything = b"".join(path.read_bytes() for path in (tmp_path / "new").iterdir())
    # Single words may stand there by chance: the tables are described in words, too.
    pairs = itertools.pairwise(words)
    assert not any(f"{one} {two}".encode() in everything for one, two in pairs)
    assert entropy_from_words(" ".join(words)) not in everything


def test_init_refuses_what_does_not_fit_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(tmp_path / "new", "A", capsys)
    assert person.is_refused("init", "--name", "A", "--link", "nowhere") == "field-invalid"
    assert person.is_refused("init", "--name", "x" * 121) == "field-invalid"
    assert person.is_refused("init", "--name", " \t ") == "field-missing"
    assert not (tmp_path / "new").exists()


def test_locked_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(tmp_path / "new", "A", capsys)
    assert person.is_refused("init", "--name", "A", "--passphrase") == "passphrase-missing"
    monkeypatch.setenv("VERBUND_PASSPHRASE", "a long sentence")
    person.types("init", "--name", "A", "--passphrase")
    assert person.gets("status")["own"][0]["name"] == "A"
    monkeypatch.setenv("VERBUND_PASSPHRASE", "another")
    assert person.is_refused("status") == "passphrase-wrong"
    monkeypatch.delenv("VERBUND_PASSPHRASE")
    assert person.is_refused("status") == "passphrase-needed"


@pytest.mark.parametrize(
    ("typed", "code"),
    [(["", ""], "passphrase-empty"), (["one", "two"], "passphrases-differ"), (["x", "x"], None)],
)
def test_passphrase_is_asked_twice(
    typed: list[str],
    code: str | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter(typed)
    monkeypatch.setattr(terminal, "is_there", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda *_: next(answers))
    status = main(["init", "--name", "A", "--passphrase", "--home", str(tmp_path), "--json"])
    assert status == (1 if code else 0)
    assert json.loads(capsys.readouterr().out).get("error") == code


def test_status_of_a_new_node(alpha: Person) -> None:
    document = alpha.gets("status")
    assert tuple(document) == STATUS_KEYS
    own = document.pop("own")
    assert names(own) == ["Alpha"]
    assert document == {
        "home": str(alpha.folder),
        "running": False,
        "address": None,
        "clock": None,
        "run_out": [],
        "endpoints": [],
        "peers": [],
        "networks": [],
        "departures": [],
        "pacts": [],
        "applications": [],
        "upcoming": [],
        "groups_known": 1,
        "set_aside": {},
        "frozen": [],
        "superseded": [],
        "words_unconfirmed": False,
        "waiting": None,
        "disk": None,
        "proxy": None,
        "proxy_trouble": None,
        "local_network": False,
        "arriving": [],
        "contradictions": [],
        "troubles": [],
        "zone": "Europe/Berlin",
        "zone_source": "machine",
    }
    out, err = alpha.types("status")
    assert err == ""
    assert "verbund peer accept LINK" in " ".join(out.split())


def test_edit_keeps_the_other_fields(alpha: Person) -> None:
    document = alpha.gets("group", "edit", "--region", "Kiel", "--takes-members", "no")
    assert tuple(document) == GROUP_KEYS
    assert (document["region"], document["takes_members"]) == ("Kiel", False)
    assert (document["name"], document["topics"]) == ("Alpha", ["Housing"])
    document = alpha.gets("group", "edit", "--clear", "topics", "--clear", "region")
    assert (document["region"], document["topics"]) == (None, [])
    assert document["purpose"] == "Purpose of Alpha"
    assert alpha.is_refused("group", "edit", "--language", "Deutsch!") == "field-invalid"


@pytest.mark.parametrize("who", ["Alpha", "alpha", "ALP", "the id", "the id's beginning"])
def test_show_finds_names_and_ids(who: str, alpha: Person) -> None:
    named = {"the id": alpha.id, "the id's beginning": alpha.id[:6]}.get(who, who)
    assert alpha.gets("group", "show", named)["id"] == alpha.id


def test_show_finds_addresses(alpha: Person) -> None:
    announce(alpha, "https://alpha.example")
    assert alpha.gets("group", "show", "https://alpha.example/")["name"] == "Alpha"


@pytest.mark.parametrize("who", ["Nobody", "al", "aaaa", "https://other.example"])
def test_show_of_nobody(who: str, alpha: Person) -> None:
    assert alpha.is_refused("group", "show", who) == "nobody-found"


def test_list_and_search(alpha: Person) -> None:
    document = alpha.gets("group", "list")
    assert tuple(document) == PAGE_KEYS
    assert (names(document["entries"]), document["total"]) == (["Alpha"], 1)
    assert document["topics"] == [["Housing", 1]]
    assert names(alpha.gets("group", "search", "hous")["entries"]) == ["Alpha"]
    assert alpha.gets("group", "search", "nothing", "like", "it")["entries"] == []
    assert alpha.gets("group", "list", "--topic", "Music")["entries"] == []
    assert alpha.gets("group", "list", "--takes-members", "yes")["entries"] == []
    for typed in ("housing", " HOUSING "):
        assert names(alpha.gets("group", "list", "--topic", typed)["entries"]) == ["Alpha"]
    alpha.types("group", "edit", "--region", "Köln am Rhein")
    for typed in ("köln  am rhein", "KÖLN AM RHEIN", "Koln am Rhein"):
        assert names(alpha.gets("group", "list", "--region", typed)["entries"]) == ["Alpha"]
    for typed in ("Köln", "Rhein", "Kölm am Rhein"):
        assert names(alpha.gets("group", "list", "--region", typed)["entries"]) == ["Alpha"]
    for typed in ("Bonn", "Köln am Neckar"):
        assert alpha.gets("group", "list", "--region", typed)["entries"] == []
    assert alpha.gets("group", "list", "--kind", "network")["entries"] == []
    assert names(alpha.gets("group", "list", "--kind", "group", "--sort", "new")["entries"]) == [
        "Alpha"
    ]
    out, _err = alpha.types("group", "search", "nothing")
    assert out.startswith("Nothing is known that fits. All words and options must fit at once")


def test_invitation_link(alpha: Person) -> None:
    assert alpha.is_refused("peer", "invite") == "no-address"
    announce(alpha, "https://alpha.example")
    document = alpha.gets("peer", "invite", "--days", "2")
    assert list(document) == ["link", "expires"]
    assert document["link"].startswith("https://alpha.example/peer#")
    out, _err = alpha.types("peer", "invite")
    assert [line for line in out.splitlines() if line.startswith("https://alpha.example/peer#")]
    assert "█" not in out
    out, _err = alpha.types("peer", "invite", "--qr")
    assert "█" in out


def test_links_that_do_not_work(alpha: Person) -> None:
    announce(alpha)
    link = alpha.gets("peer", "invite")["link"]
    assert alpha.is_refused("peer", "accept", link) == "link-own"
    assert alpha.is_refused("peer", "accept", link[:-3]) == "link-broken"
    assert alpha.is_refused("peer", "accept", "https://alpha.example/") == "link-without-secret"


def test_entry_that_a_group_erased(alpha: Person, beta: Person) -> None:
    """It comes back when the group writes it again."""
    befriend(alpha, beta)
    beta.types("group", "erase", "--yes")
    meet(alpha, beta)
    assert alpha.is_refused("group", "show", beta.id) == "no-entry"
    beta.types("group", "edit", "--name", "Beta", "--region", "Kiel")
    meet(alpha, beta)
    assert alpha.gets("group", "show", beta.id)["region"] == "Kiel"


def test_page_needs_a_server(alpha: Person) -> None:
    assert alpha.is_refused("page") == "not-running"


def test_page(tmp_path: Path) -> None:
    node = founded_beside(tmp_path / "alpha", "Alpha")
    url = "https://group.example"
    with serving(node, "--listen", "127.0.0.1:0", "--public-url", url) as address:
        document = node.gets("page")
        assert list(document) == ["address", "elsewhere", "expires"]
        start, _, code = document["address"].rpartition("/")
        assert start == f"{address}/enter"
        assert document["elsewhere"] == [f"{url}/enter/{code}"]
        assert f"\n{url}/enter/" in node.types("page")
    with closing(open_core(Home(node.home))) as core:
        assert (use_code(core, code), use_code(core, code)) == (True, False)


def test_other_identities_act(alpha: Person) -> None:
    network = alpha.gets("network", "found", "--name", "Netz")["id"]
    assert alpha.gets("group", "show", "--as", "Netz")["id"] == network
    assert alpha.gets("--as", network[:8], "meeting", "list")["meetings"] == []
    assert alpha.is_refused("status", "--as", "Somebody") == "not-ours"


def test_home_of_the_environment(alpha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBUND_HOME", str(alpha.folder))
    assert main(["status", "--json"]) == 0
    with closing(open_core(Home())) as core:
        assert to_text(core.home_id) == alpha.id


def test_text_is_german_too(alpha: Person, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["group", "show", "--home", str(alpha.folder), "--lang", "de"]) == 0
    out = capsys.readouterr().out
    assert "Themen     " in out
    assert "Sichtbar für" in out


def test_colours_only_for_a_person_who_wants_them(
    alpha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert terminal.use_colour()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal.use_colour()
    out, _err = alpha.types("status")
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("--link", "call us"), "A web address begins with https://"),
        (("--language", "dolphin"), "A language is written by its name"),
        (("--topic", "x" * 500), "Possible are 80 characters at most, in one line."),
        (tuple(f"--topic={n}" for n in range(40)), "There can’t be more than 32."),
        (("--contact", f"Mail={'x' * 500}"), "Possible are 80 characters at most before the “=”"),
        (("--region", "x" * 500), "Possible are 120 characters at most, in one line."),
    ],
)
def test_the_rule_of_a_field_is_said(words: tuple[str, ...], rule: str, alpha: Person) -> None:
    document = alpha.gets("group", "edit", *words, status=1)
    assert document["error"] == "field-invalid"
    assert f"; nothing was changed. {rule}" in document["message"]


def test_who_has_no_address_is_not_told_to_make_a_link(alpha: Person) -> None:
    out, _err = alpha.types("status")
    assert "Ask another group for a link" in out
    announce(alpha)
    out, _err = alpha.types("status")
    assert "“verbund peer invite” makes a link" in " ".join(out.split())


@pytest.mark.parametrize("name", ["Deutsch", "german", "de"])
def test_languages_by_name(alpha: Person, name: str) -> None:
    alpha.types("group", "edit", "--language", name, "--language", "Türkisch")
    assert alpha.gets("group", "show")["languages"] == ["de", "tr"]
    assert alpha.gets("group", "list", "--language", name)["total"] == 1

"""`keys`, `backup` and `restore`: what people type, what they are told, what stays safe."""

import io
import json
import os
import select
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from crypto.archive import seal_stream
from crypto.words import entropy_from_words
from node.app import COMMANDS, open_core
from node.keys.home import Home
from node.keys.ring import backup_key
from node.upkeep.backup_file import backup
from protocol.encoding import encode
from tests.node.cli.people import Person, founded
from tests.node.cli.test_processes import command, environment

KEYS = {command.name: command.keys for command in COMMANDS}


class Keeper(Person):
    """Somebody who has the words of a group."""

    words: str = ""


@pytest.fixture
def keeper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Keeper:
    person = Keeper(tmp_path / "Alpha", "Alpha", capsys)
    person.words = " ".join(person.gets("init", "--name", "Alpha")["words"])
    return person


@pytest.fixture
def typed(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """The same, with the words at hand."""
    monkeypatch.setenv("VERBUND_WORDS", keeper.words)
    return keeper


def test_rotate(typed: Keeper) -> None:
    document = typed.gets("keys", "rotate")
    assert tuple(document) == KEYS["keys-rotate"]
    assert (document["id"], document["link"], document["records"]) == (typed.id, 1, 1)
    out, _err = typed.types("keys", "rotate", "--compromised", "--yes")
    assert "What the old keys signed counts no more." in out
    assert typed.gets("group", "show")["name"] == "Alpha"


def test_rotate_a_network(typed: Keeper) -> None:
    net = typed.gets("network", "found", "--name", "Netz")["id"]
    document = typed.gets("keys", "rotate", "--as", "Netz")
    assert (document["id"], document["name"], document["link"]) == (net, "Netz", 1)


def test_words_from_standard_input(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    numbered = "\n".join(f"{n}. {word}" for n, word in enumerate(keeper.words.split(), 1))
    monkeypatch.setattr(sys, "stdin", io.StringIO(numbered))
    assert keeper.gets("keys", "rotate")["link"] == 1


def unknown(words: list[str]) -> list[str]:
    return [*words[:6], "xyzzy", *words[7:]]


MISTAKES = {
    "a word that is none": (unknown, "words-unknown", "Word 7, “xyzzy”"),
    "one missing": (lambda words: words[1:], "words-count", "not 23"),
    "nothing": (lambda _words: [], "words-count", "not 0"),
    "the wrong order": (lambda words: [*words[12:], *words[:12]], None, "don’t fit together"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("what", ["rotate", "restore", "recover"])
def test_mistyped(
    mistake: str, what: str, keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, code, told = MISTAKES[mistake]
    keeper.types("backup", str(tmp_path / "a.backup"))
    wrong = " ".join(change(keeper.words.split()))
    monkeypatch.delenv("VERBUND_WORDS", raising=False)
    person = keeper if what == "rotate" else Person(tmp_path / "New", "New", keeper.capsys)
    before = keeper.folder.joinpath("keys").read_bytes()
    arguments = {
        "rotate": ["keys", "rotate"],
        "restore": ["restore", str(tmp_path / "a.backup")],
        "recover": ["keys", "recover", "--alone", "--yes"],
    }[what]
    monkeypatch.setattr(sys, "stdin", io.StringIO(wrong))
    found = person.gets(*arguments, status=1)
    assert code is None or found["error"] == code
    assert told in found["message"]
    assert wrong.split()[:2] == [] or " ".join(wrong.split()[:2]) not in found["message"]
    assert keeper.folder.joinpath("keys").read_bytes() == before
    assert not (tmp_path / "New" / "keys").exists()


def test_words_of_another_group(
    typed: Keeper, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = founded(tmp_path, "Beta", capsys)
    other.types("backup", str(tmp_path / "b.backup"))
    assert other.is_refused("keys", "rotate") == "words-of-another"
    assert other.is_refused("keys", "recover") == "words-of-another"
    empty = Person(tmp_path / "New", "New", capsys)
    assert empty.is_refused("restore", str(tmp_path / "b.backup")) == "backup-other-words"
    assert not empty.folder.exists() or list(empty.folder.iterdir()) == []


def test_backup_and_restore(typed: Keeper, tmp_path: Path) -> None:
    file, back = tmp_path / "a.backup", Person(tmp_path / "Back", "Back", typed.capsys)
    document = typed.gets("backup", str(file))
    assert document == {"file": str(file), "bytes": file.stat().st_size}
    assert tuple(document) == KEYS["backup"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"Alpha" not in file.read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["Alpha", "a.backup"]
    assert "backup.new" not in {one.name for one in typed.folder.iterdir()}
    document = back.gets("restore", str(file))
    assert tuple(document) == KEYS["restore"]
    assert document["waiting"]
    assert back.folder.stat().st_mode & 0o777 == 0o700
    assert {(one.name, one.stat().st_mode & 0o777) for one in back.folder.iterdir()} >= {
        ("keys", 0o600),
        ("verbund.db", 0o600),
    }
    assert back.id == typed.id
    assert back.gets("status")["waiting"] == "restored"
    assert back.is_refused("group", "edit", "--region", "Kiel") == "not-reconciled"
    out, _err = back.types("status")
    assert "comes from a backup" in " ".join(out.split())
    assert tuple(back.gets("restore", "--go-on", "--yes")) == KEYS["restore"]
    assert back.gets("status")["waiting"] is None
    assert back.gets("group", "edit", "--region", "Kiel")["region"] == "Kiel"
    assert back.is_refused("restore", "--go-on", "--yes") == "not-waiting"
    assert back.is_refused("restore", str(file)) == "home-exists"


def test_backup_overwrites_nothing_unasked(typed: Keeper, tmp_path: Path) -> None:
    file = tmp_path / "a.backup"
    file.write_text("precious")
    assert typed.is_refused("backup", str(file)) == "file-exists"
    assert file.read_text() == "precious"
    typed.types("backup", str(file), "--replace")
    assert file.read_bytes().startswith(b"verbund-backup-1\n")
    assert typed.is_refused("backup", str(tmp_path / "none" / "a")) == "file-unwritable"
    assert typed.is_refused("restore", str(tmp_path / "nothing")) == "home-exists"


def test_node_of_an_older_version_asks_once(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(open_core(Home(keeper.folder))) as core, core.transaction():
        core.ring.backup = None
        core.save_ring()
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert keeper.is_refused("backup", str(tmp_path / "a")) == "words-count"
    monkeypatch.setattr(sys, "stdin", io.StringIO(keeper.words))
    keeper.types("backup", str(tmp_path / "a"))
    keeper.types("backup", str(tmp_path / "b"))


def inside(words: str, *parts: bytes) -> bytes:
    key = backup_key(entropy_from_words(words))
    return b"".join(seal_stream(parts, key.public, bytes(32)))


def length(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "big") + raw


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"format": 2, "anything": "else"}, "backup-newer"),
        ({"format": 1}, "backup-damaged"),
        ({"format": 1, "id": bytes(32), "made": 0, "files": []}, "backup-damaged"),
    ],
)
def test_made_otherwise(
    content: dict[str, object], code: str, typed: Keeper, tmp_path: Path
) -> None:
    file, back = tmp_path / "x.backup", Person(tmp_path / "Back", "Back", typed.capsys)
    file.write_bytes(inside(typed.words, length(encode(content))))
    assert back.is_refused("restore", str(file)) == code
    assert list(back.folder.iterdir()) == []


def test_database_of_newer_software(typed: Keeper, tmp_path: Path) -> None:
    file, back = tmp_path / "x.backup", Person(tmp_path / "Back", "Back", typed.capsys)
    with closing(open_core(Home(typed.folder))) as core:
        sql = "insert into _sqlite_migrations (migration_set, name, applied_at) values (?, ?, ?)"
        core.db.conn.execute(sql, ("groups", "9999_later", "2030"))
        backup(core, file, False, lambda _done, _of: None)
    assert back.is_refused("restore", str(file)) == "backup-newer"
    assert list(back.folder.iterdir()) == []


@pytest.mark.parametrize("cut", [0, 10, 60, 110, 130, 5_000, -1])
def test_cut_backup(cut: int, typed: Keeper, tmp_path: Path) -> None:
    file, back = tmp_path / "x.backup", Person(tmp_path / "Back", "Back", typed.capsys)
    typed.types("backup", str(file))
    file.write_bytes(file.read_bytes()[:cut])
    assert back.is_refused("restore", str(file)) == "backup-damaged"
    assert list(back.folder.iterdir()) == []


def test_what_is_wrong_is_told_before_the_words_are_asked(keeper: Keeper, tmp_path: Path) -> None:
    """Nobody types 24 words for a file that is not there, or into a folder that is taken."""
    new = Person(tmp_path / "New", "New", keeper.capsys)
    assert new.is_refused("restore", f"{tmp_path}/nothing") == "file-unreadable"
    assert new.is_refused("restore", str(tmp_path)) == "file-unreadable"
    keeper.types("backup", f"{tmp_path}/file")
    assert keeper.is_refused("restore", f"{tmp_path}/file") == "home-exists"
    usage = new.types("keys", "recover", "--lang", "de", status=2)[1]
    assert "verbund keys recover --from ADRESSE" in usage


def test_a_node_that_is_refused_new_keys_goes_on_as_before(typed: Keeper) -> None:
    assert typed.is_refused("keys", "recover", "--compromised", "--yes") == "recover-ask-peer"
    assert typed.gets("status")["waiting"] is None


def test_recover_alone(typed: Keeper, tmp_path: Path) -> None:
    new = Person(tmp_path / "New", "New", typed.capsys)
    document = new.gets("keys", "recover", "--alone", "--yes")
    assert tuple(document) == KEYS["keys-recover"]
    assert (document["id"], document["link"]) == (typed.id, 0)
    assert new.gets("status")["waiting"] is None


def test_recover_says_whom_it_needs(typed: Keeper, tmp_path: Path) -> None:
    new = Person(tmp_path / "New", "New", typed.capsys)
    new.types("keys", "recover", status=2)
    for address, code in (
        ("nonsense", "recover-address"),
        ("http://127.0.0.1:9", "recover-private"),
    ):
        assert new.is_refused("keys", "recover", "--from", address) == code
    more = ("--private-addresses",)
    address = "http://127.0.0.1:9"
    assert new.is_refused("keys", "recover", "--from", address, *more) == "recover-unreachable"
    assert not (new.folder / "keys").exists()


def test_from_the_address_of_a_peer(tmp_path: Path) -> None:
    """Whole commands: two nodes, one machine is lost, the words and an address bring it back."""
    words = json.loads(
        command("init", "--name", "Alpha", "--home", f"{tmp_path}/a", "--json").stdout
    )
    command("init", "--name", "Beta", "--home", f"{tmp_path}/b", "--json")
    server = _server(tmp_path / "b")
    try:
        address = _address(server)
        link = _link(tmp_path / "b", address)
        with closing(open_core(Home(tmp_path / "a"))) as core, core.transaction():
            core.settings.set("serve", {"private_addresses": True})
        accepted = command("peer", "accept", link, "--home", f"{tmp_path}/a")
        assert accepted.returncode == 0, accepted.stderr
        back = command(
            *("keys", "recover", "--from", address, "--private-addresses", "--json"),
            *("--home", f"{tmp_path}/new"),
            VERBUND_WORDS=" ".join(words["words"]),
        )
        assert back.returncode == 0, back.stderr
        document = json.loads(back.stdout)
        assert (document["id"], document["name"]) == (words["id"], "Alpha")
        peers = json.loads(command("peer", "list", "--json", "--home", f"{tmp_path}/new").stdout)
        assert [(one["who"]["name"], one["state"]) for one in peers["peers"]] == [
            ("Beta", "active")
        ]
    finally:
        _stop(server)


def test_restored_node_goes_on_by_itself(tmp_path: Path) -> None:
    """Whole commands: it waits, speaks with its peer, then publishes its address without a word."""
    words = json.loads(
        command("init", "--name", "Alpha", "--home", f"{tmp_path}/a", "--json").stdout
    )["words"]
    command("init", "--name", "Beta", "--home", f"{tmp_path}/b", "--json")
    with closing(open_core(Home(tmp_path / "a"))) as core, core.transaction():
        core.settings.set("serve", {"private_addresses": True})
    beta = _server(tmp_path / "b")
    try:
        link = _link(tmp_path / "b", _address(beta))
        assert command("peer", "accept", link, "--home", f"{tmp_path}/a").returncode == 0
        file = f"{tmp_path}/a.backup"
        assert command("backup", file, "--home", f"{tmp_path}/a").returncode == 0
        restored = command(
            *("restore", file, "--home", f"{tmp_path}/new"), VERBUND_WORDS=" ".join(words)
        )
        assert restored.returncode == 0, restored.stderr
        with closing(open_core(Home(tmp_path / "new"))) as core:
            assert not core.is_reconciled
        alpha = _server(tmp_path / "new", "--public-url", "http://alpha.example")
        try:
            _address(alpha)
            end = time.monotonic() + 20
            while True:
                shown = json.loads(command("status", "--json", "--home", f"{tmp_path}/new").stdout)
                if shown["waiting"] is None and shown["endpoints"]:
                    break
                assert time.monotonic() < end, shown
            assert shown["endpoints"] == ["http://alpha.example"]
        finally:
            _stop(alpha)
    finally:
        _stop(beta)


def _server(home: Path, *more: str) -> "subprocess.Popen[str]":
    listen = ("--listen", "127.0.0.1:0", "--private-addresses", *more)
    return subprocess.Popen(
        [sys.executable, "-m", "node", "serve", *listen, "--home", str(home), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(),
    )


def _stop(server: "subprocess.Popen[str]") -> None:
    server.terminate()
    server.communicate(timeout=10)


def _address(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    text, end = "", time.monotonic() + 20
    while not text.rstrip().endswith("}"):
        ready, _w, _x = select.select([server.stdout], [], [], end - time.monotonic())
        assert ready
        text += os.read(server.stdout.fileno(), 65_536).decode()
    found: str = json.loads(text)["address"]
    return found


def _link(folder: Path, address: str) -> str:
    from node.features.peers.actions import invite_peer
    from node.records.transaction import act
    from protocol.audience import PUBLIC
    from protocol.kind import Place

    with closing(open_core(Home(folder))) as core:
        with act(core) as publisher:
            place = Place(core.home_id, PUBLIC, "endpoint", "test")
            publisher.write(place, {"url": address, "tls": None})
        return str(invite_peer(core, core.home_id))


def test_rotate_beside_a_running_server(tmp_path: Path) -> None:
    """The command in one process, the server in another: it goes on under the new key at once."""
    made = command("init", "--name", "Alpha", "--home", f"{tmp_path}/a", "--json").stdout
    words = " ".join(json.loads(made)["words"])
    command("init", "--name", "Beta", "--home", f"{tmp_path}/b", "--json")
    beta, alpha = _server(tmp_path / "b"), _server(tmp_path / "a")
    try:
        link = _link(tmp_path / "b", _address(beta))
        _address(alpha)
        assert command("peer", "accept", link, "--home", f"{tmp_path}/a").returncode == 0
        rotated = command(
            "keys",
            "rotate",
            "--compromised",
            "--yes",
            "--home",
            f"{tmp_path}/a",
            VERBUND_WORDS=words,
        )
        assert rotated.returncode == 0, rotated.stderr
        edited = command("group", "edit", "--region", "Kiel", "--home", f"{tmp_path}/a")
        assert edited.returncode == 0, edited.stderr
        _until_shown(tmp_path / "b", "Alpha", "Kiel")
        assert alpha.poll() is None
    finally:
        _stop(alpha)
        _stop(beta)


def _until_shown(home: Path, group: str, region: str) -> None:
    end = time.monotonic() + 20
    while True:
        shown = command("group", "show", group, "--json", "--home", str(home)).stdout
        if json.loads(shown).get("region") == region:
            return
        assert time.monotonic() < end, shown

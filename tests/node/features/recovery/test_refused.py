"""What is refused around keys, words and backups: nothing was changed, and the advice works."""

import os
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest

from crypto.words import words_from_entropy
from node.keys.folder_lock import OWNER
from tests.node.cli.people import Person, founded

WORDS = words_from_entropy(bytes(range(32))).split()


def changed_places(at: int) -> str:
    """The words with two neighbours exchanged."""
    return " ".join([*WORDS[:at], WORDS[at + 1], WORDS[at], *WORDS[at + 2 :]])


def everything(folder: Path) -> dict[str, bytes]:
    """All files but the note on who works there (docs/door.md)."""
    files = [one for one in sorted(folder.iterdir()) if one.is_file() and one.name != OWNER]
    return {one.name: one.read_bytes() for one in files}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (changed_places(1), "words-slip", "probably word 2, “liar”, is misread"),
        (changed_places(2), "words-checksum", "at least one of them is misread"),
        (" ".join([*WORDS[12:], *WORDS[:12]]), "words-checksum", "at least one of them is misread"),
    ],
)
def test_words_that_do_not_fit_together(
    words: str, code: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Typed as they are on the paper they bring the group back."""
    new = Person(tmp_path / "New", "New", capsys)
    monkeypatch.setenv("VERBUND_WORDS", words)
    recover = ("keys", "recover", "--alone", "--yes")
    refused = new.gets(*recover, status=1)
    assert refused["error"] == code
    assert said in refused["message"]
    assert not (new.folder / "keys").exists()
    monkeypatch.setenv("VERBUND_WORDS", " ".join(WORDS))
    assert new.gets(*recover)["link"] == 0


def test_page_that_is_no_node(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something else answers at the address: some website, or a router."""
    monkeypatch.setenv("VERBUND_WORDS", " ".join(WORDS))
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_what: None)
    new = Person(tmp_path / "New", "New", capsys)
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as website:
        thread = Thread(target=website.serve_forever)
        thread.start()
        try:
            said = ("--from", f"http://127.0.0.1:{website.server_port}", "--private-addresses")
            assert new.is_refused("keys", "recover", *said) == "recover-no-node"
        finally:
            website.shutdown()
            thread.join()
    assert not (new.folder / "keys").exists()


def test_disk_that_gives_something_else_back(
    alpha: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup of yesterday stays; another disk takes today's."""
    file = tmp_path / "out" / "a.backup"
    file.parent.mkdir()
    alpha.types("backup", str(file))
    before = everything(file.parent)
    forget = os.posix_fadvise

    def turn_a_bit(number: int, offset: int, length: int, advice: int) -> None:
        """As the disk did between writing and reading."""
        forget(number, offset, length, advice)
        (byte,) = os.pread(number, 1, 1_000)
        os.pwrite(number, bytes([byte ^ 1]), 1_000)

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fadvise", turn_a_bit)
        assert alpha.is_refused("backup", str(file), "--replace") == "backup-unreadable"
        assert everything(file.parent) == before
        assert alpha.is_refused("backup", str(file.parent / "b")) == "backup-unreadable"
        assert everything(file.parent) == before
    alpha.types("backup", str(tmp_path / "b.backup"))


def test_key_file_that_can_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Put back from a copy, it is all there again."""
    alpha = founded(tmp_path, "Alpha", capsys)
    keys, copy = alpha.folder / "keys", tmp_path / "copy"
    keys.rename(copy)
    keys.mkdir()
    before = everything(alpha.folder)
    for words in (["status"], ["group", "edit", "--region", "Kiel"]):
        assert alpha.is_refused(*words) == "key-file-unreadable"
    assert everything(alpha.folder) == before
    keys.rmdir()
    copy.rename(keys)
    assert alpha.gets("group", "show")["name"] == "Alpha"

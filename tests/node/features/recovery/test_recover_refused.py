"""`verbund keys recover` when the node that is asked breaks off: why, and what to do."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from node.features.recovery import recover
from node.links.dial_plan import Target
from tests.node.cli.people import Person


@pytest.mark.parametrize(
    ("code", "met", "refused"),
    [
        ("replaced", True, "recover-elsewhere"),
        ("connection", True, "recover-elsewhere"),
        ("connection", False, "recover-unreachable"),
        ("not-accepted", False, "recover-not-known"),
    ],
)
def test_another_machine_of_the_group_is_connected(
    code: str,
    met: bool,
    refused: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever has a session with the other machine ends ours, or hangs up without a word."""

    async def call(*_args: object) -> SimpleNamespace:
        """Nothing is dialled, for alpha.example need not be known here."""
        secure = object() if met else None
        return SimpleNamespace(end_code=code, secure=secure, went_quiet=False, was_behind=False)

    async def target(address: str, _private: bool, _proxy: object) -> Target:
        return Target(address, None, bytes(32))

    words = " ".join(Person(tmp_path / "Old", "Old", capsys).gets("init", "--name", "Old")["words"])
    monkeypatch.setenv("VERBUND_WORDS", words)
    monkeypatch.setattr(recover, "target_at", target)
    monkeypatch.setattr(recover, "call_once", call)
    new = Person(tmp_path / "New", "New", capsys)
    assert new.is_refused("keys", "recover", "--from", "http://alpha.example") == refused
    assert not (new.folder / "keys").exists()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nonsense", "recover-address"),
        ("htp:/group.example", "recover-address"),
        ("http://192.168.1.5:8480", "recover-private"),
    ],
)
def test_address_that_can_not_be_asked_is_refused_before_the_words(
    address: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = Person(tmp_path / "New", "New", capsys)  # nobody types words
    assert new.is_refused("keys", "recover", "--from", address) == code

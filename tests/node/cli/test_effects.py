"""What destroys, ends or is said for good asks before; where nobody is there it is refused."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from node.app import COMMANDS, PROGRAM
from node.cli import terminal
from node.cli.arguments import YES, Command
from node.cli.effects import Effect
from node.cli.parser import build
from node.records import stale_copy
from node.texts import Texts
from tests.days import day
from tests.node.cli.people import Person, befriend, meet
from tests.node.web.conftest import person as somebody

BY_NAME = {command.name: command for command in COMMANDS}
ASKING = {command.name for command in COMMANDS if command.effect is Effect.ASKS}

VERBS = {
    *("cancel", "compromised", "confirm", "delete", "destroy", "disband", "drop", "end", "erase"),
    *("expel", "forget", "leave", "move", "propose", "purge", "remove", "renounce", "rescue"),
    *("reset", "revoke", "rotate", "sign", "withdraw", "wipe"),
}
"""Words of commands that can't be taken back. An option of this name counts, too."""

CAN_BE_TAKEN_BACK = {("import", "--remove")}
"""Named like them, and nothing is lost: `import --undo`."""


def test_a_command_must_say_what_it_does() -> None:
    said = {one.name: one.default for one in fields(Command)}
    assert said["effect"] is MISSING


@pytest.mark.parametrize("command", COMMANDS, ids=list(BY_NAME))
def test_what_sounds_final_asks(command: Command) -> None:
    """By its words, its options, and `--yes`, which is for those that ask and for no others."""
    asks = command.effect is Effect.ASKS
    assert asks or not VERBS & {*command.path}
    assert (YES in command.arguments) is asks
    given = {one.name.removeprefix("--") for one in command.arguments if one.name[:2] == "--"}
    for option in VERBS & given:
        assert asks or (command.name, f"--{option}") in CAN_BE_TAKEN_BACK
    parser = build(PROGRAM, Texts("en"), [command])
    known = vars(parser.parse_args([*command.path, *needed(command)]))
    assert set(command.only) <= set(known)


def needed(command: Command) -> Iterator[str]:
    """Arguments without which it is not understood."""
    for one in command.arguments:
        if one.required:
            yield one.name
        if one.required or not (one.name.startswith("--") or one.optional):
            given = {
                "moment": f"{day(15)} 19:00",
                "day": day(20),
                "answer": "accept",
                "number": "1",
            }
            yield given.get(one.kind, one.choices[0] if one.choices else "x")


@pytest.fixture
def cases(
    alpha: Person, beta: Person, gamma: Person, tmp_path: Path
) -> dict[str, tuple[Person, list[str]]]:
    """By name: who types what, so that it would be done."""
    for one in (beta, gamma):
        befriend(alpha, one)
    alpha.types("network", "found", "--name", "Netz", "--admission", "open")
    meet(alpha, beta, gamma)
    for one in (beta, gamma):
        one.types("network", "apply", "Netz")
    meet(alpha, beta, gamma)
    alpha.types("network", "amend", "Netz", "--with", "Beta", "--with", "Gamma")
    meet(alpha, beta, gamma)
    for one in (beta, gamma):
        one.types("network", "confirm", "Netz", "--yes")
    beta.types("network", "amend", "Netz", "--motto", "New")
    words = ["--name", "Anew", "--until", day(20), "--stay", "--yes"]
    beta.types("pact", "propose", "Alpha", "Gamma", *words)
    when = ["--starts", f"{day(15)} 19:00", "--zone", "Europe/Berlin", "--place", "Saal"]
    alpha.types("meeting", "new", "--title", "Plenum", *when)
    alpha.types("exchange", "offer", "--title", "Tables", "--to", "Netz")
    alpha.types("statements", "add", "Netz", "--text", "Buses are free")
    with closing(alpha.core()) as core:
        somebody(core, "Ada")
    released = ["Ada", "--to", "Netz", "--name", "Ada K."]
    alpha.types("participants", "publish", *released, "--yes")
    meet(alpha, beta, gamma)
    stranger = Person(tmp_path / "Delta", "Delta", alpha.capsys)
    stranger.gets("init", "--name", "Delta")
    file = str(tmp_path / "delta.verbund")
    stranger.types("bundle", "write", file)
    with closing(stranger.core()) as core, core.transaction():
        stale_copy.begin(core, "restored")
    unknown = Person(tmp_path / "Epsilon", "Epsilon", alpha.capsys)
    unknown.gets("init", "--name", "Epsilon")
    nobody = Person(tmp_path / "Nobody", "Nobody", alpha.capsys)
    propose = ["Beta", "--name", "Other", "--until", day(20), "--stay"]
    return {
        "group-erase": (alpha, []),
        "peer-end": (alpha, ["Beta"]),
        "network-leave": (alpha, ["Netz"]),
        "network-expel": (alpha, ["Netz", "Beta"]),
        "network-move": (beta, ["Netz"]),
        "network-confirm": (alpha, ["Netz"]),
        "pact-propose": (alpha, propose),
        "pact-sign": (alpha, ["Anew"]),
        "meeting-cancel": (alpha, ["Plenum", "--reason", "Rain"]),
        "meeting-erase": (alpha, ["Plenum"]),
        "exchange-end": (alpha, ["Tables"]),
        "statements-remove": (alpha, ["Buses"]),
        "participants-publish": (alpha, [*released, "--role", "Delegate"]),
        "participants-withdraw": (alpha, ["Ada", "--to", "Netz"]),
        "keys-rotate": (alpha, ["--compromised"]),
        "keys-new-words": (unknown, []),
        "keys-recover": (nobody, ["--alone"]),
        "bundle-read": (alpha, [file, "--accept"]),
        "clock-confirm": (alpha, []),
        "restore": (stranger, ["--go-on"]),
    }


def state(person: Person) -> list[str]:
    """All that is in the node's file."""
    if not (person.folder / "keys").exists():
        return [one.name for one in person.folder.glob("*")]
    with closing(person.core()) as core:
        return list(core.db.conn.iterdump())


def test_nobody_at_the_terminal(cases: dict[str, tuple[Person, list[str]]]) -> None:
    """Nothing is done, and it is said what to do."""
    assert cases.keys() == ASKING
    for name, (person, words) in cases.items():
        before = state(person)
        found = person.gets(*BY_NAME[name].path, *words, status=1)
        assert found["error"] == "needs-yes", name
        assert "--yes" in found["message"]
        assert f"verbund {' '.join(BY_NAME[name].path)}" in found["message"]
        assert state(person) == before, name


@pytest.mark.parametrize("answer", ["", "n", "vielleicht"])
def test_somebody_who_does_not_say_yes(
    cases: dict[str, tuple[Person, list[str]]], answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(terminal, "is_there", lambda: True)

    def ask(question: str) -> str:
        asked.append(question)
        return answer

    monkeypatch.setattr(terminal, "ask", ask)
    for name, (person, words) in cases.items():
        before = state(person)
        assert person.is_refused(*BY_NAME[name].path, *words) == "not-confirmed", name
        assert state(person) == before, name
    assert len(asked) == len(set(asked)) == len(ASKING), "\n".join(asked)


def test_only_what_is_final_asks(cases: dict[str, tuple[Person, list[str]]]) -> None:
    """The same commands without the option that makes them so."""
    alpha, (file, _accept) = cases["bundle-read"]
    assert alpha.is_refused("bundle", "read", file) != "needs-yes"
    assert alpha.is_refused("keys", "rotate") != "needs-yes"

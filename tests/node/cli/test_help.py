"""What every command says about itself, and what is not understood."""

import json
import re

import pytest

from node.app import COMMANDS, FIRST, PROGRAM, main
from node.cli.arguments import Command
from node.cli.parser import build
from node.cli.terminal import wanted_language
from node.texts import LANGUAGES, Texts

BY_NAME = {command.name: command for command in COMMANDS}


def test_commands_are_those_of_the_guide() -> None:
    """Those that a new group needs first, then the nouns."""
    names = [" ".join(command.path) for command in COMMANDS]
    assert names[: len(FIRST)] == [*FIRST]
    assert sorted(names) == sorted(
        [
            "init",
            "status",
            "clock confirm",
            "page",
            "serve",
            "run",
            "stop",
            *(f"group {one}" for one in ("show", "edit", "erase", "list", "search", "same")),
            "group show-publicly",
            *(f"peer {one}" for one in ("invite", "accept", "list", "show-us", "end")),
            *(f"network {one}" for one in ("found", "show", "list", "apply", "admit", "decline")),
            *(
                f"network {one}"
                for one in ("leave", "expel", "members", "show-us", "show-publicly")
            ),
            *(f"network {one}" for one in ("amend", "move", "confirm", "oppose", "proposals")),
            *(f"pact {one}" for one in ("propose", "sign", "list", "show")),
            *(f"meeting {one}" for one in ("new", "edit", "invite", "list", "show", "reply")),
            *(f"meeting {one}" for one in ("cancel", "erase", "answers")),
            *(f"exchange {one}" for one in ("offer", "want", "list", "show", "take", "end")),
            *(f"statements {one}" for one in ("list", "add", "edit", "remove")),
            *(f"statements {one}" for one in ("answer", "compare")),
            "erasures",
            *(f"settings {one}" for one in ("show", "set")),
            *(f"people {one}" for one in ("list", "invite", "code")),
            *(f"participants {one}" for one in ("list", "publish", "withdraw")),
            *(f"keys {one}" for one in ("rotate", "recover", "words", "new-words")),
            "phones",
            *(f"bundle {one}" for one in ("write", "read", "show")),
            "backup",
            "restore",
            *(f"draw {one}" for one in ("run", "check", "explain", "picture", "sheet")),
            "export",
            "import",
            *(f"members {one}" for one in ("list", "show", "merge", "undo", "export", "import")),
        ]
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS, ids=list(BY_NAME))
def test_command_help(command: Command, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.path, "--help", "--lang", language]) == 0
    out, err = capsys.readouterr()
    texts = Texts(language)
    told = " ".join(out.split())
    assert err == ""
    assert out.startswith(f"{texts('cli.help.usage')} verbund {' '.join(command.path)}")
    assert " ".join(texts(f"{command.noun}.command.{command.name}.about").split()) in told
    assert " ".join(texts(f"{command.noun}.command.{command.name}.example").split()) in told
    assert f"verbund {' '.join(command.path)}" in texts(
        f"{command.noun}.command.{command.name}.example"
    )
    assert ", ".join(command.keys) in told
    for argument in command.arguments:
        assert not argument.name.startswith("--") or f"{argument.name} " in told
    assert max(map(len, out.splitlines())) <= 140


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", PROGRAM.families)
def test_family_help(family: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([family, "--help", "--lang", language]) == 0
    out, _err = capsys.readouterr()
    texts = Texts(language)
    for command in COMMANDS:
        if command.path[0] == family:
            summary = texts(f"{command.noun}.command.{command.name}.summary")
            assert summary.split()[0] in out
            assert f"    {command.path[1]}" in out


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_help(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", language, "--help"]) == 0
    out, _err = capsys.readouterr()
    assert all(re.search(rf"\n    {command.path[0]}[ \n]", out) for command in COMMANDS)


@pytest.mark.parametrize("words", [[], ["group"], ["meeting", "--json"]])
def test_without_command_shows_what_there_is(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Usage: verbund")


WHOSE_USAGE = [
    (["network", "apply", "X", "--yes"], "network apply"),
    (["status", "--jsn"], "status"),
    (["status", "extra"], "status"),
    (["--lang", "en", "group", "list", "--colour", "red"], "group list"),
    (["--colour", "status"], "status"),
]


@pytest.mark.parametrize(("words", "command"), WHOSE_USAGE)
def test_what_is_not_understood_shows_how_that_command_is_written(
    words: list[str], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--lang", "en"]) == 2
    _out, err = capsys.readouterr()
    assert f"Usage: verbund {command} [" in err.replace("[-h] ", "[-h] [")


NOT_UNDERSTOOD = [
    (["networks"], "There is no command “networks”.", "Did you mean “network”?"),
    (["group", "shwo"], "There is no command “shwo”.", "Did you mean “show”?"),
    (["status", "--jsn"], "Not understood: --jsn.", ""),
    (["meeting", "new", "--title", "x", "--starts", "tomorrow"], "the time is missing", "7 pm"),
    (["status", "extra"], "Not understood: extra.", ""),
    (["group", "search"], "Something is missing: WORD.", ""),
    (["meeting", "new", "--title", "x"], "Something is missing: --starts.", ""),
    (["meeting", "new", "--title"], "--title needs a value behind it.", ""),
    (["meeting", "reply", "x", "acept"], "“acept” is no answer.", "Did you mean “accept”?"),
    (["network", "found", "--name", "x", "--admission", "maybe"], "“maybe” is not", "open"),
    (["network", "found", "--name", "x", "--majority", "most"], "“most” is no share", ""),
    (["group", "list", "--page", "0"], "“0” is no whole number from 1.", ""),
    (["group", "list", "--page", "9" * 5000], "is no whole number from 1.", ""),
    (["group", "edit", "--takes-members", "maybe"], "“maybe” is neither yes nor no.", ""),
    (["group", "edit", "--contact", "=x"], "“=x” is no contact point.", "Mail=hello@"),
    (["group", "edit", "--clear", "nmae"], "“nmae” is not possible.", "topics"),
    (["group", "edit"], "Nothing was named that should change.", ""),
    (
        ["meeting", "new", "--title", "x", "--starts", "some day"],
        "“some day” is no date and time.",
        "in 3 weeks 19:00",
    ),
    (
        ["meeting", "new", "--title", "x", "--starts", "2026-02-30 19:00"],
        "there is no such day",
        "",
    ),
    (["serve", "--listen", "here:there"], "“here:there” does not say where", ""),
    (["serve", "--listen", "127.0.0.1:99999"], "does not say where", ""),
    (["group", "show", "Two", "Words"], "Not understood: Words.", "goes into quotes"),
    (["init"], "What is the group called?", "--name"),
    (["import"], "Give either a file, or --remove NAME, or --undo.", ""),
    (["import", "x.csv", "--undo"], "Give either a file, or --remove NAME, or --undo.", ""),
    (["status", "--json=yes"], "--json takes no value", ""),
    (["status", "--lang", "fr"], "--lang: “fr” is not possible.", "de, en"),
]


@pytest.mark.parametrize(("words", "message", "more"), NOT_UNDERSTOOD)
def test_what_is_not_understood(
    words: list[str],
    message: str,
    more: str,
    tmp_path: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*words, "--home", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    told = " ".join(err.split())
    assert out == ""
    assert message in told
    assert more in told
    assert "with --help" in told


def test_not_understood_in_german_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--lang=de", "grup"]) == 2
    out, err = capsys.readouterr()
    message = json.loads(out)
    assert list(message) == ["error", "message"]
    assert message["error"] == "usage"
    assert message["message"].startswith("Den Befehl „grup“ gibt es nicht. Es gibt: init, ")
    assert message["message"].endswith("War „group“ gemeint?")
    assert "mit --help" in err


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "de"),
        ([], {"LANG": "de_DE.UTF-8"}, "de"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "de_DE", "LC_MESSAGES": "en_GB"}, "en"),
        ([], {"LC_ALL": "de_AT", "LC_MESSAGES": "en_GB", "LANG": "en"}, "de"),
        ([], {"LC_ALL": "", "LANG": "en"}, "en"),
        (["--lang", "en"], {"LANG": "de"}, "en"),
        (["status", "--lang=en"], {"LANG": "de"}, "en"),
        (["--lang", "fr"], {"LANG": "de"}, "de"),
        (["--", "--lang", "en"], {"LANG": "de"}, "de"),
        (["status", "--lang"], {"LANG": "de"}, "de"),
    ],
)
def test_language(arguments: list[str], environment: dict[str, str], language: str) -> None:
    assert wanted_language(arguments, environment) == language


@pytest.mark.parametrize("words", [["--json", "status"], ["status", "--json"]])
def test_common_options_before_and_after(words: list[str]) -> None:
    home = ["--home", "x"]
    for arguments in ([*home, *words], [*words, *home]):
        args = build(PROGRAM, Texts("en")).parse_args(arguments)
        assert (args.json, args.home) == (True, "x")


def test_what_a_command_waits_for_is_a_problem_with_words() -> None:
    codes = {code for command in COMMANDS for code in command.awaits}
    assert len(codes) >= 9
    for code in codes:
        assert Texts("en").error(code, **dict.fromkeys(("text", "to", "who", "name"), "x"))

"""Every refusal has words in both languages: what happened, what was kept safe, what to do."""

import ast
import errno
import json
import os
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.app import main
from node.base.errors import Problem
from node.cli.problems import document, explain
from node.cli.values import CONVERTERS
from node.texts import LANGUAGES, Texts, nouns
from protocol.control_state import Standing
from protocol.errors import CODES
from sync.bundle import CODES as CODES_OF_BUNDLES
from tests.days import typed
from tests.node.cli.people import Person

NODE = Path(__file__).parents[3] / "node"

UNREADABLE = {
    *("bomb", "broken", "cell", "cell-open", "damaged", "empty", "format", "large", "long"),
    *("macros", "nul", "password", "unknown", "wide"),
}
"""Why a spreadsheet is not read (node.features.imports)."""

COMPUTED = {
    "standing-": {one.value for one in Standing},
    "answering-": {"cancelled", "over", "closed"},
    "bundle-": set(CODES_OF_BUNDLES),
    "import-": UNREADABLE,
    "invitation-": {"over", "used-up", "taken-back"},
    "already-": {Standing.MEMBER.value, Standing.APPLIED.value},
}
"""Codes that are put together."""

PASSED_ON = {
    *("passphrase-needed", "passphrase-wrong", "field-missing", "field-invalid"),
    *("link-for-people", "link-of-machine", "link-without-secret", "link-broken"),
}
"""Codes that a variable holds: `Problem(code, …)`."""


PASSED_WHOLE = {f"import-{one}" for one in UNREADABLE}
"""Codes that come with what the reader of a file says: `Problem(…, **values)`."""

NOTED = {"import-nameless", "import-stumbled", "import-interrupted"}
"""Codes that a job writes down, and a page shows."""


def raised() -> dict[str, set[str]]:
    """Every code in the code base, and the values that come with it."""
    found: dict[str, set[str]] = {}
    for path in sorted(NODE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "Problem":
                continue
            values = {keyword.arg or "" for keyword in call.keywords}
            for code in _codes(call.args[0]):
                found[code] = found[code] & values if code in found else values
    return {code: set[str]() for code in NOTED} | found


def _codes(argument: ast.expr) -> set[str]:
    match argument:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.BinOp(left=ast.Constant(value=str(start))):
            return {start + end for end in COMPUTED[start]}
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            return {start + end for end in COMPUTED[start]}
        case ast.IfExp(body=body, orelse=orelse):
            return _codes(body) | _codes(orelse)
        case ast.Name(id="code"):
            return PASSED_ON
    raise AssertionError(f"line {argument.lineno}: a code that can't be read")


RAISED = raised()


def texts_of(language: str) -> dict[str, str]:
    return {code: text for _noun, code, text in said(language)}


def said(language: str) -> Iterator[tuple[str, str, str]]:
    """Of whom, code, text: those of the platform, and of all nouns."""
    texts = Texts(language)
    tables = {"": texts.table("errors")}
    tables |= {noun: texts.table(noun).get("error", {}) for noun in nouns()}
    for noun, table in tables.items():
        for code, text in table.items():
            yield noun, code, text if isinstance(text, str) else text["one"] + text["other"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_one_text_and_none_is_unused(language: str) -> None:
    assert sorted(code for _noun, code, _text in said(language)) == sorted(RAISED)


def test_problem_is_put_into_words_by_the_noun_that_raises_it() -> None:
    """By the platform if it raises it, or several nouns of which none comes first."""
    places: dict[str, set[str]] = {}
    for path in sorted(NODE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Problem":
                room, noun, *_ = (*path.relative_to(NODE).parts, "")
                for code in _codes(call.args[0]):
                    places.setdefault(code, set()).add(noun if room == "features" else "")
    places |= {code: {"imports"} for code in NOTED}
    wrong = {
        code: (noun, places[code])
        for noun, code, _ in said("de")
        if noun not in places[code] and (noun or len(places[code]) == 1)
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_use_only_what_comes_with_the_problem(language: str) -> None:
    passed_on = {
        "passphrase-needed": {"path"},
        "passphrase-wrong": {"path"},
        "field-missing": {"kind", "field", "value"},
        "field-invalid": {"kind", "field", "value"},
    }
    for code, text in texts_of(language).items():
        wanted = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert code in PASSED_WHOLE or wanted <= passed_on.get(code, RAISED[code]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_a_record_has_words(language: str) -> None:
    texts = Texts(language)
    assert [code for code in CODES if not texts.has(f"cli.refused.{code}")] == []


def test_details_are_listed_and_shortened() -> None:
    cells = [{"row": n, "column": "link", "code": "link", "value": "x"} for n in range(40)]
    problem = Problem("list-refused", n=40, details=cells, words="lists.cell")
    lines = explain(problem, Texts("en")).splitlines()
    assert lines[0].startswith("Something is wrong in 40 places")
    assert lines[1].startswith("– Row 0, column link: “x” contains something")
    assert lines[-1] == "– … and 10 more"
    found = document(problem, Texts("en"))
    assert list(found) == ["error", "message", "details"]
    assert len(found["details"]) == 40
    assert list(found["details"][0]) == ["row", "column", "code", "value", "message"]


def test_no_node_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json", "--home", str(tmp_path / "none")]) == 1
    out, err = capsys.readouterr()
    message = f"There is no node in {tmp_path / 'none'} yet."
    assert list(json.loads(out)) == ["error", "message"]
    assert json.loads(out)["error"] == "no-home"
    assert json.loads(out)["message"].startswith(message)
    assert f"“verbund --home {tmp_path / 'none'} init” makes one" in " ".join(err.split())


def test_broken_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(tmp_path), "--json"]
    assert main(["init", "--name", "A", *home]) == 0
    keys, database = tmp_path / "keys", tmp_path / "verbund.db"
    kept = keys.read_bytes()
    codes = []
    for damage in (
        lambda: keys.write_bytes(kept[:-5]),
        lambda: keys.write_bytes(b""),
        lambda: (keys.write_bytes(kept), database.write_bytes(b"no database at all" * 99)),
        lambda: database.unlink(),
    ):
        damage()
        capsys.readouterr()
        assert main(["status", *home]) == 1
        codes.append(json.loads(capsys.readouterr().out)["error"])
    assert codes == [
        "key-file-damaged",
        "key-file-damaged",
        "database-unreadable",
        "database-missing",
    ]


def test_a_database_without_its_keys_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path), "--json"]
    assert main(["init", "--name", "A", *home]) == 0
    (tmp_path / "keys").unlink()
    kept = (tmp_path / "verbund.db").read_bytes()
    for words in (["status"], ["init", "--name", "B"], ["run", "--name", "B"]):
        capsys.readouterr()
        assert main([*words, *home]) == 1
        assert json.loads(capsys.readouterr().out)["error"] == "keys-missing"
    assert (tmp_path / "verbund.db").read_bytes() == kept
    assert not (tmp_path / "keys").exists()


def test_a_start_that_fails_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise Problem("disk-full")

    home = ["--home", str(tmp_path), "--json"]
    with monkeypatch.context() as patched:
        patched.setattr("node.features.start.actions.introduce", full)
        assert main(["init", "--name", "A", *home]) == 1
    assert list(tmp_path.iterdir()) == []
    assert main(["init", "--name", "A", *home]) == 0
    capsys.readouterr()


def test_a_folder_that_may_not_be_looked_into(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", closed)
    for words in (["status"], ["init", "--name", "A"], ["run"], ["serve"]):
        assert main([*words, "--home", str(tmp_path), "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["error"] == "home-unreadable"


def test_a_defect_is_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_context: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("node.features.status.commands.status", broken)
    assert main(["status", "--home", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    said = " ".join(err.split())
    assert said.startswith("Verbund has a fault here; the command was broken off.")
    assert "ZeroDivisionError: division by zero; __init__.py:" in said
    assert "test_problems.py:" in said
    assert main(["status", "--home", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "defect"


@pytest.mark.parametrize(
    ("problem", "german", "english"),
    [
        (
            Problem("file-unreadable", file="x.csv", why=os.strerror(errno.ENOENT)),
            "x.csv lässt sich nicht lesen (das gibt es nicht);",
            "x.csv can’t be read (there is no such thing);",
        ),
        (
            Problem("file-unreadable", file="x.csv", why="what nobody foresaw"),
            "x.csv lässt sich nicht lesen (what nobody foresaw);",
            "x.csv can’t be read (what nobody foresaw);",
        ),
        (
            Problem("meeting-past", starts="2020-01-01T10:00"),
            "Das Treffen (Mi, 1. Januar 2020, 10:00 Uhr) ist schon vorbei;",
            "The meeting (Wed, 1 January 2020, 10:00) is over already;",
        ),
        (
            Problem("meeting-too-far", until=1_796_515_200),
            "Treffen können höchstens bis zum 6. Dezember 2026 angekündigt werden;",
            "Meetings can be announced until 6 December 2026 at the latest;",
        ),
    ],
)
def test_reasons_and_times_are_in_the_language(problem: Problem, german: str, english: str) -> None:
    for language, said in (("de", german), ("en", english)):
        assert explain(problem, Texts(language)).startswith(said)
        assert document(problem, Texts(language))["message"].startswith(said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("group edit --link nowhere", "“nowhere” does not fit --link; nothing was changed. A web"),
        ("network found --name N --majority 10", "“1/10” does not fit --majority; nothing was"),
        ("meeting new --title= --place H --zone Berlin --starts", "stand behind --title; nothing"),
    ],
)
def test_what_does_not_fit_is_named_as_it_is_typed(words: str, said: str, alpha: Person) -> None:
    when = [typed(14)] if words.endswith("--starts") else []
    assert said in " ".join(alpha.types(*words.split(), *when, status=1)[1].split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CONVERTERS)
def test_every_kind_of_argument_says_what_it_is_not(kind: str, language: str) -> None:
    assert "“?”" in Texts(language)(f"cli.usage.not_a_{kind.replace('-', '_')}", value="?").replace(
        "„?“", "“?”"
    )


@pytest.mark.parametrize("day", ["some day", "31. Nebelung 2026", "2026-12-31 19:00", ""])
def test_what_is_no_day(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["pact", "propose", "Alpha", "--name", "Anew", "--until", day]
    assert main([*words, "--lang", "de"]) == 2
    assert f"--until: „{day}“ ist kein Tag." in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_pages_say_otherwise_names_no_command(language: str) -> None:
    """And it is of a problem that there is, with the values that this one has."""
    texts = Texts(language)
    others = {
        code: text
        for noun in nouns()
        if texts.has(f"{noun}.web") or "refused" in texts.table(noun)
        for code, text in texts.table(noun).get("refused", {}).items()
    }
    assert others.keys() <= RAISED.keys()
    assert [code for code, text in others.items() if "verbund " in text] == []
    for code, text in others.items():
        assert set(re.findall(r"\{(\w+)\}", text)) <= RAISED[code], code

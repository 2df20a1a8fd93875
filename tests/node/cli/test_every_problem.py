"""Every problem that a person can meet is met in a test.

What counts as a test of a code is its name, whole, where a test says what it expects: inside an
`assert`, in a loop over what is asserted, in the values of `parametrize`, in `pytest.raises`, or in
a table that one of these names. A list in which codes merely stand counts for nothing; nor does a
code that is put together (f"bundle-{…}").
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from node.app import COMMANDS
from node.texts import LANGUAGES
from tests.node.cli.test_problems import RAISED, texts_of

TESTS = Path(__file__).parents[2]
Found = TypeVar("Found", bound=ast.AST)

ELSEWHERE = {"test_every_problem.py"}
"""What names codes for other reasons."""


def expected(source: str) -> set[str]:
    """All that the tests of a file expect, as text."""
    tree = ast.parse(source)
    found: set[str] = set()
    for one in ast.walk(tree):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            places = list(_places(one))
            named = {name.id for place in places for name in _all(place, ast.Name)}
            places += _tables([*tree.body, *_all(one, ast.Assign)], named)
            found |= {text for place in places for text in _texts(place)}
    return found


def _places(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Where a function of a test file says what it expects."""
    if function.name.startswith("test_"):
        yield from (one for one in function.decorator_list if "parametrize" in ast.unparse(one))
    for one in ast.walk(function):
        if isinstance(one, ast.Assert):
            yield one.test
        elif isinstance(one, ast.Call) and ast.unparse(one.func) == "pytest.raises":
            yield one
        elif isinstance(one, ast.For):
            asserted = {n.id for a in _all(one, ast.Assert) for n in _all(a, ast.Name)}
            if asserted & {name.id for name in _all(one.target, ast.Name)}:
                yield one.iter


def _all(place: ast.AST, kind: type[Found]) -> list[Found]:
    return [one for one in ast.walk(place) if isinstance(one, kind)]


def _tables(statements: Iterable[ast.stmt], named: set[str]) -> Iterator[ast.AST]:
    """The values of those names."""
    for one in statements:
        match one:
            case ast.Assign([ast.Name(name)], value) if name in named:
                yield value
            case ast.AnnAssign(ast.Name(name), _, value) if name in named and value:
                yield value


def _texts(place: ast.AST) -> Iterator[str]:
    for one in _all(place, ast.Constant):
        if isinstance(one.value, str):
            yield from one.value.split("|")  # pytest.raises(match="one|other")


def met() -> set[str]:
    """What all tests expect."""
    found: set[str] = set()
    for path in sorted(TESTS.rglob("test_*.py")):
        if path.name not in ELSEWHERE:
            found |= expected(path.read_text(encoding="utf-8"))
    return found


def test_every_code_is_met_in_a_test() -> None:
    assert sorted(set(RAISED) - met()) == []


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ('def test_a():\n    assert refused() == "x-code"\n', True),
        ('def test_a():\n    assert refused() in ("a", "x-code")\n', True),
        (
            'def test_a():\n    with pytest.raises(Problem, match="x-code|y"):\n        act()\n',
            True,
        ),
        ('@pytest.mark.parametrize("code", ["x-code"])\ndef test_a(code):\n    pass\n', True),
        ('T = ["x-code"]\n@pytest.mark.parametrize("c", T)\ndef test_a(c):\n    pass\n', True),
        ('T = {"a": "x-code"}\ndef test_a():\n    assert refused() == T["a"]\n', True),
        ('def refused():\n    assert code() == "x-code"\n', True),
        ('def test_a():\n    for code in ["x-code"]:\n        assert refused() == code\n', True),
        ('def test_a():\n    for code in ["x-code"]:\n        refused(code)\n', False),
        ('CODES = ["x-code"]\ndef test_a():\n    assert 1\n', False),
        ('def test_a():\n    codes = ["x-code"]\n', False),
        ('def test_a():\n    """x-code"""\n', False),
        ('def test_a():\n    assert refused() == f"x-{code}"\n', False),
        ('def test_a():\n    assert said == "no x-code here"\n', False),
        ('@pytest.mark.skip("x-code")\ndef test_a():\n    pass\n', False),
    ],
)
def test_what_counts(source: str, counts: bool) -> None:
    assert ("x-code" in expected(source)) is counts


ADVISED = re.compile(r"[„“]~?(?:sudo )?verbund ([a-z][^”“]*)[“”]")
EVERYWHERE = {"--home", "--help", "--lang", "--json", "--as"}


def not_understood(advice: str) -> str | None:
    """What is no command, or no option of it; None if somebody can paste it."""
    words = advice.split()
    options = {one.partition("=")[0] for one in words if one.startswith("--")}
    found = [one for one in COMMANDS if tuple(words[: len(one.path)]) == one.path]
    if found:
        known = {one.name for command in found for one in command.arguments}
        known |= {"--no-" + one.removeprefix("--") for one in known}
        return ", ".join(sorted(options - known - EVERYWHERE)) or None
    is_noun = any(one.path[0] == words[0] for one in COMMANDS) and len(words) == 1 + len(options)
    return None if is_noun and options <= EVERYWHERE else advice


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_advised_can_be_typed(language: str) -> None:
    advised = {
        (code, one) for code, text in texts_of(language).items() for one in ADVISED.findall(text)
    }
    assert len(advised) > 60
    assert [(code, one) for code, one in sorted(advised) if not_understood(one)] == []


@pytest.mark.parametrize(
    ("advice", "wrong"),
    [
        ("network list", None),
        ("peer --help", None),
        ("serve --listen 127.0.0.1:8481", None),
        ("bundle write FILE --for", None),
        ("network", None),
        ("network lisst", "network lisst"),
        ("serve --lissten 1", "--lissten"),
        ("peers", "peers"),
        ("peer --days", "peer --days"),
    ],
)
def test_what_can_not_be_typed(advice: str, wrong: str | None) -> None:
    assert not_understood(advice) == wrong

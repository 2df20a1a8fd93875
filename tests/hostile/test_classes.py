"""Every class of failures has a test that reproduces it, and every test here belongs to a class."""

import ast
from pathlib import Path

from tests.hostile.classes import CLASSES

ROOT = Path(__file__).parents[2]
BESIDES = {
    "test_sessions_have_an_end",
    "test_many_sessions_of_one",
    "test_a_peer_that_asks_without_end",
    "test_classes.py",
}
"""Belongs to the rows on floods and slow peers, without being an attack that was seen elsewhere."""


def named_in(file: str) -> dict[str, str]:
    """Name → docstring of the tests in a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = [
        one for one in tree.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return {f.name: ast.get_docstring(f) or "" for f in functions if f.name.startswith("test_")}


def test_every_class_has_its_tests() -> None:
    missing = []
    for failure in CLASSES:
        assert failure.tests, failure.seen
        for test in failure.tests:
            file, _, name = test.partition("::")
            if name not in named_in(file):
                missing.append(test)
    assert missing == []
    assert len({failure.seen for failure in CLASSES}) == len(CLASSES)


def test_every_attack_belongs_to_a_class() -> None:
    listed = {test for failure in CLASSES for test in failure.tests}
    here = Path(__file__).parent.glob("test_*.py")
    files = [path.relative_to(ROOT).as_posix() for path in here if path.name not in BESIDES]
    found = {f"{file}::{name}" for file in files for name in named_in(file) if name not in BESIDES}
    assert found - listed == set()


def test_the_docstring_names_what_was_seen() -> None:
    """Whoever reads a failing test finds the advisory."""
    without = []
    for failure in CLASSES:
        first = failure.seen.partition(",")[0].partition(";")[0]
        file, _, name = failure.tests[0].partition("::")
        numbered = any(letter.isdigit() for letter in first)
        said = named_in(file)[name] if file.startswith("tests/hostile/") else first
        if numbered and first.split()[-1] not in said:
            without.append(failure.seen)
    assert without == []

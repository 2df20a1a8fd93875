"""Whatever the log knows that a person should do something about stands in `status`: a table."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

import node
from node.features.status.types import StatusView
from node.store.troubles import EVENTS, ROUTINE, WHATS
from node.texts import Texts

FOLDER = Path(node.__file__).parent


def events() -> Iterator[str]:
    """The name of each event that the code logs."""
    for path in FOLDER.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "event":
                name = call.args[1]
                assert isinstance(name, ast.Constant), f"{path}: a name that nobody can look up"
                yield str(name.value)


def noted() -> Iterator[str]:
    """What the code keeps as a trouble."""
    for path in FOLDER.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "troubles.note":
                name = call.args[1]
                assert isinstance(name, ast.Constant)
                yield str(name.value)


def test_each_event_is_routine_or_shown() -> None:
    assert set(events()) == EVENTS.keys()
    shown = {one.partition("/")[0] for one in EVENTS.values()} - {ROUTINE}
    assert shown <= {one.name for one in fields(StatusView)}


def test_each_trouble_is_noted_and_has_words() -> None:
    assert set(noted()) == set(WHATS)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("what", WHATS)
def test_each_trouble_says_since_when_and_what_to_do(what: str, language: str) -> None:
    text = Texts(language)(f"status.cli.trouble_{what}", why="WHY", day="DAY", home="HOME")
    assert "WHY" in text
    assert "DAY" in text

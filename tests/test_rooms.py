"""The house: no circle among files, the platform knows no noun, nouns import only those before."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from node.feature import Feature, Right, Route
from node.features import FEATURES
from scripts.house import ROOT, circles, imports, modules

ARROWS = imports()
NAMES = [feature.name for feature in FEATURES]

ENTRANCES = {"node.app", "node.__main__"}
"""What wires the nouns, or starts what does."""


def noun(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if parts[:2] == ["node", "features"] and len(parts) > 2 else None


def test_no_circle_among_files_imports_for_types_included() -> None:
    assert circles(ARROWS) == []


def test_circle_would_be_found() -> None:
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert circles(arrows) == [["a", "b", "c"]]


def test_platform_imports_no_noun() -> None:
    found = {
        (module, other)
        for module, others in ARROWS.items()
        if not module.startswith(("node.features", "node.demo")) and module not in ENTRANCES
        for other in others
        if other.startswith("node.features")
    }
    assert found == set()


def test_nouns_import_only_those_before_them() -> None:
    place = {name: at for at, name in enumerate(NAMES)}
    found = {
        (module, other)
        for module, others in ARROWS.items()
        for other in others
        if (mine := noun(module)) and (theirs := noun(other)) and place[theirs] > place[mine]
    }
    assert found == set()


def test_every_folder_is_in_the_list() -> None:
    folders = {name for module in modules() if (name := noun(module))}
    assert sorted(folders) == sorted(NAMES)


@pytest.mark.parametrize("feature", FEATURES, ids=NAMES)
def test_handlers_exist(feature: Feature) -> None:
    handlers = [
        *(command.handler for command in feature.commands),
        *(route.handler for route in feature.routes),
        *feature.events.values(),
        *feature.panels.values(),
        *feature.template_functions.values(),
        *([feature.state] if feature.state else []),
    ]
    for handler in handlers:
        assert callable(feature.load(handler)), handler


def test_route_without_a_right_can_not_be_made() -> None:
    with pytest.raises(TypeError):
        Route("/x", "pages:x")  # type: ignore[call-arg]


def test_every_route_names_its_right() -> None:
    assert {type(route.right) for one in FEATURES for route in one.routes} == {Right}


SQL = re.compile(r"\s*(select|insert|update|delete|create|alter|drop|pragma)\s", re.IGNORECASE)


def sql_in(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    called = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    strings = [
        text.value
        for call in called
        if call.func.attr in ("one", "all", "run", "many", "execute", "executemany")
        for text in ast.walk(call)
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    ]
    return [one for one in strings if SQL.match(one)]


def test_sql_stands_in_the_store_and_in_tables() -> None:
    found = {
        module: sql_in(path)
        for module, path in modules().items()
        if module.startswith("node.")
        and not module.startswith(("node.store", "node.demo"))
        and not module.endswith(".tables")
    }
    assert {module: texts for module, texts in found.items() if texts} == {}


NO_THREAD = """
import importlib, sys, threading
for module in sys.argv[1:]:
    importlib.import_module(module)
print(*[one.name for one in threading.enumerate()])
"""


def test_import_starts_no_thread() -> None:
    """What a process does besides, somebody said."""
    names = [one for one in modules() if one.startswith("node.") and not one.endswith("__main__")]
    command = [sys.executable, "-c", NO_THREAD, *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["MainThread"]

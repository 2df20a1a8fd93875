"""The house: no circle among files, the platform knows no noun, nouns import only those before."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from node.feature import Feature, Right, Route
from node.features import FEATURES
from protocol.kinds import KINDS
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
        *([feature.todo] if feature.todo else []),
        *feature.personal.values(),
    ]
    for handler in handlers:
        assert callable(feature.load(handler)), handler


def test_route_without_a_right_can_not_be_made() -> None:
    with pytest.raises(TypeError):
        Route("/x", "pages:x")


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


def lists_of_kinds(source: str) -> list[list[str]]:
    """Tuples, sets and lists of two names of kinds or more, and of nothing else."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Tuple | ast.Set | ast.List) and len(node.elts) > 1:
            names = [one.value for one in node.elts if isinstance(one, ast.Constant)]
            if len(names) == len(node.elts) and KINDS.keys() >= set(names):
                found.append([str(one) for one in names])
    return found


KEYS_OF_A_DOCUMENT = {
    "node.features.meetings.feature": [["meeting", "reply"]],
    "node.features.decisions.feature": [["network", "proposal"]],
}


def test_what_happens_to_a_kind_stands_in_its_row() -> None:
    """A list of kinds kept elsewhere is a property that their rows lack (`protocol.kind.Kind`)."""
    found = {
        module: lists
        for module, path in modules().items()
        if module.startswith(("node.", "sync.")) and not module.startswith("node.demo")
        if (lists := lists_of_kinds(path.read_text("utf-8")))
    }
    assert found == KEYS_OF_A_DOCUMENT
    assert lists_of_kinds("if kind in ('group', 'network'): pass") == [["group", "network"]]


PUBLIC_ANYHOW = {"_replace", "_asdict", "_fields", "_make", "_exit"}
"""Of named tuples, and of `os`: interfaces in spite of their names."""

LOOKED_INTO = {
    "tests/crypto/test_channel.py: _state": "a frame that no sender of ours makes",
    "tests/crypto/test_signing.py: _secret": "the binding below ours, over a bare message",
    "tests/hostile/test_who_speaks.py: _parse": "that nothing is parsed too early shows nowhere",
    "tests/node/features/bundles/test_pages.py: _receive": "a page that breaks off",
    "tests/node/links/test_handshake_sockets.py: _response": "aiohttp: to stop reading",
    "tests/node/links/test_local_network_sockets.py: _run": "a network that fails",
    "tests/node/web/test_guide_servers.py: _base_url": "aiohttp: where a client is",
    "tests/protocol/test_erasure.py: _bond": "ties without all that makes them",
    "tests/simulated/defects.py: _ask": "a defect lies inside",
    "tests/simulated/defects.py: _offer": "a defect lies inside",
    "tests/simulated/defects.py: _was_told": "a defect lies inside",
    "tests/simulated/defects.py: _write_down": "a defect lies inside",
    "tests/simulated/liars.py: _flying": "a liar does what no session does",
}
"""Where a test looks into something that is not its own, and why."""


def is_private(name: object) -> bool:
    return isinstance(name, str) and name.startswith("_") and not name.startswith("__")


def private_of_others(source: str) -> set[str]:
    """Names with an underscore, of what is not the test's own class; also in strings to patch."""
    tree, found = ast.parse(source), set[object]()
    own = {one.name for one in ast.walk(tree) if isinstance(one, ast.ClassDef)} | {"self", "cls"}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name)) if name in own:
                continue
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
                continue
            case ast.Attribute(attr=name):
                found.add(name)
            case ast.ImportFrom(names=names):
                found |= {one.name for one in names}
            case ast.Call(func=ast.Attribute(attr="setattr") | ast.Name(id="put"), args=args):
                texts = [one.value for one in args if isinstance(one, ast.Constant)]
                found |= {one.rpartition(".")[2] for one in texts if isinstance(one, str)}
    return {str(one) for one in found if is_private(one)} - PUBLIC_ANYHOW


SWITCHES_OFF = "test_rules_noticed.py"
"""It leaves out one rule after the other, wherever these stand."""


def test_tests_ask_what_is_public() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path.name != SWITCHES_OFF
        for name in private_of_others(path.read_text("utf-8"))
    }
    assert found == LOOKED_INTO.keys()


def test_private_of_others_would_be_found() -> None:
    source = (
        "from node.serving import _tls\nmonkeypatch.setattr(Links, '_offer', f)\n"
        "self._mine + super()._send(x) + one._replace(a=1) + core.links._open\n"
    )
    assert private_of_others(source) == {"_tls", "_offer", "_open"}


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

"""The rooms of the house: which imports which, and how many lines each has (`make house`).

    .venv/bin/python scripts/house.py [--files]

Packages are listed from the top floor down, and under `node` its rooms and nouns. An arrow names
what a room imports; imports for types count, imports of libraries don't. `--files` names the files.
"""

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("node", "sync", "protocol", "crypto")
NOUNS = ("node", "features")


def modules(root: Path = ROOT) -> dict[str, Path]:
    """Dotted name → file, of the four packages."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(root: Path = ROOT) -> dict[str, set[str]]:
    """Module → modules of ours that it imports anywhere, also for types and inside functions."""
    known = modules(root)
    return {name: set(_targets(name, path, known)) for name, path in known.items()}


def _targets(name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found = [item.name for item in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            whole = [f"{node.module}.{item.name}" for item in node.names]
            found = [one if one in known else node.module for one in whole]
        else:
            continue
        yield from (one for one in found if one in known and one != name)


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other, each sorted; empty if there is none."""
    reached = {name: _reach(name, arrows) for name in arrows}
    found = {
        tuple(sorted(one for one in reached[name] if name in reached[one]))
        for name in arrows
        if name in reached[name]
    }
    return sorted(map(list, found))


def _reach(name: str, arrows: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [*arrows[name]]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += arrows[one]
    return seen


def room(module: str) -> str:
    """The room that a module is in: a package, a room of `node`, or a noun."""
    parts = module.split(".")
    if parts[0] != "node":
        return parts[0]
    return ".".join(parts[: 3 if tuple(parts[:2]) == NOUNS else 2])


def show(files: bool) -> None:
    """Print the tree."""
    known, arrows = modules(), imports()
    rooms: dict[str, list[str]] = {}
    for module in known:
        rooms.setdefault(room(module), []).append(module)
    for name in sorted(rooms, key=lambda one: (PACKAGES.index(one.split(".")[0]), one)):
        inside = rooms[name]
        lines = sum(len(known[one].read_text("utf-8").splitlines()) for one in inside)
        to = sorted({room(other) for one in inside for other in arrows[one]} - {name})
        print(f"{name:<28} {len(inside):>3} files {lines:>6} lines  → {', '.join(to) or '–'}")
        for one in inside if files else ():
            print(f"    {known[one].relative_to(ROOT)}")


def main() -> None:
    """Read the arguments, print."""
    parser = argparse.ArgumentParser(description="The rooms of the house, and their arrows.")
    parser.add_argument("--files", action="store_true", help="name the files of each room")
    show(parser.parse_args().files)


if __name__ == "__main__":
    main()

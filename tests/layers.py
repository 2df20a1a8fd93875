"""What the lower three packages may not touch, and a reader that finds it in their source.

`import-linter` (pyproject.toml) sees which modules are imported. This reader sees what imports do
not show: `open()`, `datetime.now`, `urllib.request` out of a package that is otherwise welcome. It
looks at every *mention*, not only at calls: `field(default_factory=time.time)` is a clock as well.
Names are followed through `import x as y` and `from x import y as z`; a module's own function
called `open` is not the builtin, and an argument called `random` is not the library.
"""

import ast
from fnmatch import fnmatchcase

# Builtins that talk to the world outside the process, or to a person.
BUILTINS = {"open", "print", "input", "breakpoint"}

# Dotted names after aliases were followed, as shell patterns; each with what stands in for it.
FORBIDDEN = {
    "datetime.datetime.now": "`now` is an argument",
    "datetime.datetime.today": "`now` is an argument",
    "datetime.datetime.utcnow": "`now` is an argument",
    "datetime.date.today": "`now` is an argument",
    "time": "`now` is an argument",
    "time.*": "`now` is an argument",
    "random": "entropy is an argument",
    "random.*": "entropy is an argument",
    "secrets": "entropy is an argument",
    "secrets.*": "entropy is an argument",
    "uuid.uuid[14]": "entropy is an argument",
    "nacl.utils.random": "entropy is an argument",
    "nacl.utils.randombytes_deterministic": "derive with a named hash",
    "nacl.bindings.randombytes": "entropy is an argument",
    "nacl.bindings.crypto_*_keypair": "make keys from a seed",
    "*.generate": "make keys from a seed",
    "*.generate_key": "make keys from a seed",
    "*.generate_private_key": "make keys from a seed",
    "os": "files and processes belong to node/",
    "os.*": "files and processes belong to node/",
    "pathlib": "files belong to node/",
    "pathlib.*": "files belong to node/",
    "io.open": "files belong to node/",
    "sys.std*": "only node/ talks to people",
    "logging": "node/ logs what it is given",
    "logging.*": "node/ logs what it is given",
    "urllib.request": "the network belongs to node/",
    "urllib.request.*": "the network belongs to node/",
    "http": "the network belongs to node/",
    "http.*": "the network belongs to node/",
    "socket": "the network belongs to node/",
    "socket.*": "the network belongs to node/",
    "ssl": "the network belongs to node/",
    "ssl.*": "the network belongs to node/",
    "aiohttp": "the network belongs to node/",
    "aiohttp.*": "the network belongs to node/",
    "asyncio": "node/ schedules",
    "asyncio.*": "node/ schedules",
    "threading": "node/ schedules",
    "threading.*": "node/ schedules",
    "subprocess": "files and processes belong to node/",
    "subprocess.*": "files and processes belong to node/",
    "sqlite3": "the database belongs to node/",
    "sqlite3.*": "the database belongs to node/",
    "sqlite_utils": "the database belongs to node/",
    "sqlite_utils.*": "the database belongs to node/",
}

# Seeded key pairs end in `_keypair` too, and draw nothing.
ALLOWED = {"nacl.bindings.crypto_*_seed_keypair"}


def violations(source: str) -> list[str]:
    """Forbidden mentions in one module's source, as `line: name (why)`, in order of lines."""
    tree = ast.parse(source)
    aliases, imported = _imports(tree)
    own = _bound_names(tree)
    found = set(imported)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add((node.lineno, _dotted(node, aliases)))
        elif isinstance(node, ast.Name) and node.id in BUILTINS - own:
            found.add((node.lineno, node.id))
    return [f"{line}: {name} ({why})" for line, name in sorted(found) if (why := _why(name))]


def _why(name: str) -> str:
    """Why this name is forbidden; empty when it is not."""
    if name in BUILTINS:
        return "only node/ talks to people and files"
    if any(fnmatchcase(name, pattern) for pattern in ALLOWED):
        return ""
    return next((why for pattern, why in FORBIDDEN.items() if fnmatchcase(name, pattern)), "")


def _imports(tree: ast.Module) -> tuple[dict[str, str], set[tuple[int, str]]]:
    """Local name → dotted name that it stands for, and every (line, dotted name) imported."""
    aliases: dict[str, str] = {}
    imported: set[tuple[int, str]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                imported.add((node.lineno, item.name))
                top = item.name.partition(".")[0]
                aliases[item.asname or top] = item.name if item.asname else top
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for item in node.names:
                name = f"{node.module}.{item.name}"
                imported.add((node.lineno, name))
                aliases[item.asname or item.name] = name
    return aliases, imported


def _bound_names(tree: ast.Module) -> set[str]:
    """Names that the module binds itself, so that they are not builtins."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                bound.add(name)
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound.add(name)
            case ast.ImportFrom(names=names):
                bound.update(item.asname or item.name for item in names)
    return bound


def _dotted(node: ast.expr, aliases: dict[str, str]) -> str:
    """`a.b.c` with its first part followed through the imports; `?` where none brought it."""
    match node:
        case ast.Name(id=name):
            return aliases.get(name, f"?{name}")
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value, aliases)}.{attr}"
        case _:
            return "?"

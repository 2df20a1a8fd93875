"""What must hold for the repository as a whole: pins, hashes, no traces of one machine, sizes."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME: list[str] = PROJECT["project"]["dependencies"]
DEVELOPMENT: list[str] = PROJECT["dependency-groups"]["dev"]
FUZZING: list[str] = PROJECT["dependency-groups"]["fuzz"]
DRAWING: list[str] = PROJECT["dependency-groups"]["draw"]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-fuzz.lock"]
APART = "requirements-draw.lock"  # brings numpy: only a benchmark compares itself with it

# Past the first one talks about a split, and says here why there is none; the second is the end.
TALK_LINES, MAX_LINES = 400, 500

LONG_FILES = {
    "node/links/manager.py": "one node's links: who is dialled, who is let in, who is told",
    "node/store/records.py": "one table: all that is read from it and written to it",
    "protocol/control_state.py": "one state: what applies to it, takes back and asks it",
    "protocol/identity.py": "one chain: its links, and how they are checked and made",
    "sync/session.py": "one session: what is taken in which state, and what follows",
    "tests/hostile/classes.py": "one table: classes of attack, and where each is tried",
    "tests/node/links/test_handshake_sockets.py": "one handshake: all that goes wrong on sockets",
    "tests/node/web/test_policy.py": "one table: who may ask for what",
    "tests/node/features/networks/test_pages.py": "one table: who may do what with a network",
    "tests/node/web/test_guide_servers.py": "one set-up: the servers that the guide describes",
}
"""Those between the two: name → the reason."""

# Put together here so that this file does not name them either.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
    )
]
# Folders of one machine; none exists on another.
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(work|root)/")


def tracked() -> list[Path]:
    """Every file under version control that is still there."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("no git checkout: nothing says which files belong to the project")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def locked(lock: str) -> dict[str, tuple[str, list[str]]]:
    """Package → (version, hashes) of a lock file, whose every line must be a requirement."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    packages = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            match = re.fullmatch(
                r"([a-z0-9-]+)==([\w.]+)( ; [^#]*?)?((\s+--hash=sha256:[0-9a-f]{64})*)\s*", line
            )
            assert match, f"{lock}: not a pinned requirement: {line[:80]}"
            packages[match[1]] = (match[2], match[4].split())
    return packages


def pins(requirements: list[str]) -> dict[str, str]:
    return dict(requirement.split("==") for requirement in requirements)


def test_no_file_names_a_registry_or_a_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="replace")
        traces = [host for host in HOSTS if host in text] + MACHINE_PATH.findall(text)
        found += [f"{path.relative_to(ROOT)}: {trace}" for trace in traces]
    assert found == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cd /wor" + "k/main", True),
        ("'/roo" + "t/.venv'", True),
        ("/work", False),
        ("a/wor" + "k/b", False),
    ],
)
def test_machine_path_pattern(text: str, found: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is found


@pytest.mark.parametrize("lock", [*LOCKS, APART])
def test_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    options = {word.partition("=")[0] for word in text.split() if word.startswith("-")}
    assert options == {"--hash"}
    assert "://" not in text
    assert [name for name, (_, hashes) in locked(lock).items() if not hashes] == []


def test_locks_hold_what_the_project_pins() -> None:
    runtime = {name: version for name, (version, _) in locked("requirements.lock").items()}
    everything = {name: version for name, (version, _) in locked("requirements-dev.lock").items()}
    assert pins(RUNTIME).items() <= runtime.items()
    assert pins(RUNTIME + DEVELOPMENT).items() <= everything.items()
    # scripts/setup.sh counts a development environment as a runtime environment.
    assert runtime.items() <= everything.items()


def test_fuzzing_is_on_what_a_node_runs_on() -> None:
    runtime = {name: version for name, (version, _) in locked("requirements.lock").items()}
    fuzzing = {name: version for name, (version, _) in locked("requirements-fuzz.lock").items()}
    assert fuzzing == runtime | pins(FUZZING)
    everything = locked("requirements-dev.lock")
    assert [name for name in pins(FUZZING) if name in everything] == []  # not everybody can have it


@pytest.mark.parametrize("lock", LOCKS)
def test_numpy_stays_out(lock: str) -> None:
    # sqlite-utils imports numpy where it finds it: 16 MiB more for an idle node.
    assert "numpy" not in locked(lock)


def test_every_dependency_is_explained() -> None:
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([a-z0-9-]+)` \|", text, flags=re.MULTILINE)
    assert sorted(explained) == sorted(pins(RUNTIME + DEVELOPMENT + FUZZING + DRAWING))


def test_python_files_hold_one_noun() -> None:
    sizes = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked()
        if path.suffix == ".py"
    }
    assert {name: lines for name, lines in sizes.items() if lines > MAX_LINES} == {}
    assert {name for name, lines in sizes.items() if lines > TALK_LINES} == LONG_FILES.keys()


def test_examples_have_the_columns_of_an_import() -> None:
    lines = (ROOT / "examples/groups.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == (
        "name;kind;purpose;orientation;topics;convictions;region;languages;"
        "takes_new_members;contact;link"
    )
    assert len(lines) == 10

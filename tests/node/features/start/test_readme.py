"""The README's first quarter of an hour, each line typed as soon as the one before is done."""

import re
import shlex
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.node.cli.servers import Node, seconds_until, serving
from tests.node.cli.test_processes import ROOT, command


def lines() -> list[str]:
    """The commands of that section, in order."""
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.partition("## A first quarter of an hour")[2].partition("\n## ")[0]
    return re.findall(r"^    (verbund .*)$", section, re.MULTILINE)


@pytest.mark.timeout(180)  # some twenty processes
def test_readme_works_line_by_line_without_waiting(tmp_path: Path) -> None:
    ports: dict[str, str] = {}
    link = ""
    with ExitStack() as stack:
        for line in lines():
            words = shlex.split(line.replace("/tmp/", f"{tmp_path}/"))[1:]
            home, words = words[1], words[2:]
            if words[0] == "serve":
                ports[home] = _started(stack, home, words)
                continue
            words = [link if "/peer#" in one else one for one in words]
            kept = ("--json",) if words[0] == "init" else ()  # or nobody has seen the 24 words
            done = command("--home", home, *words, *kept)
            assert done.returncode == 0, (line, done.stderr)
            link = next(iter(re.findall(r"http\S+/peer#\S+", done.stdout)), link)
            if words[0] == "status" and home.endswith("harbour"):
                _application_is_shown(Node(Path(home)))
    assert link
    assert len(ports) == 2


def _started(stack: ExitStack, home: str, words: list[str]) -> str:
    """A server at a free port, under the address that it gets; options as in the README."""
    kept = [one for one in words[1:] if one == "--private-addresses"]
    node = Node(Path(home))
    with serving(node, "--listen", "127.0.0.1:0") as address:
        pass
    listen = ("--listen", address.removeprefix("http://"))
    public = ("--public-url", address) if "--public-url" in words else ()
    return stack.enter_context(serving(node, *listen, *public, *kept))


def _application_is_shown(node: Node) -> None:
    """What the README says that one sees, at the latest when it arrived."""

    def shown() -> bool:
        told = " ".join(node.types("status").split())
        return "to join Harbour Network: “We cook for you”." in told and " network admit " in told

    seconds_until(shown, time.monotonic())

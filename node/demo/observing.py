"""What each node knows, and whether it is what it should.

Rules: what a node knows is asked of its command line and read from its disk; each node is compared
with exactly what it should know, so that what is too much fails like what is missing; what a node
was never meant to know fails at once, even if it is gone a moment later, and also if it only lies
somewhere in its files.

A cell of the table is a set of short words: letters of groups and networks, numbers of meetings.
"""

import io
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any, NamedTuple

from node.__main__ import main
from node.app import open_core
from node.demo.nodes import DemoError, DemoNode, typed
from node.keys.home import Home
from node.store.core import Core
from protocol.ids import to_text
from protocol.kinds import CONTROL, KINDS

PATIENCE = 40.0
"""Seconds in which everybody must have heard. Whoever found a node away dials it again after some,
and after twice as many the next time."""

LOOK_SECONDS = 0.2
CALM_SECONDS = 0.5
"""All must be right, and still be right after this: what comes too much often comes late."""

Cell = frozenset[str]
Knowledge = dict[str, Cell]


class Column(NamedTuple):
    """One kind of knowledge. In a wide one the words of a cell are longer than a letter.

    What a strict one shows on a node where it was never expected is a leak.
    """

    name: str
    wide: bool = False
    strict: bool = True

    def cell(self, text: str) -> Cell:
        """The words of a cell as steps write them."""
        return frozenset(text.split() if self.wide else text)

    def text(self, cell: Iterable[str]) -> str:
        """The words of a cell in a row."""
        return (" " if self.wide else "").join(sorted(cell, key=lambda one: (one.lower(), one)))


COLUMNS = (
    Column("peers"),
    Column("own_list", wide=True),
    Column("directory"),
    Column("old"),
    Column("new"),
    Column("third"),
    Column("hosts", wide=True),
    Column("pacts", wide=True),
    Column("meetings"),
    Column("answers", wide=True),
    Column("held", wide=True),
    Column("receipts", strict=False),
)
"""Peers; entries of one's own list; groups that speak for themselves; members of the first,
the second and the third network (small letters: those who left); who runs which network; pacts,
with the signatures they have and need; meetings; answers to them; whose records to which network
lie in the folder; who confirmed a departure (small letters: not yet)."""

BY_NAME = {column.name: column for column in COLUMNS}
ANSWERS = {"accept": "+", "decline": "-", "counter": "~"}


class Marks:
    """What stands for what in the tables: by id for groups and networks, by id for meetings."""

    def __init__(self) -> None:
        self.letters: dict[str, str] = {}
        self.meetings: dict[str, tuple[str, str]] = {}
        """Id → number and title."""
        self.pact = ""
        """Id of what is agreed in the second part."""

    def letter(self, name: Mapping[str, Any]) -> str:
        """Of a name in a document; `?` for a stranger, whom nobody should know."""
        return self.letters.get(name["id"], "?")

    def author(self, identity: bytes) -> str:
        """The same, of an id in a record."""
        return self.letters.get(to_text(identity), "?")

    def meeting(self, document: Mapping[str, Any]) -> str:
        """The number of a meeting."""
        return self.meetings.get(document["id"], ("?", ""))[0]


class Difference(NamedTuple):
    """What is wrong in one cell."""

    node: DemoNode
    column: Column
    missing: Cell
    surplus: Cell


class Expected:
    """What each node should know; and whatever it was ever meant to."""

    def __init__(self, nodes: Sequence[DemoNode]) -> None:
        self.nodes = nodes
        self.cells = {node.letter: dict.fromkeys(BY_NAME, Cell()) for node in nodes}
        self._ever = {node.letter: dict.fromkeys(BY_NAME, Cell()) for node in nodes}

    def now(self, column: str, **cells: str) -> None:
        """From now on these nodes should know this: `now("peers", A="BE", B="A")`."""
        for letter, text in cells.items():
            cell = BY_NAME[column].cell(text)
            self.cells[letter][column] = cell
            self._ever[letter][column] |= cell

    def ever(self, node: DemoNode, column: str) -> Cell:
        """All that a node was ever meant to know."""
        return self._ever[node.letter][column]

    def differences(self, seen: Mapping[str, Knowledge]) -> list[Difference]:
        """The cells that are not as they should be."""
        found = []
        for node in self.nodes:
            for column in COLUMNS:
                wanted = self.cells[node.letter][column.name]
                there = seen[node.letter][column.name]
                if wanted != there:
                    found.append(Difference(node, column, wanted - there, there - wanted))
        return found

    def leaks(self, seen: Mapping[str, Knowledge]) -> list[Difference]:
        """What was never meant for the node that has it."""
        found = []
        for node in self.nodes:
            for column in COLUMNS:
                extra = seen[node.letter][column.name] - self.ever(node, column.name)
                if extra and column.strict:
                    found.append(Difference(node, column, Cell(), extra))
        return found


class Outcome(NamedTuple):
    """What was seen at the end of a step, and what was wrong with it."""

    seen: dict[str, Knowledge]
    differences: list[Difference]
    traces: list[tuple[DemoNode, str]]
    """Meetings whose titles lie in files where they never belonged."""


def settle(expected: Expected, marks: Marks, patience: float = PATIENCE) -> Outcome:
    """Look until everything is as it should be and stays so, or the patience is over."""
    end = time.monotonic() + patience
    leaked: dict[tuple[str, str], Difference] = {}
    right_since: float | None = None
    while True:
        seen = {node.letter: observe(node, marks) for node in expected.nodes}
        for leak in expected.leaks(seen):
            leaked[leak.node.letter, leak.column.name] = leak
        wrong = expected.differences(seen)
        now = time.monotonic()
        right_since = None if wrong else right_since or now
        if leaked or now > end or (right_since and now - right_since >= CALM_SECONDS):
            known = {(one.node.letter, one.column.name) for one in wrong}
            wrong += [leak for place, leak in leaked.items() if place not in known]
            return Outcome(seen, wrong, traces(expected, marks))
        time.sleep(LOOK_SECONDS)


def until(node: DemoNode, heard: Callable[[dict[str, Any]], bool]) -> None:
    """Wait for something to show in a node's status; `DemoError` if it does not."""
    end = time.monotonic() + PATIENCE
    while not heard(ask(node, "status")):
        if time.monotonic() > end:
            raise DemoError(f"{typed(node.letter, ['status'])}: > {PATIENCE:.0f} s")
        time.sleep(LOOK_SECONDS)


def observe(node: DemoNode, marks: Marks) -> Knowledge:
    """Ask a node's command line, and look into its folder."""
    status = ask(node, "status")
    entries = ask(node, "group", "list", "--per-page", "500")["entries"]
    networks = {marks.letter(one): one for one in status["networks"]}
    own_list = [one for one in entries if one["form"] == "entry" or one["listed"]]
    letters = {
        "peers": {marks.letter(one["who"]) for one in status["peers"] if one["state"] == "active"},
        "own_list": {str(len(own_list))} if own_list else set(),
        "directory": {marks.letter(one) for one in entries if one["form"] == "group"},
        "old": _members(networks.get("R"), marks),
        "new": _members(networks.get("U"), marks),
        "third": _members(networks.get("V"), marks),
        "hosts": _hosts(networks, marks),
        "pacts": {f"{one['signed']}/{one['quorum']}" for one in status["pacts"]},
        "meetings": {marks.meeting(one) for one in status["upcoming"]},
        **_disk(node, marks),
        "receipts": _receipts(status["departures"], marks),
    }
    return {name: frozenset(words) for name, words in letters.items()}


def ask(node: DemoNode, *words: str) -> dict[str, Any]:
    """The document of a command that only looks; in this process, for it is asked very often."""
    out = io.StringIO()
    with redirect_stdout(out):
        status = main([*words, "--json", "--home", str(node.home), "--lang", "en"])
    if status != 0:
        raise DemoError(f"{typed(node.letter, words)}: {status}\n{out.getvalue()}")
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def _members(network: Mapping[str, Any] | None, marks: Marks) -> set[str]:
    found = set()
    for member in (network or {}).get("members") or ():
        letter = marks.letter(member["who"])
        if member["standing"] == "member":
            found.add(letter)
        elif member["standing"] == "left":
            found.add(letter.lower())
    return found


def _hosts(networks: Mapping[str, Mapping[str, Any]], marks: Marks) -> set[str]:
    """Of each network that one is a member of: the letter, and that of the group that runs it."""
    return {
        letter + marks.letter(one["host"])
        for letter, one in networks.items()
        if one["standing"] == "member"
    }


def _receipts(departures: Sequence[Mapping[str, Any]], marks: Marks) -> set[str]:
    confirmed = {marks.letter(who) for one in departures for who in one["confirmed"]}
    missing = {marks.letter(who).lower() for one in departures for who in one["missing"]}
    return confirmed | missing


def _disk(node: DemoNode, marks: Marks) -> dict[str, set[str]]:
    """What the store holds of others, whatever is shown of it."""
    core = open_core(Home(node.home))
    try:
        return {"answers": _answers(core, marks), "held": _held(core, marks)}
    finally:
        core.close()


def _answers(core: Core, marks: Marks) -> set[str]:
    """Meeting, guest and sign of the replies that this node can read."""
    found = set()
    for reply in core.records.statements("reply", core.clock()):
        if reply.author not in core.own and reply.content:
            meeting = f"{to_text(reply.audience.ids[0])}/{reply.name}"
            number = marks.meetings.get(meeting, ("?", ""))[0]
            found.add(number + marks.author(reply.author) + ANSWERS[reply.content["answer"]])
    return found


def _held(core: Core, marks: Marks) -> set[str]:
    """Network and author of what lies here of others' records for the members of a network."""
    content = [kind for kind in KINDS if kind not in CONTROL]
    return {
        marks.author(header.audience.ids[0]) + marks.author(header.author)
        for header in core.records.headers(core.clock(), content)
        if header.audience.scope == "network" and header.author not in core.own
    }


def traces(expected: Expected, marks: Marks) -> list[tuple[DemoNode, str]]:
    """Titles of meetings in the files of nodes that were never meant to know of them."""
    found = []
    for node in expected.nodes:
        files = sorted(node.home.glob("verbund.db*"))
        stored = b"".join(one.read_bytes() for one in files)
        for number, title in marks.meetings.values():
            if number not in expected.ever(node, "meetings") and title.encode() in stored:
                found.append((node, number))
    return found

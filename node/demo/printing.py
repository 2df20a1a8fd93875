"""Commands and tables on the screen."""

import textwrap
from collections.abc import Iterable, Sequence

from node.cli.terminal import columns
from node.demo.nodes import DemoNode, typed
from node.demo.observing import COLUMNS, Cell, Column, Difference, Expected, Marks, Outcome
from node.demo.pages import Look
from node.demo.story import CAST, NEW, OLD
from node.texts import Texts

NAME_WIDTH = 24


class Screen:
    """Everything that is printed, in one language."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def say(self, key: str, **values: object) -> None:
        """A text of this key, filled to the width of the terminal."""
        for line in self.texts(key, **values).splitlines():
            filled = textwrap.fill(line, columns(), break_long_words=False, break_on_hyphens=False)
            print(filled, flush=True)

    def opening(self) -> None:
        """Who is who."""
        self.say("demo.opening")
        print()
        for letter, name in CAST.items():
            print(f"  {letter}  {name:<38} {self.texts(f'demo.cast.{letter}')}")
        print(f"  R  {OLD:<38} {self.texts('demo.cast.R')}")
        print(f"  U  {NEW:<38} {self.texts('demo.cast.U')}", flush=True)

    def step(self, number: int, name: str) -> None:
        """What is going to happen."""
        print(f"\n{number}. {self.texts(f'demo.step.{name}.title')}", flush=True)
        self.say(f"demo.step.{name}.text")

    def command(self, node: DemoNode, words: Sequence[str]) -> None:
        """A command as it would be typed, long words shortened."""
        print(f"  {typed(node.letter, words)}", flush=True)

    def table(self, expected: Expected, outcome: Outcome, marks: Marks) -> None:
        """What each node knows: a row for each, a column for each kind of knowledge."""
        used = [one for one in COLUMNS if _is_used(one, expected, outcome)]
        rows = [["", *(self.texts(f"demo.column.{one.name}") for one in used)]]
        wrong = {(one.node.letter, one.column.name): one for one in outcome.differences}
        for node in expected.nodes:
            away = "" if node.running else self.texts("demo.away")
            row = [f"{node.letter} {node.name[:NAME_WIDTH]}{away}"]
            for column in used:
                cell = outcome.seen[node.letter][column.name]
                row.append(_cell(column, cell, wrong.get((node.letter, column.name))))
            rows.append(row)
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        print()
        for row in rows:
            cells = (f"{text:<{width}}" for text, width in zip(row, widths, strict=True))
            print(("  " + "  ".join(cells)).rstrip())
        for number, title in sorted(marks.meetings.values()):
            print(f"  {self.texts('demo.meeting', number=number, title=title)}")
        print(flush=True)

    def looks(self, found: Iterable[Look]) -> None:
        """On which pages to look, each by a link that signs in."""
        for one in found:
            self.say("demo.look", letter=one.node.letter, name=one.node.name, path=one.shown)
            print(f"    {one.link}", flush=True)

    def person(self, node: DemoNode, link: str) -> None:
        """How to take over a node: a link that signs in, or a name and a password."""
        print(f"  {node.letter} {node.name}\n    {node.address}\n    {link}", flush=True)

    def wrong(self, outcome: Outcome) -> list[str]:
        """What is not as it should be, in sentences."""
        found = []
        for one in outcome.differences:
            what = self.texts(f"demo.column.{one.column.name}")
            for key, cell in (("missing", one.missing), ("surplus", one.surplus)):
                if cell:
                    words = one.column.text(cell)
                    found.append(self._sentence(key, one.node, what=what, words=words))
        for node, number in outcome.traces:
            found.append(self._sentence("trace", node, words=number))
        return found

    def _sentence(self, key: str, node: DemoNode, **values: str) -> str:
        return self.texts(f"demo.wrong.{key}", letter=node.letter, name=node.name, **values)


def _is_used(column: Column, expected: Expected, outcome: Outcome) -> bool:
    cells = [expected.cells[node.letter][column.name] for node in expected.nodes]
    seen = [outcome.seen[node.letter][column.name] for node in expected.nodes]
    return any([*cells, *seen])


def _cell(column: Column, cell: Cell, wrong: Difference | None) -> str:
    if wrong is None:
        return column.text(cell) or "·"
    text = column.text(cell - wrong.surplus) or "·"
    if wrong.missing:
        text += f" ?{column.text(wrong.missing)}"
    if wrong.surplus:
        text += f" !{column.text(wrong.surplus)}"
    return text

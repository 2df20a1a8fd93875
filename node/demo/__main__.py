"""`python -m node.demo`: play the story, say what was wrong, stay up until stopped.

Exit status: 0 if every step was observed as it should be, 1 if not, 2 if the options were not
understood, 130 if it was stopped before its end.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from node.cli.terminal import wanted_language
from node.demo.nodes import DemoError, stop_all
from node.demo.pages import PASSWORD, PERSON, enter, looks
from node.demo.printing import Screen
from node.demo.story import STEPS as FIRST
from node.demo.story import Step, Story
from node.demo.together import STEPS as SECOND
from node.texts import LANGUAGES, Texts

FAILED, USAGE, STOPPED = 1, 2, 130
STEPS = (*FIRST, *SECOND)
LOOK_SECONDS = 0.5


def main(arguments: list[str]) -> int:
    """The demo; gives its exit status."""
    texts = Texts(wanted_language(arguments, os.environ))
    args = _parser(texts).parse_args(arguments)
    screen = Screen(texts)
    try:
        with _stoppable(), _folder(args.home, texts) as folder:
            return _run(folder, screen, stay=not args.exit)
    except KeyboardInterrupt:
        return STOPPED
    except DemoError as error:
        print(error, file=sys.stderr)
        return USAGE


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM is like Ctrl-C; the first of them counts, so that tidying up is not cut short."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _parser(texts: Texts) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("make demo", description=texts("demo.help.about"))
    parser.add_argument("--exit", action="store_true", help=texts("demo.help.exit"))
    parser.add_argument("--home", type=Path, help=texts("demo.help.home"))
    parser.add_argument("--lang", choices=LANGUAGES, help=texts("demo.help.lang"))
    return parser


@contextmanager
def _folder(kept: Path | None, texts: Texts) -> Iterator[Path]:
    """Where the five nodes live: a folder that is kept, or one that is gone afterwards."""
    if kept is None:
        made = Path(tempfile.mkdtemp(prefix="verbund-demo-"))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return
    folder = kept.expanduser().absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DemoError(texts("demo.not_empty", folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


def _run(folder: Path, screen: Screen, stay: bool) -> int:
    story = Story(folder, screen.texts.language, screen.command)
    screen.opening()
    began = time.monotonic()
    try:
        wrong = play(story, STEPS, screen)
        if not wrong:
            screen.say("demo.all_well", n=len(STEPS), seconds=round(time.monotonic() - began))
        if stay:
            _stay(story, folder, screen)
    finally:
        stop_all(list(story.nodes.values()))
    return FAILED if wrong else 0


def play(story: Story, steps: Sequence[Step], screen: Screen) -> list[str]:
    """Play steps one after the other; gives what was wrong, in sentences."""
    wrong: list[str] = []
    for number, step in enumerate(steps, 1):
        screen.step(number, step.name)
        try:
            outcome = story.play(step)
        except DemoError as error:
            wrong.append(f"{number}. {error}")
            break
        screen.table(story.expected, outcome, story.marks)
        found = screen.wrong(outcome)
        if found:
            wrong += [f"{number}. {one}" for one in found]
            break  # what comes later builds on this
        screen.looks(looks(step.name, story.nodes, story.marks))
    else:
        wrong += [
            screen.texts("demo.wrong.log", letter=node.letter, name=node.name, line=line)
            for node in story.nodes.values()
            for line in node.errors()
        ]
    if wrong:
        screen.say("demo.not_well")
        print("\n".join(wrong), flush=True)
    return wrong


def _stay(story: Story, folder: Path, screen: Screen) -> None:
    """Keep the nodes up, for people to look at, until stopped."""
    screen.say("demo.stay", folder=folder)
    for node in story.nodes.values():
        if node.running:
            screen.person(node, enter(node))
    screen.say("demo.sign_in", name=PERSON, password=PASSWORD)
    screen.say("demo.until", home=story["A"].home)
    try:
        running = [node for node in story.nodes.values() if node.running]
        while all(node.running for node in running):
            time.sleep(LOOK_SECONDS)
        screen.say("demo.ended")
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

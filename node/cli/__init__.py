"""The command line: `verbund`, also `python -m node`.

Results go to standard output, with `--json` as one document; questions, progress and errors go to
standard error. Exit status 0, 1 if refused with a reason, 2 if the command was not understood, 3 if
some of a file was missing and the rest was taken in.
"""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.base.reasons import reason
from node.cli import terminal
from node.cli.arguments import Command
from node.cli.context import Answer, Context, plain
from node.cli.invocation import called, meant, own_name
from node.cli.owning import owned_or_served
from node.cli.parser import UsageError, build, build_for
from node.cli.problems import document, explain
from node.cli.program import Program
from node.cli.sheet import wrapped
from node.cli.terminal import columns, say, wanted_language
from node.cli.waiting import patiently
from node.knock.hand import be_tolerant
from node.knock.knock import Turned, folder_of, said_home
from node.texts import Texts

if TYPE_CHECKING:
    import argparse

REFUSED, USAGE, INTERRUPTED = 1, 2, 130


def main(program: Program, argv: Sequence[str] | None = None) -> int:
    """Carry out a command; gives the exit status."""
    typed = sys.argv[1:] if argv is None else list(argv)
    texts = Texts(wanted_language(typed, os.environ), own_name())
    be_tolerant()

    def do() -> int:
        status = _main(program, typed, texts)
        sys.stdout.flush()
        return status

    return ended(do, texts, _silence)


def ended(do: Callable[[], int], texts: Texts, silence: Callable[[], None]) -> int:
    """The exit status of what prints its result; `silence` if nobody takes that."""
    try:
        return do()
    except BrokenPipeError:  # whoever read us has read enough
        silence()
        return 0
    except OSError as error:  # only what is printed is written here
        silence()
        said = texts("cli.usage.output", why=reason(error.strerror, texts))
        say("\n".join(wrapped(said, columns())))
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def turned(arguments: Sequence[str], why: Turned) -> int:
    """Say why the server did not carry a command out; gives the exit status."""
    name = called(said_home(arguments), own_name())
    texts = Texts(wanted_language(list(arguments), os.environ), name)
    be_tolerant()
    return ended(
        lambda: _refused(_problem(why, arguments), "--json" in arguments, texts),
        texts,
        _silence,
    )


def _problem(why: Turned, arguments: Sequence[str]) -> Problem:
    if why.code == "server-silent":
        from node.keys.folder_lock import owner_of

        owner = owner_of(Path(folder_of(arguments, os.environ)))
        return Problem("server-silent", pid=owner.pid if owner else "?")
    if why.code == "other-version":
        return Problem("other-version", server=why.values["server"], command=why.values["command"])
    if why.code == "folder-moved":
        return Problem("folder-moved")
    if why.code == "door-full":
        return Problem("door-full", n=why.values["n"])
    return Problem("door-broke")


def understood(program: Program, typed: Sequence[str], texts: Texts) -> "argparse.Namespace":
    """What was typed; `UsageError` if that is no command, `SystemExit` once help was shown."""
    arguments = meant(typed, program.synonyms)
    args: argparse.Namespace = build_for(program, arguments, texts).parse_args(arguments)
    return args


def _main(program: Program, typed: list[str], texts: Texts) -> int:
    arguments = meant(typed, program.synonyms)
    try:
        args = _understood(program, arguments, texts)
    except UsageError as error:
        return _misused(error, "--json" in arguments, texts)
    except SystemExit as done:  # --help
        return int(done.code or 0)
    if args.command is None:
        say(args.parser.format_help())
        return USAGE
    return _run(program, args, texts, typed)


def _understood(program: Program, arguments: list[str], texts: Texts) -> "argparse.Namespace":
    args: argparse.Namespace
    try:
        args = build_for(program, arguments, texts).parse_args(arguments)
    except UsageError:  # the whole parser knows all that could have been meant
        args = build(program, texts).parse_args(arguments)
    return args


def _run(program: Program, args: "argparse.Namespace", texts: Texts, typed: Sequence[str]) -> int:
    """Carry out a command that was understood, in the process that owns the node's folder."""
    context = Context(
        program, args, Texts(texts.language, called(getattr(args, "home", None), own_name()))
    )
    try:
        with owned_or_served(context, typed) as elsewhere:
            return act(context) if elsewhere is None else elsewhere
    except Problem as problem:
        return _refused(problem, context.json, context.texts)
    except Turned as why:
        return _refused(_problem(why, typed), context.json, context.texts)


def act(context: Context) -> int:
    """Carry out a command in this process, and show its answer; gives the exit status."""
    try:
        answer = _carry_out(context.args.command, context)
        _print(answer, context)
    except UsageError as error:
        return _misused(error, context.json, context.texts)
    except Problem as problem:
        return _refused(problem, context.json, context.texts)
    finally:
        context.close()
    return answer.status


def _carry_out(command: Command, context: Context) -> Answer:
    handler = context.program.load(command)
    import sqlite3

    from node.store.database import translated

    _require_person(command, context)
    try:
        answer = patiently(handler, context)
    except sqlite3.Error as error:
        raise translated(error) from error
    except (Problem, UsageError, BrokenPipeError, terminal.OutputError):
        raise
    except Exception as error:  # a traceback helps nobody who is at the terminal
        raise Problem("defect", what=_located(error)) from error
    return answer


def _require_person(command: Command, context: Context) -> None:
    """What can't be taken back begins only where somebody can say yes to it, or said so before."""
    given = vars(context.args)
    if command.asks(given) and not given.get("yes") and not terminal.is_there():
        raise Problem("needs-yes", command=f"{context.texts.command} {' '.join(command.path)}")


def _located(error: Exception) -> str:
    """A defect in one line, with the places that led to it, for whoever mends it."""
    from traceback import extract_tb

    places = [f"{Path(one.filename).name}:{one.lineno}" for one in extract_tb(error.__traceback__)]
    return f"{type(error).__name__}: {error}; {' '.join(places[-8:])}"


def _print(answer: Answer, context: Context) -> None:
    try:
        if context.json:
            print_json(answer.document)
        elif answer.sheet.lines:
            terminal.put(f"{answer.sheet}\n")
    except OSError as error:
        if answer.unseen is None:
            raise
        _silence()
        raise answer.unseen from error


def print_json(document: dict[str, Any]) -> None:
    """One document on standard output."""
    import json

    terminal.put(json.dumps(plain(document), ensure_ascii=False, indent=2) + "\n")


def _refused(problem: Problem, as_json: bool, texts: Texts) -> int:
    if as_json:
        print_json(document(problem, texts))
    say("\n".join(wrapped(explain(problem, texts), columns())))
    return REFUSED


def _misused(error: UsageError, as_json: bool, texts: Texts) -> int:
    if as_json:
        print_json({"error": "usage", "message": error.message})
    say("\n".join(wrapped(error.message, columns())))
    if error.usage:
        say(texts("cli.usage.see", usage=error.usage))
    return USAGE


def _silence() -> None:
    """Nobody reads any more: Python would complain while it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return

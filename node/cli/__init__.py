"""The command line: `verbund`, also `python -m node`.

Results go to standard output, with `--json` as one document; questions, progress and errors go to
standard error. Exit status 0, 1 if refused with a reason, 2 if the command was not understood, 3 if
some of a file was missing and the rest was taken in.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from node.base.errors import Problem
from node.base.reasons import reason
from node.cli import terminal
from node.cli.arguments import Command
from node.cli.context import Answer, Context, plain
from node.cli.invocation import called, meant, own_name
from node.cli.parser import UsageError, build, build_for, columns
from node.cli.problems import document, explain
from node.cli.program import Program
from node.cli.sheet import wrapped
from node.cli.terminal import say, wanted_language
from node.cli.waiting import patiently
from node.texts import Texts

if TYPE_CHECKING:
    import argparse

REFUSED, USAGE, INTERRUPTED = 1, 2, 130


def main(program: Program, argv: Sequence[str] | None = None) -> int:
    """Carry out a command; gives the exit status."""
    arguments = meant(sys.argv[1:] if argv is None else list(argv), program.synonyms)
    texts = Texts(wanted_language(arguments, os.environ), own_name())
    _be_tolerant()
    try:
        status = _main(program, arguments, texts)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read us has read enough
        _silence()
        return 0
    except OSError as error:  # only what is printed is written here
        _silence()
        say(
            "\n".join(
                wrapped(texts("cli.usage.output", why=reason(error.strerror, texts)), columns())
            )
        )
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _main(program: Program, arguments: list[str], texts: Texts) -> int:
    try:
        args = _understood(program, arguments, texts)
    except UsageError as error:
        return _misused(error, "--json" in arguments, texts)
    except SystemExit as done:  # --help
        return int(done.code or 0)
    if args.command is None:
        say(args.parser.format_help())
        return USAGE
    return run(program, args, texts)


def _understood(program: Program, arguments: list[str], texts: Texts) -> "argparse.Namespace":
    try:
        return build_for(program, arguments, texts).parse_args(arguments)
    except UsageError:
        return build(program, texts).parse_args(
            arguments
        )  # it knows all that could have been meant


def run(program: Program, args: "argparse.Namespace", texts: Texts) -> int:
    """Carry out a command that was understood."""
    context = Context(program, args, Texts(texts.language, called(args)))
    try:
        answer = _carry_out(args.command, context)
        _print(answer, context)
    except UsageError as error:
        return _misused(error, context.json, texts)
    except Problem as problem:
        return _refused(problem, context)
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
            print(answer.sheet)
        if answer.unseen:
            sys.stdout.flush()
    except OSError as error:
        if answer.unseen is None:
            raise
        _silence()
        raise answer.unseen from error


def print_json(document: dict[str, Any]) -> None:
    """One document on standard output."""
    import json

    print(json.dumps(plain(document), ensure_ascii=False, indent=2), flush=True)


def _refused(problem: Problem, context: Context) -> int:
    if context.json:
        print_json(document(problem, context.texts))
    say("\n".join(wrapped(explain(problem, context.texts), columns())))
    return REFUSED


def _misused(error: UsageError, as_json: bool, texts: Texts) -> int:
    if as_json:
        print_json({"error": "usage", "message": error.message})
    say("\n".join(wrapped(error.message, columns())))
    if error.usage:
        say(texts("cli.usage.see", usage=error.usage))
    return USAGE


def _be_tolerant() -> None:
    """An old terminal that lacks a letter shows a question mark; it is no reason to fail.

    Nor is a closed output: then nobody wants to read it.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _silence() -> None:
    """Nobody reads any more: Python would complain while it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return

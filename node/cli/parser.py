"""From the grammar to argparse, in one language.

What argparse itself says is English and meant for programmers: its messages are recognised and put
into words of ours (`cli.usage.*`); one that is not recognised is shown as it is.
"""

import argparse
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from node import VERSION
from node.base import formats
from node.base.errors import UnclearDate
from node.cli.arguments import COMMON, Argument, Command
from node.cli.invocation import Synonyms
from node.cli.program import Program
from node.cli.terminal import columns
from node.cli.values import CONVERTERS, WORDS, unclear
from node.texts import Texts

FEW_CHOICES = 3
"""So many stand in the usage; more are named in the help of the argument."""


class UsageError(Exception):
    """A command that can't be understood. Exit status 2.

    `usage` is how it is written; empty where the message says all of it.
    """

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.message = message
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """One parser, its help in the words of `texts`: those below `key` are about it."""

    def __init__(self, texts: Texts, key: str, noun: str = "", **options: Any) -> None:
        super().__init__(
            allow_abbrev=False, add_help=False, formatter_class=_formatter(texts), **options
        )
        self.texts = texts
        self.noun = noun
        self.description = _filled(texts(f"{key}.about"))
        if texts.has(f"{key}.example"):
            self.epilog = texts("cli.help.example") + "\n" + _indented(texts(f"{key}.example"))

    def add_synonyms(self, synonyms: Synonyms) -> None:
        """Name other words that are understood."""
        rows = "\n".join(f"{' '.join(a):<18}{' '.join(b)}" for a, b in synonyms.items())
        self.epilog = f"{self.epilog}\n\n{self.texts('cli.help.synonyms')}\n{_indented(rows)}"

    def add(self, argument: Argument, group: argparse._ArgumentGroup) -> None:
        """Add one argument of the grammar."""
        texts = self.texts
        options: dict[str, Any] = {"help": help_of(argument, self.noun, texts)}
        if argument.kind == "flag":
            options["action"] = "store_true"
        elif argument.kind == "switch":
            options["action"] = argparse.BooleanOptionalAction
        else:
            options["metavar"] = metavar_of(argument, self.noun, texts)
            options |= _KINDS.get(argument.kind, {})
            options["choices"] = argument.choices or None
            if argument.kind in CONVERTERS:
                options["type"] = _converter(argument.kind, texts)
        if not argument.name.startswith("--"):
            if argument.optional:
                options["nargs"] = "?"
        else:
            options["required"] = argument.required
            options["dest"] = _dest(argument.name)
        if argument in COMMON:
            options["default"] = argparse.SUPPRESS
        group.add_argument(argument.name, **options)

    def add_common(self) -> None:
        """The options that every command has."""
        group = self.add_argument_group(self.texts("cli.help.common"))
        group.add_argument("-h", "--help", action="help", help=self.texts("common.argument.help"))
        if self.prog == "verbund":
            group.add_argument(
                *("-V", "--version"),
                action="version",
                version=f"verbund {VERSION}",
                help=self.texts("common.argument.version"),
            )
        for argument in COMMON:
            self.add(argument, group)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What was typed. The command says what it does not understand, and how it is written."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            found.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in words of ours."""
        raise UsageError(_translated(message, self.texts), self.format_usage().strip())


_KINDS: dict[str, dict[str, Any]] = {
    "many": {"action": "append"},
    "contact": {"action": "append"},
    "languages": {"action": "append"},
    "list": {"nargs": "+"},
}


def _dest(name: str) -> str:
    found = name.removeprefix("--").replace("-", "_")
    return f"{found}_" if found in ("as", "for", "from", "with") else found


def _converter(kind: str, texts: Texts) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            return CONVERTERS[kind](text)
        except UnclearDate as error:
            raise argparse.ArgumentTypeError(unclear(error, kind, texts)) from None
        except ValueError:
            message = texts(f"cli.usage.not_a_{kind.replace('-', '_')}", value=text)
            message += _near(text, WORDS.get(kind, ()), texts)
            raise argparse.ArgumentTypeError(message) from None

    return convert


def help_of(argument: Argument, noun: str, texts: Texts) -> str:
    """What an argument of a noun's command is for; as `argparse` wants it."""
    key = argument.text or _dest(argument.name).removesuffix("_")
    text = texts.own(argument.noun or noun, f"argument.{key}")
    text = text.replace("{choices}", ", ".join(argument.choices))
    if argument.most is not None:
        text = text.replace("{most}", formats.counted(argument.most, argument.unit, texts))
    if argument.usual is not None:
        text += f" ({_shown(argument.usual, argument.unit, texts)})"
    return text.replace("%", "%%")


def _shown(usual: str | int, unit: str, texts: Texts) -> str:
    if isinstance(usual, str):
        return formats.term(usual, texts) if unit == "term" else usual
    return formats.counted(usual, unit, texts)


def metavar_of(argument: Argument, noun: str, texts: Texts) -> str:
    """What stands for its value: what it can be, if that is only a few words."""
    if 0 < len(argument.choices) <= FEW_CHOICES:
        return "|".join(argument.choices)
    return texts.own(argument.noun or noun, f"metavar.{argument.metavar}")


def build_for(program: Program, words: Sequence[str], texts: Texts) -> Parser:
    """The parser of the commands that `words` name: making all of them takes longer than most do.

    Whoever asks for help, or names none, gets all. What it refuses should be asked of `build`.
    """
    named = [one for one in program.commands if set(one.path) <= set(words)]
    if not named or not {"-h", "--help"}.isdisjoint(words):
        return build(program, texts)
    return build(program, texts, named)


def build(program: Program, texts: Texts, commands: Sequence[Command] | None = None) -> Parser:
    """The parser of everything."""
    root = Parser(texts, "cli.command.verbund", prog="verbund")
    root.add_synonyms(program.synonyms)
    root.set_defaults(command=None, parser=root)
    top = root.add_subparsers(
        title=texts("cli.help.commands"), metavar=texts("common.metavar.command"), prog="verbund"
    )
    families = {}
    for command in program.commands if commands is None else commands:
        first = command.path[0]
        if first in program.families and first not in families:
            key = f"{program.families[first]}.command.{first}"
            family = top.add_parser(first, texts=texts, key=key, help=texts(f"{key}.summary"))
            family.set_defaults(parser=family)
            families[first] = family.add_subparsers(
                title=texts("cli.help.commands"), metavar=texts("common.metavar.command")
            )
            family.add_common()
        _add_command(families.get(first, top), command, texts)
    root.add_common()
    return root


def _add_command(place: Any, command: Command, texts: Texts) -> None:
    key = f"{command.noun}.command.{command.name}"
    parser: Parser = place.add_parser(
        command.path[-1], texts=texts, key=key, noun=command.noun, help=texts(f"{key}.summary")
    )
    parser.set_defaults(command=command, parser=parser)
    positional = [one for one in command.arguments if not one.name.startswith("--")]
    options = [one for one in command.arguments if one.name.startswith("--")]
    for title, arguments in (("arguments", positional), ("options", options)):
        if arguments:
            group = parser.add_argument_group(texts(f"cli.help.{title}"))
            for argument in arguments:
                parser.add(argument, group)
    parser.add_common()
    keys = texts("cli.help.keys", keys=", ".join(command.keys))
    parser.epilog = f"{parser.epilog or ''}\n\n{_filled(keys)}".strip()


def _formatter(texts: Texts) -> Callable[..., argparse.HelpFormatter]:
    class Formatter(argparse.RawDescriptionHelpFormatter):
        def __init__(self, prog: str) -> None:
            super().__init__(prog, max_help_position=26, width=columns())

        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
            begin = texts("cli.help.usage") + " " if prefix is None else prefix
            super().add_usage(usage, actions, groups, begin)

        def _format_action(self, action: argparse.Action) -> str:
            shown = super()._format_action(action)
            if isinstance(action, argparse._SubParsersAction):
                return shown.partition("\n")[2]  # the commands, without a line of their own
            return shown

    return Formatter


def _filled(text: str) -> str:
    parts = (textwrap.fill(" ".join(part.split()), columns()) for part in text.split("\n\n"))
    return "\n\n".join(parts)


def _indented(text: str) -> str:
    return textwrap.indent(text.strip(), "  ")


_MESSAGES = (
    ("required", r"the following arguments are required: (?P<names>.+)"),
    ("unknown", r"unrecognized arguments: (?P<names>.+)"),
    ("one_value", r"argument (?P<name>.+?): expected one argument"),
    ("a_value", r"argument (?P<name>.+?): expected at least one argument"),
    ("no_value", r"argument (?P<name>.+?): ignored explicit argument (?P<value>.+)"),
    (
        "choice",
        r"argument (?P<name>.*?): invalid choice: '(?P<value>.*)' \(choose from (?P<choices>.+)\)",
    ),
    ("argument", r"argument (?P<name>.+?): (?P<rest>.+)"),
)


def _translated(message: str, texts: Texts) -> str:
    for key, pattern in _MESSAGES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            values: dict[str, str] = found.groupdict()
            if key == "choice":
                return _bad_choice(values, texts)
            if key == "unknown" and not values["names"].startswith("-"):
                key = "unknown_word"
            return texts(f"cli.usage.{key}", **values)
    return message


def _bad_choice(values: dict[str, str], texts: Texts) -> str:
    choices = [one.strip("' ") for one in values["choices"].split(",")]
    key = "command" if values["name"] == texts("common.metavar.command") else "choice"
    said = texts(
        f"cli.usage.{key}",
        name=values["name"],
        value=values["value"],
        choices=", ".join(choices),
    )
    return said + _near(values["value"], choices, texts)


def _near(value: str, choices: Sequence[str], texts: Texts) -> str:
    import difflib  # only where somebody mistyped

    near = difflib.get_close_matches(value, choices, 1)
    return " " + texts("cli.usage.near", near=near[0]) if near else ""

"""Draws: who meets whom, by lot. The rules are in `protocol/draw`; here are files and words."""

from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature

_TRANSCRIPT = Argument("transcript", metavar="file", text="transcript")
_WRITTEN = (Argument("--to", metavar="file", text="to"), Argument("--replace", "flag"))

FEATURE = Feature(
    name="draws",
    commands=(
        Command(
            ("draw", "run"),
            "commands:run",
            Effect.READS,
            Where.HERE,
            (
                *("format", "groups", "list", "meetings", "mode", "people"),
                *("regions", "seal", "seed", "share", "totals"),
            ),
            (
                Argument("file", metavar="file", text="list_or_table"),
                Argument("--seed", metavar="hex"),
                Argument("--meetings", metavar="file"),
                Argument("--random", "flag"),
                Argument("--before", "many", metavar="file"),
                *_WRITTEN,
            ),
        ),
        Command(
            ("draw", "check"),
            "commands:check",
            Effect.READS,
            Where.HERE,
            ("holds", "doubts", "people", "seated", "unexplained", "again"),
            (_TRANSCRIPT, Argument("list", metavar="file"), Argument("--again", "flag")),
        ),
        Command(
            ("draw", "explain"),
            "commands:explain",
            Effect.READS,
            Where.HERE,
            ("person", "de", "en"),
            (_TRANSCRIPT, Argument("person", metavar="name")),
        ),
        Command(
            ("draw", "picture"),
            "commands:picture",
            Effect.READS,
            Where.HERE,
            ("file", "bytes"),
            (_TRANSCRIPT, *_WRITTEN),
        ),
        Command(
            ("draw", "sheet"),
            "commands:sheet",
            Effect.READS,
            Where.HERE,
            ("file", "bytes"),
            (
                Argument("file", metavar="file", text="sheet_file"),
                Argument("--signup", "flag"),
                *_WRITTEN,
            ),
        ),
    ),
)

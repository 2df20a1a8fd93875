"""Group lists as files, and one's own list."""

from node.base.events import Event
from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature

FEATURE = Feature(
    name="lists",
    events={Event.DECIDED: "following:tidy"},
    commands=(
        Command(
            ("export",),
            "commands:export",
            Effect.READS,
            Where.NODE,
            ("file", "format", "groups"),
            (
                Argument("file", metavar="file", text="export_file"),
                Argument("--format", choices=("csv", "json"), metavar="format"),
                Argument("--replace", "flag"),
            ),
        ),
        Command(
            ("import",),
            "commands:import_",
            Effect.WRITES,
            Where.NODE,
            (
                *("file", "encoding", "new", "changed", "same", "left_out"),
                *("missing_columns", "other_columns", "removed", "restored", "done"),
            ),
            (
                Argument("file", metavar="file", text="import_file", optional=True),
                Argument("--format", choices=("csv", "json"), metavar="format"),
                Argument("--dry-run", "flag"),
                Argument("--partial", "flag"),
                Argument("--mine", metavar="name"),
                Argument("--remove", metavar="name"),
                Argument("--undo", "flag"),
            ),
        ),
    ),
)

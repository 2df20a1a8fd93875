"""Spreadsheets of members."""

from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature

FEATURE = Feature(
    name="imports",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(
            ("members", "import"),
            "commands:import_",
            Effect.WRITES,
            Where.NODE,
            ("encoding", "columns", "rows"),
            (
                Argument("file", metavar="file", text="file", optional=True),
                Argument("--preview", "flag"),
                Argument("--commit", "flag"),
                Argument("--undo", "flag"),
                Argument("--sheet", metavar="name"),
                Argument("--heading", "number", metavar="line"),
                Argument("--column", "many", metavar="column"),
                Argument("--answer", "many", metavar="answer"),
            ),
        ),
    ),
)

"""Spreadsheets of members."""

from node.base.events import Event
from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route

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
    routes=(
        Route("/members/import", "pages:start", Right.KEY),
        Route("/members/import", "pages:upload", Right.KEY, "POST", streams=True),
        Route("/members/import/undo", "pages:undo_last", Right.KEY, "POST"),
        Route("/members/import/{id}", "pages:one", Right.KEY),
        Route("/members/import/{id}/columns", "pages:columns", Right.KEY),
        Route("/members/import/{id}/columns", "pages:say_columns", Right.KEY, "POST"),
        Route("/members/import/{id}/sheet", "pages:say_sheet", Right.KEY, "POST"),
        Route("/members/import/{id}/answers", "pages:say_answers", Right.KEY, "POST"),
        Route("/members/import/{id}/commit", "pages:commit", Right.KEY, "POST"),
        Route("/members/import/{id}/undo", "pages:undo", Right.KEY, "POST"),
        Route("/members/import/{id}/give-up", "pages:give_up", Right.KEY, "POST"),
    ),
    events={Event.DECIDED: "following:tidy"},
    todo="pages:waiting",
    personal={"tell": "personal:tell", "erase": "personal:forget"},
    state="jobs:ImportJobs",
)

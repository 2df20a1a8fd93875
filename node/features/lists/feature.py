"""Group lists as files, and one's own list."""

from node.base.events import Event
from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route

LONGEST_LIST = 10_100_000
"""Of a form with a list: 10 MB of it, and what is around."""

FEATURE = Feature(
    name="lists",
    events={Event.DECIDED: "following:tidy"},
    routes=(
        Route("/directory/import", "pages:start", Right.KEY),
        Route("/directory/import", "pages:upload", Right.KEY, "POST", longest_body=LONGEST_LIST),
        Route("/directory/import/{id}", "pages:one", Right.KEY),
        Route("/directory/import/{id}/commit", "pages:commit", Right.KEY, "POST"),
        Route("/directory/import/{id}/mine", "pages:mine", Right.KEY, "POST"),
        Route("/directory/import/{id}/give-up", "pages:give_up", Right.KEY, "POST"),
        Route("/directory/undo/{edition}", "pages:undo", Right.KEY, "POST"),
        Route("/directory/export/{form}", "pages:export", Right.MEMBER, head=False),
        Route("/directory/new", "entry_pages:new", Right.KEY),
        Route("/directory/new", "entry_pages:add", Right.KEY, "POST"),
        Route("/directory/list/{no}", "entry_pages:edit", Right.KEY),
        Route("/directory/list/{no}", "entry_pages:change", Right.KEY, "POST"),
        Route("/directory/list/{no}/remove", "entry_pages:removing", Right.KEY),
        Route("/directory/list/{no}/remove", "entry_pages:remove", Right.KEY, "POST"),
    ),
    panels={"directory": "tools:tools", "group": "tools:on_group"},
    state="waiting:waiting_lists",
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

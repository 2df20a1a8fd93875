"""Records in files: by stick or mail."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="bundles",
    commands=(
        Command(
            ("bundle", "write"),
            "commands:write",
            Effect.READS,
            Where.NODE,
            ("file", "bytes", "for", "records"),
            (
                Argument("file", metavar="file", text="backup_file"),
                Argument("--for", metavar="group"),
                Argument("--replace", "flag"),
            ),
        ),
        Command(
            ("bundle", "read"),
            "commands:read",
            Effect.ASKS,
            Where.NODE,
            (
                *("from", "for", "made", "accepted", "new", "known", "refused"),
                *("missing_parts", "missing_records", "back"),
            ),
            (
                Argument("file", metavar="file", text="bundle_file"),
                Argument("--accept", "flag"),
                YES,
            ),
            only=("accept",),
        ),
        Command(
            ("bundle", "show"),
            "commands:show",
            Effect.READS,
            Where.NODE,
            (
                *("file", "from", "for", "made", "proven", "records", "kinds"),
                *("missing_parts", "missing_records"),
            ),
            (Argument("file", metavar="file", text="bundle_file"),),
        ),
    ),
    migrations={"0001_first": "tables:FIRST"},
    events={Event.AGREED: "agreed:carry_out", Event.DECIDED: "following:tidy"},
    routes=(
        Route("/bundles", "pages:page", Right.KEY),
        Route("/bundles/from/{id}", "strange_pages:one", Right.KEY),
        Route("/bundles/from/{id}/accept", "strange_pages:accept", Right.KEY, "POST"),
        Route("/bundles/from/{id}/drop", "strange_pages:give_up", Right.KEY, "POST"),
        Route("/bundles", "pages:bring", Right.KEY, "POST", streams=True),
        Route("/bundles/{id}", "pages:take", Right.KEY, head=False),
    ),
    panels={"tie": "strange_pages:on_tie"},
    todo="strange_pages:todo",
    state="jobs:BundleJobs",
)

"""Records in files: by stick or mail."""

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
    routes=(
        Route("/bundles", "pages:page", Right.KEY),
        Route("/bundles", "pages:bring", Right.KEY, "POST", streams=True),
        Route("/bundles/{id}", "pages:take", Right.KEY, head=False),
    ),
    state="jobs:BundleJobs",
)

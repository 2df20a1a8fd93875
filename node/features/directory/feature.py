"""The directory: searching and filtering all entries."""

from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, MenuEntry, Right, Route

PER_PAGE = 50
"""Entries on a page: a screen or two."""

PAGE_KEYS = (
    "entries", "total", "capped", "page", "pages", "topics", "regions", "languages",
    "forms", "takes", "meant"
)  # fmt: skip

FORMS = ("group", "network", "entry")
"""What entries are: `entry` is of one's own list."""

FILTERS = (
    Argument("--topic"),
    Argument("--region"),
    Argument("--language", "language", metavar="tag"),
    Argument("--takes-members", "yes-no", metavar="yes_no"),
    Argument("--kind", choices=FORMS),
    Argument("--network", metavar="network"),
    Argument("--sort", choices=("name", "region", "new")),
    Argument("--page", "number", metavar="number"),
    Argument("--per-page", "number", metavar="number", usual=PER_PAGE),
)

FEATURE = Feature(
    name="directory",
    commands=(
        Command(("group", "list"), "commands:list_", Effect.READS, Where.NODE, PAGE_KEYS, FILTERS),
        Command(
            ("group", "search"),
            "commands:search",
            Effect.READS,
            Where.NODE,
            PAGE_KEYS,
            (Argument("words", "list", metavar="words"), *FILTERS),
        ),
    ),
    routes=(Route("/directory", "pages:directory", Right.EVERYBODY),),
    menu=(MenuEntry(20, "directory", "/directory", "directory.web.menu", Right.EVERYBODY),),
    state="counting:directory_facets",
)

"""The directory: searching and filtering all entries."""

from dataclasses import fields

from node.cli.arguments import Argument, Command
from node.feature import Feature, MenuEntry, Right, Route
from node.features.directory.types import DirectoryPage

PAGE_KEYS = tuple(one.name for one in fields(DirectoryPage))

FILTERS = (
    Argument("--topic", text="filter_topic"),
    Argument("--region", text="filter_region"),
    Argument("--language", "language", text="filter_language", metavar="tag"),
    Argument("--takes-members", "yes-no", text="filter_takes", metavar="yes_no"),
    Argument("--network", text="filter_network", metavar="network"),
    Argument("--page", "number", metavar="number"),
    Argument("--per-page", "number", metavar="number"),
)

FEATURE = Feature(
    name="directory",
    commands=(
        Command(("group", "list"), "commands:list_", PAGE_KEYS, FILTERS),
        Command(
            ("group", "search"),
            "commands:search",
            PAGE_KEYS,
            (Argument("words", "list", metavar="words"), *FILTERS),
        ),
    ),
    routes=(Route("/directory", "pages:directory", Right.EVERYBODY),),
    menu=(MenuEntry(20, "directory", "/directory", "web.shell.directory", Right.EVERYBODY),),
    state="views:directory_facets",
)

"""Groups: one's own entry, and those of others."""

from node.cli.arguments import Argument, Command
from node.cli.described import arguments, clearing
from node.cli.effects import Effect, Where
from node.feature import Feature, MenuEntry, Right, Route
from protocol.groups import GROUP

GROUP_KEYS = (
    "id", "form", "name", "purpose", "orientation", "topics", "convictions", "region",
    "languages", "contacts", "takes_members", "links", "own", "audience", "issued", "expires",
    "networks", "listed", "perhaps"
)  # fmt: skip

ENTRY_FIELDS = GROUP.fields.names
ENTRY = arguments("groups", GROUP.fields, *ENTRY_FIELDS)
CLEAR = clearing(GROUP.fields, *ENTRY_FIELDS)

WHICH_GROUP = Argument("group", metavar="group", noun="groups")

FEATURE = Feature(
    name="groups",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(
            ("group", "show"),
            "commands:show",
            Effect.READS,
            Where.NODE,
            GROUP_KEYS,
            (WHICH_GROUP._replace(optional=True),),
        ),
        Command(
            ("group", "edit"),
            "commands:edit",
            Effect.WRITES,
            Where.NODE,
            GROUP_KEYS,
            (*ENTRY, CLEAR, Argument("--zone", metavar="zone")),
        ),
        Command(
            ("group", "same"),
            "commands:same",
            Effect.WRITES,
            Where.NODE,
            GROUP_KEYS,
            (Argument("entry", metavar="entry"), WHICH_GROUP, Argument("--different", "flag")),
        ),
    ),
    routes=(
        Route("/", "pages:home", Right.EVERYBODY),
        Route("/groups/{id}", "pages:group", Right.EVERYBODY),
        Route("/groups/{id}/same", "pages:say_same", Right.KEY, "POST"),
        Route("/entry", "entry_pages:edit", Right.KEY),
        Route("/entry", "entry_pages:send", Right.KEY, "POST"),
    ),
    menu=(MenuEntry(10, "home", "/", "groups.web.menu", Right.EVERYBODY),),
    panels={"directory": "directory_tools:tools"},
    state="returning:returning",
    template_functions={
        "group_path": "links:group_path",
    },
)

"""Groups: one's own entry, and those of others."""

from dataclasses import fields

from node.cli.arguments import Argument, Command
from node.cli.effects import Effect
from node.feature import Feature, MenuEntry, Right, Route
from node.features.groups.types import GroupView

GROUP_KEYS = tuple(one.name for one in fields(GroupView))

ENTRY = (
    Argument("--purpose", text="groups.argument.purpose"),
    Argument("--orientation"),
    Argument("--topic", "many"),
    Argument("--conviction", "many", text="groups.argument.conviction"),
    Argument("--region"),
    Argument("--language", "languages", metavar="tag"),
    Argument(
        "--contact",
        "contact",
        metavar="groups.metavar.contact",
        text="groups.argument.contact",
    ),
    Argument("--takes-members", "yes-no", metavar="yes_no", text="groups.argument.takes_members"),
    Argument("--link", "many", metavar="url"),
)

EDIT = (
    Argument("--clear", "many", metavar="field"),
    Argument("--zone", metavar="zone"),
)

GROUP = Argument("group", metavar="groups.metavar.group", text="groups.argument.group")

FEATURE = Feature(
    name="groups",
    commands=(
        Command(
            ("group", "show"),
            "commands:show",
            Effect.READS,
            GROUP_KEYS,
            (GROUP._replace(optional=True),),
        ),
        Command(
            ("group", "edit"),
            "commands:edit",
            Effect.WRITES,
            GROUP_KEYS,
            (Argument("--name"), *ENTRY, *EDIT),
        ),
    ),
    routes=(
        Route("/", "pages:home", Right.EVERYBODY),
        Route("/groups/{id}", "pages:group", Right.EVERYBODY),
    ),
    menu=(MenuEntry(10, "home", "/", "groups.web.menu", Right.EVERYBODY),),
    template_functions={
        "group_path": "links:group_path",
    },
)

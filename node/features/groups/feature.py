"""Groups: one's own entry, and those of others."""

from dataclasses import fields

from node.cli.arguments import Argument, Command
from node.feature import Feature, MenuEntry, Right, Route
from node.features.groups.types import GroupView

GROUP_KEYS = tuple(one.name for one in fields(GroupView))

ENTRY = (
    Argument("--purpose"),
    Argument("--orientation"),
    Argument("--topic", "many"),
    Argument("--conviction", "many"),
    Argument("--region"),
    Argument("--language", "languages", metavar="tag"),
    Argument("--contact", "contact", metavar="contact"),
    Argument("--takes-members", "yes-no", metavar="yes_no"),
    Argument("--link", "many", metavar="url"),
)

EDIT = (
    Argument("--clear", "many", metavar="field"),
    Argument("--zone", metavar="zone", text="group_zone"),
)

GROUP = Argument("group", metavar="group")

FEATURE = Feature(
    name="groups",
    commands=(
        Command(("group", "show"), "commands:show", GROUP_KEYS, (GROUP._replace(optional=True),)),
        Command(
            ("group", "edit"),
            "commands:edit",
            GROUP_KEYS,
            (Argument("--name"), *ENTRY, *EDIT),
        ),
    ),
    routes=(
        Route("/", "pages:home", Right.EVERYBODY),
        Route("/groups/{id}", "pages:group", Right.EVERYBODY),
    ),
    menu=(MenuEntry(10, "home", "/", "web.shell.home", Right.EVERYBODY),),
    template_functions={
        "group_path": "links:group_path",
    },
)

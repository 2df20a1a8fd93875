"""Bilateral ties: links that work once, accepting, ending."""

from node.cli.arguments import YES, Argument, Command
from node.feature import Feature, Right, Route
from node.features.groups.feature import GROUP

FEATURE = Feature(
    name="peers",
    commands=(
        Command(
            ("peer", "invite"),
            "commands:invite",
            ("link", "expires"),
            (Argument("--days", "number", metavar="days"), Argument("--qr", "flag")),
        ),
        Command(
            ("peer", "accept"),
            "commands:accept",
            ("id", "name"),
            (Argument("link", metavar="link"),),
        ),
        Command(("peer", "list"), "commands:list_", ("peers",)),
        Command(("peer", "end"), "commands:end", ("id", "name"), (GROUP, YES)),
    ),
    routes=(Route("/peer", "pages:peer", Right.EVERYBODY),),
)

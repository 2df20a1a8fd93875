"""Bilateral ties: links that work once, accepting, ending."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route
from node.features.groups.feature import WHICH_GROUP
from node.features.peers.types import LINK_DAYS, MOST_LINK_DAYS

FEATURE = Feature(
    name="peers",
    commands=(
        Command(
            ("peer", "invite"),
            "commands:invite",
            Effect.WRITES,
            Where.NODE,
            ("link", "expires"),
            (
                Argument(
                    "--days",
                    "number",
                    metavar="days",
                    usual=LINK_DAYS,
                    most=MOST_LINK_DAYS,
                    unit="days",
                ),
                Argument("--qr", "flag"),
            ),
        ),
        Command(
            ("peer", "accept"),
            "commands:accept",
            Effect.WRITES,
            Where.NODE,
            ("id", "name"),
            (Argument("link", metavar="link"),),
            also=("connect",),
        ),
        Command(("peer", "list"), "commands:list_", Effect.READS, Where.NODE, ("peers",)),
        Command(
            ("peer", "show-us"),
            "commands:show_us",
            Effect.WRITES,
            Where.NODE,
            ("id", "name", "shown", "shown_by_them"),
            (WHICH_GROUP, Argument("shown", "yes-no", metavar="yes_no", optional=True)),
            awaits=frozenset({"nobody-found"}),
        ),
        Command(
            ("peer", "end"),
            "commands:end",
            Effect.ASKS,
            Where.NODE,
            ("id", "name"),
            (WHICH_GROUP, YES),
        ),
    ),
    events={Event.AGREED: "agreed:carry_out"},
    routes=(Route("/peer", "pages:peer", Right.EVERYBODY),),
)

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
    migrations={"0001_first": "tables:FIRST"},
    events={
        Event.AGREED: "agreed:carry_out",
        Event.QUIET: "contacts:heard",
        Event.DECIDED: "following:tidy",
    },
    routes=(
        Route("/peer", "pages:peer", Right.EVERYBODY),
        Route("/peer/open", "pages:opened", Right.EVERYBODY),
        Route("/ties/add", "adding:add", Right.KEY),
        Route("/ties/add", "adding:open_", Right.KEY, "POST"),
        Route("/ties/add/{id}", "adding:one", Right.KEY),
        Route("/ties/add/{id}/accept", "adding:accept", Right.KEY, "POST"),
        Route("/ties/add/{id}/again", "adding:again", Right.KEY, "POST"),
        Route("/ties/add/{id}/allow", "adding:allow", Right.KEY, "POST", oneself=True),
        Route("/ties/add/{id}/drop", "adding:give_up", Right.KEY, "POST"),
        Route("/ties/links", "giving:links", Right.KEY),
        Route("/ties/links", "giving:make", Right.KEY, "POST"),
        Route("/ties/links/{id}", "giving:one", Right.KEY),
        Route("/ties/links/{id}/poster", "giving:poster", Right.KEY),
        Route("/ties/links/{id}/end", "giving:end", Right.KEY, "POST"),
        Route("/ties/{id}", "tie:tie", Right.MEMBER),
        Route("/ties/{id}/name", "tie:name", Right.KEY, "POST"),
        Route("/ties/{id}/end", "tie:ending", Right.KEY),
        Route("/ties/{id}/end", "tie:end", Right.KEY, "POST"),
    ),
    panels={"group": "tie:on_group"},
    personal={"tell": "personal:tell", "erase": "personal:forget"},
    todo="adding:todo",
    state="giving:Links",
)

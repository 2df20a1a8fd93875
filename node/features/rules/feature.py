"""What one key person does for the group alone, and what takes two."""

from node.base.events import Event
from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, MenuEntry, Right, Route

ACTS = (
    *("connect", "found", "apply", "leave", "admit", "expel", "sign", "move"),
    *("amend", "confirm"),
)
"""What a group may let one key person do, or two (`actions.py` has the rules)."""

HOW_MANY = ("one", "two")

FEATURE = Feature(
    name="rules",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(
            ("settings", "show"), "commands:show", Effect.READS, Where.NODE, ("acts", "requests")
        ),
        Command(
            ("settings", "set"),
            "commands:set_",
            Effect.WRITES,
            Where.NODE,
            ("act", "needed", "waiting"),
            (
                Argument("act", choices=ACTS),
                Argument("people", choices=HOW_MANY),
            ),
        ),
    ),
    routes=(
        Route("/settings", "pages:settings", Right.MEMBER),
        Route("/settings", "pages:change", Right.KEY, "POST"),
        Route("/settings/requests/{id}", "pages:answer", Right.KEY, "POST"),
    ),
    menu=(MenuEntry(80, "settings", "/settings", "rules.web.menu", Right.MEMBER),),
    events={Event.AGREED: "actions:carry_out", Event.MERGED: "actions:merged"},
    todo="pages:todo",
    personal={"tell": "actions:tell", "erase": "actions:forget"},
)

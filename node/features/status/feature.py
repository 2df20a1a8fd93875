"""How the node stands."""

from dataclasses import fields

from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, MenuEntry, Right, Route
from node.features.status.types import StatusView

STATUS_KEYS = tuple(one.name for one in fields(StatusView))

FEATURE = Feature(
    name="status",
    commands=(
        Command(
            ("status",),
            "commands:status",
            Effect.READS,
            Where.NODE,
            STATUS_KEYS,
            (Argument("--wait", "flag"),),
        ),
    ),
    routes=(Route("/ties", "pages:ties", Right.INSIDE),),
    menu=(MenuEntry(90, "ties", "/ties", "status.web.menu", Right.INSIDE),),
)

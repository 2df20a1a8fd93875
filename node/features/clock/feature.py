"""The clock of the machine, and whether it may be believed."""

from node.cli.arguments import YES, Command
from node.cli.effects import Effect, Where
from node.feature import Feature

FEATURE = Feature(
    name="clock",
    commands=(
        Command(
            ("clock", "confirm"),
            "commands:confirm_clock",
            Effect.ASKS,
            Where.NODE,
            ("shown", "trouble", "again"),
            (YES,),
        ),
    ),
)

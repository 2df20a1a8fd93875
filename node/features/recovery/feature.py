"""Keys, recovery and backups."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature

FEATURE = Feature(
    name="recovery",
    commands=(
        Command(
            ("keys", "rotate"),
            "commands:rotate",
            Effect.ASKS,
            Where.NODE,
            ("id", "name", "link", "records"),
            (Argument("--compromised", "flag"), YES),
            only=("compromised",),
            also=("keys", "renew"),
        ),
        Command(
            ("keys", "new-words"),
            "commands:new_words",
            Effect.ASKS,
            Where.NODE,
            ("id", "name"),
            (YES,),
        ),
        Command(
            ("keys", "recover"),
            "commands:recover",
            Effect.ASKS,
            Where.NODE,
            ("id", "name", "home", "link", "rotated", "waiting"),
            (
                Argument("--from", "many", metavar="address"),
                Argument("--compromised", "flag"),
                Argument("--alone", "flag"),
                Argument("--private-addresses", "flag"),
                Argument("--proxy", metavar="proxy"),
                Argument("--passphrase", "flag"),
                YES,
            ),
            only=("compromised", "alone"),
        ),
        Command(
            ("backup",),
            "backup_commands:backup",
            Effect.READS,
            Where.NODE,
            ("file", "bytes"),
            (
                Argument("file", metavar="file", text="backup_file"),
                Argument("--replace", "flag"),
            ),
        ),
        Command(
            ("restore",),
            "backup_commands:restore",
            Effect.ASKS,
            Where.NODE,
            ("home", "made", "waiting"),
            (
                Argument("file", metavar="file", optional=True),
                Argument("--go-on", "flag"),
                YES,
            ),
            only=("go_on",),
        ),
    ),
    events={Event.RETURNED: "memory:remember"},
)

"""Keys, recovery and backups."""

from node.cli.arguments import YES, Argument, Command
from node.feature import Feature

FEATURE = Feature(
    name="recovery",
    commands=(
        Command(
            ("keys", "rotate"),
            "commands:rotate",
            ("id", "name", "link", "records"),
            (Argument("--compromised", "flag"), YES),
        ),
        Command(
            ("keys", "recover"),
            "commands:recover",
            ("id", "name", "home", "link", "rotated", "waiting"),
            (
                Argument("--from", "many", metavar="address", text="recover_from"),
                Argument("--compromised", "flag"),
                Argument("--alone", "flag"),
                Argument("--private-addresses", "flag"),
                Argument("--proxy", metavar="proxy"),
                Argument("--passphrase", "flag"),
                YES,
            ),
        ),
        Command(
            ("backup",),
            "backup_commands:backup",
            ("file", "bytes"),
            (Argument("file", metavar="file", text="backup_file"), Argument("--replace", "flag")),
        ),
        Command(
            ("restore",),
            "backup_commands:restore",
            ("home", "made", "waiting"),
            (
                Argument("file", metavar="file", text="restore_file", optional=True),
                Argument("--go-on", "flag"),
                YES,
            ),
        ),
    ),
)

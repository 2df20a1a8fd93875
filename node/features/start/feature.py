"""Beginning, serving, and the page from the inside."""

from node.cli.arguments import Argument, Command
from node.feature import Feature
from node.features.groups.feature import ENTRY

START = (Argument("--name"), *ENTRY, Argument("--passphrase", "flag"))

SERVE = (
    Argument("--listen", "listen", metavar="listen"),
    Argument("--public-url", metavar="url"),
    Argument("--private-addresses", "switch"),
    Argument("--local-network", "switch"),
    Argument("--proxy", metavar="proxy"),
    Argument("--tls", choices=("auto", "off", "self-signed"), metavar="tls"),
)

FEATURE = Feature(
    name="start",
    commands=(
        Command(("init",), "commands:init", ("id", "name", "home", "words"), START),
        Command(("page",), "serving:page", ("address", "elsewhere", "expires")),
        Command(
            ("serve",), "serving:serve", ("id", "name", "home", "address", "enter", "words"), SERVE
        ),
        Command(
            ("run",),
            "serving:run",
            ("id", "name", "home", "address", "enter", "words"),
            (*SERVE, Argument("--name"), Argument("--passphrase", "flag")),
        ),
        Command(("stop",), "serving:stop", ("address",)),
    ),
)

"""Beginning, serving, and the page from the inside."""

from node.cli.arguments import Argument, Command
from node.cli.described import arguments
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route
from node.features.groups.feature import ENTRY
from protocol.groups import GROUP

NAME = arguments("groups", GROUP.fields, "name")

START = (*ENTRY, Argument("--passphrase", "flag"))

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
        Command(
            ("init",),
            "commands:init",
            Effect.WRITES,
            Where.HERE,
            ("id", "name", "home", "words"),
            START,
        ),
        Command(
            ("page",),
            "serving:page",
            Effect.WRITES,
            Where.NODE,
            ("address", "elsewhere", "expires"),
            also=("open",),
        ),
        Command(
            ("serve",),
            "serving:serve",
            Effect.WRITES,
            Where.HERE,
            ("id", "name", "home", "address", "enter", "words"),
            SERVE,
        ),
        Command(
            ("run",),
            "serving:run",
            Effect.WRITES,
            Where.HERE,
            ("id", "name", "home", "address", "enter", "words"),
            (
                *SERVE,
                *NAME,
                Argument("--passphrase", "flag"),
            ),
        ),
        Command(("keys", "words"), "words:keys_words", Effect.WRITES, Where.NODE, ("confirmed",)),
        Command(("stop",), "serving:stop", Effect.WRITES, Where.HERE, ("address",)),
    ),
    routes=(
        Route("/enter/{code}", "pages:door", Right.EVERYBODY),
        Route("/enter/{code}", "pages:enter", Right.EVERYBODY, "POST"),
        Route("/setup", "pages:setup", Right.EVERYBODY),
    ),
)

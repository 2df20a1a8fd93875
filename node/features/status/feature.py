"""How the node stands."""

from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature

STATUS_KEYS = (
    "own", "home", "running", "address", "endpoints", "peers", "networks", "departures", "pacts",
    "applications", "upcoming", "groups_known", "set_aside", "frozen", "superseded",
    "words_unconfirmed", "waiting", "disk", "proxy", "proxy_trouble", "local_network", "arriving",
    "contradictions", "troubles", "zone", "zone_source", "clock", "run_out"
)  # fmt: skip

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
    todo="todo:waiting",
    panels={"ties_first": "pages:what_is_wrong", "ties": "pages:below_ties"},
)

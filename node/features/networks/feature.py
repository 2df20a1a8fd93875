"""Networks: found, apply, admit, leave, expel."""

from dataclasses import fields

from node.base.events import Event
from node.cli.arguments import REASON, YES, Argument, Command
from node.cli.effects import Effect
from node.feature import Feature, MenuEntry, Right, Route
from node.features.groups.feature import GROUP
from node.features.networks.types import NetworkView

NETWORK_KEYS = tuple(one.name for one in fields(NetworkView))

CHARTER = (
    Argument("--name", text="networks.argument.name", required=True),
    Argument("--purpose", text="networks.argument.purpose"),
    Argument("--motto", text="networks.argument.motto"),
    Argument("--orientation"),
    Argument("--consensus", "many", text="networks.argument.consensus"),
    Argument("--topic", "many"),
    Argument("--region"),
    Argument("--language", "languages", metavar="tag"),
    Argument(
        "--admission",
        choices=("open", "decision"),
        metavar="networks.metavar.admission",
        text="networks.argument.admission",
    ),
    Argument(
        "--majority",
        "number",
        metavar="networks.metavar.percent",
        text="networks.argument.majority",
    ),
    Argument("--term", "number", metavar="days", text="networks.argument.term"),
    Argument("--link", "many", metavar="url"),
)

NETWORK = Argument("network", metavar="networks.metavar.network", text="networks.argument.network")

SHOWN = Argument("shown", "yes-no", metavar="yes_no", optional=True)

FEATURE = Feature(
    name="networks",
    commands=(
        Command(
            ("group", "show-publicly"),
            "showing_commands:group",
            Effect.WRITES,
            ("shown",),
            (GROUP._replace(optional=True, text="shown_group"), SHOWN),
        ),
        Command(
            ("network", "found"),
            "commands:found",
            Effect.WRITES,
            NETWORK_KEYS,
            CHARTER,
            also=("network", "start"),
        ),
        Command(("network", "show"), "commands:show", Effect.READS, NETWORK_KEYS, (NETWORK,)),
        Command(("network", "list"), "commands:list_", Effect.READS, ("networks",)),
        Command(
            ("network", "apply"),
            "commands:apply",
            Effect.WRITES,
            ("network", "standing"),
            (NETWORK, Argument("--message")),
            also=("join",),
        ),
        Command(
            ("network", "admit"),
            "commands:admit",
            Effect.WRITES,
            ("network", "group", "standing"),
            (NETWORK, GROUP),
        ),
        Command(
            ("network", "decline"),
            "commands:decline",
            Effect.WRITES,
            ("network", "group", "standing"),
            (NETWORK, GROUP, REASON),
        ),
        Command(
            ("network", "leave"),
            "commands:leave",
            Effect.ASKS,
            ("network", "to_confirm"),
            (NETWORK, YES),
        ),
        Command(
            ("network", "expel"),
            "commands:expel",
            Effect.ASKS,
            ("network", "group", "standing"),
            (NETWORK, GROUP, REASON, YES),
        ),
        Command(
            ("network", "members"),
            "commands:members",
            Effect.READS,
            ("network", "members"),
            (NETWORK,),
        ),
        Command(
            ("network", "show-publicly"),
            "showing_commands:network",
            Effect.WRITES,
            ("shown",),
            (NETWORK._replace(optional=True, text="shown_network"), SHOWN),
        ),
    ),
    events={
        Event.ENDED: "departures:confirm",
        Event.APPLIED: "answers:admit_to_open",
        Event.RECEIVED: "departures:note_receipt",
    },
    routes=(
        Route("/networks", "pages:networks", Right.EVERYBODY),
        Route("/networks/{id}", "pages:network", Right.EVERYBODY),
    ),
    menu=(MenuEntry(30, "networks", "/networks", "networks.web.menu", Right.EVERYBODY),),
    template_functions={
        "network_path": "links:network_path",
    },
)

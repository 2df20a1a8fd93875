"""Networks: found, apply, admit, leave, expel."""

from dataclasses import fields

from node.base.events import Event
from node.cli.arguments import REASON, YES, Argument, Command
from node.feature import Feature, MenuEntry, Right, Route
from node.features.groups.feature import GROUP
from node.features.networks.types import NetworkView

NETWORK_KEYS = tuple(one.name for one in fields(NetworkView))

CHARTER = (
    Argument("--name", text="network_name", required=True),
    Argument("--purpose", text="network_purpose"),
    Argument("--motto"),
    Argument("--orientation"),
    Argument("--consensus", "many"),
    Argument("--topic", "many"),
    Argument("--region"),
    Argument("--language", "languages", metavar="tag"),
    Argument("--admission", choices=("open", "decision"), metavar="admission"),
    Argument("--majority", "number", metavar="percent"),
    Argument("--term", "number", metavar="days"),
    Argument("--link", "many", metavar="url"),
)

NETWORK = Argument("network", metavar="network")

SHOWN = Argument("shown", "yes-no", metavar="yes_no", optional=True)

FEATURE = Feature(
    name="networks",
    commands=(
        Command(
            ("group", "show-publicly"),
            "showing_commands:group",
            ("shown",),
            (GROUP._replace(optional=True, text="shown_group"), SHOWN),
        ),
        Command(("network", "found"), "commands:found", NETWORK_KEYS, CHARTER),
        Command(("network", "show"), "commands:show", NETWORK_KEYS, (NETWORK,)),
        Command(("network", "list"), "commands:list_", ("networks",)),
        Command(
            ("network", "apply"),
            "commands:apply",
            ("network", "standing"),
            (NETWORK, Argument("--message")),
        ),
        Command(
            ("network", "admit"),
            "commands:admit",
            ("network", "group", "standing"),
            (NETWORK, GROUP),
        ),
        Command(
            ("network", "decline"),
            "commands:decline",
            ("network", "group", "standing"),
            (NETWORK, GROUP, REASON),
        ),
        Command(("network", "leave"), "commands:leave", ("network", "to_confirm"), (NETWORK, YES)),
        Command(
            ("network", "expel"),
            "commands:expel",
            ("network", "group", "standing"),
            (NETWORK, GROUP, REASON, YES),
        ),
        Command(("network", "members"), "commands:members", ("network", "members"), (NETWORK,)),
        Command(
            ("network", "show-publicly"),
            "showing_commands:network",
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
    menu=(MenuEntry(30, "networks", "/networks", "web.shell.networks", Right.EVERYBODY),),
    template_functions={
        "network_path": "links:network_path",
    },
)

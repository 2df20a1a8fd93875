"""What the members of a network decide."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.effects import Effect
from node.feature import Feature
from node.features.networks.feature import CHARTER, NETWORK

WISH = (
    *(one._replace(required=False) for one in CHARTER),
    Argument("--clear", "many", metavar="field"),
    Argument("--without", "many", metavar="groups.metavar.group"),
    Argument("--note"),
)

FEATURE = Feature(
    name="decisions",
    commands=(
        Command(
            ("network", "amend"),
            "commands:amend",
            Effect.WRITES,
            ("network", "proposal", "decided"),
            (NETWORK, *WISH),
            also=("confirm-members",),
        ),
        Command(
            ("network", "move"),
            "commands:move",
            Effect.ASKS,
            ("network", "proposal", "decided"),
            (NETWORK, *WISH, Argument("--to", metavar="groups.metavar.group"), YES),
            also=("network", "rescue"),
        ),
        Command(
            ("network", "confirm"),
            "commands:confirm",
            Effect.ASKS,
            ("network", "proposal", "decided"),
            (
                NETWORK,
                Argument("proposal", metavar="proposal", optional=True),
                Argument("--instead", "flag"),
                YES,
            ),
            also=("vote",),
        ),
        Command(
            ("network", "proposals"),
            "commands:list_",
            Effect.READS,
            ("network", "proposals"),
            (NETWORK,),
        ),
    ),
    events={
        Event.DECIDED: "carry_out:carry_out",
    },
)

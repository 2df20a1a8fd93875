"""What the members of a network decide."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.feature import Feature
from node.features.networks.feature import CHARTER, NETWORK

WISH = (
    *(one._replace(required=False) for one in CHARTER),
    Argument("--clear", "many", metavar="field", text="clear_charter"),
    Argument("--without", "many", metavar="group"),
    Argument("--note", text="proposal_note"),
)

FEATURE = Feature(
    name="decisions",
    commands=(
        Command(
            ("network", "amend"),
            "commands:amend",
            ("network", "proposal", "decided"),
            (NETWORK, *WISH),
        ),
        Command(
            ("network", "move"),
            "commands:move",
            ("network", "proposal", "decided"),
            (NETWORK, *WISH, Argument("--to", metavar="group", text="move_to"), YES),
        ),
        Command(
            ("network", "confirm"),
            "commands:confirm",
            ("network", "proposal", "decided"),
            (
                NETWORK,
                Argument("proposal", metavar="proposal", optional=True),
                Argument("--instead", "flag"),
                YES,
            ),
        ),
        Command(("network", "proposals"), "commands:list_", ("network", "proposals"), (NETWORK,)),
    ),
    events={
        Event.DECIDED: "carry_out:carry_out",
    },
)

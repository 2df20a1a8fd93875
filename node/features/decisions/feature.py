"""What the members of a network decide."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.described import clearing
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route
from node.features.networks.feature import (
    CHARTER,
    CHARTER_FIELDS,
    ONE,
    UNKNOWN,
    WHICH_NETWORK,
)
from protocol.networks import NETWORK

WISH = (
    *(one._replace(required=False, usual=None) for one in CHARTER),
    clearing(NETWORK.fields, *CHARTER_FIELDS),
    Argument("--with", "many", metavar="group"),
    Argument("--without", "many", metavar="group"),
    Argument("--note"),
)

FEATURE = Feature(
    name="decisions",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(
            ("network", "amend"),
            "commands:amend",
            Effect.WRITES,
            Where.NODE,
            ("network", "proposal", "decided"),
            (WHICH_NETWORK, *WISH),
            also=("confirm-members",),
        ),
        Command(
            ("network", "move"),
            "commands:move",
            Effect.ASKS,
            Where.NODE,
            ("network", "proposal", "decided"),
            (WHICH_NETWORK, *WISH, Argument("--to", metavar="group"), YES),
            also=("network", "rescue"),
        ),
        Command(
            ("network", "confirm"),
            "commands:confirm",
            Effect.ASKS,
            Where.NODE,
            ("network", "proposal", "decided", "confirmed"),
            (
                WHICH_NETWORK,
                Argument("proposal", metavar="proposal", optional=True),
                Argument("--instead", "flag"),
                YES,
            ),
            also=("vote",),
            awaits=UNKNOWN | {"no-open-proposal", "no-such-proposal"},
        ),
        Command(
            ("network", "oppose"),
            "commands:oppose",
            Effect.WRITES,
            Where.NODE,
            ("network", "proposal"),
            (WHICH_NETWORK, Argument("proposal", metavar="proposal", optional=True)),
            also=("vote-against",),
            awaits=UNKNOWN | {"no-open-proposal", "no-such-proposal"},
        ),
        Command(
            ("network", "proposals"),
            "commands:list_",
            Effect.READS,
            Where.NODE,
            ("network", "proposals"),
            (WHICH_NETWORK,),
        ),
    ),
    routes=(
        Route(f"{ONE}/proposals", "pages:proposals", Right.MEMBER),
        Route(f"{ONE}/proposals/{{proposal}}", "pages:proposal", Right.MEMBER),
        Route(f"{ONE}/proposals/{{proposal}}", "pages:vote", Right.KEY, "POST"),
        Route(f"{ONE}/proposals/{{proposal}}/oppose", "pages:against", Right.KEY, "POST"),
        Route(f"{ONE}/decisions/{{letters}}", "pages:decision", Right.KEY),
        Route(f"{ONE}/decisions/{{letters}}", "pages:hold", Right.KEY, "POST"),
        Route(f"{ONE}/amend", "proposing:amending", Right.KEY),
        Route(f"{ONE}/amend", "proposing:amend", Right.KEY, "POST"),
        Route(f"{ONE}/move", "proposing:moving", Right.KEY),
        Route(f"{ONE}/move", "proposing:move", Right.KEY, "POST"),
    ),
    events={
        Event.DECIDED: "holding:settle",
        Event.AGREED: "agreed:carry_out",
    },
)

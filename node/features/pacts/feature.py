"""Leaving together: pacts, signatures, certificates."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route
from node.features.networks.feature import CHARTER

PACT_KEYS = (
    "id", "name", "state", "proposer", "signers", "signed", "quorum", "proposed", "until",
    "leaves", "carriers", "note", "asked", "signed_here", "network", "charter", "misdated",
    "set_aside",
)  # fmt: skip

PACT = Argument("pact", metavar="pact")

FEATURE = Feature(
    name="pacts",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(
            ("pact", "propose"),
            "commands:propose",
            Effect.ASKS,
            Where.NODE,
            PACT_KEYS,
            (
                Argument("groups", "list", metavar="group"),
                *CHARTER,
                Argument("--until", "day", metavar="day", required=True),
                Argument("--quorum", "number", metavar="number"),
                Argument("--leave", metavar="network"),
                Argument("--stay", "flag"),
                Argument("--carrier", "many", metavar="group"),
                Argument("--note"),
                YES,
            ),
            awaits=frozenset({"nobody-found"}),
        ),
        Command(
            ("pact", "sign"),
            "commands:sign",
            Effect.ASKS,
            Where.NODE,
            PACT_KEYS,
            (PACT, YES),
            awaits=frozenset({"no-such-pact"}),
        ),
        Command(("pact", "list"), "commands:list_", Effect.READS, Where.NODE, ("pacts",)),
        Command(("pact", "show"), "commands:show", Effect.READS, Where.NODE, PACT_KEYS, (PACT,)),
    ),
    events={
        Event.CERTIFIED: "passing:certified",
        Event.QUIET: "delivery:note_delivered",
        Event.WRAPPED: "delivery:note_handed",
        Event.UNWRAPPED: "delivery:note_answered",
        Event.COMMITTED: "joint_exit:follow",
        Event.AGREED: "agreed:carry_out",
    },
    todo="todo:waiting",
    panels={
        "network-end": "anew:on_network",
        "leave": "anew:on_leaving",
        "proposal": "anew:on_proposal",
        "bundles": "pages:on_bundles",
    },
    routes=(
        Route("/pacts/new", "proposing_pages:page", Right.KEY),
        Route("/pacts/new", "proposing_pages:send", Right.KEY, "POST"),
        Route("/pacts/{id}", "pages:pact", Right.MEMBER),
        Route("/pacts/{id}/now", "pages:now", Right.MEMBER),
        Route("/pacts/{id}/sign", "signing_pages:sign", Right.KEY, "POST"),
        Route("/pacts/{id}/aside", "signing_pages:aside", Right.KEY, "POST"),
    ),
    template_functions={
        "pact_path": "links:pact_path",
    },
)

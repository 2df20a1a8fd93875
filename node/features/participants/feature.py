"""Participants: what people of a network's groups let each other know of themselves."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.described import arguments
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route
from protocol.participants import PARTICIPANT

PARTICIPANT_KEYS = (
    *("id", "group", "name", "role", "mail", "phone", "place", "languages", "topics", "about"),
    *("own", "issued", "until"),
)

PERSON = Argument("person", metavar="person")
TO = Argument("--to", metavar="to", required=True)
FIELD = Argument("--field", choices=PARTICIPANT.fields.names, metavar="field")
SAID = arguments("participants", PARTICIPANT.fields, *PARTICIPANT.fields.names)

FEATURE = Feature(
    name="participants",
    commands=(
        Command(
            ("participants", "list"),
            "commands:list_",
            Effect.READS,
            Where.NODE,
            ("participants",),
            (Argument("--to", metavar="to"),),
        ),
        Command(
            ("participants", "publish"),
            "commands:publish",
            Effect.ASKS,
            Where.NODE,
            PARTICIPANT_KEYS,
            (PERSON, TO, *SAID, YES),
            awaits=frozenset({"not-a-member", "not-tied"}),
        ),
        Command(
            ("participants", "withdraw"),
            "commands:withdraw",
            Effect.ASKS,
            Where.NODE,
            ("withdrawn",),
            (PERSON, TO, FIELD, YES),
        ),
    ),
    events={
        Event.ENDED: "actions:drop_left",
        Event.DECIDED: "actions:tidy",
        Event.MERGED: "actions:merged",
        Event.PARTED: "actions:parted",
    },
    routes=(
        Route("/participants", "pages:lists", Right.MEMBER),
        Route("/participants/{whom}", "pages:participants", Right.MEMBER),
        Route("/participants/{whom}/me", "pages:mine", Right.MEMBER),
        Route("/participants/{whom}/me", "pages:save", Right.MEMBER, "POST"),
        Route("/participants/{whom}/withdraw", "pages:withdraw", Right.PERSON, "POST"),
    ),
    panels={"me data": "pages:panel", "network": "pages:network_panel"},
    personal={"tell": "actions:tell", "erase": "actions:forget"},
)

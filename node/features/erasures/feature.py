"""Erasing, and who confirmed it."""

from node.base.events import Event
from node.cli.arguments import YES, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route
from node.features.meetings.feature import WHICH_MEETING

FEATURE = Feature(
    name="erasures",
    commands=(
        Command(("group", "erase"), "commands:group", Effect.ASKS, Where.NODE, ("erased",), (YES,)),
        Command(
            ("meeting", "erase"),
            "commands:meeting",
            Effect.ASKS,
            Where.NODE,
            ("erased",),
            (WHICH_MEETING, YES),
        ),
        Command(("erasures",), "commands:list_", Effect.READS, Where.NODE, ("erasures",)),
    ),
    events={
        Event.RECEIVED: "receipts:note",
    },
    todo="pages:todo",
    panels={"home below": "entry_pages:group_panel", "meeting below": "meeting_pages:panel"},
    routes=(
        Route("/erasures", "pages:erasures", Right.MEMBER),
        Route("/entry/erase", "entry_pages:page", Right.KEY),
        Route("/entry/erase", "entry_pages:send", Right.KEY, "POST"),
        Route("/meetings/{host}/{name}/erase", "meeting_pages:show", Right.KEY),
        Route("/meetings/{host}/{name}/erase", "meeting_pages:erase", Right.KEY, "POST"),
    ),
)

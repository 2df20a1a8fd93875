"""Acting: one person does things for another."""

from node.base.events import Event
from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="acting",
    migrations={"0001_first": "tables:FIRST"},
    routes=(
        Route("/me/acting", "pages:mine", Right.PERSON),
        Route("/me/acting/yes", "pages:say_yes_", Right.PERSON, "POST"),
        Route("/me/acting/end", "pages:end_", Right.PERSON, "POST"),
        Route("/me/acting/begin", "pages:begin_", Right.PERSON, "POST"),
        Route("/me/acting/stop", "pages:stop_", Right.PERSON, "POST"),
        Route("/members/{id}/acting", "pages:about", Right.MEMBER),
        Route("/members/{id}/acting", "pages:choose", Right.MEMBER, "POST"),
    ),
    panels={"me": "pages:on_my_page", "person": "pages:on_person"},
    todo="pages:todo",
    personal={
        "tell": "personal:tell",
        "export": "personal:export",
        "erase": "personal:erase",
    },
    events={
        Event.ACTED: "actions:note_change",
        Event.MERGED: "merging:merged",
        Event.PARTED: "merging:parted",
    },
)

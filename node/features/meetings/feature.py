"""Meetings, invitations and replies."""

from dataclasses import fields

from node.base.events import Event
from node.cli.arguments import REASON, YES, Argument, Command
from node.cli.effects import Effect
from node.feature import Feature, MenuEntry, Right, Route
from node.features.meetings.types import MeetingView

MEETING_KEYS = tuple(one.name for one in fields(MeetingView))

WHEN = (
    Argument("--starts", "moment", metavar="moment", required=True),
    Argument("--zone", metavar="zone"),
    Argument("--minutes", "number", metavar="number"),
    Argument("--place"),
    Argument("--link", metavar="url"),
)

MOVED = {"--zone": "moved_zone", "--minutes": "moved_minutes", "--place": "moved_place"}
"""Where something is changed, what was not said stays as it is."""

DETAILS = (
    Argument("--topic"),
    Argument("--text"),
    Argument("--open-to", choices=("everybody", "members", "invited"), metavar="open_to"),
    Argument("--capacity", "number", metavar="number"),
)

MEETING = Argument("meeting", metavar="meetings.metavar.meeting", text="meetings.argument.meeting")

FEATURE = Feature(
    name="meetings",
    commands=(
        Command(
            ("meeting", "new"),
            "commands:new",
            Effect.WRITES,
            MEETING_KEYS,
            (
                Argument("--title", required=True),
                *WHEN,
                Argument("--to", metavar="to"),
                *DETAILS,
            ),
        ),
        Command(
            ("meeting", "edit"),
            "commands:edit",
            Effect.WRITES,
            ("meeting", "asked"),
            (
                MEETING,
                Argument("--adopt", metavar="groups.metavar.group"),
                Argument("--title"),
                *(one._replace(required=False, text=MOVED.get(one.name, one.text)) for one in WHEN),
                *DETAILS,
                Argument("--clear", "many", metavar="field"),
                Argument("--note", text="edit_note"),
            ),
        ),
        Command(
            ("meeting", "invite"),
            "commands:invite",
            Effect.WRITES,
            ("meeting", "invited"),
            (
                MEETING,
                Argument("groups", "list", metavar="groups.metavar.group"),
                Argument("--note"),
            ),
        ),
        Command(
            ("meeting", "list"),
            "commands:list_",
            Effect.READS,
            ("meetings",),
            (Argument("--past", "flag"),),
        ),
        Command(("meeting", "show"), "commands:show", Effect.READS, MEETING_KEYS, (MEETING,)),
        Command(
            ("meeting", "reply"),
            "commands:reply",
            Effect.WRITES,
            ("meeting", "answer"),
            (
                MEETING,
                Argument("answer", "answer", metavar="answer"),
                Argument("--people", "number", metavar="number"),
                Argument("--note"),
                *(one._replace(required=False, text=f"counter_{one.name[2:]}") for one in WHEN),
            ),
        ),
        Command(
            ("meeting", "cancel"),
            "commands:cancel",
            Effect.ASKS,
            ("meeting", "told"),
            (MEETING, REASON, YES),
        ),
    ),
    events={
        Event.ENDED: "homecoming:bring_home",
    },
    routes=(
        Route("/meetings", "pages:meetings", Right.EVERYBODY),
        Route("/meetings/{host}/{name}", "pages:meeting", Right.EVERYBODY),
        Route("/meetings.ics", "pages:feed", Right.EVERYBODY),
        Route("/meetings/{host}/{name}/meeting.ics", "pages:event", Right.EVERYBODY),
    ),
    menu=(MenuEntry(40, "meetings", "/meetings", "meetings.web.menu", Right.EVERYBODY),),
    panels={
        "home": "pages:own_panel",
        "group": "pages:hosted_panel",
        "network": "pages:hosted_panel",
    },
    template_functions={
        "meeting_path": "links:meeting_path",
    },
    state="feed:Feed",
)

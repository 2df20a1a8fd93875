"""Meetings, invitations and replies."""

from node.base.events import Event
from node.cli.arguments import YES, Argument, Command
from node.cli.described import arguments, clearing
from node.cli.effects import Effect, Where
from node.feature import Feature, MenuEntry, Right, Route
from protocol.meetings import COUNTER, INVITATION, MEETING, REPLY

MEETING_KEYS = (
    "id", "host", "title", "topic", "text", "starts", "zone", "starts_at", "minutes", "place",
    "link", "open_to", "capacity", "cancelled", "audience", "audience_name", "own", "invited",
    "note", "my_answer", "my_answer_outdated", "answers", "local", "issued"
)  # fmt: skip

FIELDS = MEETING.fields
WHEN = arguments("meetings", FIELDS, *COUNTER.names, required=("starts",))

MOVED = {"--zone": "moved_zone", "--minutes": "moved_minutes", "--place": "moved_place"}
"""Where something is changed, what was not said stays as it is."""

DETAILS = tuple(
    one._replace(usual=None)  # of `--open-to` it depends on `--to`
    for one in arguments("meetings", FIELDS, "topic", "text", "open_to", "capacity")
)
TITLE = arguments("meetings", FIELDS, "title", required=("title",))

NAMED = ("title", "topic", "text", "minutes", "place", "link", "open_to", "capacity")
"""What `edit` changes as it was said, and what `--clear` may empty if it can be empty."""

NOTE = arguments("meetings", INVITATION.fields, "note")

WHICH_MEETING = Argument("meeting", metavar="meeting", noun="meetings")

UNKNOWN = frozenset({"no-such-meeting"})

ONE = "/meetings/{host}/{name}"


def _form(path: str, show: str, send: str) -> tuple[Route, Route]:
    """A page with a form, for who acts for the group."""
    return Route(path, show, Right.KEY), Route(path, send, Right.KEY, "POST")


FEATURE = Feature(
    name="meetings",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(
            ("meeting", "new"),
            "commands:new",
            Effect.WRITES,
            Where.NODE,
            MEETING_KEYS,
            (
                *TITLE,
                *WHEN,
                Argument("--to", metavar="to"),
                *DETAILS,
            ),
            awaits=frozenset({"to-unknown", "not-a-member"}),
        ),
        Command(
            ("meeting", "edit"),
            "commands:edit",
            Effect.WRITES,
            Where.NODE,
            ("meeting", "asked"),
            (
                WHICH_MEETING,
                Argument("--adopt", metavar="group"),
                *(one._replace(required=False) for one in TITLE),
                *(
                    one._replace(required=False, usual=None, text=MOVED.get(one.name, one.text))
                    for one in WHEN
                ),
                *DETAILS,
                clearing(FIELDS, *NAMED),
                *(one._replace(text="edit_note") for one in NOTE),
            ),
        ),
        Command(
            ("meeting", "invite"),
            "commands:invite",
            Effect.WRITES,
            Where.NODE,
            ("meeting", "invited"),
            (
                WHICH_MEETING,
                Argument("groups", "list", metavar="group"),
                *NOTE,
            ),
            awaits=frozenset({"nobody-found", "not-tied"}),
        ),
        Command(
            ("meeting", "list"),
            "commands:list_",
            Effect.READS,
            Where.NODE,
            ("meetings",),
            (Argument("--past", "flag"),),
        ),
        Command(
            ("meeting", "show"),
            "commands:show",
            Effect.READS,
            Where.NODE,
            MEETING_KEYS,
            (WHICH_MEETING,),
            awaits=UNKNOWN,
        ),
        Command(
            ("meeting", "reply"),
            "commands:reply",
            Effect.WRITES,
            Where.NODE,
            ("meeting", "answer"),
            (
                WHICH_MEETING,
                Argument("answer", "answer", metavar="answer"),
                *arguments("meetings", REPLY.fields, "people", "note"),
                *(
                    one._replace(required=False, usual=None, text=f"counter_{one.name[2:]}")
                    for one in WHEN
                ),
            ),
            awaits=UNKNOWN,
        ),
        Command(
            ("meeting", "cancel"),
            "commands:cancel",
            Effect.ASKS,
            Where.NODE,
            ("meeting", "told"),
            (WHICH_MEETING, Argument("--reason"), YES),
        ),
    ),
    events={
        Event.ENDED: "homecoming:bring_home",
        Event.ANOTHER_ID: "homecoming:move_in",
    },
    routes=(
        Route("/meetings", "pages:meetings", Right.EVERYBODY),
        Route("/meetings/{host}/{name}", "pages:meeting", Right.EVERYBODY),
        Route("/meetings.ics", "pages:feed", Right.EVERYBODY),
        Route("/meetings/{host}/{name}/meeting.ics", "pages:event", Right.EVERYBODY),
        *_form("/meetings/new", "announcing:new", "announcing:create"),
        *_form(f"{ONE}/edit", "announcing:edit", "announcing:save"),
        Route(f"{ONE}/undo", "undoing:undo", Right.KEY, "POST"),
        *_form(f"{ONE}/cancel", "answering:cancel_form", "answering:call_off"),
        *_form(f"{ONE}/invite", "inviting:show", "inviting:send"),
        *_form(f"{ONE}/answer/{{answer}}", "answering:answer", "answering:give"),
        *_form(f"{ONE}/adopt/{{guest}}", "answering:adopt", "answering:take_over"),
    ),
    menu=(MenuEntry(40, "meetings", "/meetings", "meetings.web.menu", Right.EVERYBODY),),
    todo="todo:waiting",
    panels={
        "home": "pages:own_panel",
        "group": "pages:hosted_panel",
        "network": "pages:hosted_panel",
    },
    template_functions={
        "meeting_path": "links:meeting_path",
        "meeting_link": "links:link_label",
    },
    state="state:State",
)

"""Answers: who comes to a meeting, with an account and without; and calendars for one person."""

from node.base.events import Event
from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route

MEETING = "/meetings/{host}/{name}"
ANSWERS = f"{MEETING}/answers"

FEATURE = Feature(
    name="answers",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(
            ("meeting", "answers"),
            "commands:answers",
            Effect.READS,
            Where.NODE,
            ("meeting", "title", "sums", "capacity", "left", "answers"),
            (Argument("meeting", metavar="meeting", noun="meetings"),),
            awaits=frozenset({"no-such-meeting"}),
        ),
    ),
    routes=(
        Route(f"{MEETING}/mine", "pages:mine", Right.PERSON),
        Route(f"{MEETING}/mine", "pages:save", Right.PERSON, "POST"),
        Route(f"{MEETING}/tap", "pages:tap", Right.PERSON, "POST"),
        Route(f"{MEETING}/answer", "outside_pages:new", Right.EVERYBODY),
        Route(f"{MEETING}/answer", "outside_pages:send", Right.EVERYBODY, "POST"),
        Route("/come/{token}", "outside_pages:new_by_link", Right.EVERYBODY),
        Route("/come/{token}", "outside_pages:send_by_link", Right.EVERYBODY, "POST"),
        Route("/answer/{token}", "outside_pages:private", Right.EVERYBODY),
        Route("/answer/{token}", "outside_pages:change", Right.EVERYBODY, "POST"),
        Route("/answer/{token}/withdraw", "outside_pages:withdraw", Right.EVERYBODY, "POST"),
        Route(ANSWERS, "host_pages:list_", Right.KEY),
        Route(f"{ANSWERS}/seen", "host_pages:seen_", Right.KEY, "POST"),
        Route(f"{ANSWERS}/close", "host_pages:close_", Right.KEY, "POST"),
        Route(f"{ANSWERS}/link", "host_pages:link_", Right.KEY, "POST"),
        Route(f"{ANSWERS}/unlink", "host_pages:unlink_", Right.KEY, "POST"),
        Route(f"{ANSWERS}/strike", "host_pages:strike_", Right.KEY, "POST"),
        Route(f"{ANSWERS}/put-back/{{batch}}", "host_pages:put_back_", Right.KEY, "POST"),
        Route(f"{ANSWERS}/erase", "host_pages:erasing", Right.KEY),
        Route(f"{ANSWERS}/erase", "host_pages:erase_", Right.KEY, "POST"),
        Route(f"{MEETING}/sheet", "host_pages:sheet", Right.MEMBER),
        Route("/calendar/{token}.ics", "feed_pages:calendar", Right.EVERYBODY),
        Route("/me/calendar", "feed_pages:page", Right.PERSON, oneself=True),
        Route("/me/calendar", "feed_pages:make", Right.PERSON, "POST", oneself=True),
        Route("/me/calendar/end", "feed_pages:end", Right.PERSON, "POST", oneself=True),
    ),
    events={
        Event.DECIDED: "tidying:tidy",
        Event.ANOTHER_ID: "tidying:move_in",
        Event.MERGED: "merging:merged",
        Event.PARTED: "merging:parted",
    },
    panels={"meeting": "pages:on_meeting", "me": "feed_pages:on_my_page"},
    todo="pages:waiting",
    personal={"tell": "personal:tell", "erase": "personal:erase"},
    state="feeds:State",
)

"""Joining: links by which people come in, and those who did."""

from node.base.events import Event
from node.cli.arguments import Argument, Command
from node.cli.effects import Effect, Where
from node.feature import Feature, Right, Route
from node.features.joining.types import MOST_DAYS, MOST_USES, SHARED_DAYS, SHARED_USES

FEATURE = Feature(
    name="joining",
    migrations={"0001_first": "tables:FIRST"},
    commands=(
        Command(("people", "list"), "commands:list_", Effect.READS, Where.NODE, ("people",)),
        Command(
            ("people", "invite"),
            "commands:invite",
            Effect.WRITES,
            Where.NODE,
            ("link", "id", "expires", "most", "asks"),
            (
                Argument("--person", "many", metavar="person"),
                Argument(
                    "--days",
                    "number",
                    metavar="days",
                    usual=SHARED_DAYS,
                    most=MOST_DAYS,
                    unit="days",
                ),
                Argument("--most", "number", metavar="number", usual=SHARED_USES, most=MOST_USES),
                Argument("--at-once", "flag"),
                Argument("--note"),
            ),
            also=("members invite",),
        ),
        Command(
            ("people", "code"),
            "commands:code",
            Effect.WRITES,
            Where.NODE,
            ("id", "name", "code", "expires", "readmits"),
            (Argument("person", metavar="person"),),
            also=("members code",),
        ),
    ),
    routes=(
        Route("/join/{token}", "entrance:page", Right.EVERYBODY),
        Route("/join/{token}", "entrance:enter", Right.EVERYBODY, "POST"),
        Route("/invited/{token}", "entrance:page", Right.EVERYBODY),
        Route("/invited/{token}", "entrance:enter", Right.EVERYBODY, "POST"),
        Route("/welcome", "welcome:page", Right.PERSON),
        Route("/welcome", "welcome:give_contact_", Right.PERSON, "POST"),
        Route("/invitations", "invitations:list_", Right.KEY),
        Route("/invitations/new", "invitations:new", Right.KEY),
        Route("/invitations/new", "invitations:make", Right.KEY, "POST"),
        Route("/invitations/{id}", "invitations:one", Right.KEY),
        Route("/invitations/{id}/poster", "invitations:poster", Right.KEY),
        Route("/invitations/{id}/end", "invitations:end", Right.KEY, "POST"),
        Route("/members/{id}/invite", "invitations:person", Right.KEY),
        Route("/members/{id}/invite", "invitations:invite", Right.KEY, "POST"),
        Route("/newcomers", "newcomers:list_", Right.KEY),
        Route("/newcomers/{id}", "newcomers:one", Right.KEY),
        Route("/newcomers/{id}", "newcomers:say_yes", Right.KEY, "POST"),
        Route("/newcomers/{id}/decline", "newcomers:why", Right.KEY),
        Route("/newcomers/{id}/decline", "newcomers:decline_", Right.KEY, "POST"),
    ),
    panels={
        "me": "welcome:on_my_page",
        "person": "invitations:on_person",
        "members": "invitations:on_members",
    },
    todo="newcomers:todo",
    personal={
        "tell": "personal:tell",
        "export": "personal:export",
        "erase": "personal:erase",
    },
    events={
        Event.DECIDED: "arrivals:tidy",
        Event.MERGED: "merging:merged",
        Event.PARTED: "merging:parted",
    },
    state="state:State",
)

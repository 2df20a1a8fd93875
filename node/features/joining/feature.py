"""Joining: links by which people come in, and those who did."""

from node.base.events import Event
from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="joining",
    migrations={"0001_first": "tables:FIRST"},
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
    personal={"export": "personal:export", "erase": "personal:erase"},
    events={
        Event.DECIDED: "arrivals:tidy",
        Event.MERGED: "merging:merged",
        Event.PARTED: "merging:parted",
    },
    state="state:State",
)

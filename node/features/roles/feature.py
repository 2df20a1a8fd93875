"""Roles: key persons, treasurers, and what needs two."""

from node.base.events import Event
from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="roles",
    migrations={"0001_first": "tables:FIRST"},
    routes=(
        Route("/members/{id}/role", "pages:role", Right.KEY),
        Route("/members/{id}/role", "pages:change", Right.KEY, "POST"),
        Route("/members/{id}/code", "letting_in:page", Right.KEY),
        Route("/members/{id}/code", "letting_in:make", Right.KEY, "POST"),
        Route("/members/{id}/seconds/end", "pages:withdraw_", Right.KEY, "POST"),
    ),
    panels={"person": "pages:on_person", "home inside": "pages:on_home"},
    todo="pages:todo",
    personal={
        "tell": "personal:tell",
        "export": "personal:export",
        "erase": "personal:erase",
    },
    events={Event.MERGED: "merging:merged", Event.PARTED: "merging:parted"},
)

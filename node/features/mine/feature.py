"""What is mine: what is stored about a person, who sees it, where it went, and how it ends."""

from node.base.events import Event
from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="mine",
    migrations={"0001_first": "tables:FIRST"},
    routes=(
        Route("/me/data", "pages:data", Right.PERSON),
        Route("/me/data/export.json", "pages:export_json", Right.PERSON, head=False),
        Route("/me/data/export.html", "pages:export_html", Right.PERSON, head=False),
        Route("/me/data/erase", "pages:erase_form", Right.PERSON, oneself=True),
        Route("/me/data/erase", "pages:erase", Right.PERSON, "POST", oneself=True),
        Route("/erased/{token}", "pages:erased", Right.EVERYBODY),
    ),
    events={Event.ENDED: "disclosing:note_ended", Event.QUIET: "disclosing:note_handed"},
    panels={"me": "pages:panel"},
    template_functions={
        "held_label": "wording:label",
        "held_value": "wording:value",
        "held_who": "wording:who",
        "went_to": "wording:to_whom",
        "went_fields": "wording:fields",
        "went_field": "wording:field",
        "went_receiver": "wording:receiver",
        "went_count": "wording:count",
    },
    personal={"tell": "exporting:tell"},
)

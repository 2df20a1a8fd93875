"""Dissolving: the group ends itself."""

from node.base.events import Event
from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="dissolving",
    routes=(
        Route("/dissolve", "pages:page", Right.KEY, oneself=True),
        Route("/dissolve", "pages:send", Right.KEY, "POST", oneself=True),
    ),
    panels={"home": "pages:on_home", "members": "pages:on_members"},
    events={Event.AGREED: "actions:carry_out"},
)

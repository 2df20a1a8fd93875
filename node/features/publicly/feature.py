"""Publicly: which partners' meetings we show, a feed of news, data that machines read."""

from node.feature import Feature, Right, Route

FEATURE = Feature(
    name="publicly",
    routes=(
        Route("/publicly", "pages:choosing", Right.KEY),
        Route("/publicly", "pages:choose", Right.KEY, "POST"),
        Route("/news.atom", "pages:news", Right.EVERYBODY),
    ),
    panels={
        "home": "panels:on_home",
        "meetings": "panels:on_meetings",
        "home below": "panels:organization_home",
        "group": "panels:organization",
        "network": "panels:organization_network",
        "meeting below": "panels:event",
    },
    template_functions={"data_script": "json_ld:data_script"},
    state="feed:News",
)

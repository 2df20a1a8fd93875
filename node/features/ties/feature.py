"""Our ties: networks and partner groups, on one page."""

from node.feature import Feature, MenuEntry, Right, Route

FEATURE = Feature(
    name="ties",
    routes=(Route("/ties", "pages:ties", Right.MEMBER),),
    menu=(MenuEntry(90, "ties", "/ties", "ties.web.menu", Right.MEMBER),),
    panels={"tie": "pages:unconfirmed"},
)

"""Members: the people of the group, and what the group knows of them."""

from node.feature import Feature

FEATURE = Feature(
    name="members",
    migrations={"0001_first": "tables:FIRST"},
)

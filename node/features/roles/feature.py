"""Roles: key persons, treasurers, and what needs two."""

from node.feature import Feature

FEATURE = Feature(
    name="roles",
    migrations={"0001_first": "tables:FIRST"},
)

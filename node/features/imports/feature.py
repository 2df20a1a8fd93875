"""Spreadsheets of members."""

from node.feature import Feature

FEATURE = Feature(
    name="imports",
    migrations={"0001_first": "tables:FIRST"},
)

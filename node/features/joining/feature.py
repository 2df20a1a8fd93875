"""Joining: links by which people come in, and those who did."""

from node.feature import Feature

FEATURE = Feature(
    name="joining",
    migrations={"0001_first": "tables:FIRST"},
)

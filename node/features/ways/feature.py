"""Ways back: passkeys, typed codes, codes on paper."""

from node.feature import Feature

FEATURE = Feature(
    name="ways",
    migrations={"0001_first": "tables:FIRST"},
)

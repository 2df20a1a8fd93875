"""How the node stands."""

from dataclasses import fields

from node.cli.arguments import Command
from node.feature import Feature
from node.features.status.types import StatusView

STATUS_KEYS = tuple(one.name for one in fields(StatusView))

FEATURE = Feature(
    name="status",
    commands=(Command(("status",), "commands:status", STATUS_KEYS),),
)

"""The group and the browsers of those who are in it."""

from tests.node.features.joining.conftest import browser, core, key

__all__ = ["browser", "core", "key"]

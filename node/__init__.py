"""The process: store, intake, actions, server, peer links, pages and command line."""

VERSION = "0.1.0"
"""The same as in pyproject.toml: the command runs from the checkout, where nothing is installed."""

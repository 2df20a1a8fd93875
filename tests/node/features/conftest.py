"""Nouns are tested at the command line of `node.cli`, and on the node that `node.web` shows."""

from tests.node.cli.conftest import alpha, beta, gamma, quiet_environment
from tests.node.web.conftest import inside, new_core, new_site, serve, site, template, world

__all__ = [
    "alpha",
    "beta",
    "gamma",
    "inside",
    "new_core",
    "new_site",
    "quiet_environment",
    "serve",
    "site",
    "template",
    "world",
]

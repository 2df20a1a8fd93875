"""Nouns are tested at the command line of `node.cli`, and on the node that `node.web` shows."""

import pytest

from tests.node.cli.conftest import alpha, beta, gamma, quiet_environment
from tests.node.cli.people import Person, befriend, meet
from tests.node.web.conftest import (
    chromium,
    inside,
    new_core,
    new_shown,
    new_site,
    serve,
    shown,
    site,
    template,
    world,
)

__all__ = [
    "alpha",
    "beta",
    "chromium",
    "gamma",
    "inside",
    "new_core",
    "new_shown",
    "new_site",
    "quiet_environment",
    "serve",
    "shown",
    "site",
    "template",
    "world",
]


@pytest.fixture
def network(alpha: Person, beta: Person, gamma: Person) -> str:
    """Alpha's network, of which Beta and Gamma are members."""
    befriend(alpha, beta)
    befriend(alpha, gamma)
    identity: str = alpha.gets("network", "found", "--name", "Netz", "--motto", "Together")["id"]
    meet(alpha, beta, gamma)
    for one in (beta, gamma):
        one.types("network", "apply", "Netz", "--message", "Hello")
        meet(one, alpha)
        alpha.types("network", "admit", "Netz", one.name)
    meet(alpha, beta, gamma)
    return identity

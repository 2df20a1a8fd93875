"""Groups in one network that keeps a list: nodes without sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from node.features.statements.actions import add, answer, find_statement
from node.features.statements.types import StatementView
from node.features.statements.views import statement_views
from node.store.core import Core
from tests.node.by_hand import acquainted, network_of
from tests.node.world import Clock, inside, make_core

HOUSES, BUSES = "Leere Häuser gehören belegt.", "Busse fahren umsonst."


@contextmanager
def groups(folder: Path, *names: str, clock: Clock | None = None) -> Iterator[list[Core]]:
    """Groups that know each other."""
    cores = [make_core(folder, name, clock or Clock()) for name in names]
    acquainted(cores)
    try:
        yield cores
    finally:
        for core in cores:
            core.close()


def listed(host: Core, *others: Core) -> bytes:
    """A network of these groups, with two statements on its list."""
    network = network_of(host, *others)
    add(host, network, {"text": HOUSES, "topic": "Wohnen"})
    add(host, network, {"text": BUSES, "topic": "Verkehr"})
    return network


def says(core: Core, text: str, word: str, sentence: str | None = None) -> None:
    """A group answers what it reads."""
    answer(core, core.home_id, find_statement(core, text), word, sentence)


def seen(core: Core, network: bytes) -> dict[str, StatementView]:
    """The list as one node shows it, by text."""
    return {one.text: one for one in statement_views(inside(core), network)}

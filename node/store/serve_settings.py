"""How the server of this node was told to run the last time, and where it runs now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from node.store.settings import Settings

_OPTIONS = "serve"


class Unreached(NamedTuple):
    """Who was not at their addresses for long, so that they are tried less and less often."""

    ids: tuple[bytes, ...]
    seconds: int
    """Until they are tried the next time."""


def _nothing() -> None:
    """What nobody can do where no links are."""


class Server(NamedTuple):
    """The server of this process: where it answers, and since when it does."""

    address: str
    since: int
    is_settled: Callable[[], bool] = lambda: True
    """Whether it has dialled whom it wants to be linked with, and nothing is on its way."""
    arriving: Callable[[], Mapping[bytes, tuple[int, int]]] = dict
    """Large transfers, by peer: records taken in, and records asked for."""
    unreached: Callable[[], Sequence[Unreached]] = tuple
    dial_again: Callable[[], None] = _nothing
    """Try those at once, as if it were the first time."""
    dial_anew: Callable[[], None] = _nothing
    """End all connections, and dial by the ways that are set now."""
    tidy_now: Callable[[], None] = _nothing
    """Do at once what is done each hour, and what did not succeed then."""


def serve_options(settings: Settings) -> dict[str, Any]:
    """`listen`, `public_url`, `private_addresses`, `tls`, `local_network` and `proxy`; only those
    that somebody chose.
    """
    found: dict[str, Any] = settings.get(_OPTIONS, {})
    return found


def keep_serve_options(settings: Settings, options: dict[str, Any]) -> None:
    """For the next start. Inside a transaction."""
    settings.set(_OPTIONS, options)


def allows_private_addresses(settings: Settings) -> bool:
    """Whether this node dials addresses in its own network."""
    return bool(serve_options(settings).get("private_addresses", False))

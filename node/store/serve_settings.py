"""How the server of this node was told to run the last time, and where one runs now.

Other processes of the node ask for both: commands that dial, and those that look for the server.
"""

from typing import Any

from node.store.settings import Settings

_OPTIONS, _SERVER = "serve", "server"


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


def server_note(settings: Settings) -> Any:
    """What a server wrote about itself (`node.lookup.server.server_of`); None if none did."""
    return settings.get(_SERVER)


def note_server(settings: Settings, note: dict[str, Any] | None) -> None:
    """A server runs: `pid`, `address` and `since` when; or none does. Inside a transaction."""
    settings.set(_SERVER, note)

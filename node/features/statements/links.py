"""Addresses of pages about statements."""

from urllib.parse import quote


def list_path(network_id: str) -> str:
    """The list of a network."""
    return f"/statements/{quote(network_id, safe='')}"


def statement_path(id: str) -> str:
    """The page of a statement, by its id NETWORK/NAME."""
    network, _, name = id.partition("/")
    return f"{list_path(network)}/one/{quote(name, safe='')}"


def compare_path(network_id: str, one: str, other: str) -> str:
    """The page of two groups side by side."""
    return f"{list_path(network_id)}/alike/{quote(one, safe='')}/{quote(other, safe='')}"

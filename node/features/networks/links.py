"""Addresses of pages about networks."""

from urllib.parse import quote


def network_path(id: str) -> str:
    """The page of a network."""
    return f"/networks/{quote(id, safe='')}"

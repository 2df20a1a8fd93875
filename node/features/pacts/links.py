"""Addresses of pages about pacts."""

from urllib.parse import quote


def pact_path(id: str) -> str:
    """The page of a pact."""
    return f"/pacts/{quote(id, safe='')}"

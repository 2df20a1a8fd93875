"""Addresses of pages about groups."""

from urllib.parse import quote


def group_path(id: str) -> str:
    """The page of an entry of the directory."""
    return f"/groups/{quote(id, safe='')}"

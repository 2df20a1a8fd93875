"""What the pages of signing in show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Here:
    """One session of one's own: `id` for the button that ends it; times in words."""

    id: str
    device: str
    """Browser and system, if it said so."""
    how: str
    """How one came in there: password, passkey, code, …"""
    begun: str
    used: str
    this: bool
    """It is the one that shows this page."""

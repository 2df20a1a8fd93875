"""Dissolving: the group ends itself."""

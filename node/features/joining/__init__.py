"""Joining: links by which people come in, and who did."""

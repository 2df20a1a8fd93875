"""Ties."""

"""Pacts."""

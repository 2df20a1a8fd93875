"""Erasures."""

"""Offers and wants: what groups give and look for."""

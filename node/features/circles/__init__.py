"""Circles: working groups that members make themselves, each with a notice board."""

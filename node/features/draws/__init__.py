"""Draws: who meets whom, by lot. The rules are in `protocol/draw`; here are files and words."""

"""The draw: who meets whom, by lot (docs/protocol.md §13).

A frozen list and a seed go in, a transcript comes out: the same bytes on every machine. Whole
numbers only, no clock, no randomness but what follows from the seed, and nothing but the standard
library.

In this order of importance: as many as possible have a seat; who was left out before comes first;
ranks are small, or in random meetings few meet again; and lots. Who has a seat is decided by lots
alone, never by wishes: otherwise it would pay to wish for what others don't want.

`drawing.draw` is the way in; `deciding` is the order of decisions.
"""

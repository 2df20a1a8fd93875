"""Participants: what people of the groups of a network let each other know of themselves."""

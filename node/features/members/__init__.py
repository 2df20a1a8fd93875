"""Members: the people of a group."""

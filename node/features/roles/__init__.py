"""Roles: who acts for the group, who keeps its money; and what needs two of them."""

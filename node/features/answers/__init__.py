"""Answers: who of us, and who else, comes to a meeting."""

"""What is mine: what is stored about a person, who sees it, where it went, and how it ends."""

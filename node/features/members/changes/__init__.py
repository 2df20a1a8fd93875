"""Changes to people: in batches, noted, undone."""

"""What a network asks its groups, what they answer, and how two groups compare."""

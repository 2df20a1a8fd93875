"""What a group can do with its node: one folder for each noun."""

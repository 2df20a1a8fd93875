"""One folder for each noun."""

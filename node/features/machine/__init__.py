"""Our machine: how each part of it stands, and a short page for each."""

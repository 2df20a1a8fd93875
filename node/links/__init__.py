"""Links to other nodes: dialling, sessions, fetching, verifying, group commit."""

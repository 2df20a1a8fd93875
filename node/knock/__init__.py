"""The way of a command to the server of its node (docs/door.md): it imports next to nothing."""

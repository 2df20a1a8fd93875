"""The door of a running node: commands come in, and the server carries them out (docs/door.md)."""

"""Spreadsheets of members: read, matched with who is here, previewed, taken in, undone."""

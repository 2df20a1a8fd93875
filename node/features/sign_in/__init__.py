"""Signing in and out, and what is one's own there: sessions, the password."""

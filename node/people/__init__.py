"""Who is in the group and who is signed in: persons, their sessions, one-time codes.

No details of a person stand here: names for the sake of signing in, standing and rights. What else
the group knows of its people is the nouns' own. SQL stands in `tables.py`.
"""

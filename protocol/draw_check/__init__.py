"""The verifier of draws: is what a transcript says true of its list? (docs/protocol.md §13.9)

It draws nothing. From the list and the seed it works out lots, who comes together, and what each
can reach, and compares every line of the transcript with that. It shares how lists and transcripts
are written down with the core (`protocol.draw_format`), and no rule.
"""
